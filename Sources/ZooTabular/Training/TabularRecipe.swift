/// How a network over a table is trained: AdamW along one cycle.
public struct TabularRecipe: Sendable, Hashable, Codable {
    /// Outputs of the hidden layers.
    public var hidden = [200, 100]
    /// Passes over the training rows; nil for what suits their number.
    public var epochs: Int?
    /// Rows a step; nil for what suits their number.
    public var batchSize: Int?
    /// The largest learning rate.
    public var learningRate = 3e-3
    /// Decoupled weight decay of tables and weights.
    public var weightDecay = 0.01
    /// Probability of dropping a hidden unit.
    public var dropout: Float = 0.2
    /// Probability of dropping a number of an embedding.
    public var embeddingDropout: Float = 0.05
    /// Lengths of vectors by column; the others follow fast.ai's rule.
    public var embeddingWidths: [String: Int] = [:]
    /// Limits of a number as target, in its own unit; a sigmoid keeps the answers in them.
    public var range: TabularArchitecture.Range?
    /// How many networks are trained from different starts and averaged.
    public var members = 1
    /// Decides every random choice.
    public var seed: UInt64 = 0

    /// The defaults.
    public init() {}

    /// The configuration with what a number of rows asks for where nothing was set: batches of 64 rows, larger ones beyond
    /// 100,000 rows, where they lose nothing; five epochs, more of few rows, so that there are about 1,250 steps.
    ///
    /// The numbers were chosen on a fifth of the census training data, and on three months of the rentals that come before
    /// the last one; never on a test part.
    public func completed(for rows: Int) -> TabularRecipe {
        var copy = self
        let usual = rows < 100_000 ? 64 : rows < 1_000_000 ? 256 : 1024
        let size = max(2, min(batchSize ?? usual, rows))
        copy.batchSize = size
        copy.epochs = epochs ?? max(rows < 1_000_000 ? 5 : 3, min(60, 1250 * size / max(rows, 1)))
        return copy
    }
}
