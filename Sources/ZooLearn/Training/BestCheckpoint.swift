/// Keeps the state after the best epoch so far.
public final class BestCheckpoint: Observer {
    /// The figure that decides.
    public let monitor: Monitor
    /// The state after the best epoch; nil before there was one.
    ///
    /// A resumed run that finds nothing better than what came before it leaves this nil.
    public private(set) var best: (report: EpochReport, checkpoint: Checkpoint)?
    private let keep: ((EpochReport, Checkpoint) throws -> Void)?

    /// Creates an observer.
    ///
    /// - Parameter keep: called with every new best state, to write it somewhere
    public init(
        _ monitor: Monitor = Monitor(.validationLoss), keep: ((EpochReport, Checkpoint) throws -> Void)? = nil
    ) {
        self.monitor = monitor
        self.keep = keep
    }

    /// Takes an event.
    public func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) throws -> Verdict {
        guard case .epochEnded(let history) = event, monitor.bestIndex(in: history) == history.count - 1 else {
            return .continue
        }
        let state = checkpoint()
        best = (history[history.count - 1], state)
        try keep?(history[history.count - 1], state)
        return .continue
    }
}
