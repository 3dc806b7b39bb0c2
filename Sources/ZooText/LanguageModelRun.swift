import Foundation
import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// One run of `LanguageModelTrainer.fit`.
struct LanguageModelRun {
    private let trainer: LanguageModelTrainer
    private let training: TextStream
    private let validation: [Int32]?
    private let observers: [any Observer]
    private let shouldStop: () -> Bool
    private let stepCounts: [Int]
    private let plan: TrainingPlan
    private var progress: TrainingProgress
    private var state: LanguageModelState?
    private var stopReason: LanguageModelFit.StopReason?
    private let bestBefore: Double?
    private let keepsBest: Bool
    private var best: [NamedTensor]
    private var lastGood: Checkpoint
    private var lastRate = 0.0

    init(
        trainer: LanguageModelTrainer, training: TextStream, validation: [Int32]?, observers: [any Observer],
        bestBefore: Double?, shouldStop: @escaping () -> Bool, from checkpoint: Checkpoint?
    ) throws {
        self.trainer = trainer
        self.training = training
        self.validation = validation
        self.observers = observers
        self.shouldStop = shouldStop
        let options = trainer.options
        stepCounts = (0..<options.epochs).map { training.windows(options, epoch: $0).count }
        plan = options.plan(stepCount: stepCounts.reduce(0, +))
        let data = LoaderState(
            count: training.tokens.count, batchSize: training.batchSize, shuffleSeed: options.seed,
            dropsPartialBatch: true)
        progress =
            checkpoint?.progress ?? TrainingProgress(generator: RandomGenerator(seed: options.seed), data: data)
        self.bestBefore = bestBefore
        best = checkpoint?.bestEpochWeights ?? (bestBefore == nil ? [] : trainer.model.state())
        // Checkpoints of earlier versions have no best weights.
        let isUnknown = best.isEmpty && (bestBefore != nil || !progress.history.isEmpty)
        keepsBest = validation != nil && options.keepsLast != true && !isUnknown
        if let checkpoint {
            guard progress.data == data else {
                throw CheckpointError.otherData(found: data, expected: progress.data)
            }
            if checkpoint.carried.contains(where: { !$0.path.hasPrefix(Checkpoint.bestEpochPrefix) }) {
                state = LanguageModelState(checkpoint.carried, of: trainer.model, batchSize: training.batchSize)
                if state == nil { throw CheckpointError.otherState }
            }
            try trainer.restore(checkpoint)
        }
        lastGood = trainer.checkpoint(progress, state, best: keepsBest ? best : [])
    }

    private var checkpoint: Checkpoint { trainer.checkpoint(progress, state, best: keepsBest ? best : []) }

    /// The epoch, from 1, of the least validation loss, the first of equals; 0 where none is below that from before.
    private var bestEpoch: Int? {
        guard keepsBest else { return nil }
        var (found, least) = (0, bestBefore ?? .infinity)
        for (index, epoch) in progress.history.enumerated() {
            guard let loss = epoch.validationLoss, loss < least else { continue }
            (found, least) = (index + 1, loss)
        }
        return found
    }

    mutating func run() throws -> LanguageModelFit {
        try tell(
            .fitBegan(
                epochs: plan.epochs, stepsPerEpoch: stepCounts.first ?? 0, finished: progress.history))
        while progress.epoch < plan.epochs, stopReason == nil { try runEpoch() }
        // As it is, rows that are behind included: brought up to date early they would not be the same to the last bit.
        let end = checkpoint
        trainer.optimizer.bringUpToDate()
        let kept = stopReason == nil ? bestEpoch : nil
        if let kept, kept != progress.epoch, !best.isEmpty { try trainer.model.load(state: best) }
        let report = FitReport(
            epochs: progress.history, steps: progress.step, stopReason: stopReason?.description)
        try tell(.fitEnded(report))
        return LanguageModelFit(end, keptEpoch: kept, stopReason: stopReason)
    }

    private mutating func runEpoch() throws {
        try tell(.epochBegan(epoch: progress.epoch))
        let start = ContinuousClock.now
        let windows = training.windows(trainer.options, epoch: progress.epoch)
        for window in windows.dropFirst(progress.stepInEpoch) {
            if stopReason == nil, shouldStop() { stopReason = .asked }
            guard stopReason == nil else { return }
            try take(window, stepsInEpoch: windows.count)
        }
        guard stopReason == nil || progress.stepInEpoch == windows.count else { return }
        try endEpoch(since: start)
    }

