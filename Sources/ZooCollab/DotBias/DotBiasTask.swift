import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// The training of a committee of dot-bias models; a step is a phase of an epoch.
final class DotBiasTask: TrainingTask {
    /// What a step learns from.
    enum Part {
        /// The blocks of a phase, at the rates of the schedule.
        case phase(Int)
        /// Some of the shuffled ratings, at one rate.
        case ratings(Range<Int>)
    }

    private let configuration: DotBiasRecipe
    private let training: Interactions
    private let vocabulary: CollabVocabulary
    private let threads: ThreadCount
    private let unit: RatingUnit
    /// The model's row of every user and item of the data.
    private let rows: (users: [Int32], items: [Int32])
    private var committee: DotBiasCommittee
    private var blocks: RatingBlocks
    /// Phases whose ratings were shuffled since the blocks were made.
    private var phases = 0
    private var shuffled: [RatingTriple] = []
    /// The blocks hold all that the training needs of many ratings.
    private let paged: PagedRatings

    init(_ configuration: DotBiasRecipe, _ training: Interactions, threads: ThreadCount) {
        (self.configuration, self.training, self.threads) = (configuration, training, threads)
        vocabulary = CollabVocabulary(training: training)
        unit = RatingUnit(training.scale)
        rows = vocabulary.translation(of: training)
        paged = PagedRatings(training)
        (committee, blocks, _) = Self.start(configuration, training, paged, vocabulary, rows)
    }

    private static func start(
        _ configuration: DotBiasRecipe, _ training: Interactions, _ paged: PagedRatings, _ vocabulary: CollabVocabulary,
        _ rows: (users: [Int32], items: [Int32])
    ) -> (DotBiasCommittee, RatingBlocks, RandomGenerator) {
        var generator = RandomGenerator(seed: configuration.seed)
        let committee = DotBiasCommittee(
            configuration.committee(range: configuration.range(for: RatingUnit.scale)),
            users: configuration.rows(counts: vocabulary.userCounts),
            items: configuration.rows(counts: vocabulary.itemCounts), initialScale: configuration.initialScale,
            using: &generator)
        let afterCommittee = generator
        return (committee, RatingBlocks(training, paged, rows: rows, using: &generator), afterCommittee)
    }

    var data: LoaderState {
        LoaderState(
            count: training.count, batchSize: 1, shuffleSeed: configuration.seed, dropsPartialBatch: false)
    }

    func stepCount(epoch: Int) -> Int { blocks.grid }

    func forEachBatch(epoch: Int, from step: Int, _ body: (Part, Int) throws -> Bool) throws {
        for phase in step..<blocks.grid {
            guard try body(.phase(phase), blocks.count(phase: phase)) else { return }
        }
    }

    /// Each rate is tried on as many ratings, at least 64; few ratings are gone over again.
    func forEachTrialBatch(pass: Int, steps: Int, _ body: (Part, Int) throws -> Bool) throws {
        if shuffled.isEmpty {
            var generator = Self.start(configuration, training, paged, vocabulary, rows).2
            shuffled = (0..<training.count).shuffled(using: &generator).map {
                RatingTriple(
                    user: rows.users[Int(training.users[$0])], item: rows.items[Int(training.items[$0])],
                    rating: unit.inTraining(training.ratings[$0]))
            }
        }
        let (count, least) = (shuffled.count, min(64, shuffled.count))
        for step in 0..<steps where least > 0 {
            var part = count * step / steps..<count * (step + 1) / steps
            if count < least * steps {
                let start = step * least % (count - least + 1)
                part = start..<start + least
            }
            guard try body(.ratings(part), part.count) else { return }
        }
    }

    func step(_ part: Part, _ settings: StepSettings, using generator: inout RandomGenerator) -> Double {
        switch part {
        case .phase(let phase):
            let (count, grid) = (blocks.count(phase: phase), Double(blocks.grid))
            let squares = blocks.train(committee, phase: phase, threads: threads) { share in
                configuration.rate(
                    at: (Double(settings.epoch) + (Double(phase) + share) / grid) / Double(configuration.epochs))
            }
            phases += 1
            // A phase can be empty of ratings where there are very few.
            return count > 0 ? unit.square * squares / Double(count) : 0
        case .ratings(let range):
            let rate = Float(settings.learningRate)
            let squares = shuffled.withUnsafeBufferPointer {
                committee.train(UnsafeBufferPointer(rebasing: $0[range]), rates: (rate, rate))
            }
            return unit.square * squares / Double(range.count)
        }
    }

    /// The kernel bounds each error, so that NaN shows in the rows first.
    func endEpoch(_ epoch: Int) -> EpochMeasures { EpochMeasures(weightsAreFinite: committee.isFinite) }

    /// The single model that the committee amounts to.
    var model: DotBiasModel {
        let mean = committee.mean()
        return DotBiasModel(
            vocabulary: vocabulary, factors: configuration.factors, userVectors: mean.users.vectors,
            itemVectors: mean.items.vectors, userBiases: mean.users.biases, itemBiases: mean.items.biases,
            globalBias: 0, range: configuration.range(for: training.scale), scale: training.scale
        ).centred()
    }

    /// The committee's rows; the weights of the model follow from them.
    func state() -> TrainingState {
        let counts = committee.stateCounts
        return TrainingState(
            weights: [],
            optimizer: [
                NamedTensor(path: "users", tensor: .filled([counts.users]) { committee.copyUsers(to: $0) }),
                NamedTensor(path: "items", tensor: .filled([counts.items]) { committee.copyItems(to: $0) }),
                NamedTensor(path: "phases", tensor: Tensor([Double(phases)], shape: [1])),
            ])
    }

    func restore(_ state: TrainingState) throws {
        let named = Dictionary(state.optimizer.map { ($0.path, $0.tensor) }, uniquingKeysWith: { first, _ in first })
        guard let users = named["users"], let items = named["items"], users.dtype == .float32, items.dtype == .float32,
            let count = named["phases"], count.shape == [1], count.dtype == .float64,
            let phases = Int(exactly: count.item),
            (0...blocks.grid * max(1, configuration.epochs)).contains(phases),
            users.withUnsafeFloats({ users in items.withUnsafeFloats { committee.restore(users: users, items: $0) } })
        else { throw CheckpointError.otherState }
        // The order of the ratings follows from how often they were shuffled.
        (_, blocks, _) = Self.start(configuration, training, paged, vocabulary, rows)
        for phase in 0..<phases { blocks.shuffle(phase: phase % blocks.grid, threads: threads) }
        self.phases = phases
    }

    func weights() -> [NamedTensor] { state().optimizer.filter { $0.path != "phases" } }

    func load(weights: [NamedTensor]) throws {
        guard weights.map(\.path) == ["users", "items"], weights.allSatisfy({ $0.tensor.dtype == .float32 }),
            weights[0].tensor.withUnsafeFloats({ users in
                weights[1].tensor.withUnsafeFloats { committee.restore(users: users, items: $0) }
            })
        else { throw CheckpointError.otherState }
    }
}
