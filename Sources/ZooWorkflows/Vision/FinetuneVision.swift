import Foundation
import ZooData
import ZooKernels
import ZooVision

/// Which network to fit to which pictures.
public struct FinetuneVisionRequest: Sendable {
    /// The stored model.
    public var model: String
    /// Name of the data set.
    public var dataset: String
    /// Name to save the result under.
    public var saveAs: String
    /// How the network is trained once its head is fitted; with 0 in `epochs` it is not.
    public var recipe = VisionRecipe.finetuning
    /// Passes over the pictures with the layers unfrozen; 0 fits the head alone.
    public var epochs = 0
    /// Augmented copies of each training picture whose activations the head is fitted to as well.
    public var copies = 0
    /// Whether the eight steps are gone through.
    public var isWorldClass = false
    /// The side of the pictures; nil for the model's own.
    public var size: Int?
    /// Whether the validation pictures are looked at several times in the end, too.
    public var looksTwice = false
    /// The command line, kept with the model.
    public var command: String

    /// Asks for a model to be fitted to a data set.
    public init(model: String, dataset: String, saveAs: String, command: String) {
        (self.model, self.dataset, self.saveAs, self.command) = (model, dataset, saveAs, command)
    }
}

extension VisionRecipe {
    /// What suits a network that knows other pictures already.
    public static let finetuning: VisionRecipe = {
        var recipe = VisionRecipe()
        recipe.epochs = 0
        recipe.rule = .adamw
        recipe.learningRate = 5e-4
        recipe.weightDecay = 0.05
        recipe.batchSize = 32
        recipe.augmentation = .sideOn
        recipe.rateRatio = 5
        recipe.freezesStatistics = true
        return recipe
    }()
}

/// What came of the fine-tuning of a network for pictures.
public struct FinetuneVisionReport: Sendable, Encodable {
    /// The model that was gone on with.
    public let parent: String
    /// Name of the data set.
    public let data: String
    /// The names of the classes.
    public let classes: [String]
    /// Pictures that trained and that validated.
    public let trainPictures: Int
    /// See `trainPictures`.
    public let validPictures: Int
    /// How well the validation pictures are sorted; nil without any.
    @StableKey public var valid: VisionScore?
    /// The same with several looks at each picture; nil where that was not asked for.
    @StableKey public var validTta: VisionScore?
    /// What was done, and what each step brought.
    public let steps: [VisionStepReport]
    /// Every pass over the pictures.
    public let epochs: [VisionEpochReport]
    /// Wall time from reading the model to having stored the result.
    public let seconds: Double
    /// The name it was saved under.
    public let saved: String
}

extension Workspace {
    /// Fits a stored network to other pictures: a new head on cached activations of the body, and if epochs are asked for
    /// all layers after that, lower ones more slowly.
    ///
    /// - Throws: as `trainVision`; `TrainingStopped` when it was stopped: what was learned is then saved, unless the head
    ///   was not there yet
    public func finetuneVision(
        _ request: FinetuneVisionRequest, onProgress: @escaping (VisionProgress) -> Void = { _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> FinetuneVisionReport {
        try Self.check(name: request.saveAs)
        var recipe = request.recipe
        recipe.epochs = request.epochs > 0 ? request.epochs : request.isWorldClass ? 7 : 1
        try recipe.validate()
        let started = Date()
        let parent = try visionModel(named: request.model)
        let data = try VisionData(request.dataset, in: self)
        let network = try parent.withNewHead(classes: data.classes.count)
        var preprocessing = parent.configuration.preprocessing
        preprocessing.size = recipe.sizes.last ?? request.size ?? preprocessing.size
        var tuning = VisionTuning(network, data, preprocessing, onProgress: onProgress, shouldStop: shouldStop)
        var stopped: VisionTuning.Interrupted?
        do {
            if request.isWorldClass {
                try tuning.runWorldClass(recipe)
            } else {
                try tuning.fitHead(copies: request.copies, recipe.augmentation, seed: recipe.seed)
                if request.epochs > 0 { try tuning.train(recipe, name: "unfrozen", detail: recipe.trainedLayers) }
            }
        } catch let error as VisionTuning.Interrupted {
            stopped = error
            guard tuning.steps.contains(where: { $0.name == "head" }) else {
                throw TrainingStopped(description: "\(error.reason); nothing was saved")
            }
        }
        let severalLooks =
            request.looksTwice && stopped == nil
            ? try data.scoreOfSeveralLooks(network, preprocessing, recipe.augmentation) : nil
        var configuration = parent.configuration
        configuration.preprocessing = preprocessing
        configuration.isMultiLabel = data.training.isMultiLabel
        configuration.recipe = tuning.epochs.isEmpty ? nil : recipe
        let valid = tuning.valid.map { VisionScore($0) }
        let stored = StoredVision(network: network, classes: data.classes, configuration: configuration)
        var provenance = ModelProvenance(started: started)
        provenance.dataset = request.dataset
        provenance.datasetFingerprint = data.fingerprint
        provenance.parent = request.model
        provenance.command = request.command
        provenance.seed = recipe.seed
        provenance.metrics = try VisionCatalogueMetrics(valid, severalLooks).json()
        provenance.epochs = tuning.epochs.map(TrainingRun.Epoch.init)
        if stopped != nil { provenance.status = .stopped }
        try save(
            try stored.file(created: Date().formatted(.iso8601)), as: request.saveAs,
            embeddings: stored.embeddingRows, provenance: provenance)
        if let stopped {
            throw TrainingStopped(
                description: "\(stopped.reason); what was learned until then is saved as '\(request.saveAs)'")
        }
        return FinetuneVisionReport(
            parent: request.model, data: request.dataset, classes: data.classes, trainPictures: data.training.count,
            validPictures: data.validation?.count ?? 0, valid: valid, validTta: severalLooks, steps: tuning.steps,
            epochs: tuning.epochs, seconds: Date().timeIntervalSince(started), saved: request.saveAs)
    }
}

extension VisionRecipe {
    /// What is trained and how, in words.
    fileprivate var trainedLayers: String {
        let layers = trainedGroups.map { "the last \($0) layer groups" } ?? "all layers"
        return "\(layers), \(epochs) epochs, \(rule.rawValue), \(augmentation.rawValue)"
    }
}

extension StoredVision {
    /// A network with this one's body and a head for other classes, whose weights are 0.
    ///
    /// - Throws: nothing in practice: both have one architecture
    func withNewHead(classes: Int) throws -> any ImageNetwork {
        var generator = RandomGenerator.silent  // the body is loaded, the head is fitted
        let network = configuration.architecture.network(classes: classes, using: &generator)
        try network.loadBody(of: self.network)
        return network
    }
}
