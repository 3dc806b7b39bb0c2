import ZooKernels
import ZooLearn

/// Trains networks over encoded rows.
public struct TabularTrainer {
    /// How to train.
    public let configuration: TabularRecipe
    private let threads: ThreadCount

    /// Creates a trainer.
    public init(_ configuration: TabularRecipe, threads: ThreadCount = .all) {
        self.configuration = configuration
        self.threads = threads
    }

    /// Trains, one network after the other where several are asked for.
    ///
    /// With validation rows a network is measured after every epoch, and ends early where the best epoch is kept and no
    /// better one is to be expected.
    ///
    /// - Parameters:
    ///   - kept: which weights to keep
    ///   - checkpoint: where to resume, with the rows and settings that it was made with
    ///   - observers: hear of every step and every epoch (with the metrics of the validation rows), and may end the training
    ///   - shouldStop: asked before every step; true ends the training
    /// - Throws: `TabularError.temporaryFile`, `.invalid` for fewer than two rows; `CheckpointError`
    public func fit(
        _ training: EncodedRows, validation: EncodedRows?, features: FittedFeatures, keeping kept: KeptEpoch = .best,
        from checkpoint: Checkpoint? = nil, observers: [any Observer] = [],
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> TabularFit {
        guard training.count >= 2 else {
            throw TabularError.invalid("\(training.count) rows to train on; at least 2 are needed")
        }
        let validation = validation.flatMap { $0.count > 0 ? $0 : nil }
        let task = task(training, validation: validation, features: features)
        let plan = plan(for: training.count, keeping: kept, hasValidation: validation != nil)
        let report = try Learner(task, seed: configuration.seed)
            .fit(plan, observers: observers, from: checkpoint, shouldStop: shouldStop)
        var members = task.members
        if report.stopReason != nil { members.append(try task.calibratedWeights()) }
        let byMember = members.indices.map { member in report.epochs.filter { $0.stage == member } }
        let best = byMember.map { Monitor(.validationLoss).bestIndex(in: $0).map { $0 + 1 } }
        return TabularFit(
            model: TabularModel(features: features, architecture: architecture(features), members: members),
            keptEpochs: zip(byMember, best).map { plan.keeping.selection == nil ? $0.count : $1 ?? $0.count },
            bestEpochs: best.compactMap { $0 }, epochs: byMember.map(\.count), report: report)
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
    public func findLearningRate(
        _ training: EncodedRows, features: FittedFeatures, steps: Int, onStep: (Int) -> Void = { _ in },
        shouldStop: () -> Bool = { false }
    ) throws -> LearningRateCurve {
        try Learner(task(training, validation: nil, features: features), seed: configuration.seed)
            .findLearningRate(steps: steps, onStep: onStep, shouldStop: shouldStop)
    }

    /// The stages of a training: one a network, along one cycle.
    ///
    /// - Parameter rows: training rows
    public func plan(for rows: Int, keeping kept: KeptEpoch, hasValidation: Bool) -> TrainingPlan {
        let epochs = max(1, configuration.completed(for: rows).epochs ?? 1)
        let stage = TrainingStage(
            epochs: epochs, rate: OneCycle(maximumRate: configuration.learningRate, peakAt: TabularTask.peakAt),
            momentum: OneCycle.momentum())
        return TrainingPlan(
            stages: [TrainingStage](repeating: stage, count: max(1, configuration.members)),
            keeping: KeptWeights(kept, epochs: epochs, peakAt: TabularTask.peakAt, hasValidation: hasValidation))
    }

    private func task(_ training: EncodedRows, validation: EncodedRows?, features: FittedFeatures) -> TabularTask {
        TabularTask(
            configuration.completed(for: training.count), architecture(features), features, training: training,
            validation: validation, threads: threads)
    }
}
