import ZooKernels
import ZooLearn

/// Trains `DotBiasModel` by stochastic gradient descent, rating by rating, on a committee of small models.
///
/// - Each row has its own step: the learning rate over the root of its running mean squared gradient (RMSprop with one
///   number a row), times (mean count / its count)^ratePower, so that rows with few ratings learn faster.
/// - Each touch decays a row by (mean count / its count)^decayPower: with a power of 1 a row's whole decay over an epoch is
///   the same however often it is touched, as the prior of probabilistic matrix factorisation wants it.
/// - Ratings are cut into 2 x 2 blocks of users and items, 16 x 16 for a million ratings and more; the blocks on a diagonal share
///   no row and are trained at the same time. The cut does not depend on the number of threads, and so neither does any bit of
///   the result.
/// - Source: the blocks are Gemulla et al. 2011's (DSGD); the prior is Salakhutdinov & Mnih's 2008.
public struct DotBiasTrainer: Sendable {
    let configuration: DotBiasRecipe
    private let threads: ThreadCount

    /// Creates a trainer.
    public init(_ configuration: DotBiasRecipe, threads: ThreadCount = .all) {
        self.configuration = configuration
        self.threads = threads
    }

    /// Trains on `training`.
    ///
    /// - Parameter observers: hear of every epoch, whose loss is the mean squared error, each rating predicted just before
    ///   it was learned from; they may end the training
    /// - Parameter checkpoint: where to resume, with the ratings and the configuration that it was made with
    /// - Parameter shouldStop: asked several times an epoch; true ends the training
    /// - Returns: the model, of a training that was stopped as far as it came, without the deviations of its biases, and how it went
    /// - Throws: `CheckpointError` where the checkpoint does not fit; what an observer throws
    /// - Precondition: there is at least one rating.
    public func fit(
        _ training: Interactions, from checkpoint: Checkpoint? = nil, observers: [any Observer] = [],
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> (model: DotBiasModel, report: FitReport) {
        var run = CollabRun(threads: threads)
        (run.checkpoint, run.observers, run.shouldStop) = (checkpoint, observers, shouldStop)
        return try fit(training, run)
    }

    /// Trains on `training`, and keeps the best epoch where there are validation ratings.
    ///
    /// - Throws: as `fit(_:from:observers:shouldStop:)`
    /// - Precondition: there is at least one rating.
    package func fit(_ training: Interactions, _ run: CollabRun) throws -> (model: DotBiasModel, report: FitReport) {
        precondition(training.count > 0, "dot-bias: no ratings to train on")
        let task = DotBiasTask(configuration, training, threads: threads)
        let epochs = configuration.epochs
        let peak = Int((configuration.warmUp * Double(epochs)).rounded(.up))
        let report = try Learner(task, seed: configuration.seed)
            .fit(
                TrainingPlan(
                    epochs: epochs, rate: configuration,
                    keeping: run.keeping(.rmse, epochs: epochs, lastPeak: peak)), observers: run.observers,
                from: run.checkpoint, shouldStop: run.shouldStop,
                validate: run.validate(.rmse, training) { task.model })
        return (task.model, report)
    }

    /// The model that a training has come to at a checkpoint.
    ///
    /// - Throws: `CheckpointError` where the checkpoint does not fit
    package func model(_ training: Interactions, at checkpoint: Checkpoint) throws -> DotBiasModel {
        let task = DotBiasTask(configuration, training, threads: threads)
        try task.restore(TrainingState(weights: [], optimizer: checkpoint.optimizer))
        return task.model
    }

    /// Tries rising learning rates on a fresh model, one pass over the ratings.
    ///
    /// - Parameter steps: how many rates are tried, from 1e-5 to 10; each is measured on as many ratings, at least 64, for
    ///   which few ratings are gone over again
    /// - Returns: mean squared errors in squared units of the ratings
    /// - Throws: nothing in practice
    public func findLearningRate(_ training: Interactions, steps: Int) throws -> LearningRateCurve {
        try Learner(DotBiasTask(configuration, training, threads: threads), seed: configuration.seed)
            .findLearningRate(from: 1e-5, to: 10, steps: steps)
    }
}

extension DotBiasRecipe: Schedule {
    /// The learning rate at a step.
    public func value(at step: Int, of total: Int) -> Double { rate(at: Double(step) / Double(max(total, 1))) }
}

extension DotBiasModel {
    /// The same model with biases whose means are zero, and their sum as the global bias: what an unknown user or item,
    /// whose bias is zero, then gets is the average one.
    func centred() -> DotBiasModel {
        func mean(_ biases: [Float]) -> Float { biases.reduce(0, +) / Float(max(1, biases.count)) }
        let (users, items) = (mean(userBiases), mean(itemBiases))
        var result = DotBiasModel(
            vocabulary: vocabulary, factors: factors, userVectors: userVectors, itemVectors: itemVectors,
            userBiases: userBiases.map { $0 - users }, itemBiases: itemBiases.map { $0 - items },
            globalBias: globalBias + users + items, range: range, scale: scale)
        result.settings = settings
        return result
    }
}
