import ZooKernels
import ZooNN
import ZooTensor

/// A model with what trains it: an optimiser, a loss, a generator.
///
/// It is owned by one task; what goes across tasks is a `Checkpoint` or `Module.state()`.
public final class Learner<Batch> {
    /// The model.
    public let module: Module
    /// What moves its parameters; groups are frozen and their rates set here.
    public let optimizer: Optimizer
    /// What validation measures besides the loss.
    public let metrics: [Metric<Batch>]
    private let predict: (Batch, Mode, inout RandomGenerator) -> Tensor
    private let loss: (Tensor, Batch) -> Tensor
    private let paths: [(path: String, parameter: Parameter)]
    private let buffers: [(path: String, buffer: Buffer)]
    private(set) var generator: RandomGenerator

    /// Creates a learner.
    ///
    /// - Parameter seed: decides dropout and whatever else the model draws in training
    /// - Parameter predict: the model's answer to a batch
    /// - Parameter loss: a scalar, the mean over the batch
    public init(
        _ module: Module, optimizer: Optimizer, seed: UInt64, metrics: [Metric<Batch>] = [],
        predict: @escaping (Batch, Mode, inout RandomGenerator) -> Tensor,
        loss: @escaping (_ predictions: Tensor, _ batch: Batch) -> Tensor
    ) {
        self.module = module
        self.optimizer = optimizer
        self.metrics = metrics
        self.predict = predict
        self.loss = loss
        paths = module.namedParameters()
        buffers = module.namedBuffers()
        generator = RandomGenerator(seed: seed)
    }

    /// Trains.
    ///
    /// - Parameter checkpoint: where to go on from, with the plan, data and groups that it was made with
    /// - Returns: the report of every epoch; it ends early when an observer says so or a loss is not a number
    /// - Throws: what an observer throws; `CheckpointError`, `ModuleStateError` or `OptimizerStateError` where the
    ///   checkpoint does not fit
    @discardableResult
    public func fit(
        _ training: DataLoader<Batch>, validation: DataLoader<Batch>? = nil, plan: TrainingPlan,
        observers: [any Observer] = [], from checkpoint: Checkpoint? = nil
    ) throws -> FitReport {
        var loop = try FitLoop(
            learner: self, training: training, validation: validation, plan: plan, observers: observers,
            from: checkpoint)
        return try loop.run()
    }

    /// The model's answer, as in inference.
    public func predictions(for batch: Batch) -> Tensor {
        module.withoutGradients { inference(batch) }
    }

    /// Measures the loss and the metrics, as in inference.
    public func evaluate(_ data: DataLoader<Batch>) -> (loss: Double, metrics: [MetricValue]) {
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
        var unused = generator
        return predict(batch, .inference, &unused).detached()
    }

    /// One step; nothing moves when the loss is not a number.
    func step(_ batch: Batch, rate: Double, momentum: Double?, clipping: GradientClipping?) -> Double {
        let parameters = optimizer.trainableParameters
        // The record of the forward pass is gone before the step, so that parameters change in place.
        let (loss, gradients) = lossAndGradients(batch, parameters)
        guard loss.isFinite else { return loss }
        optimizer.step(clipping?.clipped(gradients) ?? gradients, rate: rate, momentum: momentum)
        return loss
    }

    private func lossAndGradients(_ batch: Batch, _ parameters: [Parameter]) -> (Double, [Gradient?]) {
        let value = loss(predict(batch, .training, &generator), batch)
        return (value.item, gradients(of: value, withRespectTo: parameters.map(\.storedValue)))
    }

    func checkpoint(_ progress: TrainingProgress) -> Checkpoint {
        var progress = progress
        progress.generator = generator
        let weights =
            paths.map { NamedTensor(path: $0.path, tensor: $0.parameter.storedValue.detached()) }
            + buffers.map { NamedTensor(path: $0.path, tensor: $0.buffer.value) }
        return Checkpoint(weights: weights, optimizer: optimizer.state(named: paths), progress: progress)
    }

    func restore(_ checkpoint: Checkpoint) throws {
        // With no row behind, the old values can be put back whole.
        optimizer.bringUpToDate()
        let before = module.state()
        try module.load(state: checkpoint.weights)
        do {
            try optimizer.load(state: checkpoint.optimizer, named: paths)
        } catch {
            try module.load(state: before)
            throw error
        }
        generator = checkpoint.progress.generator
    }
}
