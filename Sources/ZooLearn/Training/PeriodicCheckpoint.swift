/// Hands out a checkpoint after every so many steps.
public struct PeriodicCheckpoint: Observer {
    /// Steps from one checkpoint to the next.
    public let every: Int
    private let keep: (Checkpoint) throws -> Void

    /// Creates an observer.
    ///
    /// - Parameter keep: called with each checkpoint, to write it somewhere
    /// - Precondition: `every` is at least 1.
    public init(every: Int, keep: @escaping (Checkpoint) throws -> Void) {
        precondition(every >= 1, "PeriodicCheckpoint: every must be at least 1, not \(every)")
        self.every = every
        self.keep = keep
    }

    /// Takes an event.
    public func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) throws -> Verdict {
        if case .stepEnded(let report) = event, (report.step + 1) % every == 0 { try keep(checkpoint()) }
        return .continue
    }
}
