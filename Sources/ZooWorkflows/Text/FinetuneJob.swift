import Foundation
import ZooData
import ZooLearn
import ZooNN
import ZooText
import ZooWeights

/// The fine-tuning of a language model on another text: its tokens, its stages, and where it begins.
struct FinetuneJob {
    /// The network with the tokens of both texts.
    let model: LanguageModel
    /// How it is trained, besides the stages.
    let recipe: TextRecipe
    let training: [Int32]
    let validation: [Int32]?
    /// What is trained one after the other.
    let stages: [GradualUnfreezing.Stage]
    /// Where it resumes; nil where it begins.
    private let start: TextCheckpoint?
    private let layers: [[Parameter]]
    private let request: FinetuneTextRequest
    private let tokenizer: any Tokenizer
    private let dataset: Dataset
    private let knownTokens: Int
    private let validNatsBefore: Double?

    init(_ request: FinetuneTextRequest, in workspace: Workspace) throws {
        self.request = request
        let parent = try workspace.model(named: request.model, as: StoredLanguageModel.self).model
        recipe = request.recipe(from: parent.recipe)
        let texts = try workspace.data.texts(dataset: request.dataset)
        dataset = texts.dataset
        let split = try TextParts(texts.documents.map(\.text), recipe.split)
        if request.resumes {
            let (stored, checkpoint, tuning) = try Self.stopped(request, recipe, dataset, in: workspace)
            (tokenizer, model, start) = (stored.tokenizer, stored.model, checkpoint)
            (knownTokens, validNatsBefore) = (tuning.knownTokens, tuning.validNatsBefore)
        } else {
            tokenizer = parent.tokenizer.merged(with: split.training)
            let (grown, training) = (parent.model.growing(to: tokenizer.vocabulary.count), recipe.training)
            (model, start, knownTokens) = (grown, nil, parent.tokenizer.vocabulary.count)
            validNatsBefore = try Self.tokens(tokenizer, split, request).map {
                try grown.evaluate($0, batchSize: training.batchSize).nats
            }
        }
        training = tokenizer.encode(documents: split.training).tokens
        validation = try Self.tokens(tokenizer, split, request)
        let parts = model.parameterLayers
        // Embeddings are trained with the decoder: new tokens have to find their place first.
        layers = Array(parts.dropFirst().dropLast() + [(parts.first ?? []) + (parts.last ?? [])])
        stages = request.unfreezing.stages(layerCount: layers.count)
        try recipe.training.validate()
    }

    /// Trains stage after stage, to the end or until something stops it.
    func fit(observers: [any Observer], shouldStop: @escaping () -> Bool) throws -> FitReport {
        let trainer = LanguageModelTrainer(
            model,
            stages: stages.enumerated().map { index, stage in
                var options = recipe.training
                options.epochs = stage.epochs
                options.learningRate = stage.learningRate
                options.seed = recipe.training.seed &+ UInt64(index)
                return LanguageModelStage(
                    options: options,
                    groups: request.unfreezing.groups(layers, of: stage, weightDecay: options.weightDecay))
            })
        return try trainer.fit(
            training: training, validation: validation, from: start?.resumed, observers: observers,
            shouldStop: shouldStop)
    }

    private static func tokens(_ tokenizer: any Tokenizer, _ split: TextParts, _ request: FinetuneTextRequest) throws
        -> [Int32]?
    {
        guard request.validShare > 0 else { return nil }
        let tokens = tokenizer.encode(documents: split.validation).tokens
        guard tokens.count > 1 else {
            throw WorkflowError.invalid(
                what: "--valid \(request.validShare)", reason: "it leaves too little for validation: give more, or 0")
        }
        return tokens
    }

    /// The checkpoint that `saveAs` names.
    ///
    /// - Throws: `WorkflowError.unsuitable` for one of another training
    private static func stopped(
        _ request: FinetuneTextRequest, _ recipe: TextRecipe, _ dataset: Dataset, in workspace: Workspace
    ) throws -> (StoredLanguageModel, TextCheckpoint, TextFinetuning) {
        func refusal(_ reason: String) -> WorkflowError { .unsuitable(model: request.saveAs, reason: reason) }
        let (stored, checkpoint) = try workspace.stoppedText(named: request.saveAs)
        guard let tuning = checkpoint.state.finetuning else {
            throw refusal("is no fine-tuning: 'zoo train text … --resume' resumes it")
        }
        guard tuning.parent == request.model else { throw refusal("was begun from '\(tuning.parent)'") }
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

    func report(_ fit: FitReport, seconds: Double) -> FinetuneTextReport {
        let baseline = validation.map { Baseline.unigram(tokenizer.counts(of: training), $0) }
        let validNats = (fit.keptEpoch.map { fit.epochs[$0 - 1] } ?? fit.epochs.last)?.validationLoss
        return FinetuneTextReport(
            parent: request.model, data: request.dataset, knownTokens: knownTokens,
            vocabulary: tokenizer.vocabulary.count, trainTokens: training.count, validTokens: validation?.count ?? 0,
            validNatsBefore: validNatsBefore, validNats: validNats, keptEpoch: fit.keptOrLast,
            bestEpoch: fit.leastLossEpoch, plannedEpochs: stages.reduce(0) { $0 + $1.epochs }, baseline: baseline,
            warnings: [validNats.flatMap { baseline?.warning($0) }].compactMap { $0 },
            epochs: fit.epochs.map { EpochOutput(text: $0) },
            trainedLayers: fit.epochs.map { stages[$0.stage].trainedLayers }, trainSeconds: seconds,
            saved: request.saveAs)
    }

    /// Saves the model; one whose training is not complete with all that is needed to resume it.
    func save(
        _ fit: FitReport, as name: String, in workspace: Workspace, _ status: RunStatus, _ started: Date
    ) throws -> SaveOutcome {
        var result = StoredLanguageModel(
            model: model, tokenizer: tokenizer, recipe: recipe, counts: tokenizer.counts(of: training))
        result.dataFingerprint = dataset.fingerprint
        let finetuning = TextFinetuning(
            parent: request.model, knownTokens: knownTokens, validNatsBefore: validNatsBefore,
            unfreezing: request.unfreezing)
        let checkpoint =
            status == .finished
            ? nil : TextCheckpoint(fit.checkpoint, dataFingerprint: dataset.fingerprint, finetuning: finetuning)
        var provenance = ModelProvenance(
            request.command, seed: request.seed, started: started, epochs: fit.epochs, status: status)
        provenance.dataset = request.dataset
        provenance.datasetFingerprint = dataset.fingerprint
        provenance.parent = request.model
        provenance.metrics = try JSONText.encode(
            TextMetrics(
                validNats: report(fit, seconds: 0).validNats, tokens: tokenizer.kind.rawValue,
                validTokens: validation?.count ?? 0))
        let contents = try checkpoint.map { try result.contents($0.checkpoint.weights) } ?? result.contents()
        return try workspace.save(contents, as: name, at: checkpoint, provenance: provenance)
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
        guard let finetuning = checkpoint.state.finetuning else { return request }  // refused in words later
        let recipe = stored.recipe
        request.unfreezing = finetuning.unfreezing
        (request.batchSize, request.bptt) = (recipe.training.batchSize, recipe.training.bptt)
        (request.validShare, request.seed) = (recipe.validShare, recipe.training.seed)
        (request.keepsLast, request.patience) = (recipe.training.keepsLast == true, recipe.training.patience)
        return request
    }
}
