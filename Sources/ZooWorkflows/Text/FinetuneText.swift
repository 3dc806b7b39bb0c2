import Foundation
import ZooData
import ZooLearn
import ZooNN
import ZooText

/// Which language model to fine-tune, on what text.
public struct FinetuneTextRequest: TrainingRequest, Sendable {
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

    package var savedName: String? { saveAs }
}

/// The result of fine-tuning a language model.
public struct FinetuneTextReport: TrainingReport, Sendable, Encodable {
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
    @StableKey public var saved: String?
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
        try checkSave(request)
        let training = try FinetuneTextJob(request, in: self)
        return try train(training, request, onProgress: onProgress, shouldStop: shouldStop)
    }
}

/// A language model that is fine-tuned on another text: its tokens, its stages, and where it begins.
struct FinetuneTextJob: RequestedTraining {
    private let request: FinetuneTextRequest
    private let text: TextTraining
    private let start: TextCheckpoint?
    private let layers: [[Parameter]]
    private let stages: [GradualUnfreezing.Stage]
    private let knownTokens: Int
    private let validNatsBefore: Double?

    init(_ request: FinetuneTextRequest, in workspace: Workspace) throws {
        self.request = request
        let parent = try workspace.model(named: request.model, as: StoredLanguageModel.self).model
        let recipe = request.recipe(from: parent.recipe)
        let texts = try workspace.data.texts(dataset: request.dataset)
        let split = try TextParts(texts.documents.map(\.text), recipe.split)
        if request.resumes {
            let (stored, checkpoint, tuning) = try Self.stopped(request, recipe, texts.dataset, in: workspace)
            text = try TextTraining(texts.dataset, split, stored.tokenizer, stored.model, recipe)
            (start, knownTokens, validNatsBefore) = (checkpoint, tuning.knownTokens, tuning.validNatsBefore)
        } else {
            let tokenizer = parent.tokenizer.merged(with: split.training)
            let grown = parent.model.growing(to: tokenizer.vocabulary.count)
            text = try TextTraining(texts.dataset, split, tokenizer, grown, recipe)
            (start, knownTokens) = (nil, parent.tokenizer.vocabulary.count)
            validNatsBefore = try text.validation.map {
                try grown.evaluate($0, batchSize: recipe.training.batchSize).nats
            }
        }
        let parts = text.model.parameterLayers
        // Embeddings are trained with the decoder: new tokens have to find their place first.
        layers = Array(parts.dropFirst().dropLast() + [(parts.first ?? []) + (parts.last ?? [])])
        stages = request.unfreezing.stages(layerCount: layers.count)
        try recipe.training.validate()
    }

    /// The checkpoint that `saveAs` names.
    ///
    /// - Throws: `WorkflowError.unsuitable` for one of another training
    private static func stopped(
        _ request: FinetuneTextRequest, _ recipe: TextRecipe, _ dataset: Dataset, in workspace: Workspace
    ) throws -> (StoredLanguageModel, TextCheckpoint, TextFinetuning) {
        func refusal(_ reason: String) -> WorkflowError { .unsuitable(model: request.saveAs, reason: reason) }
        let (stored, checkpoint) = try workspace.stoppedText(named: request.saveAs)
        guard let tuning = checkpoint.state.settings else {
            throw refusal("is not a fine-tuning: 'zoo train text … --resume' resumes it")
        }
        guard tuning.parent == request.model else { throw refusal("was started from '\(tuning.parent)'") }
        var (unfreezing, same) = (tuning.unfreezing, stored.recipe)
        (same.training.keepsLast, same.training.patience) = (recipe.training.keepsLast, recipe.training.patience)
        // What only decides the steps to come may change.
        unfreezing.learningRate = request.unfreezing.learningRate
        unfreezing.epochs = request.unfreezing.epochs
        same.training.learningRate = recipe.training.learningRate
        same.training.epochs = recipe.training.epochs
        let mayChange = "--epochs, --lr, --patience and --keep-last"
        if let error = WorkflowError.otherSettings(
            of: request.saveAs, before: unfreezing, now: request.unfreezing, mayChange: mayChange)
            ?? .otherSettings(of: request.saveAs, before: same, now: recipe, mayChange: mayChange)
        {
            throw error
        }
        guard checkpoint.state.dataFingerprint == dataset.fingerprint else {
            throw refusal("was trained on another text than '\(dataset.name)' holds now: it cannot be resumed with it")
        }
        return (stored, checkpoint, tuning)
    }

