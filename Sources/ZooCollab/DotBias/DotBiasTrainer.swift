import Foundation
import ZooKernels

/// What one pass over the training ratings came to.
public struct CollabEpoch: Sendable, Hashable {
    /// 1, 2, ...
    public let epoch: Int
    /// Root of the mean squared error over the epoch, each rating predicted just before it was learned from, in stars.
    public let trainRMSE: Double
    /// How many ratings were learned from.
    public let ratings: Int
    /// Wall time of the epoch, in seconds.
    public let seconds: Double

    /// Creates an epoch's report.
    public init(epoch: Int, trainRMSE: Double, ratings: Int, seconds: Double) {
        self.epoch = epoch
        self.ratings = ratings
        self.trainRMSE = trainRMSE
        self.seconds = seconds
    }
}

/// Trains `DotBiasModel` by stochastic gradient descent, rating by rating, on a committee of small models.
///
/// - Each row has its own step: the learning rate over the root of its running mean squared gradient (RMSprop with one
///   number a row), times (mean count / its count)^ratePower, so that rows with few ratings learn faster.
/// - Each touch decays a row by (mean count / its count)^decayPower: with a power of 1 a row's whole decay over an epoch is
///   the same however often it is touched, as the prior of probabilistic matrix factorisation wants it.
/// - Ratings are cut into 2 x 2 blocks of users and items; the two blocks on a diagonal share no row and are trained at the
///   same time. The cut does not depend on the number of threads, and so neither does any bit of the result.
/// - Source: the blocks are Gemulla et al. 2011's (DSGD); the prior is Salakhutdinov & Mnih's 2008.
public struct DotBiasTrainer: Sendable {
    let configuration: DotBiasConfiguration
    private let threads: ThreadCount

    /// Creates a trainer.
    public init(_ configuration: DotBiasConfiguration, threads: ThreadCount = .all) {
        self.configuration = configuration
        self.threads = threads
    }

    /// Trains on `training`; `onEpoch` hears of every epoch and may end the training by returning false.
    ///
    /// - Precondition: there is at least one rating.
    public func fit(_ training: Interactions, onEpoch: (CollabEpoch) -> Bool = { _ in true }) -> DotBiasModel {
        precondition(training.count > 0, "dot-bias: no ratings to train on")
        let vocabulary = CollabVocabulary(training: training)
        var generator = RandomGenerator(seed: configuration.seed)
        let committee = committee(for: training, vocabulary, using: &generator)
        let blocks = RatingBlocks(training, rows: vocabulary.rows(of: training), using: &generator)
        let phases = RatingBlocks.grid
        for epoch in 0..<configuration.epochs {
            let start = DispatchTime.now().uptimeNanoseconds
            var squares = 0.0
            for phase in 0..<phases {
                squares += blocks.train(committee, phase: phase, threads: threads) { share in
                    configuration.rate(
                        at: (Double(epoch) + (Double(phase) + share) / Double(phases)) / Double(configuration.epochs))
                }
            }
            let report = CollabEpoch(
                epoch: epoch + 1, trainRMSE: (squares / Double(training.count)).squareRoot(),
                ratings: training.count, seconds: Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
            if !onEpoch(report) { break }
        }
        let mean = committee.mean()
        return DotBiasModel(
            vocabulary: vocabulary, factors: configuration.factors, userVectors: mean.users.vectors,
            itemVectors: mean.items.vectors, userBiases: mean.users.biases, itemBiases: mean.items.biases,
            globalBias: 0, range: configuration.range(for: training.scale)
        ).centred()
    }

    func committee(
        for training: Interactions, _ vocabulary: CollabVocabulary, using generator: inout RandomGenerator
    ) -> DotBiasCommittee {
        DotBiasCommittee(
            configuration.committee(range: configuration.range(for: training.scale)),
            users: configuration.rows(counts: vocabulary.userCounts),
            items: configuration.rows(counts: vocabulary.itemCounts), initialScale: configuration.initialScale,
            using: &generator)
    }
}

extension DotBiasModel {
    /// The same model with biases whose means are zero, and their sum as the global bias: what an unknown user or item,
    /// whose bias is zero, then gets is the average one.
    func centred() -> DotBiasModel {
        func mean(_ biases: [Float]) -> Float { biases.reduce(0, +) / Float(max(1, biases.count)) }
        let (users, items) = (mean(userBiases), mean(itemBiases))
        return DotBiasModel(
            vocabulary: vocabulary, factors: factors, userVectors: userVectors, itemVectors: itemVectors,
            userBiases: userBiases.map { $0 - users }, itemBiases: itemBiases.map { $0 - items },
            globalBias: globalBias + users + items, range: range)
    }
}
