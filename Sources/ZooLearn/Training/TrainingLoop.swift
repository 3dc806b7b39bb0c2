import ZooKernels
import ZooNN

/// One run of `Learner.fit`.
struct TrainingLoop<Task: TrainingTask> {
    private let task: Task
    private let plan: TrainingPlan
    private let observers: [any Observer]
    private let shouldStop: () -> Bool
    private let validate: (() throws -> EpochMeasures)?
    private var progress: TrainingProgress
    private var best: [NamedTensor] = []
    private var keepsBest: Bool
    private var lastGood: Checkpoint?
    private var stopReason: StopReason?
    private var stageSteps = 0
    private var isComplete = false
    /// Where the last stage ended, before the weights that are kept took the place of those that are trained.
    private var end: Checkpoint?

    init(
        _ task: Task, seed: UInt64, plan: TrainingPlan, observers: [any Observer], from checkpoint: Checkpoint?,
        shouldStop: @escaping () -> Bool, validate: (() throws -> EpochMeasures)?
    ) throws {
        (self.task, self.plan, self.observers, self.shouldStop) = (task, plan, observers, shouldStop)
        self.validate = validate
        let stage = checkpoint?.progress.stage ?? 0
        guard stage == 0 || plan.stages.indices.contains(stage) else { throw CheckpointError.otherState }
        try task.beginStage(stage)
        progress =
            checkpoint?.progress
            ?? TrainingProgress(
                generator: RandomGenerator(seed: plan.stages.first?.seed ?? seed), data: task.data)
        keepsBest = plan.keeping.selection != nil
        if let checkpoint { try resume(checkpoint) }
        stageSteps = stepsOfStage
    }

    private mutating func resume(_ checkpoint: Checkpoint) throws {
        guard progress.data == task.data else {
            throw CheckpointError.otherData(found: task.data, expected: progress.data)
        }
        guard progress.isSound(stages: plan.stages, stepCount: task.stepCount) else { throw CheckpointError.otherState }
        // Its weights are of an epoch that the plan does not have.
        let (planned, begun) = (plan.stages[progress.stage].epochs, progress.epoch + (progress.stepInEpoch > 0 ? 1 : 0))
        guard begun <= planned else { throw CheckpointError.fewerEpochs(planned: planned, begun: begun) }
        if let selection = plan.keeping.selection {
            best = checkpoint.bestEpochWeights
            let hasBest = selection.bestIndex(in: candidates) != nil
            // Checkpoints of earlier versions have no best weights.
            keepsBest = !best.isEmpty || !hasBest
            // Before restoring: `weights` applies the updates that are pending.
            if !best.isEmpty {
                let weights = try task.weights()
                guard hasBest, Self.match(best, weights) else { throw CheckpointError.otherState }
            }
        }
        try task.restore(checkpoint.state)
    }

    private static func match(_ first: [NamedTensor], _ second: [NamedTensor]) -> Bool {
        first.count == second.count
            && zip(first, second).allSatisfy {
                $0.path == $1.path && $0.tensor.shape == $1.tensor.shape && $0.tensor.dtype == $1.tensor.dtype
            }
    }

    mutating func run() throws -> FitReport {
        lastGood = checkpoint
        try tell(.fitBegan(epochs: plan.epochs, finished: progress.epochs))
        do {
            isComplete = plan.stages.isEmpty
            while !isComplete, stopReason == nil { try runStage() }
        } catch let error as any UnreadableExample { stopReason = .unreadable(error.description) }
        // As it is, pending updates included: applied early they would not be the same to the last bit.
        let end = self.end ?? checkpoint
        task.applyPendingUpdates()
        var final: EpochMeasures?
        if stopReason == nil {
            do { final = try task.finish() } catch let error as any UnreadableExample {
                stopReason = .unreadable(error.description)
                try task.restore(end.state)
            }
        }
        let report = FitReport(
            epochs: progress.epochs, steps: progress.steps, keptEpoch: stopReason == nil ? keptEpoch : nil,
            final: final,
            stopReason: stopReason, checkpoint: end)
        try tell(.fitEnded(report))
        return report
    }

    private mutating func runStage() throws {
        let stage = plan.stages[progress.stage]
        while progress.epoch < stage.epochs, stopReason == nil, !isOutOfPatience { try runEpoch() }
        guard stopReason == nil else { return }
        isComplete = progress.stage + 1 == plan.stages.count
        // Nothing has changed since the last epoch.
        if isComplete { end = lastGood ?? checkpoint }
        if let kept = keptEpoch, kept != progress.epochs.last?.epoch, !best.isEmpty {
            task.applyPendingUpdates()
            try task.load(weights: best)
        }
        try task.endStage(progress.stage, kept: keptEpoch.map { progress.epochs[$0 - 1] } ?? progress.epochs.last)
        if !isComplete { try beginNextStage() }
    }

    private mutating func beginNextStage() throws {
        progress.stage += 1
        progress.earlierHistory += progress.history
        progress.earlierSteps += progress.step
        (progress.epoch, progress.step, progress.history) = (0, 0, [])
        if plan.keeping.isPerStage { best = [] }
        if let seed = plan.stages[progress.stage].seed { progress.generator = RandomGenerator(seed: seed) }
        try task.beginStage(progress.stage)
        progress.data = task.data
        stageSteps = stepsOfStage
        lastGood = checkpoint
        try tell(.stageBegan(stage: progress.stage))
    }

