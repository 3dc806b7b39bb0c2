import Foundation
import ZooData
import ZooLearn
import ZooNN
import ZooText

/// Which language model to go on with, on what text.
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
    /// Whether a training that is gone on with may have another learning rate than it was begun with.
    public var changesRate = false
    /// Rows side by side; nil for the model's own.
    public var batchSize: Int?
    /// The mean length of a window; nil for the model's own.
    public var bptt: Int?
    /// The last part of the text that is kept for validation.
    public var validShare = 0.1
    /// Whether the last epoch is kept, not the best by validation loss.
    public var keepsLast = false
    /// Decides dropout and the lengths of windows.
    public var seed: UInt64 = 0
    /// Whether to go on from the checkpoint that `saveAs` names.
    public var resumes = false
    /// How often the training is kept on its way; nil for never.
    public var checkpointInterval: Duration? = .seconds(300)
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

/// What came of the fine-tuning of a language model.
public struct FinetuneTextReport: Sendable, Encodable {
    /// The model that was gone on with.
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
    /// The epoch whose weights were kept because its validation loss was the least; nil for the last.
    @StableKey public var keptEpoch: Int?
    /// What token frequencies of the training text measure on the validation text; nil without one.
    @StableKey public var baseline: Baseline<TextValidation>?
    /// What to know before the result is believed.
    public let warnings: [String]
    /// Every pass over the text.
    public let epochs: [TrainTextReport.Epoch]
    /// How many layers, from the top, each pass trained.
    public let trainedLayers: [Int]
    /// Wall time of the training.
    public let trainSeconds: Double
    /// The name it was saved under.
    public let saved: String
    /// The finished model of that name that it replaced.
    @StableKey public var replaced: ReplacedModel? = nil
}

extension Workspace {
    /// Goes on with a stored language model on another text: new tokens join its vocabulary as the mean of the old ones,
    /// layers are thawed from the top, lower layers move more slowly.
    ///
    /// - Parameter shouldStop: asked before every step; when true, a checkpoint is saved
    /// - Throws: as `trainText`; `TrainingStopped` when it was stopped or its loss became no number
    public func finetuneText(
        _ request: FinetuneTextRequest, onProgress: @escaping (TextProgress) -> Void = { _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> FinetuneTextReport {
        try checkSave(as: request.saveAs, isReplacing: request.isReplacing, resumes: request.resumes)
        let job = try FinetuneJob(request, in: self)
        let started = Date()
        var tuning = try TextTuning(job, request)
        let keeper = CheckpointKeeper(request.saveAs, every: request.checkpointInterval) {
            onProgress(TextProgress($0))
        }
        let stopped = try tuning.run(
            onProgress: onProgress, shouldStop: shouldStop,
            observers: { tuning in
                keeper.observers(steps: tuning.finishedSteps) { checkpoint, name in
                    try job.save(tuning, as: name, in: self, at: LanguageModelFit(checkpoint), .running, started)
                }
            })
        var report = job.report(tuning, seconds: Date().timeIntervalSince(started))
        guard let stopped, let reason = stopped.stopReason else {
            report.replaced = try job.save(tuning, as: request.saveAs, in: self, at: nil, .finished, started).replaced
            return report
        }
        let name = request.saveAs
        if case .notANumber(_, _, restoredEpochs: 0) = reason, tuning.finished.isEmpty {
            throw TrainingStopped(description: "\(reason); \(keeper.whatIsLeft(resumes: request.resumes))")
        }
        let outcome = try job.save(tuning, as: name, in: self, at: stopped, .stopped, started)
        let moment = "after step \(tuning.finishedSteps + stopped.steps)"
        throw TrainingStopped(
            description: "\(reason); \(outcome.text(name, moment)): "
                + "the same command with --resume goes on")
    }
}
