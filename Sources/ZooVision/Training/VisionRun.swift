import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// One run of `VisionTrainer.fit`.
struct VisionRun {
    private let trainer: VisionTrainer
    private let training: LabelledPictures
    private let validation: LabelledPictures?
    private let observers: [any Observer]
    private let shouldStop: () -> Bool
    private let step: VisionTrainingStep
    private let stepsPerEpoch: Int
    private var progress: TrainingProgress
    private var carried = CarriedWeights()
    private var lastGood: Checkpoint
    private var stopReason: VisionFit.StopReason?

    init(
        _ trainer: VisionTrainer, _ training: LabelledPictures, _ validation: LabelledPictures?,
        from checkpoint: Checkpoint?, observers: [any Observer], shouldStop: @escaping () -> Bool
    ) throws {
        self.trainer = trainer
        self.training = training
        self.validation = validation
        self.observers = observers
        self.shouldStop = shouldStop
        let recipe = trainer.recipe
        step = VisionTrainingStep(trainer.network, recipe, isMultiLabel: training.isMultiLabel)
        stepsPerEpoch = trainer.stepsPerEpoch(training)
        let data = LoaderState(
            count: training.count, batchSize: recipe.batchSize, shuffleSeed: recipe.seed, dropsPartialBatch: true)
        progress = checkpoint?.progress ?? TrainingProgress(generator: RandomGenerator(seed: recipe.seed), data: data)
        if let checkpoint {
            guard progress.data == data else {
                throw CheckpointError.otherData(found: data, expected: progress.data)
            }
            guard progress.isSound(stepsPerEpoch: stepsPerEpoch) else { throw CheckpointError.otherState }
            let best = recipe.keepsBest ? recipe.bestEpoch(of: progress.history.map { VisionEpoch($0) }) : nil
            carried = try CarriedWeights(
                checkpoint, of: trainer.network, averaged: recipe.averagedEpochs(after: progress.epoch),
                hasBest: best != nil)
            try step.restore(checkpoint)
        }
        lastGood = step.checkpoint(progress, carried)
    }

    mutating func run() throws -> VisionFit {
        let recipe = trainer.recipe
        try tell(.fitBegan(epochs: recipe.epochs, stepsPerEpoch: stepsPerEpoch, finished: progress.history))
        do {
            while progress.epoch < recipe.epochs, stopReason == nil { try runEpoch() }
        } catch let error as PictureBatchError { stopReason = .unreadable(error.description) }
        // Before other weights take the place of those that are trained.
        let end = step.checkpoint(progress, carried)
        let fit = try stopReason == nil ? finished(end) : stopped(end)
        let report = FitReport(epochs: progress.history, steps: progress.step, stopReason: stopReason?.description)
        try tell(.fitEnded(report))
        return fit
    }

    private mutating func runEpoch() throws {
        let (recipe, start, before) = (trainer.recipe, ContinuousClock.now, progress.exampleCount)
        let size = recipe.size(inEpoch: progress.epoch, otherwise: trainer.preprocessing.size)
        if progress.stepInEpoch == 0 {
            // Other numbers than those that the order and the changes to pictures are drawn from.
            progress.generator = RandomGenerator(seed: ~recipe.seed(ofEpoch: progress.epoch))
        }
        try tell(.epochBegan(epoch: progress.epoch))
        let batches = trainer.batches(training, epoch: progress.epoch, size: size, from: progress.stepInEpoch)
        while stopReason == nil, let batch = try batches.next() {
            if shouldStop() { stopReason = .asked } else { try take(batch) }
        }
        guard progress.stepInEpoch == stepsPerEpoch else { return }
        let rate = recipe.motion(at: max(0, progress.step - 1), stepsPerEpoch: stepsPerEpoch).rate
        let (count, trained) = (progress.exampleCount - before, (ContinuousClock.now - start) / .seconds(1))
        let valid = try validation.map { try measure($0, size: size) }
        // A step that broke the weights shows only in what comes after it.
        guard step.weightsAreFinite else { return try giveUp(rate: rate) }
        try end(
            VisionEpoch(
                epoch: progress.epoch + 1, size: size,
                trainLoss: progress.lossSum / Double(max(progress.exampleCount, 1)), valid: valid, learningRate: rate,
                picturesPerSecond: Double(count) / max(trained, 1e-9),
                seconds: (ContinuousClock.now - start) / .seconds(1)))
    }

