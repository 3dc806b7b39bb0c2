import ZooData
import ZooKernels
import ZooNN
import ZooText
import ZooWeights

/// A text classifier as it is stored.
struct StoredTextClassifier {
    /// The network.
    let classifier: TextClassifier
    /// How text becomes tokens.
    let tokenizer: any Tokenizer
    /// The labels by class.
    let labels: [String]
    /// How it was trained.
    var options: TextClassifierTrainingOptions
    /// How often each token occurs in the language model's text.
    let counts: [Int]
    /// What it was trained on; nil of a file that does not say.
    var trainedOn: TrainingTexts?
    /// Where its training was stopped; nil where it has ended.
    private(set) var checkpoint: ClassifierCheckpoint?

    static let kind = ModelKind.textClassifier.rawValue

    /// The texts that a classifier was trained on.
    struct TrainingTexts: Codable {
        /// Of all texts with their labels.
        var fingerprint: String
        /// The part of each label's texts that was kept for validation.
        var validShare: Double
        /// How many texts of each label trained, in the order of the labels.
        var labelCounts: [Int]
    }

    /// The configuration that the file carries as JSON.
    private struct Configuration: Codable {
        var network: LanguageModelArchitecture
        var tokenizer: TokenizerKind
        var lowercases: Bool
        var options: TextClassifierTrainingOptions
        var trainedOn: TrainingTexts?
        /// Where training stands; only in checkpoints.
        var checkpoint: ClassifierResumeState?
    }

    /// The file of the classifier.
    ///
    /// - Parameter checkpoint: where its training stands; nil where it has ended
    func file(created: String, checkpoint: ClassifierCheckpoint? = nil) throws -> ModelFile {
        let parts = tokenizer.parts
        let configuration = Configuration(
            network: classifier.encoder.configuration, tokenizer: parts.kind, lowercases: parts.lowercases,
            options: options, trainedOn: trainedOn, checkpoint: checkpoint.map { ClassifierResumeState($0.state) })
        let weights = checkpoint?.checkpoint.weights ?? classifier.state()
        return ModelFile(
            kind: Self.kind, architecture: classifier.encoder.configuration.cell.rawValue,
            configuration: try JSONText.encode(configuration),
            weights: weights.map { WeightEntry($0) }, vocabularies: parts.vocabularies + [("label", labels)],
            statistics: [
                WeightEntry(path: "token_count", shape: [counts.count], values: .int64(counts.map(Int64.init)))
            ], optimizer: checkpoint?.checkpoint.entries ?? [], created: created, zooVersion: ZooVersion.current)
    }

    /// A classifier of its parts.
    init(
        classifier: TextClassifier, tokenizer: any Tokenizer, labels: [String], options: TextClassifierTrainingOptions,
        counts: [Int]
    ) {
        self.classifier = classifier
        self.tokenizer = tokenizer
        self.labels = labels
        self.options = options
        self.counts = counts
    }

    /// Reads a classifier out of its file.
    ///
    /// - Throws: `WeightError.malformed` naming what is missing or does not fit
    init(_ file: ModelFile) throws {
        guard file.kind == Self.kind else {
            throw WeightError.malformed(location: "attribute kind", reason: "'\(file.kind)' is no text classifier")
        }
        let configuration = try JSONText.decode(Configuration.self, from: file.configuration, in: "/config")
        options = configuration.options
        trainedOn = configuration.trainedOn
        func check(_ field: String, _ isInRange: Bool, _ range: String) throws {
            if !isInRange { throw WeightError.malformed(location: "/config", reason: "\(field) must be \(range)") }
        }
        try check("options.batchSize", options.batchSize > 0, "above 0")
        try check("options.maximumTokens", options.maximumTokens > 0, "above 0")
        try check("options.headDropout", (0..<1).contains(options.headDropout), "from 0 to below 1")
        labels = file.vocabulary("label") ?? []
        guard labels.count > 1, Set(labels).count == labels.count else {
            throw WeightError.malformed(location: "/vocab/label", reason: "two different labels at least are needed")
        }
        tokenizer = try file.tokenizer(configuration.tokenizer, lowercases: configuration.lowercases)
        guard tokenizer.vocabulary.count == configuration.network.vocabularySize else {
            throw WeightError.malformed(location: "/vocab/token", reason: "the network has another number of tokens")
        }
        guard case .int64(let counts)? = file.statistic("token_count")?.values,
            counts.count == tokenizer.vocabulary.count
        else {
            throw WeightError.malformed(location: "/statistics/token_count", reason: "one count a token is needed")
        }
        self.counts = counts.map { Int(clamping: $0) }
        let encoder = try LanguageModel(stored: file, configuration.network, prefix: "encoder.")
        var generator = RandomGenerator.silent  // the weights are loaded
        classifier = TextClassifier(
            encoder, classCount: labels.count, dropout: options.headDropout, using: &generator)
        do { try classifier.load(state: try file.weights.map { try $0.namedTensor() }) } catch let error
            as ModuleStateError
        {
            throw WeightError.malformed(location: "/weights", reason: error.description)
        }
        checkpoint = try ClassifierCheckpoint(file, configuration.checkpoint?.state)
    }

    /// The rows of `zoo_embeddings`: those of the language model.
    var embeddingRows: [EmbeddingRow] { embeddingRows() }

    /// The same of a checkpoint's weights.
    func embeddingRows(_ weights: [NamedTensor]? = nil) -> [EmbeddingRow] {
        StoredLanguageModel.embeddingRows(of: weights ?? classifier.state(), prefix: "encoder.", tokenizer, counts)
    }

    /// Texts as the tokens that are read of them; one without any is read as a line break, or as one unknown token.
    func tokens(_ texts: [String]) -> (tokens: [[Int32]], unknown: UnknownText) {
        var unknown = UnknownText()
        let tokens = texts.map { text in
            let encoded = tokenizer.encode(documents: [text])
            unknown.merge(encoded.unknown)
            return encoded.tokens.isEmpty ? [0] : encoded.tokens
        }
        return (tokens, unknown)
    }
}

extension Workspace {
    /// Loads a text classifier.
    ///
    /// - Throws: as `modelFile`; `WorkflowError.unsuitable` for a model of another kind
    func textClassifier(named name: String) throws -> StoredTextClassifier {
        let (file, entry) = try modelFile(named: name)
        try ModelKind.textClassifier.check(entry)
        return try StoredTextClassifier(file)
    }
}
