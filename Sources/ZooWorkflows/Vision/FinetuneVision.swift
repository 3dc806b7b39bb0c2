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
    /// Whether an older model of that name may be replaced.
    public var isReplacing = false
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
    /// Whether to go on from the checkpoint that `saveAs` names, which `epochs` left there.
    public var resumes = false
    /// How often the training with layers unfrozen is kept on its way; nil for never, as in the eight steps.
    public var checkpointInterval: Duration? = .seconds(300)
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
    /// What the frequencies of the classes measure on the same pictures; nil without any.
    @StableKey public var baseline: Baseline<VisionScore>?
    /// What to know before the result is believed.
    public let warnings: [String]
    /// The same with several looks at each picture; nil where that was not asked for.
    @StableKey public var validTta: VisionScore?
    /// What was done, and what each step brought.
    public let steps: [VisionStepReport]
    /// The step whose weights were kept because all later ones ended below it on the validation pictures; nil for the last.
    @StableKey public var keptStep: Int?
    /// Every pass over the pictures.
    public let epochs: [VisionEpochReport]
    /// Wall time from reading the model to having stored the result.
    public let seconds: Double
    /// The name it was saved under.
    public let saved: String
    /// The finished model of that name that it replaced.
    @StableKey public var replaced: ReplacedModel? = nil
}

extension Workspace {
    /// Fits a stored network to other pictures: a new head on cached activations of the body, and if epochs are asked for
    /// all layers after that, lower ones more slowly.
    ///
    /// On the way with the layers unfrozen, a checkpoint is saved every few minutes. Of the eight steps, the weights of the
    /// best are kept.
    /// - Throws: as `trainVision`; `TrainingStopped` when it was stopped: what was learned is then saved, unless the head
    ///   was not there yet
    public func finetuneVision(
        _ request: FinetuneVisionRequest, onProgress: @escaping (VisionProgress) -> Void = { _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> FinetuneVisionReport {
        try checkSave(as: request.saveAs, isReplacing: request.isReplacing, resumes: request.resumes)
        let started = Date()
        let job = try FinetuneVisionJob(request, in: self)
        var tuning = VisionTuning(
            job.network, job.data, job.preprocessing, onProgress: onProgress, shouldStop: shouldStop)
        var stopped: VisionTuning.Interrupted?
        do { try tune(job, request, &tuning, onProgress, started) } catch let error as VisionTuning.Interrupted {
            stopped = error
        } catch let error as PictureBatchError where tuning.head != nil {
            stopped = VisionTuning.Interrupted(reason: error.description)
        }
        try tuning.takeBestStep()
        if let stopped {
            guard tuning.head != nil else { throw TrainingStopped(description: "\(stopped.reason); nothing was saved") }
            let fit = request.isWorldClass ? nil : stopped.fit
            let outcome = try job.save(tuning, nil, at: fit, in: self, .stopped, started)
            let name = request.saveAs
            let moment = fit.map { "after step \($0.steps)" } ?? "with what was learned until then"
            var next = fit == nil ? "" : ": the same command with --resume goes on"
            if fit == nil, outcome.isBeside { next = ": 'zoo models copy \(name) NAME --checkpoint' gives it a name" }
            throw TrainingStopped(description: "\(stopped.reason); \(outcome.text(name, moment))\(next)")
        }
        var severalLooks: VisionScore?
        do {
            if request.looksTwice {
                severalLooks = try job.data.scoreOfSeveralLooks(job.network, job.preprocessing, job.recipe)
            }
        } catch let error as PictureBatchError {
            _ = try job.save(tuning, nil, at: nil, in: self, .finished, started)
            throw TrainingStopped(description: "\(error); trained to the end and saved as '\(request.saveAs)'")
        }
        let outcome = try job.save(tuning, severalLooks, at: nil, in: self, .finished, started)
        var report = job.report(tuning, severalLooks, started)
        report.replaced = outcome.replaced
        return report
    }

    private func tune(
        _ job: FinetuneVisionJob, _ request: FinetuneVisionRequest, _ tuning: inout VisionTuning,
        _ onProgress: @escaping (VisionProgress) -> Void, _ started: Date
    ) throws {
        if request.isWorldClass { return try tuning.runWorldClass(job.recipe) }
        if let head = job.start?.position.finetuning {
            tuning.goOn(after: head)
        } else {
            try tuning.fitHead(copies: request.copies, job.recipe.pictureChanges, seed: job.recipe.seed)
        }
        guard request.epochs > 0 else { return }
        let keeper = CheckpointKeeper(request.saveAs, every: request.checkpointInterval) {
            onProgress(VisionProgress($0))
        }
        try tuning.train(
            job.recipe, name: "unfrozen", detail: job.recipe.trainedLayers, from: job.start?.checkpoint,
            observers: job.observers(keeper, tuning, in: self, started))
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
