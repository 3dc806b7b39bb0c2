/// A model that says what it consists of and reads itself back.
package protocol StoredModel {
    /// Reads a model.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or has another shape
    init(_ contents: ModelContents) throws

    /// Everything that it takes to read the model back to the same bits.
    func contents() throws -> ModelContents

    /// The learned vectors that have names, for nearest neighbours, components and SQL.
    var embeddings: [Embeddings] { get }
}

/// The learned vectors of one field, in the order of the model.
///
/// - Shapes: keys, labels, biases, counts, means [entries], vectors [entries, width], row-major
package struct Embeddings: Sendable {
    /// What the entries are: `item`.
    package let field: String
    /// What the data calls each entry.
    package let keys: [String]
    /// What people call each entry.
    package let labels: [String]
    /// Row-major.
    package let vectors: [Float]
    /// Length of every vector.
    package let width: Int
    /// nil for entries without biases.
    package var biases: [Float]?
    /// The standard deviation of each bias; nil where it is not known.
    package var biasDeviations: [Float]?
    /// How many training examples each entry had; nil where that is not known.
    package var counts: [Int]?
    /// The mean of each entry's training examples; nil where that is not known.
    package var means: [Float]?

    /// Vectors of named entries.
    ///
    /// - Precondition: `width` numbers an entry
    package init(field: String, keys: [String], labels: [String]? = nil, vectors: [Float], width: Int) {
        precondition(vectors.count == keys.count * width, "Embeddings: \(vectors.count) for \(keys.count) x \(width)")
        (self.field, self.keys, self.labels) = (field, keys, labels ?? keys)
        (self.vectors, self.width) = (vectors, width)
    }

    /// The vector of an entry.
    package func vector(_ entry: Int) -> [Float] { Array(vectors[entry * width..<(entry + 1) * width]) }
}
