import ZooKernels
import ZooNN

/// Everything that training resumes from: a copy that shares storage with the task until one of them changes.
///
/// Training that is resumed from a checkpoint makes the same bits as training that was never stopped.
public struct Checkpoint: Sendable {
    /// Parameters and buffers by path, as they lie in memory.
    ///
    /// In the middle of an epoch, rows whose updates are deferred are not up to date; `optimizer` holds what they miss.
    /// After an epoch none is pending.
    package var weights: [NamedTensor]
    /// The optimizer's state, as `Optimizer.state(named:)` gives it.
    package var optimizer: [NamedTensor]
    /// Where training stands.
    package var progress: TrainingProgress
    /// What later steps depend on besides weights, such as the state of a recurrent network, and the best epoch's weights.
    package var auxiliary: [NamedTensor]

    /// Creates a checkpoint, as when it is read from a file.
    package init(
        weights: [NamedTensor], optimizer: [NamedTensor], progress: TrainingProgress, auxiliary: [NamedTensor] = []
    ) {
        self.weights = weights
        self.optimizer = optimizer
        self.progress = progress
        self.auxiliary = auxiliary
    }
}

extension Checkpoint {
    /// The prefix of the best epoch's weights in `auxiliary`.
    package static let bestEpochPrefix = "best/"

    /// Parameters and buffers after the best epoch, of a training that keeps it; empty before there is one.
    package var bestEpochWeights: [NamedTensor] {
        get {
            auxiliary.filter { $0.path.hasPrefix(Self.bestEpochPrefix) }.map {
                NamedTensor(path: String($0.path.dropFirst(Self.bestEpochPrefix.count)), tensor: $0.tensor)
            }
        }
        set {
            auxiliary.removeAll { $0.path.hasPrefix(Self.bestEpochPrefix) }
            auxiliary += newValue.map { NamedTensor(path: Self.bestEpochPrefix + $0.path, tensor: $0.tensor) }
        }
    }

    /// What the task restores.
    var state: TrainingState {
        TrainingState(
            weights: weights, optimizer: optimizer,
            auxiliary: auxiliary.filter { !$0.path.hasPrefix(Self.bestEpochPrefix) })
    }
}

/// Where training stands, besides tensors.
package struct TrainingProgress: Sendable, Hashable, Codable {
    /// The stage that is being trained or comes next, from 0.
    package var stage = 0
    /// The epoch of that stage that is being trained or comes next, from 0.
    package var epoch = 0
    /// Steps taken in that epoch.
    package var stepInEpoch = 0
    /// Steps taken in that stage.
    package var step = 0
    /// Steps taken in the stages before it.
    package var earlierSteps = 0
    /// The generator that steps draw from.
    package var generator: RandomGenerator
    /// Sum of the losses of the examples seen in this epoch.
    package var lossSum = 0.0
    /// Examples seen in this epoch.
    package var exampleCount = 0
    /// The epochs of this stage that are completed.
    package var history: [EpochReport] = []
    /// The epochs of the stages before it.
    package var earlierHistory: [EpochReport] = []
    /// The batches that it goes through.
    package var data: LoaderState

    /// The state before the first step.
    package init(generator: RandomGenerator, data: LoaderState) {
        self.generator = generator
        self.data = data
    }

    /// Every completed epoch of all stages.
    package var epochs: [EpochReport] { earlierHistory + history }

    /// Steps taken in all stages.
    package var steps: Int { earlierSteps + step }

    /// Reads progress; that of earlier versions knows one stage.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        stage = try values.decodeIfPresent(Int.self, forKey: .stage) ?? 0
        epoch = try values.decode(Int.self, forKey: .epoch)
        stepInEpoch = try values.decode(Int.self, forKey: .stepInEpoch)
        step = try values.decode(Int.self, forKey: .step)
        earlierSteps = try values.decodeIfPresent(Int.self, forKey: .earlierSteps) ?? 0
        generator = try values.decode(RandomGenerator.self, forKey: .generator)
        lossSum = try values.decode(Double.self, forKey: .lossSum)
        exampleCount = try values.decode(Int.self, forKey: .exampleCount)
        history = try values.decode([EpochReport].self, forKey: .history)
        earlierHistory = try values.decodeIfPresent([EpochReport].self, forKey: .earlierHistory) ?? []
        data = try values.decode(LoaderState.self, forKey: .data)
    }

    /// Whether its numbers are consistent with each other, wherever they come from.
    func isSound(stages: [TrainingStage], stepCount: (Int) -> Int) -> Bool {
        guard (0...100_000).contains(epoch), stage >= 0, stage < stages.count, epoch == history.count else {
            return false
        }
        let before = (0..<epoch).reduce(0) { $0 + stepCount($1) }
        return (0...stepCount(epoch)).contains(stepInEpoch) && step == before + stepInEpoch && earlierSteps >= 0
            && exampleCount >= 0 && lossSum.isFinite && !generator.isSilent
    }
}

/// What decides a loader's batches, besides the examples themselves.
public struct LoaderState: Sendable, Hashable, Codable {
    /// Examples in all.
    package let count: Int
    /// Examples a batch.
    package let batchSize: Int
    /// Decides the order of every epoch.
    package let shuffleSeed: UInt64?
    /// Whether a last partial batch is left out.
    package let dropsPartialBatch: Bool

    /// Creates a description.
    package init(count: Int, batchSize: Int, shuffleSeed: UInt64?, dropsPartialBatch: Bool) {
        self.count = count
        self.batchSize = batchSize
        self.shuffleSeed = shuffleSeed
        self.dropsPartialBatch = dropsPartialBatch
    }
}

/// Why training cannot resume from a checkpoint.
package enum CheckpointError: Error, Hashable, CustomStringConvertible {
    /// The data is cut into other batches than those the checkpoint was made with.
    case otherData(found: LoaderState, expected: LoaderState)
    /// What the checkpoint holds besides weights and optimizer belongs to another model or another training.
    case otherState
    /// The training that resumes has fewer epochs than the checkpoint has begun.
    case fewerEpochs(planned: Int, begun: Int)

    /// What is wrong, in one line.
    package var description: String {
        switch self {
        case .otherData(let found, let expected):
            "the checkpoint was made with \(Self.text(expected)), not with \(Self.text(found))"
        case .otherState: "the checkpoint holds the state of another training"
        case .fewerEpochs(let planned, let begun):
            "the checkpoint is of epoch \(begun): a training of \(planned) cannot resume from it; give --epochs \(begun) or "
                + "more"
        }
    }

    private static func text(_ state: LoaderState) -> String {
        let order = state.shuffleSeed.map { "shuffled by seed \($0)" } ?? "in order"
        return "\(state.count) examples in batches of \(state.batchSize), \(order)"
    }
}
