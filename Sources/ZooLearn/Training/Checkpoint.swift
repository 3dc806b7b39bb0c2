import ZooKernels
import ZooNN

/// Everything that training goes on from: a copy that shares storage with the learner until one of them changes.
///
/// Training that goes on from a checkpoint makes the same bits as training that was never stopped.
public struct Checkpoint: Sendable {
    /// Parameters and buffers by path, as they lie in memory.
    ///
    /// In the middle of an epoch, rows that sparse gradients left behind are not brought up to date; `optimizer` holds
    /// what they miss. After an epoch none is behind.
    public var weights: [NamedTensor]
    /// The optimiser's state, as `Optimizer.state(named:)` gives it.
    public var optimizer: [NamedTensor]
    /// Where training stands.
    public var progress: TrainingProgress
    /// What is carried from one batch to the next besides weights, such as the state of a recurrent network.
    public var carried: [NamedTensor]

    /// Puts a checkpoint together, as when it is read from a file.
    public init(
        weights: [NamedTensor], optimizer: [NamedTensor], progress: TrainingProgress, carried: [NamedTensor] = []
    ) {
        self.weights = weights
        self.optimizer = optimizer
        self.progress = progress
        self.carried = carried
    }
}

extension Checkpoint {
    /// What stands before the paths of the best epoch's weights in `carried`.
    package static let bestEpochPrefix = "best/"

    /// Parameters and buffers after the best epoch, of a training that keeps it; empty before there is one.
    public var bestEpochWeights: [NamedTensor] {
        get {
            carried.filter { $0.path.hasPrefix(Self.bestEpochPrefix) }.map {
                NamedTensor(path: String($0.path.dropFirst(Self.bestEpochPrefix.count)), tensor: $0.tensor)
            }
        }
        set {
            carried.removeAll { $0.path.hasPrefix(Self.bestEpochPrefix) }
            carried += newValue.map { NamedTensor(path: Self.bestEpochPrefix + $0.path, tensor: $0.tensor) }
        }
    }
}

/// Where training stands, besides tensors.
public struct TrainingProgress: Sendable, Hashable, Codable {
    /// The epoch that is being trained or comes next, from 0.
    public var epoch = 0
    /// Steps taken in that epoch.
    public var stepInEpoch = 0
    /// Steps taken in all.
    public var step = 0
    /// The learner's generator.
    public var generator: RandomGenerator
    /// Sum of the losses of the examples seen in this epoch.
    public var lossSum = 0.0
    /// Examples seen in this epoch.
    public var exampleCount = 0
    /// The epochs that are finished.
    public var history: [EpochReport] = []
    /// The batches that it goes through.
    public var data: LoaderState

    /// The state before the first step.
    public init(generator: RandomGenerator, data: LoaderState) {
        self.generator = generator
        self.data = data
    }
}

/// What decides a loader's batches, besides the examples themselves.
public struct LoaderState: Sendable, Hashable, Codable {
    /// Examples in all.
    public let count: Int
    /// Examples a batch.
    public let batchSize: Int
    /// Decides the order of every epoch.
    public let shuffleSeed: UInt64?
    /// Whether a last partial batch is left out.
    public let dropsPartialBatch: Bool

    /// Puts a description together.
    public init(count: Int, batchSize: Int, shuffleSeed: UInt64?, dropsPartialBatch: Bool) {
        self.count = count
        self.batchSize = batchSize
        self.shuffleSeed = shuffleSeed
        self.dropsPartialBatch = dropsPartialBatch
    }
}

/// Why training cannot go on from a checkpoint.
public enum CheckpointError: Error, Hashable, CustomStringConvertible {
    /// The data is cut into other batches than those the checkpoint was made with.
    case otherData(found: LoaderState, expected: LoaderState)
    /// What was carried from batch to batch is not what this model carries.
    case otherState

    /// What is wrong, in one line.
    public var description: String {
        switch self {
        case .otherData(let found, let expected):
            "the checkpoint was made with \(Self.text(expected)), not with \(Self.text(found))"
        case .otherState: "the checkpoint carries the state of another model"
        }
    }

    private static func text(_ state: LoaderState) -> String {
        let order = state.shuffleSeed.map { "shuffled by seed \($0)" } ?? "in order"
        return "\(state.count) examples in batches of \(state.batchSize), \(order)"
    }
}
