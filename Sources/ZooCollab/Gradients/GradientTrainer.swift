import Foundation
import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// How a network is trained by gradients over batches: AdamW along one cycle, fast.ai's recipe.
public struct GradientConfiguration: Sendable, Hashable, Codable {
    /// Length of the vectors.
    public var factors = 50
    /// Outputs of the hidden layers; only the neural architecture has them.
    public var hidden = [100]
    /// Probability of dropping a hidden unit.
    public var dropout: Float = 0.25
    /// Passes over the ratings.
    public var epochs = 5
    /// Ratings a step.
    public var batchSize = 64
    /// The largest learning rate.
    public var learningRate = 5e-3
    /// Decoupled weight decay.
    public var weightDecay = 0.1
    /// Decides every random choice.
    public var seed: UInt64 = 0

    /// fast.ai's settings for dot products and biases.
    public init() {}

    /// The settings for the neural architecture, chosen on a validation part of MovieLens 100K's u1.base.
    public static var neural: GradientConfiguration {
        var configuration = GradientConfiguration()
        configuration.factors = 20
        configuration.batchSize = 256
        configuration.learningRate = 3e-3
        return configuration
    }
}

/// Trains networks on ratings.
public struct GradientTrainer {
    /// How to train.
    public let configuration: GradientConfiguration

    /// Creates a trainer.
    public init(_ configuration: GradientConfiguration) { self.configuration = configuration }

    /// Trains a dot product with biases.
    ///
    /// - Throws: what `Learner.fit` throws
    /// - Precondition: there is at least one rating.
    public func fitDotBias(
        _ training: Interactions, onEpoch: @escaping (CollabEpoch) -> Void = { _ in }
    ) throws -> DotBiasModel {
        let (network, vocabulary) = dotBiasNetwork(for: training)
        try fit(network, training, vocabulary, onEpoch)
        return DotBiasModel(
            vocabulary: vocabulary, factors: configuration.factors, userVectors: network.user.weight.value.floats,
            itemVectors: network.item.weight.value.floats, userBiases: network.userBias.weight.value.floats,
            itemBiases: network.itemBias.weight.value.floats, globalBias: 0, range: network.range
        ).centred()
    }

    /// Trains a network over both vectors.
    ///
    /// - Throws: what `Learner.fit` throws
    /// - Precondition: there is at least one rating.
    public func fitNeural(
        _ training: Interactions, onEpoch: @escaping (CollabEpoch) -> Void = { _ in }
    ) throws -> NeuralModel {
        let (network, vocabulary) = neuralNetwork(for: training)
        try fit(network, training, vocabulary, onEpoch)
        return NeuralModel(
            vocabulary: vocabulary, factors: configuration.factors, userVectors: network.user.weight.value.floats,
            itemVectors: network.item.weight.value.floats,
            layers: network.layers.map {
                NeuralModel.Layer(
                    inputs: $0.weight.value.shape.dimensions[0], outputs: $0.weight.value.shape.dimensions[1],
                    weight: $0.weight.value.floats, bias: $0.bias?.value.floats ?? [])
            }, range: network.range)
    }

    /// Tries rising learning rates on a fresh network over both vectors.
    ///
    /// - Throws: what `Learner.learningRateCurve` throws
    public func neuralRateCurve(_ training: Interactions, steps: Int) throws -> LearningRateCurve {
        let (network, vocabulary) = neuralNetwork(for: training)
        return try rateCurve(network, training, vocabulary, steps)
    }

    /// Tries rising learning rates on a fresh dot product with biases.
    ///
    /// - Throws: what `Learner.learningRateCurve` throws
    public func dotBiasRateCurve(_ training: Interactions, steps: Int) throws -> LearningRateCurve {
        let (network, vocabulary) = dotBiasNetwork(for: training)
        return try rateCurve(network, training, vocabulary, steps)
    }

    private func rateCurve(
        _ network: CollabNetwork, _ training: Interactions, _ vocabulary: CollabVocabulary, _ steps: Int
    ) throws -> LearningRateCurve {
        try learner(network).learningRateCurve(
            loader(training, vocabulary), from: 1e-6, to: 10, steps: steps, smoothing: 0.95)
    }

