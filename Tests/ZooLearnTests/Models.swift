import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// Inputs with what should come out.
struct Example: Sendable {
    let inputs: Tensor
    let targets: Tensor
}

/// A loader over rows of two tensors.
func loader(
    _ inputs: Tensor, _ targets: Tensor, batchSize: Int, shuffleSeed: UInt64? = nil
) -> DataLoader<Example> {
    DataLoader(count: inputs.shape[0], batchSize: batchSize, shuffleSeed: shuffleSeed) { rows in
        let rows = Tensor(rows.map { Int32($0) }, shape: [rows.count])
        return Example(inputs: inputs.gathered(rows: rows), targets: targets.gathered(rows: rows))
    }
}

/// A model with everything in it that has a state: dropout, batch norm, a sparse table.
final class Mixed: Module {
    let table: Embedding
    let layers: Sequential

    init(seed: UInt64) {
        var generator = RandomGenerator(seed: seed)
        table = Embedding(20, 4, initializer: .normal(deviation: 0.5), using: &generator)
        layers = Sequential(
            Linear(4, 8, using: &generator), BatchNorm1d(8), Activation { $0.relu() }, Dropout(probability: 0.2),
            Linear(8, 1, using: &generator))
    }

    func callAsFunction(_ indices: Tensor, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        layers(table(indices.reshaped([indices.count])), mode: mode, using: &generator)
    }

    /// A learner over this model.
    func learner(
        rule: any UpdateRule, _ training: DataLoader<Example> = Mixed.data(), validation: DataLoader<Example>? = nil,
        metrics: [Metric<Example>] = [], clipping: GradientClipping? = nil
    ) -> Learner<SupervisedTask<Example>> {
        let task = SupervisedTask<Example>(
            self, optimizer: Optimizer(parameters, rule: rule, weightDecay: 0.01), training: training,
            validation: validation, metrics: metrics, clipping: clipping,
            predict: { self($0.inputs, mode: $1, using: &$2) }, loss: { meanSquaredError($0, $1.targets) })
        return Learner(task, seed: 3)
    }

    /// 50 examples that say which row of the table they are and what it is worth.
    static func data(shuffleSeed: UInt64? = 5) -> DataLoader<Example> {
        let indices = (0..<50).map { Int32($0 * 7 % 20) }
        let targets = indices.map { Float($0) / 10 - 1 }
        return DataLoader(count: 50, batchSize: 8, shuffleSeed: shuffleSeed) { rows in
            Example(
                inputs: Tensor(rows.map { indices[$0] }, shape: [rows.count]),
                targets: Tensor(rows.map { targets[$0] }, shape: [rows.count, 1]))
        }
    }
}

/// Every bit of a model's state.
func bits(_ module: Module) -> [[UInt32]] { module.state().map { $0.tensor.floats.map(\.bitPattern) } }

/// Keeps what it hears.
final class Recorder: Observer {
    private(set) var events: [TrainingEvent] = []
    private let answer: (TrainingEvent) -> Verdict

    init(answer: @escaping (TrainingEvent) -> Verdict = { _ in .continue }) { self.answer = answer }

    func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
        events.append(event)
        return answer(event)
    }
}

/// Keeps a checkpoint after every step and every epoch.
final class CheckpointRecorder: Observer {
    /// After each step.
    private(set) var steps: [Checkpoint] = []
    /// After each epoch.
    private(set) var epochs: [Checkpoint] = []

    func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
        switch event {
        case .stepEnded: steps.append(checkpoint())
        case .epochEnded: epochs.append(checkpoint())
        case .fitBegan, .stageBegan, .epochBegan, .fitEnded: break
        }
        return .continue
    }
}

extension FitReport {
    /// What two runs of the same training have in common: everything but times.
    var figures: [[Double]] {
        [[Double(steps), Double(keptEpoch ?? -1)]]
            + epochs.map { [Double($0.epoch), $0.trainingLoss, $0.validationLoss ?? -1, $0.learningRate] }
    }
}
