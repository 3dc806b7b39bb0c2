import Foundation
import ZooData
import ZooLearn
import ZooText
import ZooWeights

/// A language model that is to be fitted to another text: the text as its tokens, and where it begins.
struct FinetuneJob {
    /// The network with the tokens of both texts.
    let model: LanguageModel
    /// How it is trained, besides the stages.
    let recipe: TextRecipe
    let training: [Int32]
    let validation: [Int32]?
    /// Where it goes on; nil where it begins.
    let start: TextCheckpoint?
    private let request: FinetuneTextRequest
    private let tokenizer: any Tokenizer
    private let dataset: Dataset
    private let knownTokens: Int
    private let validNatsBefore: Double?

    init(_ request: FinetuneTextRequest, in workspace: Workspace) throws {
        self.request = request
        let parent = try workspace.languageModel(named: request.model)
        recipe = request.recipe(from: parent.recipe)
        let texts = try workspace.data.texts(dataset: request.dataset)
        dataset = texts.dataset
        let split = TextSplit(texts.documents.map(\.text), validShare: request.validShare)
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
    }

    private static func tokens(_ tokenizer: any Tokenizer, _ split: TextSplit, _ request: FinetuneTextRequest) throws
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
    ) throws -> (StoredLanguageModel, TextCheckpoint, TextCheckpoint.Finetuning) {
        func refusal(_ reason: String) -> WorkflowError { .unsuitable(model: request.saveAs, reason: reason) }
        let (file, entry) = try workspace.resumableFile(named: request.saveAs)
        try ModelKind.text.check(entry)
        let stored = try StoredLanguageModel(file)
        let configuration = try JSONText.decode(
            StoredLanguageModel.Configuration.self, from: file.configuration, in: "/config")
        guard let checkpoint = try TextCheckpoint(file, configuration.checkpoint) else {
            throw WorkflowError.nothingToResume(request.saveAs)
        }
        guard let tuning = checkpoint.position.finetuning else {
            throw refusal("is no fine-tuning: 'zoo train text … --resume' goes on with it")
        }
        guard tuning.parent == request.model else { throw refusal("was begun from '\(tuning.parent)'") }
        var (unfreezing, same) = (tuning.unfreezing, stored.recipe)
        same.training.keepsLast = recipe.training.keepsLast
        if request.changesRate {
            unfreezing.learningRate = request.unfreezing.learningRate
            same.training.learningRate = recipe.training.learningRate
        }
        guard unfreezing == request.unfreezing, same == recipe else {
            throw refusal("was begun with other settings: give the same ones; --lr may change")
        }
        guard checkpoint.position.dataFingerprint == dataset.fingerprint else {
            throw refusal("was trained on another text than '\(dataset.name)' holds now: it cannot go on with it")
        }
        return (stored, checkpoint, tuning)
    }

    func report(_ tuning: TextTuning, seconds: Double) -> FinetuneTextReport {
        let baseline = validation.map { Baseline.unigram(tokenizer.counts(of: training), $0) }
        let validNats = tuning.validNats
        return FinetuneTextReport(
            parent: request.model, data: request.dataset, knownTokens: knownTokens,
            vocabulary: tokenizer.vocabulary.count, trainTokens: training.count, validTokens: validation?.count ?? 0,
            validNatsBefore: validNatsBefore, validNats: validNats, keptEpoch: tuning.keptEpoch, baseline: baseline,
            warnings: [validNats.flatMap { baseline?.warning($0) }].compactMap { $0 }, epochs: tuning.epochs,
            trainedLayers: tuning.trainedLayers, trainSeconds: seconds, saved: request.saveAs)
    }

    /// Saves the model.
    ///
    /// - Parameter fit: where the stage that is under way stands; nil for the finished model
    func save(
        _ tuning: TextTuning, as name: String, in workspace: Workspace, at fit: LanguageModelFit?, _ status: RunStatus,
        _ started: Date
    ) throws -> SaveOutcome {
        var result = StoredLanguageModel(
            model: model, tokenizer: tokenizer, recipe: recipe, counts: tokenizer.counts(of: training))
        result.dataFingerprint = dataset.fingerprint
        let finetuning = TextCheckpoint.Finetuning(
            parent: request.model, knownTokens: knownTokens, validNatsBefore: validNatsBefore,
            unfreezing: request.unfreezing, finished: tuning.finished)
        let checkpoint = fit.map {
            TextCheckpoint($0.checkpoint, dataFingerprint: dataset.fingerprint, finetuning: finetuning)
        }
        let epochs = tuning.epochs + (fit?.epochs ?? []).map { .init($0, after: tuning.epochs.count) }
        var provenance = ModelProvenance(started: started)
        provenance.dataset = request.dataset
        provenance.datasetFingerprint = dataset.fingerprint
        provenance.parent = request.model
        provenance.command = request.command
        provenance.seed = request.seed
        provenance.metrics = try JSONText.encode(
            TextMetrics(
                validNats: fit == nil ? tuning.validNats : epochs.last?.validNats, tokens: tokenizer.kind.rawValue,
                validTokens: validation?.count ?? 0))
        provenance.epochs = epochs.map(TrainingRun.Epoch.init)
        provenance.status = status
        let file = try result.file(created: Date().formatted(.iso8601), checkpoint: checkpoint)
        return try workspace.save(
            file, as: name, embeddings: result.embeddingRows(checkpoint?.checkpoint.weights), provenance: provenance)
    }
}

extension FinetuneTextRequest {
    /// The recipe of the model that comes of `parent`.
    fileprivate func recipe(from parent: TextRecipe) -> TextRecipe {
        var recipe = parent
        recipe.validShare = validShare
        if let batchSize { recipe.training.batchSize = batchSize }
        if let bptt { recipe.training.bptt = bptt }
        recipe.training.seed = seed
        recipe.training.schedule = .oneCycle
        recipe.training.keepsLast = keepsLast ? true : nil
        recipe.training.learningRate = unfreezing.learningRate
        recipe.training.epochs = unfreezing.epochs
        return recipe
    }
}
