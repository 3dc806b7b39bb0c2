import ZooLearn

/// How a pairwise ranking is trained.
///
/// The defaults were chosen on validation parts of MovieLens 100K's u1.base.
public struct BPRRecipe: Sendable, Hashable, Codable {
    /// Length of the vectors.
    public var factors = 64
    /// Passes: an epoch draws as many pairs as there are ratings.
    public var epochs = 100
    /// The learning rate at the start; it falls evenly to a tenth of it.
    public var learningRate: Float = 0.08
    /// The L2 penalty of vectors and biases at each step.
    public var weightDecay: Float = 0.02
    /// Decides the factors at the start and the pairs.
    public var seed: UInt64 = 0

    /// The defaults.
    public init() {}

    /// Whether the numbers make sense.
    var isValid: Bool { factors > 0 && epochs > 0 && learningRate.isFinite && weightDecay.isFinite }
}

extension BPRRecipe: Schedule {
    /// The learning rate at a step.
    public func value(at step: Int, of total: Int) -> Double {
        Double(learningRate) * (1 - 0.9 * Double(step) / Double(max(total, 1)))
    }
}
