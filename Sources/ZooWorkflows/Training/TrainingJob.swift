import Foundation
import ZooLearn
import ZooQueries

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

/// What the requests of all trainings say alike.
package protocol TrainingRequest {
    /// Name to save the model under; nil to save nothing.
    var savedName: String? { get }
    /// Whether an older model of that name may be replaced.
    var isReplacing: Bool { get set }
    /// Whether to resume from the checkpoint of that name.
    var resumes: Bool { get set }
    /// The time between two checkpoints; nil for none.
    var checkpointInterval: Duration? { get set }
    /// The command line, kept with the model.
    var command: String { get set }
}

/// What the reports of all trainings say alike.
package protocol TrainingReport {
    /// What was found out about the data and decided, a sentence each.
    var notes: [String] { get }
    /// What to know before the result is believed.
    var warnings: [String] { get }
    /// The name it was saved under; nil where it was not.
    var saved: String? { get set }
    /// The finished model of that name that it replaced.
    var replaced: ReplacedModel? { get set }
}

extension TrainingReport {
    /// Nothing.
    package var notes: [String] { [] }
}

/// A training that a request asks for, with its data read and its model made.
protocol RequestedTraining {
    associatedtype Report: TrainingReport
    /// Examples of an epoch, as progress counts them.
    var examplesPerEpoch: Int { get }
    /// Epochs in all.
    var epochs: Int { get }
    /// Trains to the end, or until something stops it.
    func fit(observers: [any Observer], shouldStop: @escaping () -> Bool) throws -> FitReport
    /// Measures a training that is complete.
    func report(_ fit: FitReport, seconds: Double) throws -> Report
    /// Saves the model; one whose training is not complete with all that is needed to resume it.
    ///
    /// - Parameter report: of a training that is complete and was measured
    func save(
        _ fit: FitReport, _ report: Report?, as name: String, _ status: RunStatus, _ started: Date,
        in workspace: Workspace
    ) throws -> SaveOutcome
}

extension Workspace {
    /// Trains to the end, saving checkpoints on the way, measures the model, and saves it if the request has a name.
    ///
    /// - Throws: `TrainingStopped` where it was stopped, with what was learned saved; what the training throws
    func train<Training: RequestedTraining>(
        _ training: Training, _ request: some TrainingRequest, began started: Date = Date(),
        onProgress: @escaping (JobProgress) -> Void, shouldStop: @escaping () -> Bool
    ) throws -> Training.Report {
        if let discarded = try discardedTraining(request) { onProgress(.note(discarded)) }
        let job = TrainingJob(
            name: request.savedName, resumes: request.resumes, checkpointInterval: request.checkpointInterval,
            examplesPerEpoch: training.examplesPerEpoch, epochs: training.epochs, onProgress: onProgress)
        let fit = try job.run({ try training.fit(observers: $0, shouldStop: shouldStop) }) { fit, name, status in
            try training.save(fit, nil, as: name, status, started, in: self)
        }
        func report() throws -> Training.Report {
            try training.report(fit, seconds: Date().timeIntervalSince(started))
        }
        guard request.savedName != nil else { return try report() }
        do {
            var report = try report()
            (report.saved, report.replaced) = try saveFinished(request, onProgress) {
                try training.save(fit, report, as: $0, .finished, started, in: self)
            }
            return report
        } catch let error as any UnreadableExample {
            // A training that is complete is not lost because an example cannot be read once more.
            let (name, _) = try saveFinished(request, onProgress) {
                try training.save(fit, nil, as: $0, .finished, started, in: self)
            }
            throw TrainingStopped(description: "\(error.description); trained to the end and saved as '\(name ?? "")'")
        }
    }

    /// Saves a training that is complete: under its name, or where another training finished a model of that name meanwhile,
    /// which nobody agreed to replace, under the first free one.
    ///
    /// - Returns: the name it was saved under, nil where the request has none; the finished model that it replaced
    func saveFinished(
        _ request: some TrainingRequest, _ onProgress: (JobProgress) -> Void, save: (String) throws -> SaveOutcome
    ) throws -> (saved: String?, replaced: ReplacedModel?) {
        guard let name = request.savedName else { return (nil, nil) }
        let models = try data.models()
        // The name was free when the training began.
        guard !request.isReplacing, !request.resumes, models.contains(where: { $0.name == name && $0.isFinished })
        else {
            return (name, try save(name).replaced)
        }
        let taken = Set(models.map(\.name) + ShippedModel.names)
        let free = (2...).lazy.map { "\(name)-\($0)" }.first { !taken.contains($0) } ?? name
        let replaced = try save(free).replaced
        // What this training saved on the way.
        _ = try data.removeCheckpoint(named: name)
        onProgress(
            .note("another training finished '\(name)' meanwhile, which is unchanged: this one was saved as '\(free)'"))
        return (free, replaced)
    }

    /// What is said of an earlier training that was not complete, where a request replaces what has its name.
    private func discardedTraining(_ request: some TrainingRequest) throws -> String? {
        guard let name = request.savedName, request.isReplacing, !request.resumes,
            let earlier = try unfinishedTraining(named: name)
        else { return nil }
        return "the checkpoint of '\(name)' (\(earlier.progress)) will be discarded: "
            + "--resume in place of --replace would continue that training"
    }

    /// Checks, before the work and not after it, that a model may be saved under the name of a request.
    ///
    /// - Throws: as `checkSave(as:isReplacing:resumes:)`
    func checkSave(_ request: some TrainingRequest) throws {
        try checkSave(as: request.savedName, isReplacing: request.isReplacing, resumes: request.resumes)
    }
}

/// What a training reports while it runs.
public enum JobProgress: Sendable {
    /// Something to know.
    case note(String)
    /// A part of the training is complete: what it measured, in a line.
    case completed(String)
    /// So many of all examples were prepared, such as `activations`.
    case prepared(String, done: Int, of: Int)
    /// A step was taken, of a training with so many examples an epoch.
    case step(StepReport, examplesPerEpoch: Int)
    /// An epoch ended, of how many.
    case epoch(EpochReport, of: Int)
    /// A checkpoint was saved under a name, or beside the finished model of that name, which still answers.
    case checkpoint(step: Int, name: String, isBeside: Bool)
}

/// Reports a training's steps and epochs.
final class ProgressObserver: Observer {
    private let examplesPerEpoch: Int
    private var epochs: Int
    private let onProgress: (JobProgress) -> Void

    /// - Parameter epochs: epochs in all, until the training says how many it has
    init(examplesPerEpoch: Int, epochs: Int, onProgress: @escaping (JobProgress) -> Void) {
        (self.examplesPerEpoch, self.epochs, self.onProgress) = (examplesPerEpoch, epochs, onProgress)
    }

    func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
        switch event {
        case .stepEnded(let report): onProgress(.step(report, examplesPerEpoch: examplesPerEpoch))
        case .epochEnded(let history):
            if let last = history.last { onProgress(.epoch(last, of: epochs)) }
        case .fitBegan(let epochs, _): self.epochs = epochs
        case .stageBegan, .epochBegan, .fitEnded: break
        }
        return .continue
    }
}
