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
    /// Whether to resume from the checkpoint that `saveAs` names.
    public var resumes = false
    /// The time between two checkpoints; nil for none.
    package var checkpointInterval: Duration? = .seconds(300)
    /// Whether the finished model is kept with 16-bit weights.
    package var storesFloat16 = false
    /// The command line, kept with the model.
    public var command: String

    /// Asks for a model of a data set.
    public init(dataset: String, recipe: TextRecipe, command: String) {
        self.dataset = dataset
        self.recipe = recipe
        self.command = command
    }
}

/// The result of training a language model.
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
    /// Wall time of the training itself, validation included.
    public let trainSeconds: Double
    /// Training tokens learned from in a second.
    public let tokensPerSecond: Double
    /// Every epoch.
    public let epochs: [EpochOutput]
    /// The name it was saved under.
    @StableKey public var saved: String?
    /// The finished model of that name that it replaced.
    @StableKey package var replaced: ReplacedModel? = nil
}

extension Workspace {
    /// Trains a language model, with validation after every epoch, and saves it if a name is given.
    ///
    /// On the way, a checkpoint is saved every few minutes: beside a finished model of that name, else under it.
    /// - Parameter shouldStop: asked before every step; when true, a checkpoint is saved
    /// - Throws: `DataError` for a missing data set or one of another kind; `TextError` for a text that is too short;
    ///   `TrainingStopped` when it was stopped or its loss became NaN; `TakenName` for a name that may not be
    ///   replaced; `WeightError` when it cannot be saved
    public func trainText(
        _ request: TrainTextRequest, onProgress: @escaping (JobProgress) -> Void = { _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> TrainTextReport {
        try checkSave(as: request.saveAs, isReplacing: request.isReplacing, resumes: request.resumes)
        let job = try TextJob(request, in: self, onProgress: onProgress)
        let started = Date()
        func save(_ fit: FitReport, _ name: String, _ status: RunStatus) throws -> SaveOutcome {
            let report = job.report(fit, seconds: Date().timeIntervalSince(started))
            return try job.save(report, fit, as: name, in: self, status: status, started: started)
        }
        let training = TrainingJob(
            name: request.saveAs, resumes: request.resumes, checkpointInterval: request.checkpointInterval,
            examplesPerEpoch: job.tokenCount, epochs: request.recipe.training.epochs, onProgress: onProgress)
        let fit = try training.run({ try job.fit(observers: $0, shouldStop: shouldStop) }, save: save)
        var report = job.report(fit, seconds: Date().timeIntervalSince(started))
        if let name = request.saveAs { report.replaced = try save(fit, name, .finished).replaced }
        return report
    }

    /// The settings of the training that was stopped and saved as `name`.
    ///
    /// - Throws: `WorkflowError.unsuitable` for a model whose training has ended, or of another kind
    package func recipeOfStoppedTraining(named name: String) throws -> TextRecipe {
        try stoppedText(named: name, advice: " ('zoo finetune text' trains it on other data)").0.recipe
    }
}
