/// Why a training ended before its last epoch.
public enum StopReason: Sendable, Hashable, CustomStringConvertible {
    /// The caller asked for it, as Ctrl-C does.
    case interrupted
    /// An observer asked for it and said why.
    case observer(String)
    /// An example could not be read: which one and why.
    case unreadable(String)
    /// A loss, a gradient or a weight was NaN or infinite at `step` (from 1, over all epochs); the model is as it was
    /// after `restoredEpochs` epochs.
    case notANumber(step: Int, learningRate: Double, restoredEpochs: Int)

    /// The reason, in one line.
    public var description: String {
        switch self {
        case .interrupted: "stopped before the end"
        case .observer(let reason), .unreadable(let reason): reason
        case .notANumber(let step, let rate, let epochs):
            "the loss of step \(step) is NaN or infinite at learning rate \(Float(rate)); the model is as it was "
                + (epochs == 0 ? "at the start" : "after \(epochs) \(epochs == 1 ? "epoch" : "epochs")")
                + ": try a lower learning rate"
        }
    }

    /// Whether nothing was learned before it: the model is as it was before the first step.
    package var leavesNothing: Bool {
        if case .notANumber(_, _, restoredEpochs: 0) = self { true } else { false }
    }
}

/// An error that says that one example of the data cannot be read. It ends a training with what was learned until then.
package protocol UnreadableExample: Error, CustomStringConvertible {}
