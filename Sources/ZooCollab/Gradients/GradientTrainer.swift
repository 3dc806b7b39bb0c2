import Foundation
import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// How a network is trained by gradients over batches: AdamW along one cycle, fast.ai's recipe.
public struct GradientRecipe: Sendable, Hashable, Codable {
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
    public static var neural: GradientRecipe {
        var configuration = GradientRecipe()
        configuration.factors = 20
        configuration.batchSize = 256
        configuration.learningRate = 3e-3
        return configuration
    }
}

/// Trains networks on ratings.
package struct GradientTrainer {
    /// How to train.
    package let configuration: GradientRecipe

    /// Creates a trainer.
    package init(_ configuration: GradientRecipe) { self.configuration = configuration }

    /// Trains a dot product with biases.
    ///
    /// - Parameter run: where to resume (with the ratings and the configuration that the checkpoint was made with), who hears of
    ///   every epoch, whose loss is the mean squared error, and what validates
    /// - Returns: the model, of a training that was stopped as far as it came, and how it went
    /// - Throws: what `Learner.fit` throws
    /// - Precondition: there is at least one rating.
    package func fitDotBias(
        _ training: Interactions, _ run: CollabRun = CollabRun()
    ) throws -> (model: DotBiasModel, report: FitReport) {
        let (network, vocabulary) = dotBiasNetwork(for: training)
        let report = try fit(network, training, vocabulary, run) { self.model(network, training, vocabulary) }
        return (model(network, training, vocabulary), report)
    }

    /// Trains a network over both vectors; see `fitDotBias`.
    ///
    /// - Throws: what `Learner.fit` throws
    /// - Precondition: there is at least one rating.
    package func fitNeural(
        _ training: Interactions, _ run: CollabRun = CollabRun()
    ) throws -> (model: NeuralModel, report: FitReport) {
        let (network, vocabulary) = neuralNetwork(for: training)
        let report = try fit(network, training, vocabulary, run) { self.model(network, training, vocabulary) }
        return (model(network, training, vocabulary), report)
    }

    /// The dot product with biases that a training has come to at a checkpoint.
    ///
    /// - Throws: `ModuleStateError` where the checkpoint does not fit
    package func dotBiasModel(_ training: Interactions, at checkpoint: Checkpoint) throws -> DotBiasModel {
        let (network, vocabulary) = dotBiasNetwork(for: training)
        try network.load(state: checkpoint.weights)
        return model(network, training, vocabulary)
    }

    /// The network over both vectors that a training has come to at a checkpoint.
    ///
    /// - Throws: `ModuleStateError` where the checkpoint does not fit
    package func neuralModel(_ training: Interactions, at checkpoint: Checkpoint) throws -> NeuralModel {
        let (network, vocabulary) = neuralNetwork(for: training)
        try network.load(state: checkpoint.weights)
        return model(network, training, vocabulary)
    }

    private func model(
        _ network: DotBiasNetwork, _ training: Interactions, _ vocabulary: CollabVocabulary
    ) -> DotBiasModel {
        DotBiasModel(
            vocabulary: vocabulary, factors: configuration.factors, userVectors: network.user.weight.value.floats,
            itemVectors: network.item.weight.value.floats, userBiases: network.userBias.weight.value.floats,
            itemBiases: network.itemBias.weight.value.floats, globalBias: 0,
            range: DotBiasRecipe().range(for: training.scale), scale: training.scale
        ).centred()
    }

    private func model(
        _ network: EmbeddingNetwork, _ training: Interactions, _ vocabulary: CollabVocabulary
    ) -> NeuralModel {
        NeuralModel(
            vocabulary: vocabulary, factors: configuration.factors, userVectors: network.user.weight.value.floats,
            itemVectors: network.item.weight.value.floats,
            layers: network.layers.map {
                NeuralModel.Layer(
                    inputs: $0.weight.value.shape.dimensions[0], outputs: $0.weight.value.shape.dimensions[1],
                    weight: $0.weight.value.floats, bias: $0.bias?.value.floats ?? [])
            }, range: DotBiasRecipe().range(for: training.scale), scale: training.scale)
    }

    /// Tries rising learning rates on a fresh network over both vectors.
    ///
    /// - Throws: what `Learner.findLearningRate` throws
    package func findNeuralLearningRate(_ training: Interactions, steps: Int) throws -> LearningRateCurve {
        let (network, vocabulary) = neuralNetwork(for: training)
        return try findLearningRate(network, training, vocabulary, steps)
    }

    /// Tries rising learning rates on a fresh dot product with biases.
    ///
    /// - Throws: what `Learner.findLearningRate` throws
    package func findDotBiasLearningRate(_ training: Interactions, steps: Int) throws -> LearningRateCurve {
        let (network, vocabulary) = dotBiasNetwork(for: training)
        return try findLearningRate(network, training, vocabulary, steps)
    }

    private func findLearningRate(
        _ network: CollabNetwork, _ training: Interactions, _ vocabulary: CollabVocabulary, _ steps: Int
    ) throws -> LearningRateCurve {
        try learner(network, training, vocabulary).findLearningRate(steps: steps, smoothing: 0.95)
    }

    private func dotBiasNetwork(for training: Interactions) -> (DotBiasNetwork, CollabVocabulary) {
        let vocabulary = CollabVocabulary(training: training)
        var generator = RandomGenerator(seed: configuration.seed)
        let network = DotBiasNetwork(
            users: vocabulary.userKeys.count, items: vocabulary.itemKeys.count, factors: configuration.factors,
            range: DotBiasRecipe().range(for: RatingUnit.scale), using: &generator)
        return (network, vocabulary)
    }

    private func neuralNetwork(for training: Interactions) -> (EmbeddingNetwork, CollabVocabulary) {
        let vocabulary = CollabVocabulary(training: training)
        var generator = RandomGenerator(seed: configuration.seed)
        let network = EmbeddingNetwork(
            users: vocabulary.userKeys.count, items: vocabulary.itemKeys.count, factors: configuration.factors,
            hidden: configuration.hidden, dropout: configuration.dropout,
            range: DotBiasRecipe().range(for: RatingUnit.scale), using: &generator)
        return (network, vocabulary)
    }

    private func fit(
        _ network: CollabNetwork, _ training: Interactions, _ vocabulary: CollabVocabulary, _ run: CollabRun,
        _ model: @escaping () -> any Recommender
    ) throws -> FitReport {
        precondition(training.count > 0, "collab: no ratings to train on")
        let rate = OneCycle(maximumRate: configuration.learningRate)
        return try learner(network, training, vocabulary).fit(
            TrainingPlan(
                epochs: configuration.epochs, rate: rate,
                keeping: run.keeping(
                    .rmse, epochs: configuration.epochs, lastPeak: rate.lastPeak(epochs: configuration.epochs))),
            observers: run.observers, from: run.checkpoint, shouldStop: run.shouldStop,
            validate: run.validate(.rmse, training, model))
    }

    private func learner(
        _ network: CollabNetwork, _ training: Interactions, _ vocabulary: CollabVocabulary
    ) -> Learner<SupervisedTask<RatingBatch>> {
        // The loss is in the unit of the data, and with it the gradients: so is what is added to their roots.
        let square = RatingUnit(training.scale).square
        let optimizer = Optimizer(
            network.parameters, rule: AdamW(beta1: 0.9, beta2: 0.99, epsilon: 1e-5 * square),
            weightDecay: configuration.weightDecay)
        let task = SupervisedTask<RatingBatch>(
            network, optimizer: optimizer, training: loader(training, vocabulary),
            predict: { batch, mode, generator in network(batch, mode: mode, using: &generator) },
            loss: { predictions, batch in meanSquaredError(predictions, batch.ratings) * square })
        return Learner(task, seed: configuration.seed)
    }

    private func loader(_ training: Interactions, _ vocabulary: CollabVocabulary) -> DataLoader<RatingBatch> {
        let rows = vocabulary.rows(of: training)
        let unit = RatingUnit(training.scale)
        let ratings = training.ratings.map(unit.inTraining)
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
