import ZooLearn

/// How a training on images ended.
public struct VisionFit: Sendable {
    /// Every epoch that was completed, those before a resumed checkpoint included.
    public let epochs: [EpochReport]
    /// The epoch, from 1, whose weights were kept because it was the best; nil where the last ones were kept.
    public let keptEpoch: Int?
    /// What the averaged weights measured on the validation images; nil without an average or without images.
    public let averaged: VisionMetrics?
    /// Steps taken, those before a resumed checkpoint included.
    public let steps: Int
    /// Why it ended before its time; nil when it ran to the end.
    public let stopReason: StopReason?
    /// Where training can resume. Its weights are those that are trained, whichever were kept.
    public let checkpoint: Checkpoint

    /// What the network as it is now measured on the validation images; nil where its weights were moved since.
    public var valid: VisionMetrics? {
        if let measured = averaged ?? keptEpoch.flatMap({ epochs[$0 - 1].imageMetrics }) { return measured }
        return checkpoint.progress.stepInEpoch == 0 ? epochs.last?.imageMetrics : nil
    }
}

extension VisionFit {
    /// The training that stands at `checkpoint`; the best epoch is kept if the recipe keeps it.
    public init(_ checkpoint: Checkpoint, recipe: VisionRecipe) { self.init(checkpoint, recipe, nil) }

    private init(_ checkpoint: Checkpoint, _ recipe: VisionRecipe, _ stopReason: StopReason?) {
        let epochs = checkpoint.progress.epochs
        let best = checkpoint.bestEpochWeights.isEmpty ? nil : recipe.bestEpoch?.bestIndex(in: epochs)
        self.init(
            epochs: epochs, keptEpoch: best.map { $0 + 1 }, averaged: nil, steps: checkpoint.progress.steps,
            stopReason: stopReason, checkpoint: checkpoint)
    }

    /// The result of a training that ended.
    init(_ report: FitReport, recipe: VisionRecipe) {
        guard report.stopReason == nil else {
            self.init(report.checkpoint, recipe, report.stopReason)
            return
        }
        self.init(
            epochs: report.epochs, keptEpoch: report.keptEpoch == report.epochs.count ? nil : report.keptEpoch,
            averaged: report.final?.imageMetrics, steps: report.steps, stopReason: nil, checkpoint: report.checkpoint)
    }
}
