import ZooLearn
import ZooNN

/// Tells of the passes of a stage, and keeps where it can go on from.
final class ClassifierStageObserver: Observer {
    /// Every pass that is finished, those of earlier stages included.
    private(set) var epochs: [TextClassifierEpoch]
    /// Where training was stopped, else where it was after the last pass; nil before any.
    private(set) var end: TextClassifierCheckpoint?
    /// The weights after the best pass of all stages, empty before there is one; nil where the last are kept.
    private(set) var best: [NamedTensor]?
    private let index: Int
    private let stage: GradualUnfreezing.Stage
    private let total: Int
    private let onEpoch: (TextClassifierEpoch) -> Bool
    private let onStep: (TextClassifierStep) -> Void
    private let shouldStop: () -> Bool
    private var start = ContinuousClock.now

    init(
        _ index: Int, of stages: [GradualUnfreezing.Stage], epochs: [TextClassifierEpoch], best: [NamedTensor]?,
        onEpoch: @escaping (TextClassifierEpoch) -> Bool, onStep: @escaping (TextClassifierStep) -> Void,
        shouldStop: @escaping () -> Bool
    ) {
        self.index = index
        self.epochs = epochs
        self.best = best
        self.onEpoch = onEpoch
        self.onStep = onStep
        self.shouldStop = shouldStop
        stage = stages[index]
        total = stages.reduce(0) { $0 + $1.epochs }
    }

    /// The checkpoint of all stages out of one of this stage.
    func checkpoint(_ checkpoint: Checkpoint) -> TextClassifierCheckpoint {
        var checkpoint = checkpoint
        checkpoint.bestEpochWeights = best ?? []
        return TextClassifierCheckpoint(stage: index, epochs: epochs, checkpoint: checkpoint)
    }

    func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
        switch event {
        case .fitBegan where index > 0 && end == nil: end = self.checkpoint(checkpoint())
        case .stepEnded(let report):
            onStep(
                TextClassifierStep(
                    epoch: epochs.count + 1, epochs: total,
                    part: Double(report.stepInEpoch + 1) / Double(max(report.stepsPerEpoch, 1)), loss: report.loss))
            guard shouldStop() else { return .continue }
            end = self.checkpoint(checkpoint())
            return .stop(reason: "stopped before the end")
        case .epochEnded(let history):
            guard let report = history.last else { return .continue }
            let goesOn = tell(report)
            let now = checkpoint()
            if best != nil, epochs.bestPass == epochs.count { best = now.weights }
            end = self.checkpoint(now)
            if !goesOn { return .stop(reason: "stopped before the end") }
        case .fitBegan, .epochBegan, .fitEnded: break
        }
        return .continue
    }

    private func tell(_ report: EpochReport) -> Bool {
        let now = ContinuousClock.now
        let epoch = TextClassifierEpoch(
            epoch: epochs.count + 1, epochs: total, trainedLayers: stage.trainedLayers,
            trainLoss: report.trainingLoss, validLoss: report.validationLoss,
            validAccuracy: report.metric("accuracy"), seconds: (now - start) / .seconds(1))
        start = now
        epochs.append(epoch)
        return onEpoch(epoch)
    }
}
