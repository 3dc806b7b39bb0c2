/// Ends a run when `patience` epochs in a row brought nothing better.
///
/// It decides from the whole history each time and so needs no memory: a resumed run stops where the straight one would.
public struct EarlyStopping: Observer, Sendable, Hashable {
    /// The figure that should improve.
    public let monitor: Monitor
    /// Epochs without improvement after which to stop.
    public let patience: Int
    /// How much better counts as better.
    public let minimumImprovement: Double

    /// Creates an observer.
    ///
    /// - Precondition: `patience` is at least 1.
    public init(_ monitor: Monitor = Monitor(.validationLoss), patience: Int, minimumImprovement: Double = 0) {
        precondition(patience >= 1, "EarlyStopping: patience must be at least 1, not \(patience)")
        self.monitor = monitor
        self.patience = patience
        self.minimumImprovement = minimumImprovement
    }

    /// Takes an event.
    public func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
        switch event {
        case .fitBegan(_, _, let history), .epochEnded(let history): verdict(on: history)
        default: .continue
        }
    }

    /// What a history calls for.
    public func verdict(on history: [EpochReport]) -> Verdict {
        let best = monitor.bestIndex(in: history, margin: minimumImprovement) ?? -1
        let wasted = history.count - 1 - best
        return wasted < patience ? .continue : .stop(reason: "no improvement for \(wasted) epochs")
    }
}
