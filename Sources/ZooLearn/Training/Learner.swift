import ZooKernels
import ZooNN

/// Trains a task: the one training loop of all applications.
///
/// It runs stages and epochs along their schedules, tells observers, keeps the best epoch, answers NaN by going back to
/// the last good epoch, can be interrupted before every step, and resumes from a checkpoint to the same bits.
///
/// It is owned by one task; across tasks goes a `Checkpoint`.
public final class Learner<Task: TrainingTask> {
    /// What is trained.
    public let task: Task
    private let seed: UInt64

    /// Creates a learner.
    ///
    /// - Parameter seed: decides dropout and whatever else steps draw
    public init(_ task: Task, seed: UInt64) {
        self.task = task
        self.seed = seed
    }

    /// Trains.
    ///
    /// - Parameter checkpoint: where to resume, with the plan and the data that it was made with
    /// - Parameter shouldStop: asked before every step; true ends the training
    /// - Parameter validate: measures after every epoch in place of what the task measures; nil for the task's own
    /// - Returns: every epoch's report, and where training can resume; it ends early when an observer or `shouldStop` asks
    ///   for it, an example cannot be read, or a loss is NaN
    /// - Throws: what an observer throws; `CheckpointError`, `ModuleStateError` or `OptimizerStateError` where the
    ///   checkpoint does not fit; what the task throws
    @discardableResult
    public func fit(
        _ plan: TrainingPlan, observers: [any Observer] = [], from checkpoint: Checkpoint? = nil,
        shouldStop: @escaping () -> Bool = { false }, validate: (() throws -> EpochMeasures)? = nil
    ) throws -> FitReport {
        var loop = try TrainingLoop(
            task, seed: seed, plan: plan, observers: observers, from: checkpoint, shouldStop: shouldStop,
            validate: validate)
        return try loop.run()
    }

    /// Tries rising learning rates, one a step, and leaves the task as it was.
    ///
    /// It ends early when the smoothed loss is `divergence` times its least, or is NaN.
    /// - Parameters:
    ///   - steps: how many rates are tried; the data is gone through again when it ends before
    ///   - smoothing: how much of the running mean of the losses stays at each step, 0 ..< 1
    ///   - onStep: hears how many rates have been tried
    ///   - shouldStop: asked after every step; true ends the search
    /// - Throws: what the task throws
    /// - Source: Smith 2017, "Cyclical Learning Rates for Training Neural Networks", section 3.3
    public func findLearningRate(
        from low: Double = 1e-6, to high: Double = 10, steps: Int = 100, smoothing: Double = 0.9,
        divergence: Double = 4, onStep: (Int) -> Void = { _ in }, shouldStop: () -> Bool = { false }
    ) throws -> LearningRateCurve {
        try task.beginStage(0)
        let before = task.state()
        let schedule = ExponentialRange(start: low, end: high)
        var curve = LearningRateCurve(smoothing: smoothing)
        var generator = RandomGenerator(seed: seed)
        var (pass, isOver) = (0, false)
        do {
            while curve.rates.count < steps, !isOver {
                let tried = curve.rates.count
                try task.forEachTrialBatch(pass: pass, steps: steps) { batch, _ in
                    let step = curve.rates.count
                    let rate = schedule.value(at: step, of: steps)
                    let settings = StepSettings(
                        epoch: pass, stepInEpoch: step - tried, step: step, totalSteps: steps, learningRate: rate,
                        momentum: nil)
                    let loss = try task.step(batch, settings, using: &generator)
                    isOver = !loss.isFinite || shouldStop()
                    guard !isOver else { return false }
                    curve.add(loss, at: rate)
                    onStep(step + 1)
                    isOver = curve.rises(above: divergence) || step + 1 == steps
                    return !isOver
                }
                if curve.rates.count == tried { break }  // no batch at all
                pass += 1
            }
        } catch {
            try task.restore(before)
            throw error
        }
        try task.restore(before)
        return curve
    }
}
