/// How a network over a table is trained: AdamW along one cycle.
public struct TabularConfiguration: Sendable, Hashable, Codable {
    /// Outputs of the hidden layers.
    public var hidden = [200, 100]
    /// Passes over the training rows.
    public var epochs = 10
    /// Rows a step.
    public var batchSize = 256
    /// The largest learning rate.
    public var learningRate = 3e-3
    /// Decoupled weight decay of tables and weights.
    public var weightDecay = 0.01
    /// Probability of dropping a hidden unit.
    public var dropout: Float = 0.1
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

    /// The configuration with what a number of rows asks for where nothing was set.
    func batchSize(rows: Int) -> Int { max(2, min(batchSize, rows)) }
}

/// How one pass over the training rows went.
public struct TabularEpoch: Sendable {
    /// Which network of several, from 1.
    public let member: Int
    /// 1, 2, ...
    public let epoch: Int
    /// The mean loss of the batches as they were learned from.
    public let trainingLoss: Double
    /// Metrics of the validation rows, by their lower-case names.
    public let metrics: [(name: String, value: Double)]
    /// The learning rate of the last step.
    public let learningRate: Double
    /// Wall time of the training, without the validation.
    public let seconds: Double
}
