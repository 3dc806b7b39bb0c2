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
    /// The stages.
    public var unfreezing = GradualUnfreezing()
    /// Rows side by side; nil for the model's own.
    public var batchSize: Int?
    /// The mean length of a window; nil for the model's own.
    public var bptt: Int?
    /// The last part of the text that is kept for validation.
    public var validShare = 0.1
    /// Decides dropout and the lengths of windows.
    public var seed: UInt64 = 0
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
    /// Every pass over the text.
    public let epochs: [TrainTextReport.Epoch]
    /// How many layers, from the top, each pass trained.
    public let trainedLayers: [Int]
    /// Wall time of the training.
    public let trainSeconds: Double
    /// The name it was saved under.
    public let saved: String
}

extension Workspace {
    /// Goes on with a stored language model on another text: new tokens join its vocabulary as the mean of the old ones,
    /// layers are thawed from the top, lower layers move more slowly.
    ///
    /// - Throws: as `trainText`; `TrainingStopped` when it was stopped (nothing is saved) or its loss became no number
    public func finetuneText(
        _ request: FinetuneTextRequest, onProgress: @escaping (TextProgress) -> Void = { _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> FinetuneTextReport {
        try Self.check(name: request.saveAs)
        let stored = try languageModel(named: request.model)
        let texts = try data.texts(dataset: request.dataset)
        let split = TextSplit(texts.documents.map(\.text), validShare: request.validShare)
        let tokenizer = stored.tokenizer.merged(with: split.training)
        let model = stored.model.growing(to: tokenizer.vocabulary.count)
        let training = tokenizer.encode(documents: split.training).tokens
        let validation = request.validShare > 0 ? tokenizer.encode(documents: split.validation).tokens : nil
        if let validation, validation.count < 2 {
            throw WorkflowError.invalid(
                what: "--valid \(request.validShare)", reason: "it leaves too little for validation: give more, or 0")
        }
        let before = try validation.map { try model.evaluate($0).nats }
        let started = Date()
        var tuning = TextTuning(model: model, recipe: stored.recipe, request: request)
        try tuning.run(training, validation, onProgress: onProgress, shouldStop: shouldStop)
        let report = FinetuneTextReport(
            parent: request.model, data: request.dataset, knownTokens: stored.tokenizer.vocabulary.count,
            vocabulary: tokenizer.vocabulary.count, trainTokens: training.count, validTokens: validation?.count ?? 0,
            validNatsBefore: before, validNats: tuning.epochs.last?.validNats, epochs: tuning.epochs,
            trainedLayers: tuning.trainedLayers, trainSeconds: Date().timeIntervalSince(started), saved: request.saveAs)
        var counts = [Int](repeating: 0, count: tokenizer.vocabulary.count)
        for token in training { counts[Int(token)] += 1 }
        let result = StoredLanguageModel(model: model, tokenizer: tokenizer, recipe: tuning.recipe, counts: counts)
        var provenance = ModelProvenance(started: started)
        provenance.dataset = request.dataset
        provenance.datasetFingerprint = texts.dataset.fingerprint
        provenance.parent = request.model
        provenance.command = request.command
        provenance.seed = request.seed
        provenance.metrics = try JSONText.encode(
            TextMetrics(
                validNats: report.validNats, tokens: tokenizer.kind.rawValue, validTokens: report.validTokens))
        provenance.epochs = report.epochs.map(TrainingRun.Epoch.init)
        try save(
            try result.file(created: Date().formatted(.iso8601)), as: request.saveAs, embeddings: result.embeddingRows,
            provenance: provenance)
        return report
    }
}

/// The stages of a language model's fine-tuning.
private struct TextTuning {
    let model: LanguageModel
    private(set) var recipe: TextRecipe
    let unfreezing: GradualUnfreezing
    private(set) var epochs: [TrainTextReport.Epoch] = []
    private(set) var trainedLayers: [Int] = []

    init(model: LanguageModel, recipe: TextRecipe, request: FinetuneTextRequest) {
        self.model = model
        self.recipe = recipe
        unfreezing = request.unfreezing
        self.recipe.validShare = request.validShare
        if let batchSize = request.batchSize { self.recipe.training.batchSize = batchSize }
        if let bptt = request.bptt { self.recipe.training.bptt = bptt }
        self.recipe.training.seed = request.seed
        self.recipe.training.schedule = .oneCycle
        self.recipe.training.learningRate = request.unfreezing.learningRate
        self.recipe.training.epochs = request.unfreezing.epochs
    }

    mutating func run(
        _ training: [Int32], _ validation: [Int32]?, onProgress: @escaping (TextProgress) -> Void,
        shouldStop: @escaping () -> Bool
    ) throws {
        let parts = model.parameterLayers
        // Embeddings are trained with the decoder: new tokens have to find their place first.
        let layers = parts.dropFirst().dropLast() + [(parts.first ?? []) + (parts.last ?? [])]
        let stages = unfreezing.stages(layerCount: layers.count)
        let total = stages.reduce(0) { $0 + $1.epochs }
        for (index, stage) in stages.enumerated() {
            var options = recipe.training
            options.epochs = stage.epochs
            options.learningRate = stage.learningRate
            options.seed = recipe.training.seed &+ UInt64(index)
            try options.validate()
            let groups = unfreezing.groups(Array(layers), of: stage, weightDecay: options.weightDecay)
            let trainer = LanguageModelTrainer(model, options: options, groups: groups)
            let finished = epochs.count
            let reporter = TextReporter(epochs: total, finishedEpochs: finished, onProgress: onProgress)
            let fit = try trainer.fit(
                training: training, validation: validation, observers: [reporter], shouldStop: shouldStop)
            epochs += fit.epochs.map { TrainTextReport.Epoch($0, after: finished) }
            trainedLayers += fit.epochs.map { _ in stage.trainedLayers }
            if let reason = fit.stopReason { throw TrainingStopped(description: "\(reason); nothing was saved") }
        }
        for parameter in model.parameters { parameter.isTrainable = true }
    }
}