    var examplesPerEpoch: Int { text.training.count }

    var epochs: Int { stages.reduce(0) { $0 + $1.epochs } }

    func fit(observers: [any Observer], shouldStop: @escaping () -> Bool) throws -> FitReport {
        let trainer = LanguageModelTrainer(
            text.model,
            stages: stages.enumerated().map { index, stage in
                var options = text.recipe.training
                options.epochs = stage.epochs
                options.learningRate = stage.learningRate
                options.seed &+= UInt64(index)
                return LanguageModelStage(
                    options: options,
                    groups: request.unfreezing.groups(layers, of: stage, weightDecay: options.weightDecay))
            })
        return try trainer.fit(
            training: text.training, validation: text.validation, from: start?.resumed, observers: observers,
            shouldStop: shouldStop)
    }

    func report(_ fit: FitReport, seconds: Double) -> FinetuneTextReport {
        let (validNats, baseline) = (fit.keptOrLastEpoch?.validationLoss, text.baseline)
        return FinetuneTextReport(
            parent: request.model, data: request.dataset, knownTokens: knownTokens,
            vocabulary: text.tokenizer.vocabulary.count, trainTokens: text.training.count,
            validTokens: text.predictedCount, validNatsBefore: validNatsBefore, validNats: validNats,
            keptEpoch: fit.keptOrLast, bestEpoch: fit.leastLossEpoch, plannedEpochs: epochs, baseline: baseline,
            warnings: [validNats.flatMap { baseline?.warning($0) }].compactMap { $0 },
            epochs: fit.epochs.map { EpochOutput(text: $0) },
            trainedLayers: fit.epochs.map { stages[$0.stage].trainedLayers }, trainSeconds: seconds,
            saved: request.saveAs)
    }

    func save(
        _ fit: FitReport, _ report: FinetuneTextReport?, as name: String, _ status: RunStatus, _ started: Date,
        in workspace: Workspace
    ) throws -> SaveOutcome {
        try text.save(
            fit, as: name, status, started, in: workspace, command: request.command, parent: request.model,
            finetuning: TextFinetuning(
                parent: request.model, knownTokens: knownTokens, validNatsBefore: validNatsBefore,
                unfreezing: request.unfreezing))
    }
}

extension FinetuneTextRequest {
    /// The recipe of the model that is fine-tuned from `parent`.
    fileprivate func recipe(from parent: TextRecipe) -> TextRecipe {
        var recipe = parent
        recipe.validShare = validShare
        if let batchSize { recipe.training.batchSize = batchSize }
        if let bptt { recipe.training.bptt = bptt }
        recipe.training.seed = seed
        recipe.training.schedule = .oneCycle
        recipe.training.keepsLast = keepsLast ? true : nil
        recipe.training.patience = patience
        recipe.training.learningRate = unfreezing.learningRate
        recipe.training.epochs = unfreezing.epochs
        return recipe
    }
}

extension Workspace {
    /// The request that repeats the fine-tuning that was stopped and saved as `name`.
    ///
    /// - Throws: `DataError.unknown`; `WorkflowError.unsuitable` for a model whose training is complete, or is no fine-tuning
    package func requestOfStoppedFinetuning(
        named name: String, model: String, dataset: String, command: String
    ) throws -> FinetuneTextRequest {
        let (stored, checkpoint) = try stoppedText(named: name)
        var request = FinetuneTextRequest(model: model, dataset: dataset, saveAs: name, command: command)
        request.resumes = true
        guard let finetuning = checkpoint.state.settings else { return request }  // refused in words later
        let recipe = stored.recipe
        request.unfreezing = finetuning.unfreezing
        (request.batchSize, request.bptt) = (recipe.training.batchSize, recipe.training.bptt)
        (request.validShare, request.seed) = (recipe.validShare, recipe.training.seed)
        (request.keepsLast, request.patience) = (recipe.training.keepsLast == true, recipe.training.patience)
        return request
    }
}
