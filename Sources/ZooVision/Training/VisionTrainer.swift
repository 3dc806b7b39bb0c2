import ZooLearn
import ZooNN

/// Trains a network for images on labelled images.
///
/// It is owned by one task. The seed of the recipe decides everything that is random; the same seed and thread count make
/// the same bits.
package struct VisionTrainer {
    /// The network.
    package let network: any ImageNetwork
    /// How it is trained.
    package let recipe: VisionTrainingOptions
    /// How images become tensors; the recipe's sizes come before its size.
    package let preprocessing: Preprocessing
    /// Threads that prepare images ahead of the training.
    package let threads: Int

    /// Creates a trainer.
    ///
    /// - Throws: `VisionTrainingError.setting` as `recipe.validate()`
    package init(
        _ network: any ImageNetwork, recipe: VisionTrainingOptions, preprocessing: Preprocessing, threads: Int = 1
    ) throws(VisionTrainingError) {
        try recipe.validate()
        self.network = network
        self.recipe = recipe
        self.preprocessing = preprocessing
        self.threads = threads
    }

    /// Trains. Afterwards every layer is trainable.
    ///
    /// An image that cannot be read ends the training with what was learned until then, as an interruption does. The
    /// network then has the weights of the best epoch, where the recipe keeps it.
    /// - Parameter checkpoint: where to resume, with the images and the recipe that it was made with; the result then has
    ///   the same bits as that of a training that was never stopped
    /// - Parameter observers: hear of every step and every epoch, and may end the training
    /// - Parameter shouldStop: asked before every step; true ends the training with what was learned until then
    /// - Throws: `VisionTrainingError` where there is nothing to learn; `CheckpointError`, `ModuleStateError` or
    ///   `OptimizerStateError` where the checkpoint does not fit; what an observer throws
    package func fit(
        _ training: LabelledImages, validation: LabelledImages? = nil, from checkpoint: Checkpoint? = nil,
        observers: [any Observer] = [], shouldStop: @escaping () -> Bool = { false }
    ) throws -> FitReport {
        try training.checkIsTrainable()
        if let checkpoint {
            let averaged = WeightAverage.count(in: checkpoint.auxiliary)
            guard averaged == recipe.averagedEpochs(after: checkpoint.progress.epochs.count) else {
                throw CheckpointError.otherState
            }
        }
        defer { network.unfreeze() }
        let task = task(training, validation)
        let report = try Learner(task, seed: recipe.seed).fit(
            recipe.plan(stepsPerEpoch: task.stepCount(epoch: 0)), observers: observers, from: checkpoint,
            shouldStop: shouldStop)
        let best = report.checkpoint.bestEpochWeights
        if report.stopReason != nil, !best.isEmpty { try network.load(state: best) }
        return report
    }

    /// Tries rising learning rates, one a step, and leaves the network as it was.
    ///
    /// It ends early when the smoothed loss is four times its least, or is NaN.
    /// - Parameter steps: how many rates are tried; the images are gone through again when they end before
    /// - Parameter smoothing: how much of the running mean of the losses stays at each step, 0 ..< 1
    /// - Throws: `VisionTrainingError` where there is nothing to learn; what the images' source throws
    /// - Source: Smith 2017, section 3.3
    package func findLearningRate(
        _ training: LabelledImages, from low: Double = 1e-5, to high: Double = 10, steps: Int = 100,
        smoothing: Double = 0.9, onStep: (Int) -> Void = { _ in }, shouldStop: () -> Bool = { false }
    ) throws -> LearningRateCurve {
        try training.checkIsTrainable()
        defer { network.unfreeze() }
        return try Learner(task(training, nil), seed: ~recipe.seed).findLearningRate(
            from: low, to: high, steps: steps, smoothing: smoothing, onStep: onStep, shouldStop: shouldStop)
    }

    private func task(_ training: LabelledImages, _ validation: LabelledImages?) -> ImageTask {
        ImageTask(
            network, recipe: recipe, preprocessing: preprocessing, threads: threads, training: training,
            validation: validation)
    }
}