    private mutating func take(_ batch: PictureBatch) throws {
        let motion = trainer.recipe.motion(at: progress.step, stepsPerEpoch: stepsPerEpoch)
        let targets = training.targets(batch.indices, smoothing: trainer.recipe.labelSmoothing)
        let loss = step(
            batch.images, targets, rate: motion.rate, momentum: motion.momentum, using: &progress.generator)
        guard loss.isFinite else { return try giveUp(rate: motion.rate) }
        let report = StepReport(
            epoch: progress.epoch, step: progress.step, stepInEpoch: progress.stepInEpoch,
            stepsPerEpoch: stepsPerEpoch, exampleCount: batch.indices.count, loss: loss, learningRate: motion.rate)
        progress.step += 1
        progress.stepInEpoch += 1
        progress.lossSum += loss * Double(batch.indices.count)
        progress.exampleCount += batch.indices.count
        try tell(.stepEnded(report))
    }

    private mutating func giveUp(rate: Double) throws {
        stopReason = .notANumber(
            step: progress.step + 1, learningRate: rate, restoredEpochs: lastGood.progress.epoch)
        try step.restore(lastGood)
        progress = lastGood.progress
    }

    private mutating func end(_ epoch: VisionEpoch) throws {
        let recipe = trainer.recipe
        progress.history.append(epoch.report)
        progress.epoch += 1
        (progress.stepInEpoch, progress.lossSum, progress.exampleCount) = (0, 0, 0)
        if recipe.averagedEpochs(after: progress.epoch) > 0 { carried.average.add(trainer.network.parameters) }
        if recipe.keepsBest, recipe.bestEpoch(of: progress.history.map { VisionEpoch($0) }) == progress.epoch {
            carried.best = trainer.network.state()
        }
        lastGood = step.checkpoint(progress, carried)
        try tell(.epochEnded(history: progress.history))
    }

    /// What comes of a run that went to its end: the mean of the weights, or the best of them, or the last.
    private mutating func finished(_ end: Checkpoint) throws -> VisionFit {
        let fit = VisionFit(end, recipe: trainer.recipe)
        guard carried.average.count > 0 else {
            let isLast = fit.keptEpoch == progress.epoch
            if fit.keptEpoch != nil, !isLast { try trainer.network.load(state: carried.best) }
            return VisionFit(
                epochs: fit.epochs, keptEpoch: isLast ? nil : fit.keptEpoch, averaged: nil, steps: fit.steps,
                stopReason: nil, checkpoint: end)
        }
        do {
            return VisionFit(
                epochs: fit.epochs, keptEpoch: nil, averaged: try takeAverage(), steps: fit.steps, stopReason: nil,
                checkpoint: end)
        } catch let error as PictureBatchError {
            stopReason = .unreadable(error.description)
            try step.restore(end)
            return try stopped(end)
        }
    }

    private func stopped(_ end: Checkpoint) throws -> VisionFit {
        let fit = VisionFit(end, recipe: trainer.recipe, stopReason: stopReason)
        if fit.keptEpoch != nil { try trainer.network.load(state: carried.best) }
        return fit
    }

    private func takeAverage() throws -> VisionMetrics? {
        carried.average.store(in: trainer.network.parameters)
        let recipe = trainer.recipe
        let size = recipe.size(inEpoch: recipe.epochs - 1, otherwise: trainer.preprocessing.size)
        let batches = trainer.batches(training, epoch: recipe.epochs, size: size)
        try trainer.network.measureStatistics { try batches.next()?.images }
        return try validation.map { try measure($0, size: size) }
    }

    private func measure(_ pictures: LabelledPictures, size: Int) throws -> VisionMetrics {
        let logits = try trainer.network.logits(
            of: pictures.source, preprocessing: trainer.preprocessing(size: size), threads: trainer.threads)
        return VisionMetrics(logits: logits, pictures)
    }

    /// Every observer hears of everything; the first reason to stop counts.
    private mutating func tell(_ event: TrainingEvent) throws {
        for observer in observers {
            let verdict = try observer.observe(event, checkpoint: { step.checkpoint(progress, carried) })
            if case .stop(let reason) = verdict, stopReason == nil { stopReason = .observer(reason) }
        }
    }
}

extension VisionRecipe {
    /// Over how many epochs the weights are averaged when so many are finished.
    public func averagedEpochs(after finished: Int) -> Int {
        averagedEpochs > 0 ? max(0, finished - (epochs - averagedEpochs)) : 0
    }
}

extension TrainingProgress {
    /// Whether its numbers go together, wherever they come from.
    fileprivate func isSound(stepsPerEpoch: Int) -> Bool {
        epoch == history.count && (0...stepsPerEpoch).contains(stepInEpoch)
            && step == epoch * stepsPerEpoch + stepInEpoch && (0...data.count).contains(exampleCount)
            && lossSum.isFinite && !generator.isSilent
    }
}
