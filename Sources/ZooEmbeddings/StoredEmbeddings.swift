import ZooNN

/// Vectors that another program made, kept as a model of one field, so that everything that works on a field works on them.
package struct StoredEmbeddings: StoredModel {
    /// What the entries are: `token`, `item`.
    package let field: String
    /// The vectors with their names.
    package let vectors: NamedVectors
    /// How they lay in the file that they were read from.
    package let source: String

    /// What the file carries as JSON.
    private struct Configuration: Codable {
        let field: String
        let source: String
    }

    /// Vectors of a field.
    package init(field: String, vectors: NamedVectors, source: String) {
        (self.field, self.vectors, self.source) = (field, vectors, source)
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
    }

    /// The vectors and their names.
    package func contents() throws -> ModelContents {
        ModelContents(
            kind: "embeddings", architecture: source,
            configuration: try ModelContents.json(Configuration(field: field, source: source)),
            weights: [NamedTensor(field + ".weight", vectors.vectors, [vectors.keys.count, vectors.width])],
            vocabularies: [(field, vectors.keys)] + (vectors.labels.map { [(field + ".label", $0)] } ?? []))
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
