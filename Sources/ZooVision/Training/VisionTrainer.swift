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
        smoothing: Double = 0.9, divergence: Double = 4, onStep: (Int) -> Void = { _ in },
        shouldStop: () -> Bool = { false }
    ) throws -> LearningRateCurve {
        try training.checkIsTrainable()
        defer { network.unfreeze() }
        return try Learner(task(training, nil), seed: ~recipe.seed).findLearningRate(
            from: low, to: high, steps: steps, smoothing: smoothing, divergence: divergence, onStep: onStep,
            shouldStop: shouldStop)
    }

    private func task(_ training: LabelledImages, _ validation: LabelledImages?) -> ImageTask {
        ImageTask(
            network, recipe: recipe, preprocessing: preprocessing, threads: threads, training: training,
            validation: validation)
    }
}

extension VisionTrainingOptions {
    /// The plan of a training.
    ///
    /// With an averaging rate the schedule ends before the averaged epochs.
    func plan(stepsPerEpoch: Int) -> TrainingPlan {
        let annealed = averagingRate == nil ? epochs : epochs - averagedEpochs
        let steps = annealed * stepsPerEpoch
        var rate = schedule.rate(learningRate, epochs: annealed, steps: steps)
        var scheduledMomentum = rule == .sgd && momentum == 0 ? nil : schedule.momentum
        if let averagingRate {
            rate = ConstantTail(after: rate, steps: steps, value: averagingRate)
            scheduledMomentum = scheduledMomentum.map { ConstantTail(after: $0, steps: steps, value: momentum) }
        }
        return TrainingPlan(
            epochs: epochs, rate: rate, momentum: scheduledMomentum,
            keeping: bestEpoch.map {
                .best($0, patience: patience, epochs: epochs, lastPeak: schedule.lastPeak(epochs: annealed))
            } ?? .last)
    }

    /// What chooses the epoch whose weights are kept; nil where the last is.
    var bestEpoch: BestImageEpoch? { keepsBest ? BestImageEpoch(size: sizes.last) : nil }

    /// The number of the epoch that has the best validation images, whichever is kept; nil without any.
    package func bestEpoch(in epochs: [EpochReport]) -> Int? {
        BestImageEpoch(size: sizes.last).bestIndex(in: epochs).map { epochs[$0].epoch }
    }

    /// The side of the images in an epoch (from 0): each of `sizes` takes an equal part of the epochs.
    func size(inEpoch epoch: Int, otherwise size: Int) -> Int {
        sizes.isEmpty ? size : sizes[min(epoch * sizes.count / max(epochs, 1), sizes.count - 1)]
    }

    /// How many epochs' weights the average is of after so many epochs.
    package func averagedEpochs(after finished: Int) -> Int {
        averagedEpochs > 0 ? max(0, finished - (epochs - averagedEpochs)) : 0
    }

    /// Decides an epoch's order of images, their augmentation, and what the training draws.
    func seed(ofEpoch epoch: Int) -> UInt64 { seed &+ UInt64(epoch) &* 0xD1B5_4A32_D192_ED03 }
}

/// A schedule over the first steps, and a constant value after them.
struct ConstantTail: Schedule {
    private let schedule: any Schedule
    private let steps: Int
    private let value: Double

    /// - Parameter steps: steps of `schedule`
    init(after schedule: any Schedule, steps: Int, value: Double) {
        (self.schedule, self.steps, self.value) = (schedule, steps, value)
    }

    func value(at step: Int, of total: Int) -> Double { step < steps ? schedule.value(at: step, of: steps) : value }
}

/// Chooses the epoch of the best accuracy, among equals that of the least loss, among equals the first.
struct BestImageEpoch: EpochSelection {
    /// The size of the images in the epochs that count; nil for any.
    let size: Int?

    func bestIndex(in history: [EpochReport]) -> Int? {
        var best: (index: Int, valid: VisionMetrics)?
        for (index, epoch) in history.enumerated() where epoch.imageSize == size ?? epoch.imageSize {
            guard let valid = epoch.imageMetrics else { continue }
            if let best, (valid.accuracy, -valid.loss) <= (best.valid.accuracy, -best.valid.loss) { continue }
            best = (index, valid)
        }
        return best?.index
    }
}
