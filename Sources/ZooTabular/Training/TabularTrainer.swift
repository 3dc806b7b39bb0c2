import Foundation
import ZooKernels
import ZooLearn

/// Trains networks over encoded rows.
public struct TabularTrainer {
    /// How to train.
    public let configuration: TabularConfiguration
    private let threads: ThreadCount

    /// Creates a trainer.
    public init(_ configuration: TabularConfiguration, threads: ThreadCount = .all) {
        self.configuration = configuration
        self.threads = threads
    }

    /// Trains, one network after the other where several are asked for.
    ///
    /// With validation rows a network is measured after every epoch. Where the best epoch is kept, training stops early
    /// when half of its epochs, at least 5, brought no less validation loss, counted from the peak of the cycle on.
    ///
    /// - Parameters:
    ///   - kept: which weights to keep
    ///   - onEpoch: told of every epoch
    /// - Throws: `TabularError.diverged`, `.temporaryFile`, `.invalid` for fewer than two rows
    public func fit(
        _ training: EncodedRows, validation: EncodedRows?, features: FittedFeatures, keeping kept: KeptEpoch = .best,
        onEpoch: (TabularEpoch) -> Void = { _ in }
    ) throws -> TabularFit {
        guard training.count >= 2 else {
            throw TabularError.invalid("\(training.count) rows to train on; at least 2 are needed")
        }
        let architecture = self.architecture(features)
        let validation = validation.flatMap { $0.count > 0 ? $0 : nil }
        var members: [TrainedMember] = []
        for member in 0..<max(1, configuration.members) {
            var run = TrainingRun(self, architecture, features, member: member, training: training, threads: threads)
            members.append(try train(&run, member: member, validation: validation, kept: kept, onEpoch))
        }
        return TabularFit(
            model: TabularModel(features: features, architecture: architecture, members: members.map(\.weights)),
            keptEpochs: members.map(\.kept), bestEpochs: members.compactMap(\.best), epochs: members.map(\.epochs))
    }

    /// Trains one network.
    private func train(
        _ run: inout TrainingRun, member: Int, validation: EncodedRows?, kept: KeptEpoch,
        _ onEpoch: (TabularEpoch) -> Void
    ) throws -> TrainedMember {
        let epochs = run.epochs
        var best = BestEpoch(of: epochs, peakAt: TrainingRun.peakAt)
        var done = 0
        for epoch in 1...epochs {
            let report = try run.epoch(epoch)
            var metrics: [(name: String, value: Double)] = []
            if let validation {
                let model = try run.model()
                metrics = try model.metrics(of: validation, threads: threads)
                let loss = metrics.first { $0.name == model.features.target.lossMetric }?.value ?? .nan
                best.add(epoch: epoch, loss: loss, weights: model.members[0])
            }
            onEpoch(
                TabularEpoch(
                    member: member + 1, epoch: epoch, epochs: epochs, trainingLoss: report.loss, metrics: metrics,
                    learningRate: report.rate, seconds: report.seconds))
            done = epoch
            if kept == .best, validation != nil, best.isOver(after: epoch) { break }
        }
        if kept == .best, let epoch = best.epoch, let weights = best.weights {
            return TrainedMember(weights: weights, kept: epoch, best: epoch, epochs: done)
        }
        return TrainedMember(weights: try run.weights(), kept: done, best: best.epoch, epochs: done)
    }

    /// The sizes that features and configuration make.
    public func architecture(_ features: FittedFeatures) -> TabularArchitecture {
        var range: TabularArchitecture.Range?
        if let limits = configuration.range, case .number(let number) = features.target {
            range = TabularArchitecture.Range(
                low: Float(number.encoded(Double(limits.low))), high: Float(number.encoded(Double(limits.high))))
        }
        return features.architecture(
            hidden: configuration.hidden, widths: configuration.embeddingWidths, range: range)
    }

