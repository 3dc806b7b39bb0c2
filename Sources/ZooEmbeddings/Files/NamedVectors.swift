/// Vectors that another program wrote, with their names.
package struct NamedVectors: Sendable, Equatable {
    /// What the data calls each entry, one a row, no two alike.
    package var keys: [String]
    /// What people call them; nil where the keys serve.
    package var labels: [String]?
    /// Row-major [keys, width].
    package var vectors: [Float]
    /// How many numbers a vector has.
    package let width: Int

    /// Vectors of given names.
    ///
    /// - Precondition: there is a vector of `width` numbers for each key, and a label where there are labels
    package init(keys: [String], labels: [String]? = nil, vectors: [Float], width: Int) {
        precondition(
            vectors.count == keys.count * width && labels?.count ?? keys.count == keys.count,
            "NamedVectors: \(keys.count) keys, \(vectors.count) numbers, width \(width)")
        (self.keys, self.labels, self.vectors, self.width) = (keys, labels, vectors, width)
    }
}
