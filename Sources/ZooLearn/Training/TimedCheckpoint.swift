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
