import Foundation
import ZooData
import ZooLearn
import ZooNN
import ZooText

/// Which language model to fine-tune, on what text.
public struct FinetuneTextRequest: Sendable {
    /// The stored model.
    public var model: String
    /// Name of the data set.
    public var dataset: String
    /// Name to save the result under.
    public var saveAs: String
    /// Whether an older model of that name may be replaced.
    public var isReplacing = false
    /// The stages.
    public var unfreezing = GradualUnfreezing()
    /// Rows side by side; nil for the model's own.
    public var batchSize: Int?
    /// The mean length of a window; nil for the model's own.
    public var bptt: Int?
    /// The last part of the text that is kept for validation.
    public var validShare = 0.1
    /// Whether the last epoch is kept, not the best by validation loss.
    public var keepsLast = false
    /// Epochs without a better one after which a stage ends; 0 for never; nil for half of those of the longest, at least 5.
    public var patience: Int?
    /// Decides dropout and the lengths of windows.
    public var seed: UInt64 = 0
    /// Whether to resume from the checkpoint that `saveAs` names.
    public var resumes = false
    /// The time between two checkpoints; nil for none.
    package var checkpointInterval: Duration? = .seconds(300)
    /// The command line, kept with the model.
    public var command: String

    /// Asks for a model to be fitted to a data set.
    public init(model: String, dataset: String, saveAs: String, command: String) {
        self.model = model
        self.dataset = dataset
        self.saveAs = saveAs
        self.command = command
    }
}

/// The result of fine-tuning a language model.
public struct FinetuneTextReport: Sendable, Encodable {
    /// The model that was fine-tuned.
    public let parent: String
    /// Name of the data set.
    public let data: String
    /// Tokens that the model knew, and that it knows now.
    public let knownTokens: Int
    /// See `knownTokens`.
    public let vocabulary: Int
    /// Tokens that trained and that validated.
    public let trainTokens: Int
    /// See `trainTokens`.
    public let validTokens: Int
    /// Nats a token of the validation text before anything was trained; nil without one.
    @StableKey public var validNatsBefore: Double?
    /// The same at the end.
    @StableKey public var validNats: Double?
    /// The epoch whose weights the model has, from 1; nil without any.
    @StableKey public var keptEpoch: Int?
    /// The epoch with the least validation loss, from 1; nil without validation.
    @StableKey public var bestEpoch: Int?
    /// How many epochs were planned; training stops early where the best one is long past.
    public let plannedEpochs: Int
    /// What token frequencies of the training text measure on the validation text; nil without one.
    @StableKey package var baseline: Baseline<TextValidation>?
    /// What to know before the result is believed.
    public let warnings: [String]
    /// Every epoch.
    public let epochs: [EpochOutput]
    /// How many layers, from the top, each epoch trained.
    public let trainedLayers: [Int]
    /// Wall time of the training.
    public let trainSeconds: Double
    /// The name it was saved under.
    public let saved: String
    /// The finished model of that name that it replaced.
    @StableKey package var replaced: ReplacedModel? = nil
}

extension Workspace {
    /// Fine-tunes a stored language model on another text: new tokens join its vocabulary as the mean of the old ones,
    /// layers are unfrozen from the top, and lower layers have lower learning rates.
    ///
    /// - Parameter shouldStop: asked before every step; when true, a checkpoint is saved
    /// - Throws: as `trainText`
    public func finetuneText(
        _ request: FinetuneTextRequest, onProgress: @escaping (JobProgress) -> Void = { _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> FinetuneTextReport {
        try checkSave(as: request.saveAs, isReplacing: request.isReplacing, resumes: request.resumes)
        let job = try FinetuneJob(request, in: self)
        let started = Date()
        func save(_ fit: FitReport, _ name: String, _ status: RunStatus) throws -> SaveOutcome {
            try job.save(fit, as: name, in: self, status, started)
        }
        let training = TrainingJob(
            name: request.saveAs, resumes: request.resumes, checkpointInterval: request.checkpointInterval,
            examplesPerEpoch: job.training.count, epochs: job.stages.reduce(0) { $0 + $1.epochs },
            onProgress: onProgress)
        let fit = try training.run({ try job.fit(observers: $0, shouldStop: shouldStop) }, save: save)
        var report = job.report(fit, seconds: Date().timeIntervalSince(started))
        report.replaced = try save(fit, request.saveAs, .finished).replaced
        return report
    }
}
