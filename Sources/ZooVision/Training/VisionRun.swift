import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// One run of `VisionTrainer.fit`.
struct VisionRun {
    private let trainer: VisionTrainer
    private let training: LabelledPictures
    private let validation: LabelledPictures?
    private let step: VisionTrainingStep
    private var average = WeightAverage()
    private var best: (epoch: Int, accuracy: Double, state: [NamedTensor])?
    private var lastGood: [NamedTensor]
    private var epochs: [VisionEpoch] = []
    private var steps = 0
    private var stopReason: VisionFit.StopReason?

    init(_ trainer: VisionTrainer, _ training: LabelledPictures, _ validation: LabelledPictures?) {
        self.trainer = trainer
        self.training = training
        self.validation = validation
        step = VisionTrainingStep(trainer.network, trainer.recipe, isMultiLabel: training.isMultiLabel)
        lastGood = trainer.network.state()
    }

    mutating func run(onEvent: (VisionEvent) -> Void, shouldStop: () -> Bool) throws -> VisionFit {
        let recipe = trainer.recipe
        while epochs.count < recipe.epochs, stopReason == nil { try runEpoch(onEvent, shouldStop) }
        var (kept, averaged): (Int?, VisionMetrics?)
        if stopReason == nil, average.count > 0 {
            averaged = try takeAverage()
        } else if recipe.keepsBest, let best, best.epoch < epochs.count || stopReason != nil {
            try trainer.network.load(state: best.state)
            kept = best.epoch
        }
        return VisionFit(
            epochs: epochs, keptEpoch: kept, averaged: averaged, steps: steps, stopReason: stopReason)
    }

    private mutating func runEpoch(_ onEvent: (VisionEvent) -> Void, _ shouldStop: () -> Bool) throws {
        let (recipe, epoch, start) = (trainer.recipe, epochs.count, ContinuousClock.now)
        let size = recipe.size(inEpoch: epoch, otherwise: trainer.preprocessing.size)
        let stepsPerEpoch = trainer.stepsPerEpoch(training)
        // Other numbers than those that the order and the changes to pictures are drawn from.
        var generator = RandomGenerator(seed: ~recipe.seed(ofEpoch: epoch))
        var (lossSum, pictures, rate) = (0.0, 0, 0.0)
        let batches = trainer.batches(training, epoch: epoch, size: size)
        while let batch = try batches.next() {
            if shouldStop() {
                stopReason = .asked
                return
            }
            let motion = recipe.motion(at: steps, stepsPerEpoch: stepsPerEpoch)
            let targets = training.targets(batch.indices, smoothing: recipe.labelSmoothing)
            rate = motion.rate
            let loss = step(batch.images, targets, rate: rate, momentum: motion.momentum, using: &generator)
            guard loss.isFinite else { return try giveUp(rate: rate) }
            steps += 1
            lossSum += loss * Double(batch.indices.count)
            pictures += batch.indices.count
            onEvent(
                .step(
                    VisionStep(
                        done: steps, total: recipe.epochs * stepsPerEpoch, epoch: epoch + 1, epochs: recipe.epochs,
                        pictures: epoch * stepsPerEpoch * recipe.batchSize + pictures, loss: loss, learningRate: rate)))
        }
        let trained = (ContinuousClock.now - start) / .seconds(1)
        let valid = try validation.map { try measure($0, size: size) }
        // A step that broke the weights shows only in what comes after it.
        guard step.weightsAreFinite else { return try giveUp(rate: rate) }
        epochs.append(
            VisionEpoch(
                epoch: epoch + 1, size: size, trainLoss: lossSum / Double(max(pictures, 1)), valid: valid,
                learningRate: rate, picturesPerSecond: Double(pictures) / max(trained, 1e-9),
                seconds: (ContinuousClock.now - start) / .seconds(1)))
        keep(valid, size: size)
        if let last = epochs.last { onEvent(.epoch(last)) }
    }

    private mutating func giveUp(rate: Double) throws {
        stopReason = .notANumber(step: steps + 1, learningRate: rate, restoredEpochs: epochs.count)
        try trainer.network.load(state: lastGood)
    }

    private mutating func keep(_ valid: VisionMetrics?, size: Int) {
        let recipe = trainer.recipe
        lastGood = trainer.network.state()
        if recipe.averagedEpochs > recipe.epochs - epochs.count { average.add(trainer.network.parameters) }
        let isAtLastSize = size == recipe.sizes.last ?? size
        if recipe.keepsBest, isAtLastSize, let valid, valid.accuracy > best?.accuracy ?? -1 {
            best = (epochs.count, valid.accuracy, lastGood)
        }
    }

    private func takeAverage() throws -> VisionMetrics? {
        average.store(in: trainer.network.parameters)
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
}
