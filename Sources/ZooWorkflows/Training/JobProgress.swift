import ZooLearn

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
