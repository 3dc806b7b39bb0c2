/// Something that happened in training.
public enum TrainingEvent: Sendable {
    /// A run begins, or goes on after `finished` epochs.
    case fitBegan(epochs: Int, stepsPerEpoch: Int, finished: [EpochReport])
    /// An epoch begins, or goes on in its middle.
    case epochBegan(epoch: Int)
    /// A step was taken.
    case stepEnded(StepReport)
    /// The last epoch of `history` ended and was validated.
    case epochEnded(history: [EpochReport])
    /// The run is over.
    case fitEnded(FitReport)
}

/// An observer's answer.
public enum Verdict: Sendable, Hashable {
    /// Go on.
    case `continue`
    /// End the run before the next step.
    case stop(reason: String)
}

/// Watches training. It is told what happened and may end the run; it changes nothing.
public protocol Observer {
    /// Takes an event.
    ///
    /// - Parameter checkpoint: makes a copy of everything, as it stands now; cheap until the next step is taken
    /// - Returns: whether to go on; the answer to `fitEnded` is ignored
    /// - Throws: whatever the observer's own work throws (a full disk); it ends the run and `fit` throws it on
    func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) throws -> Verdict
}
