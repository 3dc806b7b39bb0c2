import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// The training of networks over encoded rows, side by side: each takes every batch, without the rows of its own fold.
final class TabularTask: TrainingTask {
    /// The part of the training at which the rate is greatest.
    static let peakAt = 0.25
    private let configuration: TabularRecipe
    private let architecture: TabularArchitecture
    private let features: FittedFeatures
    private let training: EncodedRows
    private let validation: EncodedRows?
    private let folds: RowFolds?
    private let threads: ThreadCount
    private let seeds: [UInt64]
    private let networks: [FusedTabular]
    private let batches: ShuffledBatches
    /// The weights as inference needs them, until the next step.
    private var calibrated: [TabularWeights]?

    /// - Parameter configuration: completed for the number of rows
    init(
        _ configuration: TabularRecipe, _ architecture: TabularArchitecture, _ features: FittedFeatures,
        training: EncodedRows, validation: EncodedRows?, folds: Int?, threads: ThreadCount
    ) {
        self.configuration = configuration
        self.architecture = architecture
        self.features = features
        self.training = training
        self.validation = validation
        self.threads = threads
        let count = max(1, configuration.members ?? 1)
        let seeds = (0..<count).map { configuration.seed &+ UInt64($0) &* 0x9e37_79b9_7f4a_7c15 }
        self.seeds = seeds
        let size = configuration.batchSize ?? 64
        // One network cuts large batches; of several each has a thread.
        networks = seeds.map { seed in
            var generator = RandomGenerator(seed: seed)
            return FusedTabular(
                architecture, weights: TabularWeights(architecture, using: &generator), record: training.record,
                capacity: size, dropout: architecture.hidden.map { _ in configuration.dropout },
                embeddingDropout: configuration.embeddingDropout, isAveraging: configuration.averaging != nil,
                threads: count > 1 ? .one : threads)
        }
        self.folds = folds.map { RowFolds(training, count: $0, target: features.target, seed: configuration.seed) }
        batches = ShuffledBatches(rows: training, batchSize: size, seed: configuration.seed)
    }

    var data: LoaderState {
        LoaderState(
            count: training.count, batchSize: batches.batchSize, shuffleSeed: configuration.seed,
            dropsPartialBatch: false)
    }

    func stepCount(epoch: Int) -> Int { batches.count }

    func forEachBatch(epoch: Int, from step: Int, _ body: (Records, Int) throws -> Bool) throws {
        try batches.forEach(epoch: epoch + 1, from: step) { try body($0, $0.count) }
    }

    func forEachTrialBatch(pass: Int, steps: Int, _ body: (Records, Int) throws -> Bool) throws {
        try batches.forEach(epoch: pass) { try body($0, $0.count) }
    }

    func step(_ records: Records, _ settings: StepSettings, using generator: inout RandomGenerator) -> Double {
        calibrated = nil
        let number = settings.step + 1
        let adam = TabularStep(
            number: number, rate: settings.learningRate, beta1: settings.momentum ?? 0.9,
            decay: configuration.weightDecay ?? 0)
        let share = averagingShare(after: number, of: settings.totalSteps)
        let losses = forEachMember { member -> Double? in
            let key = UInt32(truncatingIfNeeded: ((seeds[member] &+ UInt64(number)) &* 0x9e37_79b9_7f4a_7c15) >> 32)
            return withOwnRows(records, of: member) { own -> Double? in
                guard own.count >= 2 else { return nil }
                let loss = networks[member].step(own, adam: adam, key: key)
                if let share { networks[member].average(share) }
                return loss
            }
        }.compactMap { $0 }
        return losses.isEmpty ? 0 : losses.reduce(0, +) / Double(losses.count)
    }

    /// How far a step moves the averages of the parameters; nil where it does not, since of many steps every fourth is enough.
    private func averagingShare(after step: Int, of steps: Int) -> Float? {
        guard let averaging = configuration.averaging else { return nil }
        let wanted = averaging * Double(steps)
        let interval = wanted < 16 ? 1 : 4
        // In the beginning the average is over the last quarter of the steps.
        let span = max(1, min(wanted, Double(step) / 4))
        return step % interval == 0 ? Float(min(1, Double(interval) / span)) : nil
    }

    /// What `body` returns for every network, on as many threads as there are.
    private func forEachMember<R>(_ body: (Int) -> R) -> [R] {
        guard networks.count > 1 else { return [body(0)] }
        return [R](unsafeUninitializedCapacity: networks.count) { buffer, initialized in
            parallel(networks.count, threads: threads) { (buffer.baseAddress! + $0).initialize(to: body($0)) }
            initialized = networks.count
        }
    }

    private func withOwnRows<R>(_ records: Records, of member: Int, _ body: (Records) -> R) -> R {
        guard let folds else { return body(records) }
        return folds.withRows(of: records, outside: member % folds.count, body)
    }

    func endEpoch(_ epoch: Int) throws -> EpochMeasures {
        let members = try calibratedWeights()
        let areFinite = members.allSatisfy(\.isFinite)
        let metrics = try heldOut(members).metrics(threads: threads)
        let loss = metrics.first { $0.name == features.target.lossMetric }?.value
        return EpochMeasures(
            validationLoss: loss.flatMap { $0.isFinite ? $0 : nil },
            metrics: metrics.map { MetricValue(name: $0.name, value: $0.value) }, weightsAreFinite: areFinite)
    }

