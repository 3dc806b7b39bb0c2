/// Something that happened in a training on pictures.
public enum VisionEvent: Sendable {
    /// A step was taken.
    case step(VisionStep)
    /// An epoch ended and was validated.
    case epoch(VisionEpoch)
}

/// What is known after a step.
public struct VisionStep: Sendable, Hashable {
    /// Steps taken, this one included.
    public let done: Int
    /// Steps of the whole run.
    public let total: Int
    /// The epoch, from 1.
    public let epoch: Int
    /// Epochs of the whole run.
    public let epochs: Int
    /// Pictures learned from until now, in this run.
    public let pictures: Int
    /// The loss of the batch before the step.
    public let loss: Double
    /// The learning rate of the last layers.
    public let learningRate: Double
}

/// What is known after an epoch.
public struct VisionEpoch: Sendable, Hashable, Codable {
    /// The epoch, from 1.
    public let epoch: Int
    /// The side of the pictures.
    public let size: Int
    /// The mean loss of the pictures as they were learned from, augmented and mixed.
    public let trainLoss: Double
    /// What was measured on the validation pictures; nil without any.
    public let valid: VisionMetrics?
    /// The learning rate of the last step.
    public let learningRate: Double
    /// Pictures learned from in a second.
    public let picturesPerSecond: Double
    /// How long it took, validation included.
    public let seconds: Double
}

/// How a training on pictures ended.
public struct VisionFit: Sendable {
    /// Why a run ended before its time.
    public enum StopReason: Sendable, Hashable, CustomStringConvertible {
        /// The caller asked.
        case asked
        /// A loss was not a number; the network is as it was after `restoredEpochs` epochs.
        case notANumber(step: Int, learningRate: Double, restoredEpochs: Int)

        /// The reason, in one line.
        public var description: String {
            switch self {
            case .asked: "stopped before the end"
            case .notANumber(let step, let rate, let epochs):
                "the loss of step \(step) is not a number at learning rate \(rate); "
                    + "the network is as it was after \(epochs) epochs: try a lower rate"
            }
        }
    }

    /// Every epoch that was finished.
    public let epochs: [VisionEpoch]
    /// The epoch, from 1, whose weights were kept because it was the best; nil where the last ones were kept.
    public let keptEpoch: Int?
    /// What the averaged weights measured on the validation pictures; nil without an average or without pictures.
    public let averaged: VisionMetrics?
    /// Steps taken.
    public let steps: Int
    /// Why it ended before its time; nil when it ran to the end.
    public let stopReason: StopReason?

    /// What the network as it is now measured on the validation pictures, as far as it is known.
    public var valid: VisionMetrics? {
        averaged ?? keptEpoch.flatMap { epochs[$0 - 1].valid } ?? epochs.last?.valid
    }
}