    private func dotBiasNetwork(for training: Interactions) -> (DotBiasNetwork, CollabVocabulary) {
        let vocabulary = CollabVocabulary(training: training)
        var generator = RandomGenerator(seed: configuration.seed)
        let network = DotBiasNetwork(
            users: vocabulary.userKeys.count, items: vocabulary.itemKeys.count, factors: configuration.factors,
            range: DotBiasConfiguration().range(for: training.scale), using: &generator)
        return (network, vocabulary)
    }

    private func neuralNetwork(for training: Interactions) -> (EmbeddingNetwork, CollabVocabulary) {
        let vocabulary = CollabVocabulary(training: training)
        var generator = RandomGenerator(seed: configuration.seed)
        let network = EmbeddingNetwork(
            users: vocabulary.userKeys.count, items: vocabulary.itemKeys.count, factors: configuration.factors,
            hidden: configuration.hidden, dropout: configuration.dropout,
            range: DotBiasConfiguration().range(for: training.scale), using: &generator)
        return (network, vocabulary)
    }

    private func fit(
        _ network: CollabNetwork, _ training: Interactions, _ vocabulary: CollabVocabulary,
        _ onEpoch: @escaping (CollabEpoch) -> Void
    ) throws {
        precondition(training.count > 0, "collab: no ratings to train on")
        let rate = OneCycle(maximumRate: configuration.learningRate)
        let plan = TrainingPlan(epochs: configuration.epochs, rate: rate)
        let fitted = try learner(network).fit(
            loader(training, vocabulary), plan: plan,
            observers: [EpochObserver(ratings: training.count, onEpoch: onEpoch)])
        if let reason = fitted.stopReason { throw CollabError.diverged(reason: reason) }
    }

    private func learner(_ network: CollabNetwork) -> Learner<RatingBatch> {
        let optimizer = Optimizer(
            network.parameters, rule: AdamW(beta1: 0.9, beta2: 0.99, epsilon: 1e-5),
            weightDecay: configuration.weightDecay)
        return Learner(
            network, optimizer: optimizer, seed: configuration.seed,
            predict: { batch, mode, generator in network(batch, mode: mode, using: &generator) },
            loss: { predictions, batch in meanSquaredError(predictions, batch.ratings) })
    }

    private func loader(_ training: Interactions, _ vocabulary: CollabVocabulary) -> DataLoader<RatingBatch> {
        let rows = vocabulary.rows(of: training)
        let ratings = training.ratings
        return DataLoader(
            count: training.count, batchSize: configuration.batchSize, shuffleSeed: configuration.seed
        ) { batch in
            let shape: Shape = [batch.count]
            return RatingBatch(
                users: Tensor(batch.map { rows.users[$0] }, shape: shape),
                items: Tensor(batch.map { rows.items[$0] }, shape: shape),
                ratings: Tensor(batch.map { ratings[$0] }, shape: shape))
        }
    }
}

/// What can go wrong in training.
public enum CollabError: Error, Equatable, CustomStringConvertible {
    /// The loss stopped being a number.
    case diverged(reason: String)

    /// One line.
    public var description: String {
        switch self {
        case .diverged(let reason): "the training diverged, \(reason): try a smaller learning rate"
        }
    }
}

/// Tells of every epoch of a learner in a recommender's terms.
private final class EpochObserver: Observer {
    private let onEpoch: (CollabEpoch) -> Void
    private var start = DispatchTime.now().uptimeNanoseconds

    private let ratings: Int

    init(ratings: Int, onEpoch: @escaping (CollabEpoch) -> Void) { (self.ratings, self.onEpoch) = (ratings, onEpoch) }

    func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
        if case .epochEnded(let history) = event, let epoch = history.last {
            let now = DispatchTime.now().uptimeNanoseconds
            onEpoch(
                CollabEpoch(
                    epoch: epoch.epoch + 1, trainRMSE: epoch.trainingLoss.squareRoot(), ratings: ratings,
                    seconds: Double(now - start) / 1e9))
            start = now
        }
        return .continue
    }
}
