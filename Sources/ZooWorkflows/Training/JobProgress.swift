import ZooLearn

/// What a training reports while it runs.
public enum JobProgress: Sendable {
    /// Something to know.
    case note(String)
    /// A step was taken, of a training with so many examples an epoch.
    case step(StepReport, examplesPerEpoch: Int)
    /// An epoch ended, of how many.
    case epoch(EpochReport, of: Int)
    /// A checkpoint was saved under a name, or beside the finished model of that name, which still answers.
    case checkpoint(step: Int, name: String, isBeside: Bool)
}

/// Reports a training's steps and epochs.
struct ProgressObserver: Observer {
    let examplesPerEpoch: Int
    /// Epochs of the whole training.
    let epochs: Int
    let onProgress: (JobProgress) -> Void

    func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
        switch event {
        case .stepEnded(let report): onProgress(.step(report, examplesPerEpoch: examplesPerEpoch))
        case .epochEnded(let history):
            if let last = history.last { onProgress(.epoch(last, of: epochs)) }
        case .fitBegan, .stageBegan, .epochBegan, .fitEnded: break
        }
        return .continue
    }
}
