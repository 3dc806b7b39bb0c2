import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// The training of networks over encoded rows; each network is a stage.
final class TabularTask: TrainingTask {
    /// The part of a network's training at which the rate is greatest.
    static let peakAt = 0.25
    /// The networks that are trained to the end.
    private(set) var members: [TabularWeights] = []
    private let configuration: TabularRecipe
    private let architecture: TabularArchitecture
    private let features: FittedFeatures
    private let training: EncodedRows
    private let validation: EncodedRows?
    private let threads: ThreadCount
    private var seed: UInt64
    private var network: FusedTabular
    private var batches: ShuffledBatches
    /// The weights as inference needs them, until the next step.
    private var calibrated: TabularWeights?

    /// - Parameter configuration: completed for the number of rows
    init(
        _ configuration: TabularRecipe, _ architecture: TabularArchitecture, _ features: FittedFeatures,
        training: EncodedRows, validation: EncodedRows?, threads: ThreadCount
    ) {
        self.configuration = configuration
        self.architecture = architecture
        self.features = features
        self.training = training
        self.validation = validation
        self.threads = threads
        seed = configuration.seed
        network = Self.network(configuration, architecture, seed, training, threads)
        batches = ShuffledBatches(rows: training, batchSize: configuration.batchSize ?? 64, seed: seed)
    }

    private static func network(
        _ configuration: TabularRecipe, _ architecture: TabularArchitecture, _ seed: UInt64,
        _ training: EncodedRows, _ threads: ThreadCount
    ) -> FusedTabular {
        var generator = RandomGenerator(seed: seed)
        return FusedTabular(
            architecture, weights: TabularWeights(architecture, using: &generator), record: training.record,
            capacity: configuration.batchSize ?? 64, dropout: configuration.hidden.map { _ in configuration.dropout },
            embeddingDropout: configuration.embeddingDropout, threads: threads)
    }

    var data: LoaderState {
        LoaderState(count: training.count, batchSize: batches.batchSize, shuffleSeed: seed, dropsPartialBatch: false)
    }

    func stepCount(epoch: Int) -> Int { batches.count }

    func beginStage(_ member: Int) {
        seed = configuration.seed &+ UInt64(member) &* 0x9e37_79b9_7f4a_7c15
        network = Self.network(configuration, architecture, seed, training, threads)
        batches = ShuffledBatches(rows: training, batchSize: configuration.batchSize ?? 64, seed: seed)
        calibrated = nil
    }

    func forEachBatch(epoch: Int, from step: Int, _ body: (Records, Int) throws -> Bool) throws {
        try batches.forEach(epoch: epoch + 1, from: step) { try body($0, $0.count) }
    }

    func forEachTrialBatch(pass: Int, steps: Int, _ body: (Records, Int) throws -> Bool) throws {
        try batches.forEach(epoch: pass) { try body($0, $0.count) }
    }

    func step(_ records: Records, _ settings: StepSettings, using generator: inout RandomGenerator) -> Double {
        calibrated = nil
        let number = settings.step + 1
        let key = UInt32(truncatingIfNeeded: ((seed &+ UInt64(number)) &* 0x9e37_79b9_7f4a_7c15) >> 32)
        let adam = TabularStep(
            number: number, rate: settings.learningRate, beta1: settings.momentum ?? 0.9,
            decay: configuration.weightDecay)
        return network.step(records, adam: adam, key: key)
    }

    func endEpoch(_ epoch: Int) throws -> EpochMeasures {
        guard let validation else { return EpochMeasures(weightsAreFinite: network.weights.isFinite) }
        let model = try model(with: calibratedWeights())
        let metrics = try model.metrics(of: validation, threads: threads)
        let loss = metrics.first { $0.name == features.target.lossMetric }?.value
        return EpochMeasures(
            validationLoss: loss.flatMap { $0.isFinite ? $0 : nil },
            metrics: metrics.map { MetricValue(name: $0.name, value: $0.value) },
            weightsAreFinite: model.members[0].isFinite)
    }

