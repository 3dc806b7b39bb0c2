import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// The training of a factorisation of implicit feedback; a step solves for one side.
///
/// Where rows are solved exactly, the users' vectors follow from the items': the state is then the items' alone, which saves memory.
final class IALSTask: TrainingTask {
    /// Which side a step solves for.
    enum Side {
        case users, items
    }

    private let configuration: IALSRecipe
    private let vocabulary: CollabVocabulary
    private let scale: ClosedRange<Float>
    private let threads: ThreadCount
    private let byUser: SparseMatrix
    private var byItem: SparseMatrix
    private let isExact: Bool
    private var users: FactorRows
    private var items: FactorRows

    /// Starts with normally distributed factors of standard deviation 0.1 / sqrt(factors).
    init(_ configuration: IALSRecipe, _ training: Interactions, threads: ThreadCount) {
        (self.threads, scale) = (threads, training.scale)
        vocabulary = CollabVocabulary(training: training)
        let configuration = configuration.resolved(
            items: vocabulary.itemKeys.count, feedback: training.feedback)
        self.configuration = configuration
        isExact = configuration.isExact(ratings: training.count)
        let rated = RatedRows(
            training, vocabulary, value: configuration.confidences(on: training.scale), coded: true)
        (byUser, byItem) = (rated.byUser, rated.byItem)
        var generator = RandomGenerator(seed: configuration.seed)
        let deviation = 0.1 / Float(configuration.factors).squareRoot()
        func start(_ count: Int) -> FactorRows {
            FactorRows(
                (0..<count * configuration.factors).map { _ in deviation * generator.normal() },
                factors: configuration.factors)
        }
        items = start(vocabulary.itemKeys.count)
        // Exact solutions do not depend on where the rows are.
        let users = vocabulary.userKeys.count
        self.users =
            isExact ? FactorRows(count: users, factors: configuration.factors) : start(users)
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
            count: byUser.columns.count, batchSize: byUser.columns.count,
            shuffleSeed: configuration.seed, dropsPartialBatch: false)
    }

    func stepCount(epoch: Int) -> Int { 2 }

    func forEachBatch(epoch: Int, from step: Int, _ body: (Side, Int) throws -> Bool) throws {
        for side in [Side.users, .items].dropFirst(step) {
            guard try body(side, byUser.columns.count) else { return }
        }
    }

    /// The mean over the ratings of what is minimised, but for the penalties of the other side.
    func step(_ side: Side, _ settings: StepSettings, using generator: inout RandomGenerator) -> Double {
        let total =
            switch side {
            case .users: solve(&users, byUser, against: items)
            case .items: solve(&items, byItem, against: users)
            }
        return total / Double(max(1, byUser.columns.count))
    }

    private func solve(_ rows: inout FactorRows, _ entries: SparseMatrix, against other: FactorRows) -> Double {
        let side = LeastSquaresSide(other, unobservedWeight: configuration.w0, threads: threads)
        let penalties = penalties(entries, others: other.count)
        return isExact
            ? side.solve(&rows, entries, penalties: penalties)
            : side.improve(&rows, entries, penalties: penalties, steps: IALSSolver.steps)
    }

    private func penalties(_ entries: SparseMatrix, others: Int) -> [Float] {
        (0..<entries.count).map { row in
            configuration.penalty(count: entries.bounds[row + 1] - entries.bounds[row], others: others)
        }
    }

    func endEpoch(_ epoch: Int) -> EpochMeasures {
        EpochMeasures(weightsAreFinite: users.isFinite && items.isFinite)
    }

    /// The model as far as training came, its users solved against the items, as a history is.
    var model: IALSModel {
        var users = users
        LeastSquaresSide(items, unobservedWeight: configuration.w0, threads: threads)
            .solve(&users, byUser, penalties: penalties(byUser, others: items.count))
        return IALSModel(
            vocabulary: vocabulary, scale: scale, configuration, userVectors: users.vectors, items: items,
            threads: threads)
    }

    /// Ends the training: solves the users once more against the items, as a history is, and gives up memory.
    func finishedModel() -> IALSModel {
        byItem = SparseMatrix(bounds: [0], columns: [])
        let side = LeastSquaresSide(items, unobservedWeight: configuration.w0, threads: threads)
        side.solve(&users, byUser, penalties: penalties(byUser, others: items.count))
        let vectors = users.vectors
        users = FactorRows(count: 0, factors: configuration.factors)
        return IALSModel(
            vocabulary: vocabulary, scale: scale, configuration, userVectors: vectors, items: items, threads: threads)
    }

    func state() -> TrainingState { TrainingState(weights: weights()) }

    /// In the middle of an epoch, what the next step needs is solved again.
    func restore(_ state: TrainingState) throws {
        try load(weights: state.weights)
        if isExact { _ = solve(&users, byUser, against: items) }
    }

    func weights() -> [NamedTensor] {
        let itemVectors = NamedTensor("item.weight", items.vectors, [items.count, items.factors])
        guard !isExact else { return [itemVectors] }
        return [NamedTensor("user.weight", users.vectors, [users.count, users.factors]), itemVectors]
    }

    func load(weights: [NamedTensor]) throws {
        func vectors(_ path: String, _ rows: FactorRows) throws -> [Float] {
            guard let tensor = weights.first(where: { $0.path == path })?.tensor, tensor.dtype == .float32,
                tensor.shape == [rows.count, rows.factors]
            else { throw CheckpointError.otherState }
            return tensor.floats
        }
        let itemVectors = try vectors("item.weight", items)
        if !isExact { users.replace(try vectors("user.weight", users)) }
        items.replace(itemVectors)
    }
}