    private mutating func take(_ window: Range<Int>, stepsInEpoch: Int) throws {
        let total = stepCounts.reduce(0, +)
        let rate = plan.rate.value(at: progress.step, of: total)
        let momentum = plan.momentum?.value(at: progress.step, of: total)
        guard let loss = step(window, rate: rate, momentum: momentum) else {
            return try giveUp(step: progress.step + 1, rate)
        }
        let count = window.count * training.batchSize
        let report = StepReport(
            epoch: progress.epoch, step: progress.step, stepInEpoch: progress.stepInEpoch, stepsPerEpoch: stepsInEpoch,
            exampleCount: count, loss: loss, learningRate: rate)
        lastRate = rate
        progress.step += 1
        progress.stepInEpoch += 1
        progress.lossSum += loss * Double(count)
        progress.exampleCount += count
        try tell(.stepEnded(report))
    }

    /// Ends the training at a step that led to what is no number, with the weights of the last epoch that did not.
    private mutating func giveUp(step: Int, _ rate: Double) throws {
        stopReason = .notANumber(step: step, learningRate: rate, restoredEpochs: lastGood.progress.epoch)
        try trainer.restore(lastGood)
        progress = lastGood.progress
        state = LanguageModelState(lastGood.carried, of: trainer.model, batchSize: training.batchSize)
    }

    /// The window's cross-entropy; nil, and nothing moved, where it or the gradient is not a number.
    private mutating func step(_ window: Range<Int>, rate: Double, momentum: Double?) -> Double? {
        let parameters = trainer.optimizer.trainableParameters
        guard let (loss, norm, gradients) = lossAndGradients(window, parameters) else { return nil }
        // Short windows give noisier gradients of fewer tokens (Merity et al. 2018, section 3).
        let scale = trainer.options.variesWindows ? Double(window.count) / Double(trainer.options.bptt) : 1
        let clipped = plan.clipping?.clipped(gradients, norm: norm) ?? gradients
        trainer.optimizer.step(clipped, rate: rate * scale, momentum: momentum)
        return loss
    }

    /// In a function of its own: the record of the forward pass is gone before the step, so that parameters change in
    /// place.
    private mutating func lossAndGradients(
        _ window: Range<Int>, _ parameters: [Parameter]
    ) -> (loss: Double, norm: Double, gradients: [Gradient?])? {
        let (inputs, targets) = training.window(window)
        var generator = progress.generator
        let output = trainer.model(inputs, state: state, mode: .training, using: &generator)
        let (entropy, total) = trainer.model.loss(output, targets: targets)
        let loss = entropy.item
        guard loss.isFinite, total.item.isFinite else { return nil }
        let found = gradients(of: total, withRespectTo: parameters.map(\.storedValue))
        let norm = GradientClipping.norm(of: found)
        guard norm.isFinite else { return nil }
        progress.generator = generator
        state = output.state
        return (loss, norm, found)
    }

    private mutating func endEpoch(since start: ContinuousClock.Instant) throws {
        trainer.optimizer.bringUpToDate()
        let nats = try validation.map { try trainer.model.evaluate($0, batchSize: training.batchSize).nats }
        // The last step can ruin the weights with a loss that was fine before it.
        if let nats, !nats.isFinite { return try giveUp(step: progress.step, lastRate) }
        let mean = progress.exampleCount > 0 ? progress.lossSum / Double(progress.exampleCount) : .nan
        let metrics = [
            MetricValue(name: "seconds", value: (ContinuousClock.now - start) / .seconds(1)),
            MetricValue(name: "learning_rate", value: lastRate),
        ]
        progress.history.append(
            EpochReport(epoch: progress.epoch, trainingLoss: mean, validationLoss: nats, metrics: metrics))
        progress.epoch += 1
        (progress.stepInEpoch, progress.lossSum, progress.exampleCount) = (0, 0, 0)
        state = nil  // the next pass begins at the start of the rows
        if bestEpoch == progress.epoch { best = trainer.model.state() }
        lastGood = checkpoint
        try tell(.epochEnded(history: progress.history))
    }

    /// Every observer hears of everything; the first reason to stop counts.
    private mutating func tell(_ event: TrainingEvent) throws {
        for observer in observers {
            let verdict = try observer.observe(event, checkpoint: { checkpoint })
            if case .stop(let reason) = verdict, stopReason == nil { stopReason = .observer(reason) }
        }
    }
}

extension TextStream {
    /// The windows of an epoch, as the options want them.
    func windows(_ options: LanguageModelOptions, epoch: Int) -> [Range<Int>] {
        options.variesWindows
            ? windows(around: options.bptt, epoch: epoch, seed: options.seed) : windows(length: options.bptt)
    }
}
