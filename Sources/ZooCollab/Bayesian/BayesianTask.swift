import Foundation
import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// The training of a Bayesian factorisation of ratings; a step is a sweep of all chains.
///
/// What a chain draws in a sweep depends on its number and the sweep's alone, so that the result is the same for any number of threads.
final class BayesianTask: TrainingTask {
    private let configuration: BayesianRecipe
    private let vocabulary: CollabVocabulary
    private let scale: ClosedRange<Float>
    private let threads: ThreadCount
    private let rated: RatedRows
    /// The ratings' mean and standard deviation.
    private let unit: (mean: Double, deviation: Double)
    /// The ratings in units of their deviation from their mean, by user.
    private let targets: [Float]
    /// The features of what is known of users and items besides ratings.
    private let attributes: (users: AttributeFeatures, items: AttributeFeatures)
    private var chains: [GibbsChain]

    init(_ configuration: BayesianRecipe, _ training: Interactions, threads: ThreadCount) {
        (self.configuration, self.threads, scale) = (configuration, threads, training.scale)
        // Items without a rating are known by their attributes.
        let isUsing = configuration.usesAttributes
        let vocabulary = CollabVocabulary(training: training) { isUsing && training.itemAttributes.haveValue(at: $0) }
        self.vocabulary = vocabulary
        attributes = isUsing ? vocabulary.attributes(of: training) : (AttributeFeatures(), AttributeFeatures())
        rated = RatedRows(training, vocabulary, value: { $0 })
        let ratings = rated.byUser.values ?? []
        let mean = ratings.reduce(0) { $0 + Double($1) } / Double(max(1, ratings.count))
        let variance =
            ratings.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(max(1, ratings.count))
        // Ratings that are all the same have no unit; differences of rounding are none.
        let deviation = variance.squareRoot() > 1e-6 * abs(mean) ? variance.squareRoot() : 1
        unit = (mean, deviation)
        targets = ratings.map { Float((Double($0) - mean) / deviation) }
        let (byUser, byItem) = (rated.byUser, rated.byItem)
        let users = RatedSide(byUser)
        let items = RatedSide(byItem, places: byUser.places(by: byItem))
        let blocks: (users: [SparseMatrix], items: [SparseMatrix]) = (
            [.identity(byUser.count), byItem.chosenRows(ratings: vocabulary.userCounts), attributes.users.byFeature],
            [.identity(byItem.count), byUser.chosenRows(ratings: vocabulary.itemCounts), attributes.items.byFeature]
        )
        let factors = configuration.factors(
            ratings: ratings.count, rows: vocabulary.userKeys.count + vocabulary.itemKeys.count)
        chains = (0..<configuration.chains).map { chain in
            var generator = Self.generator(configuration.seed, chain: chain, sweep: -1)
            return GibbsChain(
                users: GibbsSide(
                    ratings: users, blocks: blocks.users, factors: factors, using: &generator),
                items: GibbsSide(
                    ratings: items, blocks: blocks.items, factors: factors, using: &generator),
                rank: configuration.rank)
        }
    }

    /// What a chain draws from in a sweep; sweep -1 is the start.
    private static func generator(_ seed: UInt64, chain: Int, sweep: Int) -> RandomGenerator {
        RandomGenerator(
            seed: seed &+ 0x9E37_79B9_7F4A_7C15 &* UInt64(sweep + 2) &+ 0xD1B5_4A32_D192_ED03 &* UInt64(chain))
    }

    var data: LoaderState {
        LoaderState(
            count: targets.count, batchSize: targets.count, shuffleSeed: configuration.seed, dropsPartialBatch: false)
    }

    func stepCount(epoch: Int) -> Int { 1 }

    func forEachBatch(epoch: Int, from step: Int, _ body: (Void, Int) throws -> Bool) throws {
        if step == 0 { _ = try body((), targets.count) }
    }

