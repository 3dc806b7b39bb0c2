import Foundation
import ZooData
import ZooKernels
import ZooVision

/// Which network to fit to which images.
public struct FinetuneVisionRequest: TrainingRequest, Sendable {
    /// The stored model.
    public var model: String
    /// Name of the data set.
    public var dataset: String
    /// Name to save the result under.
    public var saveAs: String
    /// Whether an older model of that name may be replaced.
    public var isReplacing = false
    /// How the network is trained once its head is fitted; with 0 in `epochs` it is not.
    public var recipe = VisionTrainingOptions.finetuning
    /// Passes over the images with the layers unfrozen; 0 fits the head alone.
    public var epochs = 0
    /// Augmented copies of each training image whose activations the head is fitted to as well.
    public var copies = 0
    /// Whether it goes through the eight steps.
    package var isWorldClass = false
    /// The side of the images; nil for the model's own.
    public var size: Int?
    /// Whether the validation images are measured with several views of each in the end, too.
    public var usesTestTimeAugmentation = false
    /// Whether to resume from the checkpoint that `saveAs` names.
    public var resumes = false
    /// How often a checkpoint is saved; nil for never.
    package var checkpointInterval: Duration? = .seconds(300)
    /// The command line, kept with the model.
    public var command: String

    /// Asks for a model to be fitted to a data set.
    public init(model: String, dataset: String, saveAs: String, command: String) {
        (self.model, self.dataset, self.saveAs, self.command) = (model, dataset, saveAs, command)
    }

    package var savedName: String? { saveAs }
}

extension VisionTrainingOptions {
    /// What suits a network that was trained on other images.
    package static let finetuning: VisionTrainingOptions = {
        var recipe = VisionTrainingOptions()
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

/// The result of the fine-tuning of a network for images.
public struct FinetuneVisionReport: TrainingReport, Sendable, Encodable {
    /// The model that was fine-tuned.
    public let parent: String
    /// Name of the data set.
    public let data: String
    /// The names of the classes.
    public let classes: [String]
    /// Images that trained and that validated.
    public let trainPictures: Int
    /// See `trainPictures`.
    public let validPictures: Int
    /// How well the validation images are classified; nil without any.
    @StableKey public var valid: VisionScore?
    /// What the frequencies of the classes measure on the same images; nil without any.
    @StableKey package var baseline: Baseline<VisionScore>?
    /// What to know before the result is believed.
    public let warnings: [String]
    /// The same with several views of each image; nil where that was not asked for.
    @StableKey public var validTta: VisionScore?
    /// What was done, and what each step measured.
    package let steps: [VisionStepReport]
    /// The step whose weights were kept because all later ones ended below it on the validation images; nil for the last.
    @StableKey public var keptStep: Int?
    /// The epoch whose weights the model has, from 1; numbered over all steps; nil for a head alone and for a mean
    /// over several.
    @StableKey public var keptEpoch: Int?
    /// The epoch of the same step with the best validation images, numbered alike; nil without any.
    @StableKey public var bestEpoch: Int?
    /// How many epochs were planned; training stops early where the best one is long past.
    public let plannedEpochs: Int
    /// Every epoch.
    public let epochs: [EpochOutput]
    /// Wall time from reading the model to having measured the result.
    public let seconds: Double
    /// The name it was saved under.
    @StableKey public var saved: String?
    /// The finished model of that name that it replaced.
    @StableKey package var replaced: ReplacedModel? = nil
}

extension Workspace {
    /// Fits a stored network to other images: a new head on cached activations of the body, and if epochs are asked for
    /// all layers after that, lower ones more slowly.
    ///
    /// While layers are trained, a checkpoint is saved every few minutes. Of the eight steps, the weights of the best are
    /// kept.
    /// - Throws: as `trainVision`; `TrainingStopped` when it was stopped: what was learned is then saved, unless the head
    ///   was not there yet
    public func finetuneVision(
        _ request: FinetuneVisionRequest, onProgress: @escaping (JobProgress) -> Void = { _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> FinetuneVisionReport {
        try checkSave(request)
        let started = Date()
        let training = try FinetuneVisionJob(request, in: self, onProgress: onProgress)
        return try train(training, request, began: started, onProgress: onProgress, shouldStop: shouldStop)
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
