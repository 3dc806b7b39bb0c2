import Foundation
import ZooData
import ZooKernels
import ZooLearn
import ZooText
import ZooWeights

/// What language model to train, on what, and under which name to keep it.
public struct TrainTextRequest: TrainingRequest, Sendable {
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
    /// Whether the finished model is kept with 16-bit weights; nil for no, or as the training that is resumed was started.
    package var storesFloat16: Bool?
    /// The command line, kept with the model.
    public var command: String

    /// Asks for a model of a data set.
    public init(dataset: String, recipe: TextRecipe, command: String) {
        self.dataset = dataset
        self.recipe = recipe
        self.command = command
    }

    package var savedName: String? { saveAs }
}

/// The result of training a language model.
public struct TrainTextReport: TrainingReport, Sendable, Encodable {
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
        try checkSave(request)
        let training = try TextJob(request, in: self, onProgress: onProgress)
        return try train(training, request, onProgress: onProgress, shouldStop: shouldStop)
    }

    /// The settings of the training that was stopped and saved as `name`.
    ///
    /// - Throws: `WorkflowError.unsuitable` for a model whose training has ended, or of another kind
    package func recipeOfStoppedTraining(named name: String) throws -> TextRecipe {
        try stoppedText(named: name, advice: " ('zoo finetune text' trains it on other data)").0.recipe
    }
}

/// The training of one language model: its tokens, its network, and where it begins.
struct TextJob: RequestedTraining {
    private let request: TrainTextRequest
    private let text: TextTraining
    private let start: Checkpoint?
    private let storesFloat16: Bool

    /// Reads the data and makes tokenizer and network, or takes them out of the checkpoint.
    init(_ request: TrainTextRequest, in workspace: Workspace, onProgress: (JobProgress) -> Void) throws {
        self.request = request
        let recipe = request.recipe
        try recipe.training.validate()
        let texts = try workspace.data.texts(dataset: request.dataset)
        let split = try TextParts(texts.documents.map(\.text), recipe.split)
        let (tokenizer, model): (any Tokenizer, LanguageModel)
        var ending: TrainingEnding?
        if request.resumes {
            let (stored, checkpoint) = try Self.resumed(request, texts.dataset, in: workspace)
            (tokenizer, model, start) = (stored.tokenizer, stored.model, checkpoint.checkpoint)
            ending = checkpoint.state.ending
        } else {
            // The vocabulary comes from the training part alone.
            tokenizer = try recipe.tokenizer.tokenizer(from: split.training)
            let network = recipe.network(vocabularySize: tokenizer.vocabulary.count)
            try network.validate()
            var generator = RandomGenerator(seed: recipe.training.seed)
            model = LanguageModel(network, using: &generator)
            start = nil
        }
        storesFloat16 = request.storesFloat16 ?? ending?.storesFloat16 ?? false
        text = try TextTraining(texts.dataset, split, tokenizer, model, recipe) {
            if let note = $0.note(of: "the validation text") { onProgress(.note(note)) }
        }
        try Self.check(text.training, request)
    }

    /// - Throws: `TextError.tooShort`; `WorkflowError.invalid` for a text of one token over and over
    private static func check(_ training: [Int32], _ request: TrainTextRequest) throws {
        _ = try TextStream(training, batchSize: request.recipe.training.batchSize)
        guard training.contains(where: { $0 != training.first }) else {
            throw WorkflowError.invalid(
                what: "data set '\(request.dataset)'",
                reason: "its training part is one and the same token \(training.count) times: there is nothing to learn"
            )
        }
    }

    private static func resumed(_ request: TrainTextRequest, _ dataset: Dataset, in workspace: Workspace) throws
        -> (StoredLanguageModel, TextCheckpoint)
    {
        let name = request.saveAs ?? ""
        let stored = try workspace.recipeOfStoppedTraining(named: name)
        var same = request.recipe
        // What only decides the steps to come may change.
        (same.training.epochs, same.training.learningRate) = (stored.training.epochs, stored.training.learningRate)
        (same.training.schedule, same.training.clipping) = (stored.training.schedule, stored.training.clipping)
        (same.training.keepsLast, same.training.patience) = (stored.training.keepsLast, stored.training.patience)
        if let error = WorkflowError.otherSettings(
            of: name, before: stored, now: same,
            mayChange: "--epochs, --lr, --schedule, --clip, --patience and --keep-last")
        {
            throw error
        }
        let (model, checkpoint) = try workspace.stoppedText(named: name)
        if let finetuning = checkpoint.state.settings {
            throw WorkflowError.unsuitable(
                model: name,
                reason: "is being fine-tuned: 'zoo finetune text \(finetuning.parent) … --resume' resumes it"
            )
        }
        guard checkpoint.state.dataFingerprint == dataset.fingerprint else {
            throw WorkflowError.unsuitable(
                model: name,
                reason: "was trained on another text than '\(dataset.name)' holds now: it cannot be resumed with it")
        }
        return (model, checkpoint)
    }

    var examplesPerEpoch: Int { text.training.count }

    var epochs: Int { request.recipe.training.epochs }

    func fit(observers: [any Observer], shouldStop: @escaping () -> Bool) throws -> FitReport {
        try LanguageModelTrainer(text.model, options: request.recipe.training).fit(
            training: text.training, validation: text.validation, from: start, observers: observers,
            shouldStop: shouldStop)
    }

    func report(_ fit: FitReport, seconds: Double) -> TrainTextReport {
        let steps = fit.steps - (start?.progress.steps ?? 0)
        let tokens = Double(steps * request.recipe.training.batchSize * request.recipe.training.bptt)
        // Whole epochs are counted exactly; of a part of one, the mean length of a window stands for each step.
        let whole = Double(text.training.count * (fit.epochs.count - (start?.progress.epochs.count ?? 0)))
        let (validNats, baseline) = (fit.keptOrLastEpoch?.validationLoss, text.baseline)
        return TrainTextReport(
            model: text.model.configuration.cell.rawValue, data: request.dataset, tokens: text.tokenizer.kind.rawValue,
            vocabulary: text.tokenizer.vocabulary.count,
            parameters: text.model.parameters.reduce(0) { $0 + $1.shape.count }, trainTokens: text.training.count,
            validTokens: text.predictedCount, validNats: validNats,
            keptEpoch: fit.keptOrLast, bestEpoch: fit.leastLossEpoch, plannedEpochs: epochs, baseline: baseline,
            warnings: [validNats.flatMap { baseline?.warning($0) }].compactMap { $0 },
            trainSeconds: seconds, tokensPerSecond: (whole > 0 ? whole : tokens) / max(seconds, 1e-9),
            epochs: fit.epochs.map { EpochOutput(text: $0) }, saved: request.saveAs)
    }

    func save(
        _ fit: FitReport, _ report: TrainTextReport?, as name: String, _ status: RunStatus, _ started: Date,
        in workspace: Workspace
    ) throws -> SaveOutcome {
        try text.save(
            fit, as: name, status, started, in: workspace, command: request.command,
            storesFloat16: storesFloat16)
    }
}
