/// What a model learned of the entries of one field: a vector for each, with the names to find it by.
public struct EmbeddingTable: Sendable {
    /// The entries' keys as in the data, such as `"50"`; one a row.
    public let keys: [String]
    /// What people call them, such as `"Star Wars (1977)"`; one a row.
    public let labels: [String]
    /// The vectors, row-major [count, width].
    public let vectors: [Float]
    /// How many numbers a vector has.
    public let width: Int
    /// The learned bias of each entry, where the model has one.
    public let biases: [Float]?
    /// How often each entry was seen in training, where known.
    public let counts: [Int]?
    /// The mean target of each entry in the training data, where known.
    public let means: [Float]?

    /// The number of entries.
    public var count: Int { keys.count }

    /// Creates a table.
    ///
    /// - Shapes: keys, labels, biases, counts, means [n]; vectors [n, width]
    /// - Throws: `EmbeddingError.sizeMismatch` when a column has another length than `keys`.
    package init(
        keys: [String], labels: [String], vectors: [Float], width: Int, biases: [Float]? = nil, counts: [Int]? = nil,
        means: [Float]? = nil
    ) throws {
        guard width > 0 else { throw EmbeddingError.sizeMismatch(column: "width", expected: 1, found: width) }
        func check(_ column: String, _ found: Int?, _ expected: Int) throws {
            if let found, found != expected {
                throw EmbeddingError.sizeMismatch(column: column, expected: expected, found: found)
            }
        }
        try check("labels", labels.count, keys.count)
        try check("vectors", vectors.count, keys.count * width)
        try check("biases", biases?.count, keys.count)
        try check("counts", counts?.count, keys.count)
        try check("means", means?.count, keys.count)
        self.keys = keys
        self.labels = labels
        self.vectors = vectors
        self.width = width
        self.biases = biases
        self.counts = counts
        self.means = means
    }

    /// The vector of one entry.
    public func vector(_ row: Int) -> ArraySlice<Float> { vectors[(row * width)..<((row + 1) * width)] }
}
