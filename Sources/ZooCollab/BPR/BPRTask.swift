import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// The training of a pairwise ranking; a step learns from a chunk of drawn preferences.
///
/// While one thread learns from a chunk, in order, another draws the next: the result does not depend on the number of threads.
final class BPRTask: TrainingTask {
    private let configuration: BPRRecipe
    private let vocabulary: CollabVocabulary
    private let scale: ClosedRange<Float>
    private let threads: ThreadCount
    private let sampler: PreferenceSampler
    private var users: FactorRows
    private var items: FactorRows
    /// The chunk that was drawn ahead.
    private var ahead: (number: Int, preferences: [Preference])?

    /// Preferences in a chunk, at most.
    private static let largestChunk = 1 << 16

    /// Starts with normally distributed factors of standard deviation 0.1 / sqrt(factors), and biases of 0.
    init(_ configuration: BPRRecipe, _ training: Interactions, threads: ThreadCount) {
        (self.configuration, self.threads, scale) = (configuration, threads, training.scale)
        vocabulary = CollabVocabulary(training: training)
        let rated = RatedRows(training, vocabulary)
        sampler = PreferenceSampler(rated.byUser, items: vocabulary.itemKeys.count)
        var generator = RandomGenerator(seed: configuration.seed)
        let deviation = 0.1 / Float(configuration.factors).squareRoot()
        func start(_ count: Int) -> FactorRows {
            FactorRows(
                (0..<count * configuration.factors).map { _ in deviation * generator.normal() },
                factors: configuration.factors)
        }
        users = start(vocabulary.userKeys.count)
        items = start(vocabulary.itemKeys.count)
        items.lastColumn = [Float](repeating: 0, count: items.count)
    }

    var data: LoaderState {
        LoaderState(
            count: sampler.count, batchSize: Self.largestChunk, shuffleSeed: configuration.seed,
            dropsPartialBatch: false)
    }

    func stepCount(epoch: Int) -> Int { (sampler.count + Self.largestChunk - 1) / Self.largestChunk }

    func forEachBatch(epoch: Int, from step: Int, _ body: (Range<Int>, Int) throws -> Bool) throws {
        for chunk in step..<stepCount(epoch: epoch) {
            let range = chunk * Self.largestChunk..<min(sampler.count, (chunk + 1) * Self.largestChunk)
            guard try body(range, range.count) else { return }
        }
    }

    /// The mean loss of the chunk's preferences, in nats.
    func step(_ chunk: Range<Int>, _ settings: StepSettings, using generator: inout RandomGenerator) -> Double {
        let current = ahead.flatMap { $0.number == settings.step ? $0.preferences : nil } ?? draw(settings.step)
        var (next, total): ([Preference], Double) = ([], 0)
        parallel(2, threads: threads) { part in
            // Each part writes to what the other does not touch.
            if part == 0 {
                total = current.withUnsafeBufferPointer {
                    learn(
                        $0, users: &users, items: &items, rate: Float(settings.learningRate),
                        decay: configuration.weightDecay)
                }
            } else if settings.step + 1 < settings.totalSteps {
                next = draw(settings.step + 1)
            }
        }
        ahead = (settings.step + 1, next)
        return total / Double(max(1, current.count))
    }

    /// The preferences of one step; they depend on its number alone.
    private func draw(_ step: Int) -> [Preference] {
        var generator = RandomGenerator(seed: configuration.seed &+ 0x9E37_79B9_7F4A_7C15 &* UInt64(step + 1))
        let start = step % stepCount(epoch: 0) * Self.largestChunk
        return sampler.draw(min(Self.largestChunk, sampler.count - start), using: &generator)
    }

    func endEpoch(_ epoch: Int) -> EpochMeasures {
        EpochMeasures(weightsAreFinite: users.isFinite && items.isFinite)
    }

    /// The model as far as training came.
    var model: BPRModel {
        BPRModel(vocabulary: vocabulary, scale: scale, configuration, userVectors: users.vectors, items: items)
    }

    func state() -> TrainingState { TrainingState(weights: weights()) }

    func restore(_ state: TrainingState) throws { try load(weights: state.weights) }

    func weights() -> [NamedTensor] {
        [
            NamedTensor("user.weight", users.vectors, [users.count, users.factors]),
            NamedTensor("item.weight", items.vectors, [items.count, items.factors]),
            NamedTensor("item_bias.weight", items.lastColumn, [items.count, 1]),
        ]
    }

    func load(weights: [NamedTensor]) throws {
        func floats(_ path: String, _ shape: Shape) throws -> [Float] {
            guard let tensor = weights.first(where: { $0.path == path })?.tensor, tensor.dtype == .float32,
                tensor.shape == shape
            else { throw CheckpointError.otherState }
            return tensor.floats
        }
        let userVectors = try floats("user.weight", [users.count, users.factors])
        let itemVectors = try floats("item.weight", [items.count, items.factors])
        let biases = try floats("item_bias.weight", [items.count, 1])
        users.replace(userVectors)
        items.replace(itemVectors)
        items.lastColumn = biases
    }
}
