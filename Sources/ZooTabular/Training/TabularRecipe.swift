/// How networks over a table are trained: AdamW along one cycle.
///
/// What is nil becomes what suits the number of training rows: see `completed(for:)`.
public struct TabularRecipe: Sendable, Hashable, Codable {
    /// Outputs of the hidden layers.
    public var hidden: [Int]?
    /// Passes over the training rows.
    public var epochs: Int?
    /// Epochs without a better one after which training ends; 0 for never; nil for half of the epochs, at least 5.
    public var patience: Int?
    /// Rows a step.
    public var batchSize: Int?
    /// The largest learning rate.
    public var learningRate: Double?
    /// Decoupled weight decay of tables and weights.
    public var weightDecay: Double?
    /// Probability of dropping a hidden unit.
    public var dropout: Float = 0.2
    /// Probability of dropping a number of an embedding.
    public var embeddingDropout: Float = 0.05
    /// Lengths of vectors by column; the others follow fast.ai's rule.
    public var embeddingWidths: [String: Int] = [:]
    /// Limits of a number as target, in its own unit; a sigmoid keeps the answers in them.
    package var range: TabularArchitecture.Range?
    /// How many networks are trained from different starts and averaged.
    public var members: Int?
    /// The part of all steps over which the parameters are averaged for validation and answers; nil for no averages.
    package var averaging: Double?
    /// Decides every random choice.
    public var seed: UInt64 = 0

    /// The defaults.
    public init() {}

    /// Fewer training rows are few: several small networks are averaged, with more weight decay and a larger rate.
    package static let fewRows = 5_000
    /// Networks over few rows.
    package static let fewRowsMembers = 6

    /// The configuration with what a number of training rows asks for where nothing was set.
    ///
    /// | | below 5,000 rows | below 100,000 | more |
    /// |---|---|---|---|
    /// | members | 6 | 2 | 1 |
    /// | hidden | 128, 64 | 200, 100 | 200, 100 |
    /// | learning rate, weight decay | 0.01, 1 | 0.004, 0.01 | 0.003, 0.01 |
    /// | steps, about | 1,250 | 1,750 | 1,250 |
    /// | averages over | a tenth of the steps | .03 | none |
    ///
    /// Batches have 64 rows, larger ones beyond 100,000 rows, where they lose nothing. There are four epochs at least,
    /// five from 100,000, three from a million rows on, and 60 at most.
    ///
    /// The numbers were chosen on a fifth of the census training data, on three months of the rentals that come before the last
    /// one, and on 26 small tables; never on a test part.
    package func completed(for rows: Int) -> TabularRecipe {
        var copy = self
        let isSmall = rows < Self.fewRows
        let usual = rows < 100_000 ? 64 : rows < 1_000_000 ? 256 : 1024
        let size = max(2, min(batchSize ?? usual, rows))
        copy.batchSize = size
        let steps = !isSmall && rows < 100_000 ? 1750 : 1250
        let least = rows < 100_000 ? 4 : rows < 1_000_000 ? 5 : 3
        copy.epochs = epochs ?? max(least, min(60, steps * size / max(rows, 1)))
        copy.members = members ?? (isSmall ? Self.fewRowsMembers : rows < 100_000 ? 2 : 1)
        copy.hidden = hidden ?? (isSmall ? [128, 64] : [200, 100])
        copy.learningRate = learningRate ?? (isSmall ? 0.01 : rows < 100_000 ? 4e-3 : 3e-3)
        copy.averaging = averaging ?? (isSmall ? 0.1 : rows < 100_000 ? 0.03 : nil)
        copy.weightDecay = weightDecay ?? (isSmall ? 1 : 0.01)
        return copy
    }
}
