import ZooKernels
import ZooNN

/// A text classifier with its tokens and labels, and how it was made.
package struct StoredTextClassifier: StoredModel {
    /// The network.
    package let classifier: TextClassifier
    /// How text becomes tokens.
    package let tokenizer: any Tokenizer
    /// The labels by class.
    package let labels: [String]
    /// How it was trained.
    package var options: TextClassifierTrainingOptions
    /// How often each token occurs in the language model's text.
    package let counts: [Int]
    /// What it was trained on; nil of a file that does not say.
    package var trainedOn: TrainingTexts?

    /// The texts that a classifier was trained on.
    package struct TrainingTexts: Codable, Sendable {
        /// Of all texts with their labels.
        package var fingerprint: String
        /// The fraction of each label's texts that was held out for validation.
        package var validShare: Double
        /// How many texts of each label trained, in the order of the labels.
        package var labelCounts: [Int]

        package init(fingerprint: String, validShare: Double, labelCounts: [Int]) {
            (self.fingerprint, self.validShare, self.labelCounts) = (fingerprint, validShare, labelCounts)
        }
    }

    /// What the file carries as JSON.
    private struct Configuration: Codable {
        var network: LanguageModelArchitecture
        var tokenizer: TokenizerKind
        var lowercases: Bool
        var options: TextClassifierTrainingOptions
        var trainedOn: TrainingTexts?
        /// Numbers between the head's layers; nil for one layer of the usual size.
        var headSizes: [Int]?
    }

    /// A classifier of its parts.
    package init(
        classifier: TextClassifier, tokenizer: any Tokenizer, labels: [String], options: TextClassifierTrainingOptions,
        counts: [Int]
    ) {
        self.classifier = classifier
        self.tokenizer = tokenizer
        self.labels = labels
        self.options = options
        self.counts = counts
    }

    /// Reads a classifier out of its contents.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or does not fit
    package init(_ contents: ModelContents) throws {
        let configuration = try contents.configuration(as: Configuration.self)
        (options, trainedOn) = (configuration.options, configuration.trainedOn)
        try contents.check("options.batchSize", options.batchSize > 0, "above 0")
        try contents.check("options.maximumTokens", options.maximumTokens > 0, "above 0")
        try contents.check("options.headDropout", (0..<1).contains(options.headDropout), "from 0 to below 1")
        labels = try contents.entries("label")
        guard labels.count > 1, Set(labels).count == labels.count else {
            throw ModelContentsError(location: "/vocab/label", reason: "two different labels at least are needed")
        }
        tokenizer = try contents.tokenizer(configuration.tokenizer, lowercases: configuration.lowercases)
        counts = try contents.tokenCounts(of: tokenizer, configuration.network)
        let encoder = try LanguageModel(sizesOf: contents, configuration.network, prefix: "encoder.")
        var generator = RandomGenerator.silent  // the weights are loaded
        classifier = TextClassifier(
            encoder, classCount: labels.count, dropout: options.headDropout,
            hidden: try contents.headSizes(configuration.headSizes), using: &generator)
        try contents.load(into: classifier)
    }

    /// Network, tokens, labels and settings.
    package func contents() throws -> ModelContents { try contents(classifier.state()) }

    /// The same with other weights than the network has at the moment, as a checkpoint needs it.
    package func contents(_ state: [NamedTensor]) throws -> ModelContents {
        let (parts, network) = (tokenizer.parts, classifier.encoder.configuration)
        return ModelContents(
            kind: "text-classifier", architecture: network.cell.rawValue,
            configuration: try ModelContents.json(
                Configuration(
                    network: network, tokenizer: parts.kind, lowercases: parts.lowercases, options: options,
                    trainedOn: trainedOn,
                    headSizes: classifier.hidden == [TextClassifier.headSize] ? nil : classifier.hidden)),
            weights: classifier.transposingLinearWeights(state), vocabularies: parts.vocabularies + [("label", labels)],
            statistics: [ModelStatistic(tokenCounts: counts)])
    }

    /// The tokens of the language model.
    package var embeddings: [Embeddings] { [classifier.encoder.embeddings(tokenizer, counts)] }

    /// Texts as the tokens that are read of them; one without any is read as a line break, or as one unknown token.
    package func tokens(_ texts: [String]) -> (tokens: [[Int32]], unknown: UnknownText) {
        var unknown = UnknownText()
        let tokens = texts.map { text in
            let encoded = tokenizer.encode(documents: [text])
            unknown.merge(encoded.unknown)
            return encoded.tokens.isEmpty ? [0] : encoded.tokens
        }
        return (tokens, unknown)
    }
}

extension ModelContents {
    /// The sizes between a head's layers, which are believed where the contents hold as many weights.
    ///
    /// - Throws: `ModelContentsError`
    fileprivate func headSizes(_ sizes: [Int]?) throws -> [Int] {
        guard let sizes else { return [TextClassifier.headSize] }
        let shapes = Set(weights.map(\.tensor.shape.dimensions))
        guard sizes.count < 100, sizes.allSatisfy({ $0 > 0 && shapes.contains([$0]) }) else {
            throw ModelContentsError(location: "/config", reason: "headSizes are not those of the weights")
        }
        return sizes
    }
}
