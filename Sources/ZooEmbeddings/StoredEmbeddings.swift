import ZooNN

/// Vectors that another program made, or a model of texts, kept as a model of one field, so that everything that works on a
/// field works on them.
package struct StoredEmbeddings: StoredModel {
    /// What the entries are: `token`, `item`.
    package let field: String
    /// The vectors with their names.
    package let vectors: NamedVectors
    /// How they lay in the file that they were read from.
    package let source: String
    /// Where vectors of texts come from; nil for others.
    package var texts: TextOrigin?

    /// The texts that vectors were made of.
    package struct TextOrigin: Sendable, Equatable {
        /// The `source` of such vectors.
        package static let source = "texts"
        /// The name that the model had which made them.
        package let model: String
        /// The hash of its file.
        package let sha256: String
        /// A hash of each text.
        package let hashes: [String]

        /// Of texts that a model turned into vectors.
        package init(model: String, sha256: String, hashes: [String]) {
            (self.model, self.sha256, self.hashes) = (model, sha256, hashes)
        }
    }

    /// What the file carries as JSON.
    private struct Configuration: Codable {
        let field: String
        let source: String
        var model: String?
        var modelFile: String?
    }

    /// Vectors of a field.
    package init(field: String, vectors: NamedVectors, source: String, texts: TextOrigin? = nil) {
        (self.field, self.vectors, self.source, self.texts) = (field, vectors, source, texts)
    }

    /// Reads vectors out of their contents.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or does not fit
    package init(_ contents: ModelContents) throws {
        let configuration = try contents.configuration(as: Configuration.self)
        (field, source) = (configuration.field, configuration.source)
        func names(_ name: String) -> [String]? { contents.vocabularies.first { $0.field == name }?.entries }
        guard let keys = names(field), let shape = contents.weights.first?.tensor.shape.dimensions, shape.count == 2
        else {
            throw ModelContentsError(location: "/vocab/" + field, reason: "the names of the vectors are missing")
        }
        let labels = names(field + ".label")
        guard shape[0] == keys.count, labels?.count ?? keys.count == keys.count else {
            throw ModelContentsError(location: "/vocab/" + field, reason: "\(keys.count) names for \(shape[0]) vectors")
        }
        vectors = NamedVectors(
            keys: keys, labels: labels, vectors: try contents.floats(field + ".weight", shape: shape), width: shape[1])
        if let model = configuration.model, let file = configuration.modelFile {
            let hashes = try contents.entries(field + ".hash")
            guard hashes.count == keys.count else {
                throw ModelContentsError(
                    location: "/vocab/" + field + ".hash", reason: "\(hashes.count) hashes for \(keys.count) texts")
            }
            texts = TextOrigin(model: model, sha256: file, hashes: hashes)
        }
    }

    /// The vectors and their names.
    package func contents() throws -> ModelContents {
        ModelContents(
            kind: "embeddings", architecture: source,
            configuration: try ModelContents.json(
                Configuration(field: field, source: source, model: texts?.model, modelFile: texts?.sha256)),
            weights: [NamedTensor(field + ".weight", vectors.vectors, [vectors.keys.count, vectors.width])],
            vocabularies: [(field, vectors.keys)] + (vectors.labels.map { [(field + ".label", $0)] } ?? [])
                + (texts.map { [(field + ".hash", $0.hashes)] } ?? []))
    }

    /// All of it.
    package var embeddings: [Embeddings] {
        [
            Embeddings(
                field: field, keys: vectors.keys, labels: vectors.labels, vectors: vectors.vectors, width: vectors.width
            )
        ]
    }
}