    private mutating func runEpoch() throws {
        try tell(.epochBegan(epoch: progress.epochs.count + 1))
        let clock = EpochClock(examples: progress.exampleCount)
        if progress.stepInEpoch == 0 { task.beginEpoch(progress.epoch, generator: &progress.generator) }
        let stepsPerEpoch = task.stepCount(epoch: progress.epoch)
        if progress.stepInEpoch < stepsPerEpoch {
            try task.forEachBatch(epoch: progress.epoch, from: progress.stepInEpoch) { batch, count in
                if stopReason == nil, shouldStop() { stopReason = .interrupted }
                guard stopReason == nil else { return false }
                try take(batch, count, stepsPerEpoch)
                return stopReason == nil
            }
        }
        guard stopReason == nil || progress.stepInEpoch == stepsPerEpoch else { return }
        if case .notANumber = stopReason { return }
        try endEpoch(clock)
    }

    private mutating func take(_ batch: Task.Batch, _ count: Int, _ stepsPerEpoch: Int) throws {
        let settings = settings(at: progress.step)
        let loss = try task.step(batch, settings, using: &progress.generator)
        guard loss.isFinite else {
            return try restoreLastGoodEpoch(step: progress.steps + 1, settings.learningRate)
        }
        progress.step += 1
        progress.stepInEpoch += 1
        progress.lossSum += loss * Double(count)
        progress.exampleCount += count
        try tell(
            .stepEnded(
                StepReport(
                    epoch: progress.epochs.count + 1, epochs: plan.epochs, step: progress.steps,
                    stepInEpoch: progress.stepInEpoch, stepsPerEpoch: stepsPerEpoch, exampleCount: count, loss: loss,
                    learningRate: settings.learningRate)))
    }

    private mutating func endEpoch(_ clock: EpochClock) throws {
        let (examples, trainingSeconds) = (progress.exampleCount - clock.examples, clock.seconds)
        task.applyPendingUpdates()
        var measures = try task.endEpoch(progress.epoch)
        if measures.isFinite, let validate { measures = try validate() }
        // The last step can ruin the weights with a loss that was fine before it.
        let rate = settings(at: max(0, progress.step - 1)).learningRate
        guard measures.isFinite else { return try restoreLastGoodEpoch(step: progress.steps, rate) }
        let mean = progress.exampleCount > 0 ? progress.lossSum / Double(progress.exampleCount) : .nan
        progress.history.append(
            EpochReport(
                epoch: progress.epochs.count + 1, stage: progress.stage, trainingLoss: mean,
                validationLoss: measures.validationLoss, metrics: measures.metrics, learningRate: rate,
                exampleCount: examples, trainingSeconds: trainingSeconds, seconds: clock.seconds))
        progress.epoch += 1
        (progress.stepInEpoch, progress.lossSum, progress.exampleCount) = (0, 0, 0)
        if keepsBest, keptEpoch == progress.epochs.count { best = try task.weights() }
        lastGood = nil  // its memory is that of the next
        lastGood = checkpoint
        try tell(.epochEnded(history: progress.epochs))
    }

    /// Ends the training at a step that led to NaN, with everything as it was after the last epoch that did not.
    private mutating func restoreLastGoodEpoch(step: Int, _ rate: Double) throws {
        guard let lastGood else { return }
        stopReason = .notANumber(step: step, learningRate: rate, restoredEpochs: lastGood.progress.epochs.count)
        try task.restore(lastGood.state)
        progress = lastGood.progress
        best = lastGood.bestEpochWeights
    }

    private func settings(at step: Int) -> StepSettings {
        let stage = plan.stages[progress.stage]
        return StepSettings(
            epoch: progress.epoch, stepInEpoch: progress.stepInEpoch, step: step, totalSteps: stageSteps,
            learningRate: stage.rate.value(at: step, of: stageSteps),
            momentum: stage.momentum?.value(at: step, of: stageSteps))
    }

    private var stepsOfStage: Int {
        guard plan.stages.indices.contains(progress.stage) else { return 0 }
        return (0..<plan.stages[progress.stage].epochs).reduce(0) { $0 + task.stepCount(epoch: $1) }
    }

    /// The epochs among which the best is chosen.
    private var candidates: [EpochReport] { plan.keeping.isPerStage ? progress.history : progress.epochs }

    /// The number, from 1, of the best epoch; nil where the last is kept.
    private var keptEpoch: Int? {
        guard keepsBest, let selection = plan.keeping.selection else { return nil }
        return selection.bestIndex(in: candidates).map { candidates[$0].epoch }
    }

    private var isOutOfPatience: Bool {
        guard let patience = plan.keeping.patience, let selection = plan.keeping.selection else { return false }
        // Without anything to measure on there is nothing to wait for.
        guard let best = selection.bestIndex(in: progress.history) else { return false }
        return progress.epoch - max(best + 1, patience.after) >= patience.epochs
    }

    private var checkpoint: Checkpoint {
        let state = task.state()
        var result = Checkpoint(
            weights: state.weights, optimizer: state.optimizer, progress: progress, auxiliary: state.auxiliary)
        if keepsBest { result.bestEpochWeights = best }
        return result
    }

    /// Every observer hears of everything; the first reason to stop counts.
    private mutating func tell(_ event: TrainingEvent) throws {
        for observer in observers {
            let verdict = try observer.observe(event, checkpoint: { checkpoint })
            if case .stop(let reason) = verdict, stopReason == nil { stopReason = .observer(reason) }
        }
    }
}

/// The time of an epoch.
private struct EpochClock {
    /// Examples of the epoch that were seen before a resumed checkpoint.
    let examples: Int
    private let start = ContinuousClock.now

    init(examples: Int) { self.examples = examples }

    var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }
}
