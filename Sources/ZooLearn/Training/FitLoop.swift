/// One run of `Learner.fit`.
struct FitLoop<Batch> {
    private let learner: Learner<Batch>
    private let training: DataLoader<Batch>
    private let validation: DataLoader<Batch>?
    private let plan: TrainingPlan
    private let observers: [any Observer]
    private var progress: TrainingProgress
    private var stopReason: String?

    init(
        learner: Learner<Batch>, training: DataLoader<Batch>, validation: DataLoader<Batch>?, plan: TrainingPlan,
        observers: [any Observer], from checkpoint: Checkpoint?
    ) throws {
        self.learner = learner
        self.training = training
        self.validation = validation
        self.plan = plan
        self.observers = observers
        progress = checkpoint?.progress ?? TrainingProgress(generator: learner.generator, data: training.state)
        guard let checkpoint else { return }
        guard progress.data == training.state else {
            throw CheckpointError.otherData(found: training.state, expected: progress.data)
        }
        try learner.restore(checkpoint)
    }

    mutating func run() throws -> FitReport {
        try tell(
            .fitBegan(epochs: plan.epochs, stepsPerEpoch: training.batchCount, finished: progress.history))
        while progress.epoch < plan.epochs, stopReason == nil { try runEpoch() }
        learner.optimizer.bringUpToDate()
        let report = FitReport(epochs: progress.history, steps: progress.step, stopReason: stopReason)
        try tell(.fitEnded(report))
        return report
    }

    private mutating func runEpoch() throws {
        try tell(.epochBegan(epoch: progress.epoch))
        for (batch, count) in training.batches(epoch: progress.epoch, from: progress.stepInEpoch) {
            guard stopReason == nil else { return }
            try take(batch, count)
        }
        guard stopReason == nil || progress.stepInEpoch == training.batchCount else { return }
        try endEpoch()
    }

    private mutating func take(_ batch: Batch, _ count: Int) throws {
        let total = plan.epochs * training.batchCount
        let rate = plan.rate.value(at: progress.step, of: total)
        let momentum = plan.momentum?.value(at: progress.step, of: total)
        let loss = learner.step(batch, rate: rate, momentum: momentum, clipping: plan.clipping)
        guard loss.isFinite else {
            stopReason = "the loss of step \(progress.step + 1) is \(loss)"
            return
        }
        let report = StepReport(
            epoch: progress.epoch, step: progress.step, stepInEpoch: progress.stepInEpoch,
            stepsPerEpoch: training.batchCount, exampleCount: count, loss: loss, learningRate: rate)
        progress.step += 1
        progress.stepInEpoch += 1
        progress.lossSum += loss * Double(count)
        progress.exampleCount += count
        try tell(.stepEnded(report))
    }

    private mutating func endEpoch() throws {
        learner.optimizer.bringUpToDate()
        let measured = validation.map { learner.evaluate($0) }
        let mean = progress.exampleCount > 0 ? progress.lossSum / Double(progress.exampleCount) : .nan
        progress.history.append(
            EpochReport(
                epoch: progress.epoch, trainingLoss: mean, validationLoss: measured?.loss,
                metrics: measured?.metrics ?? []))
        progress.epoch += 1
        (progress.stepInEpoch, progress.lossSum, progress.exampleCount) = (0, 0, 0)
        try tell(.epochEnded(history: progress.history))
    }

    /// Every observer hears of everything; the first reason to stop counts.
    private mutating func tell(_ event: TrainingEvent) throws {
        for observer in observers {
            let verdict = try observer.observe(event, checkpoint: { learner.checkpoint(progress) })
            if case .stop(let reason) = verdict, stopReason == nil { stopReason = reason }
        }
    }
}

extension DataLoader {
    var state: LoaderState {
        LoaderState(
            count: count, batchSize: batchSize, shuffleSeed: shuffleSeed, dropsPartialBatch: dropsPartialBatch)
    }
}
