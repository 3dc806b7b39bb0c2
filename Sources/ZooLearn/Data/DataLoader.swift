import ZooKernels

/// Cuts the numbers 0 ..< count into batches, shuffled in each epoch, and makes each batch by a closure.
///
/// It keeps no state: the order of an epoch is decided by the seed and the number of the epoch alone, so that
/// training can be resumed from the middle of an epoch.
public struct DataLoader<Batch> {
    /// Examples in all.
    public let count: Int
    /// Examples a batch; the last may have fewer.
    public let batchSize: Int
    /// Decides the order of every epoch; nil leaves the examples in order.
    public let shuffleSeed: UInt64?
    /// Whether a last batch of fewer than `batchSize` examples is left out.
    public let dropsPartialBatch: Bool
    private let makeBatch: (ArraySlice<Int>) -> Batch

    /// Creates a loader.
    ///
    /// - Parameter makeBatch: gathers the examples with the given numbers
    /// - Precondition: `count` is not negative, `batchSize` is at least 1.
    public init(
        count: Int, batchSize: Int, shuffleSeed: UInt64? = nil, dropsPartialBatch: Bool = false,
        makeBatch: @escaping (ArraySlice<Int>) -> Batch
    ) {
        precondition(count >= 0, "DataLoader: count is negative: \(count)")
        precondition(batchSize >= 1, "DataLoader: batchSize must be at least 1, not \(batchSize)")
        self.count = count
        self.batchSize = batchSize
        self.shuffleSeed = shuffleSeed
        self.dropsPartialBatch = dropsPartialBatch
        self.makeBatch = makeBatch
    }

    /// Batches an epoch.
    public var batchCount: Int {
        dropsPartialBatch ? count / batchSize : (count + batchSize - 1) / batchSize
    }

    /// The order in which an epoch visits the examples.
    public func order(epoch: Int) -> [Int] {
        let inOrder = Array(0..<count)
        guard let shuffleSeed else { return inOrder }
        // An odd constant other than SplitMix64's own keeps the states of neighbouring epochs apart.
        let seed = shuffleSeed &+ UInt64(bitPattern: Int64(epoch)) &* 0xD1B5_4A32_D192_ED03
        var generator = RandomGenerator(seed: seed)
        return inOrder.shuffled(using: &generator)
    }

    /// The batches of an epoch with the number of examples in each, from batch `first` on.
    public func batches(epoch: Int, from first: Int = 0) -> some Sequence<(batch: Batch, count: Int)> {
        let order = order(epoch: epoch)
        return (min(first, batchCount)..<batchCount).lazy.map { number in
            let rows = order[number * batchSize..<min((number + 1) * batchSize, count)]
            return (makeBatch(rows), rows.count)
        }
    }
}
