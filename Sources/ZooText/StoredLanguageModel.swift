import ZooKernels
import ZooNN
import ZooTensor

/// A language model with its tokens, and how it was made.
package struct StoredLanguageModel: StoredModel {
    /// The network.
    package let model: LanguageModel
    /// How text becomes tokens.
    package let tokenizer: any Tokenizer
    /// How it was trained.
    package let recipe: TextRecipe
    /// How often each token occurs in the training text.
    package let counts: [Int]
    /// The fingerprint of the data set that it was trained on; nil where the file does not say.
    package var dataFingerprint: String?

    /// What the file carries as JSON.
    private struct Configuration: Codable {
        var network: LanguageModelArchitecture
        var tokenizer: TokenizerKind
        var lowercases: Bool
        var recipe: TextRecipe
        var dataFingerprint: String?
    }

    /// A model of its parts.
    package init(model: LanguageModel, tokenizer: any Tokenizer, recipe: TextRecipe, counts: [Int]) {
        self.model = model
        self.tokenizer = tokenizer
        self.recipe = recipe
        self.counts = counts
    }

    /// Reads a model out of its contents.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or does not fit
    package init(_ contents: ModelContents) throws {
        let configuration = try contents.configuration(as: Configuration.self)
        try contents.check("network.merges", configuration.network.merges == nil, "of a classifier")
        (recipe, dataFingerprint) = (configuration.recipe, configuration.dataFingerprint)
        tokenizer = try contents.tokenizer(configuration.tokenizer, lowercases: configuration.lowercases)
        counts = try contents.tokenCounts(of: tokenizer, configuration.network)
        model = try LanguageModel(sizesOf: contents, configuration.network)
        try contents.load(into: model)
    }

    /// Network, tokens, counts and recipe.
    package func contents() throws -> ModelContents { try contents(model.state()) }

    /// The same with other weights than the network has at the moment, as a checkpoint needs it.
    package func contents(_ state: [NamedTensor]) throws -> ModelContents {
        let parts = tokenizer.parts
        return ModelContents(
            kind: "text", architecture: model.configuration.cell.rawValue,
            configuration: try ModelContents.json(
                Configuration(
                    network: model.configuration, tokenizer: parts.kind, lowercases: parts.lowercases, recipe: recipe,
                    dataFingerprint: dataFingerprint)),
            weights: model.transposingLinearWeights(state), vocabularies: parts.vocabularies,
            statistics: [ModelStatistic(tokenCounts: counts)])
    }

    /// The tokens, with their biases and counts.
    package var embeddings: [Embeddings] { [model.embeddings(tokenizer, counts)] }
}

extension LanguageModel {
    /// The tokens' vectors, with the biases of the decoder.
    func embeddings(_ tokenizer: any Tokenizer, _ counts: [Int]) -> Embeddings {
        let tokens = tokenizer.vocabulary
        var embeddings = Embeddings(
            field: "token", keys: tokens, labels: tokens.indices.map { tokenizer.label(of: Int32($0)) },
            vectors: encoder.weight.value.floats, width: configuration.embeddingSize)
        (embeddings.biases, embeddings.counts) = (decoder.bias.value.floats, counts)
        return embeddings
    }

    /// A network of the sizes of a configuration, whose weights are to be loaded.
    ///
    /// - Parameter prefix: what stands before the paths of its weights in the contents
    /// - Throws: `ModelContentsError` where the contents do not hold as many weights
    convenience init(sizesOf contents: ModelContents, _ configuration: LanguageModelArchitecture, prefix: String = "")
        throws
    {
        do { try configuration.validate() } catch {
            throw ModelContentsError(location: "/config", reason: "\(error)")
        }
        // Sizes are believed only when the contents hold as many weights: what follows makes room for them.
        let encoder = contents.shape(prefix + "encoder.weight")
        guard encoder == [configuration.vocabularySize, configuration.embeddingSize],
            configuration.layerCount <= contents.weights.count,
            (0..<configuration.layerCount).allSatisfy({ layer in
                let size = configuration.stateSize(ofLayer: layer)
                let weight = contents.shape(prefix + "layers.\(layer).weight_hh_l0")
                return weight?.reduce(1, *) == configuration.cell.gateCount * size * size
            })
        else { throw ModelContentsError(location: "/weights", reason: "they are not of the sizes in /config") }
        var generator = RandomGenerator.silent  // the weights are loaded
        self.init(configuration, using: &generator)
    }
}

extension TokenizerParts {
    /// The vocabularies of a model.
    var vocabularies: [(field: String, entries: [String])] {
        [("token", tokens)] + (merges.isEmpty ? [] : [("merge", merges)])
    }
}

private let tokenCountPath = "token_count"

extension ModelStatistic {
    /// How often each token occurs.
    init(tokenCounts: [Int]) { self.init(path: tokenCountPath, values: .counts(tokenCounts.map(Int64.init))) }
}

extension ModelContents {
    /// The tokenizer.
    ///
    /// - Throws: `ModelContentsError`
    func tokenizer(_ kind: TokenizerKind, lowercases: Bool) throws -> any Tokenizer {
        let merges = vocabularies.first { $0.field == "merge" }?.entries
        let parts = TokenizerParts(
            kind: kind, lowercases: lowercases, tokens: try entries("token"), merges: merges ?? [])
        do { return try parts.tokenizer() } catch { throw ModelContentsError(location: "/vocab", reason: "\(error)") }
    }

    /// How often each token occurs in the training text.
    ///
    /// - Throws: `ModelContentsError` unless tokens, counts and network are of one size
    func tokenCounts(of tokenizer: any Tokenizer, _ network: LanguageModelArchitecture) throws -> [Int] {
        let count = tokenizer.vocabulary.count
        guard count == network.vocabularySize else {
            throw ModelContentsError(
                location: "/vocab/token", reason: "\(count) tokens, and the network has \(network.vocabularySize)")
        }
        return try counts(tokenCountPath, count: count)
    }
}
