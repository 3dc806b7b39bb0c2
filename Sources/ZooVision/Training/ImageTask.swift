import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// The training of a network on labelled images, as `VisionTrainer` hands it to `Learner`.
///
/// It has one stage. The recipe's seed and the epoch decide everything that an epoch draws.
package final class ImageTask: TrainingTask {
    private let network: any ImageNetwork
    private let recipe: VisionTrainingOptions
    private let preprocessing: Preprocessing
    private let threads: Int
    private let training: LabelledImages
    private let validation: LabelledImages?
    private let optimizer: Optimizer
    private let paths: [(path: String, parameter: Parameter)]
    private let mixup: Mixup?
    private let clipping: GradientClipping?
    private let pass: ImagePass
    /// The mean over the ends of the last epochs.
    private var average = WeightAverage()

    /// Creates a task, and freezes what the recipe freezes.
    ///
    /// - Parameter preprocessing: the recipe's sizes come before its size
    /// - Parameter threads: threads that prepare images ahead of the training
    package init(
        _ network: any ImageNetwork, recipe: VisionTrainingOptions, preprocessing: Preprocessing, threads: Int,
        training: LabelledImages, validation: LabelledImages?
    ) {
        (self.network, self.recipe, self.preprocessing, self.threads) = (network, recipe, preprocessing, threads)
        (self.training, self.validation) = (training, validation)
        let rule: any UpdateRule =
            switch recipe.rule {
            case .sgd: SGD(momentum: recipe.momentum, isNesterov: recipe.momentum > 0)
            case .adamw: AdamW(beta1: recipe.momentum)
            }
        optimizer = Optimizer(network.parameterGroups(recipe), rule: rule)
        paths = network.namedParameters()
        mixup = recipe.mixup > 0 ? Mixup(alpha: recipe.mixup) : nil
        clipping = recipe.clipping.map { .globalNorm($0) }
        // Frozen layers stay as they are for the whole training, so that they are folded once.
        pass = .training(above: InferencePlan())
    }

    package var data: LoaderState {
        LoaderState(
            count: training.count, batchSize: recipe.batchSize, shuffleSeed: recipe.seed, dropsPartialBatch: true)
    }

    /// At least one.
    package func stepCount(epoch: Int) -> Int { max(1, training.count / recipe.batchSize) }

    package func beginEpoch(_ epoch: Int, generator: inout RandomGenerator) {
        // Other numbers than those that decide the order and the augmentation.
        generator = RandomGenerator(seed: ~recipe.seed(ofEpoch: epoch))
    }

    package func forEachBatch(epoch: Int, from step: Int, _ body: (ImageBatch, Int) throws -> Bool) throws {
        try forEach(batches(epoch: epoch, size: size(inEpoch: epoch), from: step), body)
    }

    /// Batches of the last epoch's size.
    package func forEachTrialBatch(pass: Int, steps: Int, _ body: (ImageBatch, Int) throws -> Bool) throws {
        try forEach(batches(epoch: pass, size: size(inEpoch: recipe.epochs - 1)), body)
    }

    private func forEach(_ batches: ImageBatches, _ body: (ImageBatch, Int) throws -> Bool) throws {
        while let batch = try batches.next(), try body(batch, batch.indices.count) {}
    }

    package func step(
        _ batch: ImageBatch, _ settings: StepSettings, using generator: inout RandomGenerator
    ) -> Double {
        let parameters = optimizer.trainableParameters
        // The record of the forward pass is gone before the step, so that parameters change in place.
        let (loss, gradients) = lossAndGradients(batch, parameters, &generator)
        guard loss.isFinite else { return loss }
        optimizer.step(
            clipping?.clipped(gradients) ?? gradients, rate: settings.learningRate, momentum: settings.momentum)
        return loss
    }

    private func lossAndGradients(
        _ batch: ImageBatch, _ parameters: [Parameter], _ generator: inout RandomGenerator
    ) -> (Double, [Gradient?]) {
        let plain = (batch.images, training.targets(batch.indices, smoothing: recipe.labelSmoothing))
        let (images, targets) = mixup.map { $0(plain.0, plain.1, using: &generator) } ?? plain
        let logits = network.logits(images, pass, using: &generator)
        let loss = imageLoss(logits, targets, isMultiLabel: training.isMultiLabel)
        guard loss.item.isFinite else { return (loss.item, []) }
        return (loss.item, gradients(of: loss, withRespectTo: parameters.map(\.storedValue)))
    }

    package func endEpoch(_ epoch: Int) throws -> EpochMeasures {
        guard weightsAreFinite else { return EpochMeasures(weightsAreFinite: false) }
        let measures = try measure(size: size(inEpoch: epoch))
        if recipe.averagedEpochs(after: epoch + 1) > 0 { average.add(network.parameters) }
        return measures
    }

    private func measure(size: Int) throws -> EpochMeasures {
        let metrics = try validation.map {
            VisionMetrics(
                logits: try network.logits(
                    of: $0.source, preprocessing: preprocessing(size: size), threads: threads), $0)
        }
        return EpochMeasures(metrics, imageSize: size)
    }

    private var weightsAreFinite: Bool {
        optimizer.trainableParameters.allSatisfy { parameter in
            parameter.storedValue.withUnsafeFloats { values in
                // The sum of zeros is 0 unless one of the factors is not finite.
                values.reduce(into: Float(0)) { $0 += $1 * 0 } == 0
            }
        }
    }

    /// Takes the averaged weights, where the recipe averages, and measures them.
    package func finish() throws -> EpochMeasures? {
        guard average.count > 0 else { return nil }
        average.store(in: network.parameters)
        let size = size(inEpoch: recipe.epochs - 1)
        let batches = batches(epoch: recipe.epochs, size: size)
        try network.measureStatistics { try batches.next()?.images }
        return try measure(size: size)
    }

    package func state() -> TrainingState {
        TrainingState(
            weights: network.state(), optimizer: optimizer.state(named: paths), auxiliary: average.tensors(of: network))
    }

    package func restore(_ state: TrainingState) throws {
        let restored = try WeightAverage(state.auxiliary, of: network)
        try optimizer.restore(state, network, paths)
        average = restored
    }

    package func weights() -> [NamedTensor] { network.state() }

    package func load(weights: [NamedTensor]) throws { try network.load(state: weights) }

    // MARK: Images

    private func size(inEpoch epoch: Int) -> Int { recipe.size(inEpoch: epoch, otherwise: preprocessing.size) }

    private func preprocessing(size: Int) -> Preprocessing {
        var result = preprocessing
        result.size = size
        return result
    }

    /// The batches of an epoch, shuffled and augmented; a last partial batch is left out.
    ///
    /// - Parameter first: the batch to start with; those before it are skipped, the others are the same
    private func batches(epoch: Int, size: Int, from first: Int = 0) -> ImageBatches {
        let seed = recipe.seed(ofEpoch: epoch)
        var generator = RandomGenerator(seed: seed)
        let order = (0..<training.count).shuffled(using: &generator)
        let whole = stepCount(epoch: epoch) * recipe.batchSize
        return ImageBatches(
            source: training.source, order: Array(order.prefix(whole).dropFirst(first * recipe.batchSize)),
            batchSize: recipe.batchSize, preprocessing: preprocessing(size: size),
            augmentation: recipe.imageChanges, seed: seed, threads: threads, ahead: 3)
    }
}

extension ImageBatchError: UnreadableExample {}

/// The loss of logits: cross-entropy with a distribution over the classes, or binary cross-entropy for each class.
///
/// - Shapes: logits and targets [count, classes] -> []
func imageLoss(_ logits: Tensor, _ targets: Tensor, isMultiLabel: Bool) -> Tensor {
    isMultiLabel ? binaryCrossEntropyWithLogits(logits, targets) : softCrossEntropy(logits, targets)
}
