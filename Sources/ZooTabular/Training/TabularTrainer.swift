import ZooKernels
import ZooLearn

/// Trains networks over encoded rows.
package struct TabularTrainer {
    /// How to train.
    package let configuration: TabularRecipe
    private let threads: ThreadCount

    /// Creates a trainer.
    package init(_ configuration: TabularRecipe, threads: ThreadCount = .all) {
        self.configuration = configuration
        self.threads = threads
    }

    /// Trains, several networks side by side where they are asked for.
    ///
    /// With validation rows or folds the networks are measured after every epoch, and end early where the best epoch is kept and no
    /// better one is to be expected.
    ///
    /// - Parameters:
    ///   - folds: cross-validation: of so many parts of the training rows each network leaves one out, and is measured on it
    ///   - kept: which weights to keep
    ///   - checkpoint: where to resume, with the rows and settings that it was made with
    ///   - observers: hear of every step and every epoch (with the metrics of the validation rows), and may end the training
    ///   - shouldStop: asked before every step; true ends the training
    /// - Throws: `TabularError.temporaryFile`, `.invalid` for fewer than two rows; `CheckpointError`
    package func fit(
        _ training: EncodedRows, validation: EncodedRows?, folds: Int? = nil, features: FittedFeatures,
        keeping kept: KeptEpoch = .best,
        from checkpoint: Checkpoint? = nil, observers: [any Observer] = [],
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> TabularFit {
        guard training.count >= 2 else {
            throw TabularError.invalid("\(training.count.counting("row")) to train on; at least 2 are needed")
        }
        let validation = validation.flatMap { $0.count > 0 ? $0 : nil }
        let task = task(training, validation: validation, folds: folds, features: features)
        let plan = plan(for: training.count, keeping: kept, hasValidation: validation != nil || folds != nil)
        let report = try Learner(task, seed: configuration.seed)
            .fit(plan, observers: observers, from: checkpoint, shouldStop: shouldStop)
        let members = try task.calibratedWeights()
        let best = Monitor(.validationLoss).bestIndex(in: report.epochs).map { $0 + 1 }
        return TabularFit(
            model: TabularModel(
                features: features, architecture: architecture(features, rows: training.count),
                members: members),
            heldOut: task.heldOut(members),
            keptEpoch: plan.keeping.selection == nil ? report.epochs.count : best ?? report.epochs.count,
            bestEpoch: best, report: report)
    }

    /// The sizes that features and configuration make for a number of training rows.
    package func architecture(_ features: FittedFeatures, rows: Int) -> TabularArchitecture {
        var range: TabularArchitecture.Range?
        if let limits = configuration.range, case .number(let number) = features.target {
            range = TabularArchitecture.Range(
                low: Float(number.encoded(Double(limits.low))), high: Float(number.encoded(Double(limits.high))))
        }
        return features.architecture(
            hidden: configuration.completed(for: rows).hidden ?? [], widths: configuration.embeddingWidths, range: range
        )
    }

    /// Tries rising learning rates, one a batch, on a fresh network.
    ///
    /// - Throws: `TabularError.temporaryFile`
    package func findLearningRate(
        _ training: EncodedRows, features: FittedFeatures, steps: Int, onStep: (Int) -> Void = { _ in },
        shouldStop: () -> Bool = { false }
    ) throws -> LearningRateCurve {
        try Learner(task(training, validation: nil, folds: nil, features: features), seed: configuration.seed)
            .findLearningRate(steps: steps, onStep: onStep, shouldStop: shouldStop)
    }

    /// The one stage of a training, along one cycle.
    ///
    /// - Parameter rows: training rows
    package func plan(for rows: Int, keeping kept: KeptEpoch, hasValidation: Bool) -> TrainingPlan {
        let configuration = configuration.completed(for: rows)
        let epochs = max(1, configuration.epochs ?? 1)
        let rate = OneCycle(maximumRate: configuration.learningRate ?? 0, peakAt: TabularTask.peakAt)
        let stage = TrainingStage(
            epochs: epochs, rate: rate, momentum: OneCycle.momentum())
        return TrainingPlan(
            stages: [stage],
            keeping: KeptWeights(
                kept, patience: configuration.patience, epochs: epochs, lastPeak: rate.lastPeak(epochs: epochs),
                hasValidation: hasValidation))
    }

    private func task(
        _ training: EncodedRows, validation: EncodedRows?, folds: Int?, features: FittedFeatures
    ) -> TabularTask {
        TabularTask(
            configuration.completed(for: training.count), architecture(features, rows: training.count), features,
            training: training, validation: validation, folds: folds, threads: threads)
    }
}
