import ZooKernels
import ZooNN
import ZooTensor

/// A task of closures: a module, an optimizer, a loss, and batches of a `DataLoader`.
public final class SupervisedTask<Batch>: TrainingTask {
    /// The model.
    public let module: Module
    /// What moves its parameters; groups are frozen and their rates set here. A stage may replace it.
    public var optimizer: Optimizer
    /// What is learned from.
    public let training: DataLoader<Batch>
    /// What is measured after every epoch; nil for nothing.
    public let validation: DataLoader<Batch>?
    /// What validation measures besides the loss.
    public let metrics: [Metric<Batch>]
    /// What bounds gradients before a step; nil for nothing.
    public let clipping: GradientClipping?
    private let predict: (Batch, Mode, inout RandomGenerator) -> Tensor
    private let loss: (Tensor, Batch) -> Tensor
    private let stageOptimizer: ((Int) -> Optimizer)?
    private let paths: [(path: String, parameter: Parameter)]
    private let buffers: [(path: String, buffer: Buffer)]

    /// Creates a task.
    ///
    /// - Parameter stageOptimizer: makes the optimizer of each stage, which decides what is trained in it; nil for one
    ///   optimizer in all stages
    /// - Parameter predict: the model's answer to a batch
    /// - Parameter loss: a scalar, the mean over the batch
    public init(
        _ module: Module, optimizer: Optimizer, training: DataLoader<Batch>, validation: DataLoader<Batch>? = nil,
        metrics: [Metric<Batch>] = [], clipping: GradientClipping? = nil, stageOptimizer: ((Int) -> Optimizer)? = nil,
        predict: @escaping (Batch, Mode, inout RandomGenerator) -> Tensor,
        loss: @escaping (_ predictions: Tensor, _ batch: Batch) -> Tensor
    ) {
        self.module = module
        self.optimizer = optimizer
        self.training = training
        self.validation = validation
        self.metrics = metrics
        self.clipping = clipping
        self.stageOptimizer = stageOptimizer
        self.predict = predict
        self.loss = loss
        paths = module.namedParameters()
        buffers = module.namedBuffers()
    }

    /// The loader's description.
    public var data: LoaderState { training.state }

    /// The loader's batches.
    public func stepCount(epoch: Int) -> Int { training.batchCount }

    /// Makes the stage's optimizer.
    public func beginStage(_ stage: Int) {
        if let stageOptimizer { optimizer = stageOptimizer(stage) }
    }

    /// The loader's batches.
    public func forEachBatch(epoch: Int, from step: Int, _ body: (Batch, Int) throws -> Bool) throws {
        for (batch, count) in training.batches(epoch: epoch, from: step) where try !body(batch, count) { return }
    }

    /// Takes a step; nothing moves where the loss is NaN or infinite.
    public func step(_ batch: Batch, _ settings: StepSettings, using generator: inout RandomGenerator) -> Double {
        let parameters = optimizer.trainableParameters
        // The record of the forward pass is gone before the step, so that parameters change in place.
        let (loss, gradients) = lossAndGradients(batch, parameters, &generator)
        guard loss.isFinite else { return loss }
        optimizer.step(
            clipping?.clipped(gradients) ?? gradients, rate: settings.learningRate, momentum: settings.momentum)
        return loss
    }

    private func lossAndGradients(
        _ batch: Batch, _ parameters: [Parameter], _ generator: inout RandomGenerator
    ) -> (Double, [Gradient?]) {
        let value = loss(predict(batch, .training, &generator), batch)
        return (value.item, gradients(of: value, withRespectTo: parameters.map(\.storedValue)))
    }

    /// Measures the validation examples.
    public func endEpoch(_ epoch: Int) -> EpochMeasures {
        guard let validation else { return EpochMeasures() }
        let (loss, metrics) = evaluate(validation)
        return EpochMeasures(validationLoss: loss, metrics: metrics)
    }

    /// The model's answer, as in inference.
    public func predictions(for batch: Batch) -> Tensor {
        module.withoutGradients { inference(batch) }
    }

    /// Measures the loss and the metrics, as in inference.
    package func evaluate(_ data: DataLoader<Batch>) -> (loss: Double, metrics: [MetricValue]) {
        var sums = metrics.map { MetricSum($0) }
        var lossSum = 0.0
        var exampleCount = 0
        module.withoutGradients {
            for (batch, count) in data.batches(epoch: 0) {
                let predictions = inference(batch)
                lossSum += loss(predictions, batch).item * Double(count)
                exampleCount += count
                for index in sums.indices { sums[index].add(predictions, batch) }
            }
        }
        return (exampleCount > 0 ? lossSum / Double(exampleCount) : .nan, sums.map(\.value))
    }

    private func inference(_ batch: Batch) -> Tensor {
        var unused = RandomGenerator(seed: 0)  // inference draws nothing
        return predict(batch, .inference, &unused).detached()
    }

    /// Parameters, buffers and the optimizer's state.
    public func state() -> TrainingState {
        TrainingState(
            weights: paths.map { NamedTensor(path: $0.path, tensor: $0.parameter.storedValue.detached()) }
                + buffers.map { NamedTensor(path: $0.path, tensor: $0.buffer.value) },
            optimizer: optimizer.state(named: paths))
    }

    /// Restores what `state()` returned.
    public func restore(_ state: TrainingState) throws { try optimizer.restore(state, module, paths) }

    /// Brings deferred rows up to date.
    public func applyPendingUpdates() { optimizer.bringUpToDate() }

    /// Parameters and buffers.
    public func weights() -> [NamedTensor] { module.state() }

    /// Replaces parameters and buffers.
    public func load(weights: [NamedTensor]) throws { try module.load(state: weights) }
}

extension Optimizer {
    /// Restores a module's weights and the optimizer's state together.
    ///
    /// - Throws: `ModuleStateError` or `OptimizerStateError` where they do not fit; everything is then as it was
    package func restore(
        _ state: TrainingState, _ module: Module, _ paths: [(path: String, parameter: Parameter)]
    ) throws {
        // With no row pending, the old values can be put back whole.
        bringUpToDate()
        let before = module.state()
        try module.load(state: state.weights)
        do { try load(state: state.optimizer, named: paths) } catch {
            try module.load(state: before)
            throw error
        }
    }
}

extension DataLoader {
    var state: LoaderState {
        LoaderState(
            count: count, batchSize: batchSize, shuffleSeed: shuffleSeed, dropsPartialBatch: dropsPartialBatch)
    }
}