    /// The rows that validate, with the networks that did not train on them.
    func heldOut(_ members: [TabularWeights]) -> [HeldOut] {
        let model = TabularModel(features: features, architecture: architecture, members: members)
        if let folds { return model.heldOut(folds) }
        return validation.map { [HeldOut(model, RowSelection($0))] } ?? []
    }

    /// The weights as inference needs them: see `TabularWeights.calibrated`.
    func calibratedWeights() throws -> [TabularWeights] {
        if let calibrated { return calibrated }
        let threads = networks.count > 1 ? ThreadCount.one : threads
        let found = try forEachMember { member in
            Result {
                let rows = folds.map { $0.selection(of: member % $0.count, isHeldOut: false) }
                return try networks[member].averagedWeights.calibrated(
                    architecture, over: rows ?? RowSelection(training), threads: threads)
            }
        }.map { try $0.get() }
        calibrated = found
        return found
    }

    func state() -> TrainingState {
        TrainingState(
            weights: networks.map(\.weights).tensors(architecture),
            optimizer: networks.enumerated().flatMap { member, network in
                network.optimizerState.map {
                    NamedTensor(path: TabularWeights.path($0.path, member: member), tensor: $0.tensor)
                }
            })
    }

    func restore(_ state: TrainingState) throws {
        guard let weights = [TabularWeights](architecture, state.weights), weights.count == networks.count,
            state.auxiliary.isEmpty
        else { throw CheckpointError.otherState }
        let optimizers = networks.indices.map { member in
            state.optimizer.compactMap { tensor in
                TabularWeights.path(of: tensor.path, member: member).map {
                    NamedTensor(path: $0, tensor: tensor.tensor)
                }
            }
        }
        guard zip(networks, optimizers).allSatisfy({ $0.fits(optimizerState: $1) }) else {
            throw CheckpointError.otherState
        }
        for (member, network) in networks.enumerated() {
            network.load(weights[member])
            network.restore(optimizerState: optimizers[member])
        }
        calibrated = nil
    }

    func weights() throws -> [NamedTensor] { try calibratedWeights().tensors(architecture) }

    func load(weights: [NamedTensor]) throws {
        guard let weights = [TabularWeights](architecture, weights), weights.count == networks.count else {
            throw CheckpointError.otherState
        }
        for (network, weights) in zip(networks, weights) { network.load(weights) }
        calibrated = weights
    }
}

extension TabularWeights {
    /// The path of an array of a network in a model file or a checkpoint.
    package static func path(_ path: String, member: Int) -> String {
        member == 0 ? path : "members.\(member).\(path)"
    }

    /// The path that became `path`; nil where that is of another network.
    static func path(of path: String, member: Int) -> String? {
        guard member > 0 else { return path.hasPrefix("members.") ? nil : path }
        let prefix = "members.\(member)."
        return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : nil
    }
}

extension [TabularWeights] {
    /// The networks side by side, as they lie in a checkpoint.
    package func tensors(_ architecture: TabularArchitecture) -> [NamedTensor] {
        enumerated().flatMap { member, weights in
            weights.tensors(architecture).map {
                NamedTensor(path: TabularWeights.path($0.path, member: member), tensor: $0.tensor)
            }
        }
    }

    /// Reads the networks that lie side by side in a checkpoint.
    ///
    /// - Returns: nil where the first is incomplete
    package init?(_ architecture: TabularArchitecture, _ tensors: [NamedTensor]) {
        self = []
        while let next = TabularWeights(architecture, tensors, prefix: TabularWeights.path("", member: count)) {
            append(next)
        }
        if isEmpty { return nil }
    }
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
    /// The moments of AdamW, and the averages of the parameters.
    var optimizerState: [NamedTensor] {
        moments.map {
            NamedTensor(path: $0.path, tensor: Tensor($0.buffer.array(0, $0.buffer.count), shape: [$0.buffer.count]))
        }
    }

    /// Whether a state is complete, and has nothing else.
    func fits(optimizerState: [NamedTensor]) -> Bool {
        let named = Dictionary(optimizerState.map { ($0.path, $0.tensor) }, uniquingKeysWith: { first, _ in first })
        return named.count == moments.count
            && moments.allSatisfy {
                named[$0.path]?.shape == [$0.buffer.count] && named[$0.path]?.dtype == .float32
            }
    }

    /// Restores what `optimizerState` returned.
    func restore(optimizerState: [NamedTensor]) {
        let named = Dictionary(optimizerState.map { ($0.path, $0.tensor) }, uniquingKeysWith: { first, _ in first })
        for (path, buffer) in moments { buffer.copy(named[path]?.floats ?? []) }
    }

    private var moments: [(path: String, buffer: FloatBuffer)] {
        [("first", first), ("second", second)] + (averages.map { [("averages", $0)] } ?? [])
            + largeTables.enumerated().flatMap { index, table in
                table.map { [("embeddings.\(index).first", $0.first), ("embeddings.\(index).second", $0.second)] } ?? []
            }
    }
}