    /// Tries rising learning rates, one a batch, on a fresh network.
    ///
    /// - Throws: `TabularError.temporaryFile`
    public func rateCurve(_ training: EncodedRows, features: FittedFeatures, steps: Int) throws -> LearningRateCurve {
        var run = TrainingRun(
            self, architecture(features), features, member: 0, training: training, threads: threads)
        let schedule = ExponentialRange(start: 1e-6, end: 10)
        var rates: [Double] = []
        var losses: [Double] = []
        var least = Double.infinity
        var epoch = 0
        while rates.count < steps, losses.last.map({ $0 < 4 * max(least, 1e-12) }) ?? true {
            let before = rates.count
            try run.batches.forEach(epoch: epoch) { records in
                let rate = schedule.value(at: rates.count, of: steps)
                let loss = run.step(records, rate: rate, beta1: 0.9)
                guard loss.isFinite else { return false }
                rates.append(rate)
                losses.append(loss)
                least = min(least, loss)
                return rates.count < steps && loss < 4 * max(least, 1e-12)
            }
            epoch += 1
            if rates.count == before { break }
        }
        return LearningRateCurve(rates: rates, losses: losses, smoothing: 0.9)
    }
}

/// One network after its training.
private struct TrainedMember {
    let weights: TabularWeights
    let kept: Int
    let best: Int?
    let epochs: Int
}

/// One network in training.
private struct TrainingRun {
    /// The part of the training at which the rate is greatest.
    static let peakAt = 0.25
    let network: FusedTabular
    let batches: ShuffledBatches
    private let configuration: TabularConfiguration
    private let features: FittedFeatures
    private let rate: OneCycle
    private let momentum = OneCycle.momentum()
    private let seed: UInt64
    private var number = 0

    init(
        _ trainer: TabularTrainer, _ architecture: TabularArchitecture, _ features: FittedFeatures, member: Int,
        training: EncodedRows, threads: ThreadCount
    ) {
        configuration = trainer.configuration.completed(for: training.count)
        self.features = features
        seed = configuration.seed &+ UInt64(member) &* 0x9e37_79b9_7f4a_7c15
        var generator = RandomGenerator(seed: seed)
        let batchSize = configuration.batchSize ?? 64
        network = FusedTabular(
            architecture, weights: TabularWeights(architecture, using: &generator), record: training.record,
            capacity: batchSize, dropout: configuration.hidden.map { _ in trainer.configuration.dropout },
            embeddingDropout: configuration.embeddingDropout, threads: threads)
        batches = ShuffledBatches(rows: training, batchSize: batchSize, seed: seed)
        rate = OneCycle(maximumRate: configuration.learningRate, startDivisor: 25, endDivisor: 1e4, peakAt: Self.peakAt)
    }

    /// Passes over the training rows.
    var epochs: Int { max(1, configuration.epochs ?? 1) }

    /// The weights as inference needs them: see `calibrated`.
    func weights() throws -> TabularWeights {
        try network.weights.calibrated(network.architecture, over: batches.rows, threads: network.threads)
    }

    func model() throws -> TabularModel {
        TabularModel(features: features, architecture: network.architecture, members: [try weights()])
    }

    mutating func epoch(_ epoch: Int) throws -> (loss: Double, rate: Double, seconds: Double) {
        let start = DispatchTime.now().uptimeNanoseconds
        let total = batches.count * (configuration.epochs ?? 1)
        var sum = 0.0
        var count = 0
        var used = 0.0
        try batches.forEach(epoch: epoch) { records in
            used = rate.value(at: min(number, total - 1), of: total)
            let loss = step(records, rate: used, beta1: momentum.value(at: min(number, total - 1), of: total))
            sum += loss * Double(records.count)
            count += records.count
            return loss.isFinite
        }
        let loss = sum / Double(max(count, 1))
        guard loss.isFinite else { throw TabularError.diverged(epoch: epoch) }
        return (loss, used, Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
    }

    mutating func step(_ records: Records, rate: Double, beta1: Double) -> Double {
        number += 1
        let key = UInt32(truncatingIfNeeded: ((seed &+ UInt64(number)) &* 0x9e37_79b9_7f4a_7c15) >> 32)
        return network.step(
            records,
            adam: TabularStep(number: number, rate: rate, beta1: beta1, decay: configuration.weightDecay), key: key)
    }
}
