import Foundation
import ZooData
import ZooKernels
import ZooVision

/// Which network to train from scratch, on what, and under which name to keep it.
public struct TrainVisionRequest: Sendable {
    /// Name of the data set.
    public var dataset: String
    /// The network.
    public var architecture: ImageArchitecture
    /// How to train.
    public var recipe: VisionRecipe
    /// The side of the pictures; nil for what the architecture is made for.
    public var size: Int?
    /// Whether the validation pictures are looked at several times in the end, too.
    public var looksTwice = false
    /// Name to save the model under, or nil to keep nothing.
    public var saveAs: String?
    /// The command line, kept with the model.
    public var command: String

    /// Asks for a model of a data set.
    public init(dataset: String, architecture: ImageArchitecture, recipe: VisionRecipe, command: String) {
        (self.dataset, self.architecture, self.recipe) = (dataset, architecture, recipe)
        self.command = command
    }

    /// How pictures become what the network reads, in the end.
    var preprocessing: Preprocessing {
        architecture.usualPreprocessing(size: recipe.sizes.last ?? size ?? architecture.imageSize)
    }
}

extension ImageArchitecture {
    /// How pictures become what a network trained from scratch reads: small ones whole, larger ones without their border.
    func usualPreprocessing(size: Int) -> Preprocessing {
        let isLite = [.efficientnetLite0, .efficientnetLite1, .efficientnetLite2].contains(self)
        let normalization: PixelNormalization = isLite ? .efficientNetLite : imageSize > 32 ? .imageNet : .cifar10
        return Preprocessing(size: size, resize: size > 64 ? 256 / 224 : 1, normalization: normalization)
    }
}

/// What came of the training of a network for pictures.
public struct TrainVisionReport: Sendable, Encodable {
    /// The network.
    public let architecture: String
    /// Name of the data set.
    public let data: String
    /// How many classes there are.
    public let classes: Int
    /// How many numbers were learned.
    public let parameters: Int
    /// Pictures that trained and that validated.
    public let trainPictures: Int
    /// See `trainPictures`.
    public let validPictures: Int
    /// How well the validation pictures are sorted; nil without any.
    @StableKey public var valid: VisionScore?
    /// The same with several looks at each picture; nil where that was not asked for.
    @StableKey public var validTta: VisionScore?
    /// The epoch whose weights were kept because it was the best; nil for the last.
    @StableKey public var keptEpoch: Int?
    /// Whether the weights are the mean of several epochs' weights.
    public let isAveraged: Bool
    /// Wall time of the training, validation included.
    public let trainSeconds: Double
    /// Pictures learned from in a second, without validation.
    public let picturesPerSecond: Double
    /// Every pass over the pictures.
    public let epochs: [VisionEpochReport]
    /// The name it was saved under.
    @StableKey public var saved: String?
}

