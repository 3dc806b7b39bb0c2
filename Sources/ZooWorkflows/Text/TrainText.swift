import Foundation
import ZooData
import ZooKernels
import ZooLearn
import ZooText
import ZooWeights

/// What language model to train, on what, and under which name to keep it.
public struct TrainTextRequest: Sendable {
    /// Name of the data set.
    public var dataset: String
    /// How to train.
    public var recipe: TextRecipe
    /// Name to save the model under, or nil to keep nothing.
    public var saveAs: String?
    /// Whether an older model of that name may be replaced.
    public var isReplacing = false
    /// Whether to go on from the checkpoint that `saveAs` names.
    public var resumes = false
    /// How often the training is kept on its way; nil for never.
    public var checkpointInterval: Duration? = .seconds(300)
    /// Whether the finished model is kept with 16-bit weights.
    public var halvesWeights = false
    /// The command line, kept with the model.
    public var command: String

    /// Asks for a model of a data set.
    public init(dataset: String, recipe: TextRecipe, command: String) {
        self.dataset = dataset
        self.recipe = recipe
        self.command = command
    }
}

/// What came of the training of a language model.
public struct TrainTextReport: Sendable, Encodable {
    /// The cell: `lstm`.
    public let model: String
    /// Name of the data set.
    public let data: String
    /// What a token is: `char`, `word` or `bpe`.
    public let tokens: String
    /// How many tokens there are to choose from.
    public let vocabulary: Int
    /// How many numbers were learned.
    public let parameters: Int
    /// Tokens that trained and that validated.
    public let trainTokens: Int
    /// See `trainTokens`.
    public let validTokens: Int
    /// Cross-entropy in nats a token of the validation text with the weights that were kept; nil without one.
    @StableKey public var validNats: Double?
    /// The epoch whose weights were kept because its validation loss was the least; nil for the last.
    @StableKey public var keptEpoch: Int?
    /// What token frequencies of the training text measure on the validation text; nil without one.
    @StableKey public var baseline: Baseline<TextValidation>?
    /// What to know before the result is believed.
    public let warnings: [String]
    /// Wall time of the training itself, validation included.
    public let trainSeconds: Double
    /// Training tokens learned from in a second.
    public let tokensPerSecond: Double
    /// Every pass over the training text.
    public let epochs: [Epoch]
    /// The name it was saved under.
    @StableKey public var saved: String?
    /// The finished model of that name that it replaced.
    @StableKey public var replaced: ReplacedModel? = nil

    /// One pass.
    public struct Epoch: Sendable, Encodable {
        /// 1, 2, ...
        public let epoch: Int
        /// Nats a token of the training text, as it was learned from.
        public let trainNats: Double
        /// Nats a token of the validation text; nil without one.
        @StableKey public var validNats: Double?
        /// The learning rate at its end.
        public let learningRate: Double
        /// Wall time.
        public let seconds: Double

        /// - Parameter finished: epochs of earlier stages
        init(_ epoch: LanguageModelEpoch, after finished: Int = 0) {
            self.epoch = finished + epoch.epoch + 1
            trainNats = epoch.trainNats
            _validNats = StableKey(wrappedValue: epoch.validNats)
            learningRate = epoch.learningRate
            seconds = epoch.seconds
        }
    }
}

/// How far the training of a language model has come.
public enum TextProgress: Sendable {
    /// Something to know before it begins.
    case note(String)
    /// A step was taken: tokens learned from, of how many in all epochs, the number of the epoch from 1, the loss.
    case step(done: Int, of: Int, epoch: Int, epochs: Int, loss: Double)
    /// An epoch ended.
    case epoch(TrainTextReport.Epoch, of: Int)
    /// A checkpoint was saved, which the training could go on from if it were killed.
    case kept(step: Int, as: String)
    /// The same beside the finished model of that name, which still answers.
    case keptBeside(step: Int, of: String)
}

/// A training that ended before its time.
public struct TrainingStopped: Error, CustomStringConvertible {
    /// Why, what was kept and how to go on, in one line.
    public let description: String
}

extension Workspace {
    /// Trains a language model, with validation after every epoch, and saves it if a name is given.
    ///
    /// On the way, a checkpoint is saved every few minutes: beside a finished model of that name, else under it.
    /// - Parameter shouldStop: asked before every step; when true, a checkpoint is saved
    /// - Throws: `DataError` for a missing data set or one of another kind; `TextError` for a text that is too short;
    ///   `TrainingStopped` when it was stopped or its loss became no number; `TakenName` for a name that may not be
    ///   replaced; `WeightError` when it cannot be saved
    public func trainText(
        _ request: TrainTextRequest, onProgress: @escaping (TextProgress) -> Void = { _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> TrainTextReport {
        try checkSave(as: request.saveAs, isReplacing: request.isReplacing, resumes: request.resumes)
        let job = try TextJob(request, in: self, onProgress: onProgress)
        let started = Date()
        let keeper = CheckpointKeeper(request.saveAs, every: request.checkpointInterval) {
            onProgress(TextProgress($0))
        }
        let observers = keeper.observers { checkpoint, name in
            let fit = LanguageModelFit(checkpoint)
            let report = job.report(fit, seconds: Date().timeIntervalSince(started))
            return try job.save(report, fit, as: name, in: self, status: .running, started: started)
        }
        let fit = try job.fit(observers: observers, onProgress: onProgress, shouldStop: shouldStop)
        var report = job.report(fit, seconds: Date().timeIntervalSince(started))
        guard let name = request.saveAs else {
            if let reason = fit.stopReason {
                throw TrainingStopped(description: "\(reason); nothing was kept, since no name was given (--save)")
            }
            return report
        }
        guard let reason = fit.stopReason else {
            report.replaced = try job.save(
                report, fit, as: name, in: self, status: .finished, started: started
            ).replaced
            return report
        }
        if case .notANumber(_, _, restoredEpochs: 0) = reason {
            throw TrainingStopped(description: "\(reason); \(keeper.whatIsLeft(resumes: request.resumes))")
        }
        let outcome = try job.save(report, fit, as: name, in: self, status: .stopped, started: started)
        throw TrainingStopped(
            description: "\(reason); \(outcome.text(name, "after step \(fit.checkpoint.progress.step)")): "
                + "the same command with --resume goes on")
    }

    /// The settings of the training that was stopped and saved as `name`.
    ///
    /// - Throws: `WorkflowError.unsuitable` for a model whose training has ended, or of another kind
    public func recipeOfStoppedTraining(named name: String) throws -> TextRecipe {
        let (file, _) = try resumableFile(named: name)
        guard file.kind == StoredLanguageModel.kind else {
            throw WorkflowError.unsuitable(model: name, reason: "is no language model: there is nothing to resume")
        }
        let configuration = try JSONText.decode(
            StoredLanguageModel.Configuration.self, from: file.configuration, in: "/config")
        guard configuration.checkpoint != nil else {
            throw WorkflowError.nothingToResume(name, " ('zoo finetune' trains it on other data)")
        }
        return configuration.recipe
    }
}
