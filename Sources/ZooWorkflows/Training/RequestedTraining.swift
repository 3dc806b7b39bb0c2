import Foundation
import ZooLearn

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
}

/// What the reports of all trainings say alike.
package protocol TrainingReport {
    /// What was found out about the data and decided, a sentence each.
    var notes: [String] { get }
    /// What to know before the result is believed.
    var warnings: [String] { get }
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
        let job = TrainingJob(
            name: request.savedName, resumes: request.resumes, checkpointInterval: request.checkpointInterval,
            examplesPerEpoch: training.examplesPerEpoch, epochs: training.epochs, onProgress: onProgress)
        let fit = try job.run({ try training.fit(observers: $0, shouldStop: shouldStop) }) { fit, name, status in
            try training.save(fit, nil, as: name, status, started, in: self)
        }
        func report() throws -> Training.Report {
            try training.report(fit, seconds: Date().timeIntervalSince(started))
        }
        guard let name = request.savedName else { return try report() }
        do {
            var report = try report()
            report.replaced = try training.save(fit, report, as: name, .finished, started, in: self).replaced
            return report
        } catch let error as any UnreadableExample {
            // A training that is complete is not lost because an example cannot be read once more.
            _ = try training.save(fit, nil, as: name, .finished, started, in: self)
            throw TrainingStopped(description: "\(error.description); trained to the end and saved as '\(name)'")
        }
    }

    /// Checks, before the work and not after it, that a model may be saved under the name of a request.
    ///
    /// - Throws: as `checkSave(as:isReplacing:resumes:)`
    func checkSave(_ request: some TrainingRequest) throws {
        try checkSave(as: request.savedName, isReplacing: request.isReplacing, resumes: request.resumes)
    }
}