extension Workspace {
    /// Trains a network for pictures from scratch, with validation after every epoch, and saves it if a name is given.
    ///
    /// - Parameter shouldStop: asked before every step; when true, what was learned is saved under the given name
    /// - Throws: `DataError`, `WorkflowError.invalid` for data that will not do; `VisionTrainingError` for settings;
    ///   `TrainingStopped` when it was stopped or its loss became no number; `WeightError` when it cannot be saved
    public func trainVision(
        _ request: TrainVisionRequest, onProgress: @escaping (VisionProgress) -> Void = { _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> TrainVisionReport {
        // Before the work, not after it.
        if let name = request.saveAs { try Self.check(name: name) }
        try request.recipe.validate()
        let data = try VisionData(request.dataset, in: self)
        var generator = RandomGenerator(seed: request.recipe.seed)
        let network = request.architecture.network(classes: data.classes.count, using: &generator)
        let trainer = try VisionTrainer(network, recipe: request.recipe, preprocessing: request.preprocessing)
        let started = Date()
        let fit = try trainer.fit(
            data.training, validation: data.validation,
            onEvent: { onProgress($0.progress(of: request.recipe.epochs)) }, shouldStop: shouldStop)
        let report = try self.report(request, data, network, fit, seconds: Date().timeIntervalSince(started))
        if let reason = fit.stopReason, fit.steps == 0 || request.saveAs == nil || fit.nothingIsLeft {
            throw TrainingStopped(description: "\(reason); nothing was kept")
        }
        guard let name = request.saveAs else { return report }
        var provenance = ModelProvenance(started: started)
        provenance.dataset = request.dataset
        provenance.datasetFingerprint = data.fingerprint
        provenance.command = request.command
        provenance.seed = request.recipe.seed
        provenance.metrics = try VisionCatalogueMetrics(report.valid, report.validTta).json()
        provenance.epochs = report.epochs.map(TrainingRun.Epoch.init)
        if fit.stopReason != nil { provenance.status = .stopped }
        var configuration = VisionConfiguration(
            architecture: request.architecture, preprocessing: request.preprocessing,
            isMultiLabel: data.training.isMultiLabel)
        configuration.recipe = request.recipe
        let stored = StoredVision(network: network, classes: data.classes, configuration: configuration)
        try save(
            try stored.file(created: Date().formatted(.iso8601)), as: name, embeddings: stored.embeddingRows,
            provenance: provenance)
        if let reason = fit.stopReason {
            throw TrainingStopped(
                description: "\(reason); what was learned in \(fit.steps) steps is saved as '\(name)'")
        }
        return report
    }

    private func report(
        _ request: TrainVisionRequest, _ data: VisionData, _ network: any ImageNetwork, _ fit: VisionFit,
        seconds: Double
    ) throws -> TrainVisionReport {
        let epochs = fit.epochs.map { VisionEpochReport($0) }
        let trained = epochs.reduce(0) { $0 + Double(data.training.count) / max($1.picturesPerSecond, 1e-9) }
        return TrainVisionReport(
            architecture: request.architecture.rawValue, data: request.dataset, classes: data.classes.count,
            parameters: network.parameters.reduce(0) { $0 + $1.shape.count }, trainPictures: data.training.count,
            validPictures: data.validation?.count ?? 0, valid: fit.valid.map { VisionScore($0) },
            validTta: request.looksTwice
                ? try data.scoreOfSeveralLooks(network, request.preprocessing, request.recipe.augmentation) : nil,
            keptEpoch: fit.keptEpoch, isAveraged: request.recipe.averagedEpochs > 0 && fit.stopReason == nil,
            trainSeconds: seconds, picturesPerSecond: Double(data.training.count * epochs.count) / max(trained, 1e-9),
            epochs: epochs, saved: request.saveAs)
    }
}

extension VisionFit {
    /// Whether the network is as it was before the first step.
    var nothingIsLeft: Bool {
        if case .notANumber(_, _, restoredEpochs: 0)? = stopReason { return true }
        return false
    }
}

extension VisionData {
    /// How well the validation pictures are sorted with several looks at each; nil without any.
    func scoreOfSeveralLooks(
        _ network: any ImageNetwork, _ preprocessing: Preprocessing, _ augmentation: AugmentationPreset
    ) throws -> VisionScore? {
        try validation.map { pictures in
            let probabilities = try network.probabilities(
                of: pictures.source, preprocessing: preprocessing, isMultiLabel: pictures.isMultiLabel,
                views: .suited(toSize: preprocessing.size, augmentation: augmentation))
            return VisionScore(VisionMetrics(probabilities: probabilities, pictures))
        }
    }
}

/// What the catalogue keeps of a measurement.
struct VisionCatalogueMetrics: Encodable {
    let validAccuracy: Double?
    let validLoss: Double?
    let validPictures: Int?
    let validTtaAccuracy: Double?

    init(_ valid: VisionScore?, _ tta: VisionScore?) {
        (validAccuracy, validLoss, validPictures) = (valid?.accuracy, valid?.loss, valid?.pictures)
        validTtaAccuracy = tta?.accuracy
    }

    private enum CodingKeys: String, CodingKey {
        case validAccuracy = "valid_accuracy"
        case validLoss = "valid_loss"
        case validPictures = "valid_pictures"
        case validTtaAccuracy = "valid_tta_accuracy"
    }

    func json() throws -> String { try JSONText.encode(self) }
}

extension TrainingRun.Epoch {
    /// A pass over pictures.
    init(_ epoch: VisionEpochReport) {
        self.init(
            epoch: epoch.epoch, trainLoss: epoch.trainLoss, validationLoss: epoch.validLoss,
            learningRate: epoch.learningRate, seconds: epoch.seconds)
    }
}
