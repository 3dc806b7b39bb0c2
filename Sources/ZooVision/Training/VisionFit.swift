import ZooLearn

/// How a training on pictures ended.
public struct VisionFit: Sendable {
    /// Why a run ended before its time.
    public enum StopReason: Sendable, Hashable, CustomStringConvertible {
        /// The caller asked.
        case asked
        /// An observer said so.
        case observer(String)
        /// A picture could not be read; which one and why.
        case unreadable(String)
        /// A loss was not a number; the network is as it was after `restoredEpochs` epochs.
        case notANumber(step: Int, learningRate: Double, restoredEpochs: Int)

        /// The reason, in one line.
        public var description: String {
            switch self {
            case .asked: "stopped before the end"
            case .observer(let reason), .unreadable(let reason): reason
            case .notANumber(let step, let rate, let epochs):
                "the loss of step \(step) is not a number at learning rate \(Float(rate)); "
                    + "the network is as it was after \(epochs) \(epochs == 1 ? "epoch" : "epochs"): try a lower rate"
            }
        }
    }

    /// Every epoch that was finished, those before a resumed checkpoint included.
    public let epochs: [VisionEpoch]
    /// The epoch, from 1, whose weights were kept because it was the best; nil where the last ones were kept.
    public let keptEpoch: Int?
    /// What the averaged weights measured on the validation pictures; nil without an average or without pictures.
    public let averaged: VisionMetrics?
    /// Steps taken, those before a resumed checkpoint included.
    public let steps: Int
    /// Why it ended before its time; nil when it ran to the end.
    public let stopReason: StopReason?
    /// Where training can go on from. Its weights are those that are trained, whichever were kept.
    public let checkpoint: Checkpoint

    /// What the network as it is now measured on the validation pictures; nil where its weights were moved since.
    public var valid: VisionMetrics? {
        if let measured = averaged ?? keptEpoch.flatMap({ epochs[$0 - 1].valid }) { return measured }
        return checkpoint.progress.stepInEpoch == 0 ? epochs.last?.valid : nil
    }
}

extension VisionFit {
    /// What a training has come to where it stands at `checkpoint`, of which the best epoch is kept if the recipe wants it.
    public init(_ checkpoint: Checkpoint, recipe: VisionRecipe, stopReason: StopReason? = nil) {
        epochs = checkpoint.progress.history.map { VisionEpoch($0) }
        keptEpoch = recipe.keepsBest ? recipe.bestEpoch(of: epochs) : nil
        (averaged, steps) = (nil, checkpoint.progress.step)
        (self.stopReason, self.checkpoint) = (stopReason, checkpoint)
    }
}

extension VisionRecipe {
    /// The epoch, from 1, of the best accuracy at the last size, of several that of the least loss, of equals the first; nil
    /// where none was measured.
    func bestEpoch(of epochs: [VisionEpoch]) -> Int? {
        var best: (epoch: Int, valid: VisionMetrics)?
        for (index, epoch) in epochs.enumerated() where epoch.size == sizes.last ?? epoch.size {
            guard let valid = epoch.valid else { continue }
            if let best, (valid.accuracy, -valid.loss) <= (best.valid.accuracy, -best.valid.loss) { continue }
            best = (index + 1, valid)
        }
        return best?.epoch
    }
}
