import ZooLearn

/// What is known after one pass over a text.
public struct LanguageModelEpoch: Sendable, Hashable, Codable {
    /// The epoch, from 0.
    public let epoch: Int
    /// Mean cross-entropy in nats a token of the training text, each window measured when it came, dropout included.
    public let trainNats: Double
    /// Mean cross-entropy in nats a token of the validation text; nil without one.
    public let validNats: Double?
    /// How long the pass took, validation included.
    public let seconds: Double
    /// The learning rate of the last step.
    public let learningRate: Double

    /// Reads what the trainer reported to its observers.
    public init(_ report: EpochReport) {
        epoch = report.epoch
        trainNats = report.trainingLoss
        validNats = report.validationLoss
        seconds = report.metric("seconds") ?? 0
        learningRate = report.metric("learning_rate") ?? 0
    }
}

/// How the training of a language model ended.
public struct LanguageModelFit: Sendable {
    /// Why a run ended before its time.
    public enum StopReason: Sendable, Hashable, CustomStringConvertible {
        /// The caller asked.
        case asked
        /// An observer said so.
        case observer(String)
        /// The loss or the gradient of a step was not a number; the model is as it was after `restoredEpochs` epochs.
        case notANumber(step: Int, learningRate: Double, restoredEpochs: Int)

        /// The reason, in one line.
        public var description: String {
            switch self {
            case .asked: "stopped before the end"
            case .observer(let reason): reason
            case .notANumber(let step, let rate, let epochs):
                "the loss of step \(step) is not a number at learning rate \(Float(rate)); "
                    + "the model is as it was after \(epochs) \(epochs == 1 ? "epoch" : "epochs"): try a lower rate"
            }
        }
    }

    /// Every epoch that was finished, those before a resumed checkpoint included.
    public let epochs: [LanguageModelEpoch]
    /// The epoch, from 1, whose weights the model has because its validation loss was the least, the first of equals; 0
    /// for the weights from before the first epoch; nil where the last are kept whatever they measured.
    public let keptEpoch: Int?
    /// Steps taken, those before a resumed checkpoint included.
    public let steps: Int
    /// Why it ended before its time; nil when it ran to the end.
    public let stopReason: StopReason?
    /// Where training can go on from.
    public let checkpoint: Checkpoint

    /// What a training has come to where it stands at `checkpoint`.
    public init(_ checkpoint: Checkpoint, keptEpoch: Int? = nil, stopReason: StopReason? = nil) {
        self.keptEpoch = keptEpoch
        epochs = checkpoint.progress.history.map { LanguageModelEpoch($0) }
        steps = checkpoint.progress.step
        self.stopReason = stopReason
        self.checkpoint = checkpoint
    }
}
