import Foundation
import ZooData
import ZooKernels
import ZooLearn
import ZooText
import ZooWeights

/// The training of one language model: its tokens, its network, and where it begins.
struct TextJob {
    private let request: TrainTextRequest
    private let dataset: Dataset
    private let tokenizer: any Tokenizer
    private let model: LanguageModel
    private let training: [Int32]
    private let validation: [Int32]?
    private let start: Checkpoint?

    /// Reads the data and makes tokenizer and network, or takes them out of the checkpoint.
    init(_ request: TrainTextRequest, in workspace: Workspace, onProgress: (JobProgress) -> Void) throws {
        self.request = request
        let recipe = request.recipe
        try recipe.training.validate()
        let texts = try workspace.data.texts(dataset: request.dataset)
        dataset = texts.dataset
        let split = try TextParts(texts.documents.map(\.text), recipe.split)
        if request.resumes {
            (tokenizer, model, start) = try Self.resumed(request, dataset, in: workspace)
        } else {
            // The vocabulary comes from the training part alone.
            tokenizer = try recipe.tokenizer.tokenizer(from: split.training)
            let network = recipe.network(vocabularySize: tokenizer.vocabulary.count)
            try network.validate()
            var generator = RandomGenerator(seed: recipe.training.seed)
            model = LanguageModel(network, using: &generator)
            start = nil
        }
        training = tokenizer.encode(documents: split.training).tokens
        try Self.check(training, request)
        guard recipe.validShare > 0 else {
            validation = nil
            return
        }
        let encoded = tokenizer.encode(documents: split.validation)
        guard encoded.tokens.count > 1 else {
            throw WorkflowError.invalid(
                what: "--valid \(recipe.validShare)",
                reason:
                    "it leaves \(encoded.tokens.count.counting("token")) for validation, and 2 are needed: give a larger part, or 0"
            )
        }
        validation = encoded.tokens
        if let note = encoded.unknown.note(of: "the validation text") { onProgress(.note(note)) }
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
        -> (any Tokenizer, LanguageModel, Checkpoint)
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
        if let finetuning = checkpoint.state.finetuning {
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
        return (model.tokenizer, model.model, checkpoint.checkpoint)
    }

    /// Trains to the end, or until something stops it.
    func fit(observers: [any Observer], shouldStop: @escaping () -> Bool) throws -> FitReport {
        try LanguageModelTrainer(model, options: request.recipe.training).fit(
            training: training, validation: validation, from: start, observers: observers, shouldStop: shouldStop)
    }

    /// Tokens of the training text.
    var tokenCount: Int { training.count }

    /// How often each token occurs in the training text.
    private var counts: [Int] { tokenizer.counts(of: training) }

    func report(_ fit: FitReport, seconds: Double) -> TrainTextReport {
        let steps = fit.steps - (start?.progress.steps ?? 0)
        let tokens = Double(steps * request.recipe.training.batchSize * request.recipe.training.bptt)
        let epochs = fit.epochs
        // Whole epochs are counted exactly; of a part of one, the mean length of a window stands for each step.
        let whole = Double(training.count * (epochs.count - (start?.progress.epochs.count ?? 0)))
        let baseline = validation.map { Baseline.unigram(counts, $0) }
        let validNats = (fit.keptEpoch.map { epochs[$0 - 1] } ?? epochs.last)?.validationLoss
        return TrainTextReport(
            model: model.configuration.cell.rawValue, data: request.dataset, tokens: tokenizer.kind.rawValue,
            vocabulary: tokenizer.vocabulary.count, parameters: model.parameters.reduce(0) { $0 + $1.shape.count },
            trainTokens: training.count, validTokens: validation?.count ?? 0, validNats: validNats,
            keptEpoch: fit.keptOrLast, bestEpoch: fit.leastLossEpoch,
            plannedEpochs: request.recipe.training.epochs, baseline: baseline,
            warnings: [validNats.flatMap { baseline?.warning($0) }].compactMap { $0 },
            trainSeconds: seconds, tokensPerSecond: (whole > 0 ? whole : tokens) / max(seconds, 1e-9),
            epochs: epochs.map { EpochOutput(text: $0) },
            saved: request.saveAs)
    }

    /// Saves the model; one whose training is not complete with all that is needed to resume it.
    func save(
        _ report: TrainTextReport, _ fit: FitReport, as name: String, in workspace: Workspace,
        status: RunStatus, started: Date
    ) throws -> SaveOutcome {
        var stored = StoredLanguageModel(model: model, tokenizer: tokenizer, recipe: request.recipe, counts: counts)
        stored.dataFingerprint = dataset.fingerprint
        var provenance = ModelProvenance(
            request.command, seed: request.recipe.training.seed, started: started, epochs: fit.epochs, status: status)
        provenance.dataset = request.dataset
        provenance.datasetFingerprint = dataset.fingerprint
        provenance.metrics = try JSONText.encode(
            TextMetrics(validNats: report.validNats, tokens: report.tokens, validTokens: report.validTokens))
        if status == .finished {
            return try workspace.save(
                try stored.contents(), as: name, storesFloat16: request.storesFloat16, provenance: provenance)
        }
        return try workspace.save(
            try stored.contents(fit.checkpoint.weights), as: name,
            at: TextCheckpoint(fit.checkpoint, dataFingerprint: dataset.fingerprint), provenance: provenance)
    }
}

extension Tokenizer {
    /// How often each token of the vocabulary occurs.
    func counts(of tokens: [Int32]) -> [Int] {
        var counts = [Int](repeating: 0, count: vocabulary.count)
        for token in tokens { counts[Int(token)] += 1 }
        return counts
    }
}

/// What is known of a language model's quality.
struct TextMetrics: Codable {
    /// Nats a token of the validation text.
    var validNats: Double?
    /// What a token is.
    var tokens: String
    /// How many tokens validated.
    var validTokens: Int

    private enum CodingKeys: String, CodingKey {
        case validNats = "valid_nats"
        case tokens
        case validTokens = "valid_tokens"
    }
}

extension EpochOutput {
    /// An epoch of a language model.
    init(text report: EpochReport) {
        self.init(
            report,
            [
                "train_nats": .number(report.trainingLoss), "valid_nats": JSONValue(report.validationLoss),
                "learning_rate": .number(report.learningRate),
            ])
    }
}
