import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// The training of a factorisation of implicit feedback; a step solves for one side.
final class IALSTask: TrainingTask {
    /// Which side a step solves for.
    enum Side {
        case users, items
    }

    private let configuration: IALSConfiguration
    private let vocabulary: CollabVocabulary
    private let scale: ClosedRange<Float>
    private let threads: ThreadCount
    private let rated: RatedRows
    private var users: FactorRows
    private var items: FactorRows

    /// Starts with normally distributed factors of standard deviation 0.1 / sqrt(factors).
    init(_ configuration: IALSConfiguration, _ training: Interactions, threads: ThreadCount) {
        (self.configuration, self.threads, scale) = (configuration, threads, training.scale)
        vocabulary = CollabVocabulary(training: training)
        rated = RatedRows(training, vocabulary, value: configuration.confidences(on: training.scale))
        var generator = RandomGenerator(seed: configuration.seed)
        let deviation = 0.1 / Float(configuration.factors).squareRoot()
        func start(_ count: Int) -> FactorRows {
            FactorRows(
                (0..<count * configuration.factors).map { _ in deviation * generator.normal() },
                factors: configuration.factors)
        }
        users = start(vocabulary.userKeys.count)
        items = start(vocabulary.itemKeys.count)
    }

    /// Replaces the factors at the start.
    ///
    /// - Shapes: [users, factors], [items, factors]
    func start(users: [Float], items: [Float]) {
        self.users.replace(users)
        self.items.replace(items)
    }

    var data: LoaderState {
        LoaderState(
            count: rated.byUser.columns.count, batchSize: rated.byUser.columns.count,
            shuffleSeed: configuration.seed, dropsPartialBatch: false)
    }

    func stepCount(epoch: Int) -> Int { 2 }

    func forEachBatch(epoch: Int, from step: Int, _ body: (Side, Int) throws -> Bool) throws {
        for side in [Side.users, .items].dropFirst(step) {
            guard try body(side, rated.byUser.columns.count) else { return }
        }
    }

    /// The mean over the ratings of what is minimised, but for the penalties of the other side.
    func step(_ side: Side, _ settings: StepSettings, using generator: inout RandomGenerator) -> Double {
        step(side)
    }

    private func step(_ side: Side) -> Double {
        let total =
            switch side {
            case .users: solve(&users, rated.byUser, against: items)
            case .items: solve(&items, rated.byItem, against: users)
            }
        return total / Double(max(1, rated.byUser.columns.count))
    }

    private func solve(_ rows: inout FactorRows, _ entries: SparseMatrix, against other: FactorRows) -> Double {
        let side = LeastSquaresSide(other, unobservedWeight: configuration.unobservedWeight, threads: threads)
        let penalties = (0..<rows.count).map { row in
            configuration.penalty(count: entries.bounds[row + 1] - entries.bounds[row], others: other.count)
        }
        if configuration.factors > IALSConfiguration.mostExactFactors {
            return side.improve(&rows, entries, penalties: penalties, steps: IALSConfiguration.steps)
        }
        return side.solve(&rows, entries, penalties: penalties)
    }

    func endEpoch(_ epoch: Int) -> EpochMeasures {
        EpochMeasures(weightsAreFinite: users.isFinite && items.isFinite)
    }

    /// Takes the steps of all epochs.
    func run() {
        for _ in 0..<configuration.epochs {
            _ = step(.users)
            _ = step(.items)
        }
    }

    /// The model, whose user vectors are solved once more against the items, as a history is.
    var model: IALSModel {
        var users = users
        _ = solve(&users, rated.byUser, against: items)
        return IALSModel(
            vocabulary: vocabulary, scale: scale, configuration, userVectors: users.vectors, items: items,
            threads: threads)
    }

    func state() -> TrainingState { TrainingState(weights: weights()) }

    func restore(_ state: TrainingState) throws { try load(weights: state.weights) }

    func weights() -> [NamedTensor] {
        [
            NamedTensor("user.weight", users.vectors, [users.count, users.factors]),
            NamedTensor("item.weight", items.vectors, [items.count, items.factors]),
        ]
    }

    func load(weights: [NamedTensor]) throws {
        func vectors(_ path: String, _ rows: FactorRows) throws -> [Float] {
            guard let tensor = weights.first(where: { $0.path == path })?.tensor, tensor.dtype == .float32,
                tensor.shape == [rows.count, rows.factors]
            else { throw CheckpointError.otherState }
            return tensor.floats
        }
        let (userVectors, itemVectors) = try (vectors("user.weight", users), vectors("item.weight", items))
        start(users: userVectors, items: itemVectors)
    }
}