    /// The mean squared error of the samples before the sweep, in squared units of the ratings.
    func step(_: Void, _ settings: StepSettings, using generator: inout RandomGenerator) -> Double {
        var errors = [Double](repeating: 0, count: chains.count)
        let (seed, targets, shape) = (configuration.seed, targets, configuration.noiseShape)
        let isKept = settings.epoch >= configuration.burnIn
        chains.withUnsafeMutableBufferPointer { chains in
            errors.withUnsafeMutableBufferPointer { errors in
                parallel(chains.count, threads: threads) { chain in
                    var generator = Self.generator(seed, chain: chain, sweep: settings.epoch)
                    errors[chain] = chains[chain].sweep(targets, noiseShape: shape, using: &generator)
                    if isKept { chains[chain].posterior.add(chains[chain].sample()) }
                }
            }
        }
        return errors.reduce(0, +) / Double(chains.count) * unit.deviation * unit.deviation
    }

    func endEpoch(_ epoch: Int) -> EpochMeasures { EpochMeasures(weightsAreFinite: chains.allSatisfy(\.isFinite)) }

    /// The mean of the samples so far; before the end of the burn-in the last ones.
    var model: BayesianModel {
        var sum = PosteriorMean(rank: configuration.rank)
        for chain in chains { sum.add(chain.posterior.count > 0 ? chain.posterior : chain.sample()) }
        let mean = sum.mean
        let width = mean.width
        // The deviation goes half to either side, so that vectors are of one length.
        let (deviation, root) = (Float(unit.deviation), Float(unit.deviation.squareRoot()))
        func cut(_ side: PosteriorMean.Side, at lengths: [Int]) -> [FactorTable] {
            var first = 0
            return lengths.map { length in
                let rows = first..<first + length
                first += length
                return FactorTable(
                    vectors: side.vectors[rows.lowerBound * width..<rows.upperBound * width].map { $0 * root },
                    biases: side.biases[rows].map { $0 * deviation }, width: width)
            }
        }
        let (users, items) = (vocabulary.userKeys.count, vocabulary.itemKeys.count)
        let userParts = cut(mean.users, at: [users, items, attributes.users.names.count])
        let itemParts = cut(mean.items, at: [items, attributes.items.names.count])
        let middle = unit.mean + unit.deviation * mean.globalBias
        let precision = mean.precision / (unit.deviation * unit.deviation)
        let people = TrainingPeople(
            byUser: rated.byUser, users: userParts[0], items: itemParts[0], choices: userParts[1], mean: middle)
        return BayesianModel(
            vocabulary: vocabulary, scale: scale, mean: middle, users: userParts[0], items: itemParts[0],
            choices: userParts[1], precision: precision, prior: people.prior(precision: precision, threads: threads),
            attributes: configuration.usesAttributes
                ? (
                    AttributeTable(rows: AttributeRows(attributes.users, rows: users), factors: userParts[2]),
                    AttributeTable(rows: AttributeRows(attributes.items, rows: items), factors: itemParts[1])
                ) : nil)
    }

    func state() -> TrainingState { TrainingState(weights: weights()) }

    func restore(_ state: TrainingState) throws { try load(weights: state.weights) }

    func weights() -> [NamedTensor] {
        chains.enumerated().flatMap { number, chain in chain.tensors(prefix: "chain\(number).") }
    }

    func load(weights: [NamedTensor]) throws {
        let named = Dictionary(weights.map { ($0.path, $0.tensor) }, uniquingKeysWith: { first, _ in first })
        var loaded = chains
        for number in loaded.indices { try loaded[number].load(named, prefix: "chain\(number).") }
        chains = loaded
    }
}

extension SparseMatrix {
    /// A feature for each row, which it alone has, of value 1.
    fileprivate static func identity(_ count: Int) -> SparseMatrix {
        SparseMatrix(bounds: Array(0...count), columns: (0..<Int32(count)).map { $0 })
    }

    /// A feature for each row of this matrix: whether it was chosen, divided by the root of how many were.
    ///
    /// - Parameter counts: how many ratings each column has
    fileprivate func chosenRows(ratings counts: [Int]) -> SparseMatrix {
        SparseMatrix(
            bounds: bounds, columns: columns, values: columns.map { 1 / Float(counts[Int($0)]).squareRoot() })
    }

    /// Where each entry of the transposed matrix is in this one.
    fileprivate func places(by transposed: SparseMatrix) -> [Int32] {
        var next = transposed.bounds
        var places = [Int32](repeating: 0, count: columns.count)
        for entry in columns.indices {
            let column = Int(columns[entry])
            places[next[column]] = Int32(entry)
            next[column] += 1
        }
        return places
    }
}