    func endStage(_ member: Int, kept: EpochReport?) throws { members.append(try calibratedWeights()) }

    /// A model of one network.
    private func model(with weights: TabularWeights) -> TabularModel {
        TabularModel(features: features, architecture: architecture, members: [weights])
    }

    /// The weights as inference needs them: see `TabularWeights.calibrated`.
    func calibratedWeights() throws -> TabularWeights {
        if let calibrated { return calibrated }
        let weights = try network.weights.calibrated(architecture, over: training, threads: threads)
        calibrated = weights
        return weights
    }

    func state() -> TrainingState {
        TrainingState(
            weights: network.weights.tensors(architecture), optimizer: network.optimizerState,
            auxiliary: members.enumerated().flatMap { index, weights in
                weights.tensors(architecture).map {
                    NamedTensor(path: Self.path(index) + $0.path, tensor: $0.tensor)
                }
            })
    }

    func restore(_ state: TrainingState) throws {
        guard let weights = TabularWeights(architecture, state.weights) else { throw CheckpointError.otherState }
        var members: [TabularWeights] = []
        while let member = TabularWeights(architecture, state.auxiliary, prefix: Self.path(members.count)) {
            members.append(member)
        }
        guard members.reduce(0, { $0 + $1.entries(architecture).count }) == state.auxiliary.count else {
            throw CheckpointError.otherState
        }
        guard network.restore(optimizerState: state.optimizer) else { throw CheckpointError.otherState }
        network.load(weights)
        self.members = members
        calibrated = nil
    }

    func weights() throws -> [NamedTensor] { try calibratedWeights().tensors(architecture) }

    func load(weights: [NamedTensor]) throws {
        guard let weights = TabularWeights(architecture, weights) else { throw CheckpointError.otherState }
        network.load(weights)
        calibrated = weights
    }

    private static func path(_ member: Int) -> String { "members.\(member)." }
}

extension TabularWeights {
    /// All arrays as tensors by path.
    package func tensors(_ architecture: TabularArchitecture) -> [NamedTensor] {
        entries(architecture).map {
            NamedTensor(path: $0.path, tensor: Tensor($0.values, shape: Shape($0.shape)))
        }
    }

    /// Reads what `tensors` returned; nil where a tensor is missing or has another shape.
    package init?(_ architecture: TabularArchitecture, _ tensors: [NamedTensor], prefix: String = "") {
        let named = Dictionary(tensors.map { ($0.path, $0.tensor) }, uniquingKeysWith: { first, _ in first })
        self.init(architecture) { path, shape in
            guard let tensor = named[prefix + path], tensor.shape == Shape(shape), tensor.dtype == .float32 else {
                return nil
            }
            return tensor.floats
        }
    }
}

extension FusedTabular {
    /// The moments of AdamW.
    var optimizerState: [NamedTensor] {
        moments.map {
            NamedTensor(path: $0.path, tensor: Tensor($0.buffer.array(0, $0.buffer.count), shape: [$0.buffer.count]))
        }
    }

    /// Restores what `optimizerState` returned.
    ///
    /// - Returns: false, and nothing changed, where a tensor is missing, unknown or of another size
    func restore(optimizerState: [NamedTensor]) -> Bool {
        let named = Dictionary(optimizerState.map { ($0.path, $0.tensor) }, uniquingKeysWith: { first, _ in first })
        guard named.count == moments.count,
            moments.allSatisfy({ named[$0.path]?.shape == [$0.buffer.count] && named[$0.path]?.dtype == .float32 })
        else { return false }
        for (path, buffer) in moments { buffer.copy(named[path]?.floats ?? []) }
        return true
    }

    private var moments: [(path: String, buffer: FloatBuffer)] {
        [("first", first), ("second", second)]
            + largeTables.enumerated().flatMap { index, table in
                table.map { [("embeddings.\(index).first", $0.first), ("embeddings.\(index).second", $0.second)] } ?? []
            }
    }
}
