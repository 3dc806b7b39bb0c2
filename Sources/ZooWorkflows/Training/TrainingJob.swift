import ZooLearn

/// A training that ended before its last epoch.
package struct TrainingStopped: Error, CustomStringConvertible {
    /// Why, what was saved and how to resume, in one line.
    package let description: String
}

/// One training under a name: its progress, its checkpoints, and what is saved and said where it is stopped.
struct TrainingJob {
    /// The name to save under; nil to save nothing.
    var name: String?
    /// Whether it was resumed from a checkpoint.
    var resumes = false
    /// The time between two checkpoints; nil for none.
    var checkpointInterval: Duration?
    /// Examples of an epoch, as progress counts them.
    var examplesPerEpoch: Int
    /// Epochs in all.
    var epochs: Int
    /// Hears of the progress.
    var onProgress: (JobProgress) -> Void

    /// Saves a training as it stands under a name.
    typealias Save = (_ fit: FitReport, _ name: String, _ status: RunStatus) throws -> SaveOutcome

    /// Trains to the end, saving checkpoints.
    ///
    /// A checkpoint that cannot be saved, as on a full disk, is reported and does not end the training.
    /// - Parameter fit: trains with these observers
    /// - Parameter save: saves a training that is not complete
    /// - Returns: the complete training, which is not saved yet
    /// - Throws: `TrainingStopped` where it was stopped, with what was learned saved; what `fit` and `save` throw
    func run(_ fit: (_ observers: [any Observer]) throws -> FitReport, save: @escaping Save) throws -> FitReport {
        let last = LastCheckpoint()
        let report = try fit(observers(last, save))
        try check(report, last, save)
        return report
    }

    /// The same for what may have no epochs, and then no report.
    func runWithEpochs(
        _ fit: (_ observers: [any Observer]) throws -> FitReport?, save: @escaping Save
    ) throws -> FitReport? {
        let last = LastCheckpoint()
        let report = try fit(observers(last, save))
        if let report { try check(report, last, save) }
        return report
    }

    private func observers(_ last: LastCheckpoint, _ save: @escaping Save) -> [any Observer] {
        let progress = ProgressObserver(examplesPerEpoch: examplesPerEpoch, epochs: epochs, onProgress: onProgress)
        guard let name, let checkpointInterval else { return [progress] }
        let timed = TimedCheckpoint(every: checkpointInterval) { checkpoint in
            do {
                last.isBeside = try save(FitReport(checkpoint), name, .running).isBeside
                last.step = checkpoint.progress.steps
                onProgress(.checkpoint(step: checkpoint.progress.steps, name: name, isBeside: last.isBeside))
            } catch { onProgress(.note("the training continues, but a checkpoint was not saved: \(error)")) }
        }
        return [progress, timed]
    }

    /// Saves what was stopped.
    private func check(_ report: FitReport, _ last: LastCheckpoint, _ save: Save) throws {
        guard let reason = report.stopReason else { return }
        guard let name else {
            throw TrainingStopped(description: "\(reason); nothing was saved, since no name was given (--save)")
        }
        if report.steps == 0 || report.epochs.isEmpty && reason.leavesNothing {
            throw TrainingStopped(description: "\(reason); \(last.summary(name, resumes: resumes))")
        }
        let outcome = try save(report, name, .stopped)
        var next = "the same command with --resume continues"
        if case .notANumber = reason { next = "--resume with a lower --lr continues" }
        throw TrainingStopped(
            description: "\(reason); \(outcome.text(name, "after step \(report.steps)")): \(next)")
    }

    /// The last checkpoint that was saved.
    private final class LastCheckpoint {
        var step: Int?
        var isBeside = false

        /// What there is of a training of which nothing is left to save, in words.
        func summary(_ name: String, resumes: Bool) -> String {
            guard let step else { return resumes ? "'\(name)' is unchanged" : "nothing was saved" }
            return isBeside
                ? "the finished '\(name)' is unchanged, beside it is a checkpoint of step \(step): --resume continues"
                : "'\(name)' is as it was after step \(step): --resume continues"
        }
    }
}
