import ZooKernels
import ZooNN

/// What one application trains: its batches, its steps, its measurements.
///
/// Epochs, stages, schedules, the best epoch, NaN, interruption, checkpoints, resuming and the learning-rate finder belong
/// to `Learner`. The task owns the update of its weights, so that fused trainers keep their kernels.
public protocol TrainingTask: AnyObject {
    /// What a step learns from.
    associatedtype Batch

    /// Identifies the data and their order: a checkpoint is resumed only with the same.
    var data: LoaderState { get }

    /// How many steps an epoch (from 0, within the stage) has.
    func stepCount(epoch: Int) -> Int

    /// Prepares a stage (from 0): which parameters are trained, with what optimizer.
    ///
    /// Called before the first step of each stage, and before `restore` where a training is resumed.
    func beginStage(_ stage: Int) throws

    /// Called before an epoch's first step; not where it is resumed in its middle.
    func beginEpoch(_ epoch: Int, generator: inout RandomGenerator)

    /// Calls `body` with the batches of an epoch (from 0, within the stage), from the given step on, until it returns
    /// false.
    ///
    /// - Parameter body: takes a batch and its number of examples
    /// - Throws: `UnreadableExample` where the data cannot be read, which ends the training; what `body` throws
    func forEachBatch(epoch: Int, from step: Int, _ body: (Batch, Int) throws -> Bool) throws

    /// The same for the learning-rate finder, which goes over the data `pass` (from 0) after `pass`.
    ///
    /// - Parameter steps: how many learning rates are tried in all
    func forEachTrialBatch(pass: Int, steps: Int, _ body: (Batch, Int) throws -> Bool) throws

    /// Takes one step: loss, gradients, update.
    ///
    /// - Returns: the mean loss of the batch before the update; NaN or infinite where the step cannot be used, and the
    ///   training ends
    func step(_ batch: Batch, _ settings: StepSettings, using generator: inout RandomGenerator) throws -> Double

    /// Completes an epoch (from 0, within the stage): applies deferred updates and measures.
    func endEpoch(_ epoch: Int) throws -> EpochMeasures

    /// Completes a stage, with the weights that it keeps loaded.
    ///
    /// - Parameter kept: the epoch whose weights these are
    func endStage(_ stage: Int, kept: EpochReport?) throws

    /// Completes a training that was not stopped, such as by averaging weights.
    ///
    /// - Returns: what the final weights measure, where they are other weights than those of an epoch
    func finish() throws -> EpochMeasures?

    /// Everything that later steps depend on; cheap, since tensors share storage until one of them changes.
    func state() -> TrainingState

    /// Restores what `state()` returned.
    ///
    /// - Throws: `ModuleStateError`, `OptimizerStateError` or `CheckpointError` where it does not fit; the task is then as
    ///   it was
    func restore(_ state: TrainingState) throws

    /// Applies deferred updates, so that every weight is as inference needs it.
    func applyPendingUpdates()

    /// Parameters and buffers as inference needs them.
    func weights() throws -> [NamedTensor]

    /// Replaces parameters and buffers by what `weights()` returned.
    func load(weights: [NamedTensor]) throws
}

extension TrainingTask {
    /// Nothing.
    package func beginStage(_ stage: Int) throws {}
    /// Nothing.
    public func beginEpoch(_ epoch: Int, generator: inout RandomGenerator) {}
    /// Nothing.
    public func endStage(_ stage: Int, kept: EpochReport?) throws {}
    /// Nothing.
    public func finish() throws -> EpochMeasures? { nil }
    /// Nothing.
    package func applyPendingUpdates() {}
    /// The batches of an epoch with that number.
    public func forEachTrialBatch(pass: Int, steps: Int, _ body: (Batch, Int) throws -> Bool) throws {
        try forEachBatch(epoch: pass, from: 0, body)
    }
}

/// Where a step stands, and its learning rate.
public struct StepSettings: Sendable, Hashable {
    /// The epoch, from 0, within the stage.
    package let epoch: Int
    /// The step, from 0, within the epoch.
    package let stepInEpoch: Int
    /// The step, from 0, within the stage.
    package let step: Int
    /// Steps of the stage.
    package let totalSteps: Int
    /// The learning rate, before the multipliers of parameter groups.
    package let learningRate: Double
    /// The scheduled momentum (beta 1 in Adam); nil leaves the optimizer's own.
    package let momentum: Double?
}

/// What an epoch measured.
public struct EpochMeasures: Sendable, Hashable {
    /// Mean loss over the validation examples; nil without any.
    public var validationLoss: Double?
    /// Metrics of the validation examples, and what else is worth keeping of an epoch.
    public var metrics: [MetricValue]
    /// Whether all weights are finite.
    package var weightsAreFinite: Bool

    /// Creates measures.
    package init(validationLoss: Double? = nil, metrics: [MetricValue] = [], weightsAreFinite: Bool = true) {
        self.validationLoss = validationLoss
        self.metrics = metrics
        self.weightsAreFinite = weightsAreFinite
    }

    /// Whether training can continue from here.
    var isFinite: Bool { weightsAreFinite && (validationLoss ?? 0).isFinite }
}

/// Everything that later steps of a task depend on.
public struct TrainingState: Sendable {
    /// Parameters and buffers by path, as they lie in memory.
    ///
    /// In the middle of an epoch, rows whose updates are deferred are not up to date; `optimizer` holds what they miss.
    package var weights: [NamedTensor]
    /// The optimizer's state, as `Optimizer.state(named:)` returns it.
    package var optimizer: [NamedTensor]
    /// What else is needed, such as the state of a recurrent network, or averaged weights.
    package var auxiliary: [NamedTensor]

    /// Creates a state.
    package init(weights: [NamedTensor], optimizer: [NamedTensor] = [], auxiliary: [NamedTensor] = []) {
        self.weights = weights
        self.optimizer = optimizer
        self.auxiliary = auxiliary
    }
}
