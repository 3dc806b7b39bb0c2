import Foundation
import ZooData
import ZooLearn
import ZooVision

/// Which network to train from scratch, on what, and under which name to keep it.
public struct TrainVisionRequest: Sendable {
    /// Name of the data set.
    public var dataset: String
    /// The network.
    public var architecture: ImageArchitecture
    /// How to train.
    public var recipe: VisionTrainingOptions
    /// The side of the images; nil for what the architecture is made for.
    public var size: Int?
    /// Whether the validation images are measured with several views of each in the end, too.
    public var usesTestTimeAugmentation = false
    /// Name to save the model under, or nil to keep nothing.
    public var saveAs: String?
    /// Whether an older model of that name may be replaced.
    public var isReplacing = false
    /// Whether to resume from the checkpoint that `saveAs` names; a size that is not given is then the one it has.
    public var resumes = false
    /// How often a checkpoint is saved; nil for never.
    package var checkpointInterval: Duration? = .seconds(300)
    /// Whether the weights of the trained model are kept with 16 bits, at half the size; checkpoints keep all of them.
    package var storesFloat16 = false
    /// The command line, kept with the model.
    public var command: String

    /// Asks for a model of a data set.
    public init(dataset: String, architecture: ImageArchitecture, recipe: VisionTrainingOptions, command: String) {
        (self.dataset, self.architecture, self.recipe) = (dataset, architecture, recipe)
        self.command = command
    }

    /// How images become what the network reads, in the end.
    var preprocessing: Preprocessing {
        architecture.usualPreprocessing(size: recipe.sizes.last ?? size ?? architecture.imageSize)
    }
}

extension ImageArchitecture {
    /// How images become what a network trained from scratch reads: small ones whole, larger ones without their border.
    func usualPreprocessing(size: Int) -> Preprocessing {
        let isLite = [.efficientnetLite0, .efficientnetLite1, .efficientnetLite2].contains(self)
        let normalization: PixelNormalization = isLite ? .efficientNetLite : imageSize > 32 ? .imageNet : .cifar10
        return Preprocessing(size: size, resize: size > 64 ? 256 / 224 : 1, normalization: normalization)
    }
}

/// The result of the training of a network for images.
public struct TrainVisionReport: Sendable, Encodable {
    /// The network.
    public let architecture: String
    /// Name of the data set.
    public let data: String
    /// How many classes there are.
    public let classes: Int
    /// How many numbers were learned.
    public let parameters: Int
    /// Images that trained and that validated.
    public let trainPictures: Int
    /// See `trainPictures`.
    public let validPictures: Int
    /// How well the validation images are sorted; nil without any.
    @StableKey public var valid: VisionScore?
    /// What the frequencies of the classes measure on the same images; nil without any.
    @StableKey package var baseline: Baseline<VisionScore>?
    /// What to know before the result is believed.
    public let warnings: [String]
    /// The same with several views of each image; nil where that was not asked for.
    @StableKey public var validTta: VisionScore?
    /// The epoch whose weights the model has, from 1; nil for a mean over several.
    @StableKey public var keptEpoch: Int?
    /// The epoch with the best validation images, from 1; nil without any.
    @StableKey public var bestEpoch: Int?
    /// How many epochs were planned; training stops early where the best one is long past.
    public let plannedEpochs: Int
    /// Whether the weights are the mean of several epochs' weights.
    public let isAveraged: Bool
    /// Wall time of the training since it was begun or last resumed, validation included.
    public let trainSeconds: Double
    /// Images learned from in a second, without validation.
    public let picturesPerSecond: Double
    /// Every epoch.
    public let epochs: [EpochOutput]
    /// The name it was saved under.
    @StableKey public var saved: String?
    /// The finished model of that name that it replaced.
    @StableKey package var replaced: ReplacedModel? = nil
}

extension Workspace {
    /// Trains a network for images from scratch, with validation after every epoch, and saves it if a name is given.
    ///
    /// On the way, a checkpoint is saved every few minutes: beside a finished model of that name, else under it.
    /// - Parameter shouldStop: asked before every step; when true, a checkpoint is saved
    /// - Throws: `DataError`, `WorkflowError.invalid` for data that will not do; `VisionTrainingError` for settings;
    ///   `WorkflowError.unsuitable` for a checkpoint of another training; `TrainingStopped` when it was stopped, an image
    ///   could not be read or its loss was NaN; `WeightError` when it cannot be saved
    public func trainVision(
        _ request: TrainVisionRequest, onProgress: @escaping (JobProgress) -> Void = { _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> TrainVisionReport {
        try checkSave(as: request.saveAs, isReplacing: request.isReplacing, resumes: request.resumes)
        let job = try VisionJob(request, in: self)
        let started = Date()
        func save(_ fit: FitReport, _ name: String, _ status: RunStatus) throws -> SaveOutcome {
            try job.save(fit, tta: nil, as: name, in: self, status, started)
        }
        let training = TrainingJob(
            name: request.saveAs, resumes: request.resumes, checkpointInterval: request.checkpointInterval,
            examplesPerEpoch: job.imageCount, epochs: request.recipe.epochs, onProgress: onProgress)
        let fit = try training.run({ try job.fit(observers: $0, shouldStop: shouldStop) }, save: save)
        do {
            let tta = request.usesTestTimeAugmentation ? try job.testTimeAugmentationScore() : nil
            var report = job.report(fit, tta: tta, seconds: Date().timeIntervalSince(started))
            if let name = request.saveAs {
                report.replaced = try job.save(fit, tta: tta, as: name, in: self, .finished, started).replaced
            }
            return report
        } catch let error as ImageBatchError {
            // A training that is complete is not lost because an image cannot be read once more.
            guard let name = request.saveAs else { throw error }
            _ = try save(fit, name, .finished)
            throw TrainingStopped(description: "\(error); trained to the end and saved as '\(name)'")
        }
    }

    /// The settings of the training that was stopped and saved as `name`.
    ///
    /// - Throws: `WorkflowError.unsuitable` for a model whose training has ended, or of another kind
    package func visionRecipeOfStoppedTraining(named name: String) throws -> VisionTrainingOptions {
        let (stored, _) = try stoppedVision(named: name)
        return stored.configuration.recipe ?? VisionTrainingOptions()
    }
}

extension VisionData {
    /// What the validation images measure with several views of each; nil without any.
    func testTimeAugmentationScore(
        _ network: any ImageNetwork, _ preprocessing: Preprocessing, _ recipe: VisionTrainingOptions
    ) throws -> VisionScore? {
        try validation.map { images in
            let probabilities = try network.probabilities(
                of: images.source, preprocessing: preprocessing, isMultiLabel: images.isMultiLabel,
                views: .suited(toSize: preprocessing.size, recipe: recipe))
            return VisionScore(VisionMetrics(probabilities: probabilities, images))
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
