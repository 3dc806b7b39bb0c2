import ZooData
import ZooKernels
import ZooNN
import ZooTensor
import ZooText
import ZooWeights

/// A language model as it is stored: the network, its tokens, and how it was made.
struct StoredLanguageModel {
    /// The network.
    let model: LanguageModel
    /// How text becomes tokens.
    let tokenizer: any Tokenizer
    /// How it was trained.
    let recipe: TextRecipe
    /// How often each token occurs in the training text.
    let counts: [Int]
    /// The fingerprint of the data set that it was trained on; nil where the file does not say.
    var dataFingerprint: String?

    static let kind = ModelKind.text.rawValue

    /// The configuration that the file carries as JSON.
    struct Configuration: Codable {
        var network: LanguageModelArchitecture
        var tokenizer: TokenizerKind
        var lowercases: Bool
        var recipe: TextRecipe
        /// Of the data set that it was trained on.
        var dataFingerprint: String?
        /// Where training stands; only in checkpoints.
        var checkpoint: ResumeState<TextFinetuning>?
    }

    /// The file of the model.
    ///
    /// - Parameter weights: other weights than the network's own, as a checkpoint has them
    func file(created: String, checkpoint: TextCheckpoint? = nil) throws -> ModelFile {
        let parts = tokenizer.parts
        let configuration = Configuration(
            network: model.configuration, tokenizer: parts.kind, lowercases: parts.lowercases, recipe: recipe,
            dataFingerprint: dataFingerprint, checkpoint: checkpoint?.state)
        let weights = checkpoint?.checkpoint.weights ?? model.state()
        return ModelFile(
            kind: Self.kind, architecture: model.configuration.cell.rawValue,
            configuration: try JSONText.encode(configuration), weights: weights.map { WeightEntry($0) },
            vocabularies: parts.vocabularies,
            statistics: [
                WeightEntry(path: "token_count", shape: [counts.count], values: .int64(counts.map(Int64.init)))
            ], optimizer: checkpoint?.checkpoint.entries ?? [], created: created, zooVersion: ZooVersion.current)
    }

    /// A model of its parts.
    init(model: LanguageModel, tokenizer: any Tokenizer, recipe: TextRecipe, counts: [Int]) {
        self.model = model
        self.tokenizer = tokenizer
        self.recipe = recipe
        self.counts = counts
    }

    /// Reads a model out of its file.
    ///
    /// - Throws: `WeightError.malformed` naming what is missing or does not fit
    init(_ file: ModelFile) throws {
        guard file.kind == Self.kind else {
            throw WeightError.malformed(location: "attribute kind", reason: "'\(file.kind)' is no language model")
        }
        let configuration = try JSONText.decode(Configuration.self, from: file.configuration, in: "/config")
        recipe = configuration.recipe
        dataFingerprint = configuration.dataFingerprint
        tokenizer = try file.tokenizer(configuration.tokenizer, lowercases: configuration.lowercases)
        model = try LanguageModel(stored: file, configuration.network, prefix: "")
        let vocabulary = tokenizer.vocabulary
        guard vocabulary.count == model.configuration.vocabularySize else {
            throw WeightError.malformed(
                location: "/vocab/token",
                reason: "\(vocabulary.count) tokens, and the network has \(model.configuration.vocabularySize)")
        }
        guard case .int64(let counts)? = file.statistic("token_count")?.values, counts.count == vocabulary.count else {
            throw WeightError.malformed(location: "/statistics/token_count", reason: "one count a token is needed")
        }
        self.counts = counts.map { Int(clamping: $0) }
    }

    /// The rows of `zoo_embeddings`: one a token, with its bias and its count.
    var embeddingRows: [EmbeddingRow] { embeddingRows() }

    /// The same of a checkpoint's weights.
    func embeddingRows(_ weights: [NamedTensor]? = nil) -> [EmbeddingRow] {
        Self.embeddingRows(of: weights ?? model.state(), tokenizer, counts)
    }

    /// - Parameter weights: of a language model, which is not asked itself: a running training must not notice
    /// - Parameter prefix: what stands before the paths of its weights
    static func embeddingRows(
        of weights: [NamedTensor], prefix: String = "", _ tokenizer: any Tokenizer, _ counts: [Int]
    ) -> [EmbeddingRow] {
        func tensor(_ path: String) -> Tensor? { weights.first { $0.path == prefix + path }?.tensor }
        guard let table = tensor("encoder.weight"), let biases = tensor("decoder.bias")?.floats else { return [] }
        let (vectors, width) = (table.floats, table.shape[1])
        return tokenizer.vocabulary.enumerated().map { token, text in
            EmbeddingRow(
                field: "token", key: text, label: tokenizer.label(of: Int32(token)), bias: Double(biases[token]),
                count: counts[token], vector: Array(vectors[token * width..<(token + 1) * width]))
        }
    }
}

extension TokenizerParts {
    /// The vocabularies of a model file.
    var vocabularies: [(field: String, entries: [String])] {
        [("token", tokens)] + (merges.isEmpty ? [] : [("merge", merges)])
    }
}

extension ModelFile {
    /// The tokenizer that the file holds.
    ///
    /// - Throws: `WeightError.malformed`
    func tokenizer(_ kind: TokenizerKind, lowercases: Bool) throws -> any Tokenizer {
        let parts = TokenizerParts(
            kind: kind, lowercases: lowercases, tokens: vocabulary("token") ?? [], merges: vocabulary("merge") ?? [])
        do { return try parts.tokenizer() } catch {
            throw WeightError.malformed(location: "/vocab", reason: "\(error)")
        }
    }
}

extension LanguageModel {
    /// The network of a file.
    ///
    /// - Parameter prefix: what stands before the paths of its weights
    /// - Throws: `WeightError.malformed` where weights are missing or have other shapes
    convenience init(stored file: ModelFile, _ configuration: LanguageModelArchitecture, prefix: String) throws {
        do { try configuration.validate() } catch {
            throw WeightError.malformed(location: "/config", reason: "\(error)")
        }
        // Sizes are believed only when the file holds as many weights: what follows makes room for them.
        let encoder = file.weight(prefix + "encoder.weight")?.shape
        guard encoder == [configuration.vocabularySize, configuration.embeddingSize],
            configuration.layerCount <= file.weights.count,
            (0..<configuration.layerCount).allSatisfy({ layer in
                let size = configuration.size(ofLayer: layer)
                let weight = file.weight(prefix + "layers.\(layer).weight_hh_l0")
                return weight?.values.count == configuration.cell.gateCount * size * size
            })
        else {
            throw WeightError.malformed(location: "/weights", reason: "they are not of the sizes in /config")
        }
        var generator = RandomGenerator.silent  // the weights are loaded
        self.init(configuration, using: &generator)
        let entries = file.weights.filter { $0.path.hasPrefix(prefix) }
        do { try load(state: try entries.map { try $0.namedTensor(without: prefix) }) } catch let error
            as ModuleStateError
        {
            throw WeightError.malformed(location: "/weights", reason: error.description)
        }
    }
}
