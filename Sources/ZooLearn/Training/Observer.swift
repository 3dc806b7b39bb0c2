/// Something that happened in training.
public enum TrainingEvent: Sendable {
    /// A training begins, or resumes after the `finished` epochs.
    case fitBegan(epochs: Int, finished: [EpochReport])
    /// A stage (from 0) other than the first begins.
    case stageBegan(stage: Int)
    /// An epoch (from 1, over all stages) begins, or resumes in its middle.
    case epochBegan(epoch: Int)
    /// A step was taken.
    case stepEnded(StepReport)
    /// The last epoch of `history`, which holds those of all stages, ended and was validated.
    case epochEnded(history: [EpochReport])
    /// The training is over.
    case fitEnded(FitReport)
}

/// An observer's answer.
public enum Verdict: Sendable, Hashable {
    /// Continue.
    case `continue`
    /// End the training before the next step.
    case stop(reason: String)
}

/// Calls a closure after every epoch.
public struct EpochObserver: Observer {
    private let onEpoch: (EpochReport) -> Void

    /// Creates an observer.
    public init(_ onEpoch: @escaping (EpochReport) -> Void) { self.onEpoch = onEpoch }

    /// Hears of an event.
    public func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
        if case .epochEnded(let history) = event, let last = history.last { onEpoch(last) }
        return .continue
    }
}

/// Watches training. It hears what happened and may end the training; it changes nothing.
public protocol Observer {
    /// Hears of an event.
    ///
    /// - Parameter checkpoint: makes a copy of everything, as it stands now; cheap until the next step is taken
    /// - Returns: whether to continue; the answer to `fitEnded` is ignored
    /// - Throws: whatever the observer's own work throws (a full disk); it ends the training and `fit` throws it
    func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) throws -> Verdict
}

/// Hands out a checkpoint when so much time has passed since the last one, after a step or an epoch.
package final class TimedCheckpoint: Observer {
    /// Time from one checkpoint to the next.
    package let interval: Duration
    private let now: () -> ContinuousClock.Instant
    private let keep: (Checkpoint) throws -> Void
    private var last: ContinuousClock.Instant

    /// Creates an observer; the first checkpoint comes after one interval.
    ///
    /// - Parameter now: the time; a test has its own
    /// - Parameter keep: called with each checkpoint, to write it somewhere; its own time is not counted
    package init(
        every interval: Duration, now: @escaping () -> ContinuousClock.Instant = { .now },
        keep: @escaping (Checkpoint) throws -> Void
    ) {
        self.interval = interval
        self.now = now
        self.keep = keep
        last = now()
    }

    /// Takes an event.
    package func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) throws -> Verdict {
        switch event {
        case .stepEnded, .epochEnded:
            guard now() - last >= interval else { return .continue }
            try keep(checkpoint())
            last = now()
        case .fitBegan, .stageBegan, .epochBegan, .fitEnded: break
        }
        return .continue
    }
}
