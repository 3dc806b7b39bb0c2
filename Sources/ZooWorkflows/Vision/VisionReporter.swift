import ZooLearn
import ZooVision

/// Tells of a training's steps and epochs.
struct VisionReporter: Observer {
    /// Of the whole run.
    let epochs: Int
    let imagesPerEpoch: Int
    let onProgress: (VisionProgress) -> Void

    func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
        switch event {
        case .stepEnded(let report):
            let done = imagesPerEpoch * (report.stepInEpoch + 1) / max(report.stepsPerEpoch, 1)
            onProgress(
                .step(
                    done: imagesPerEpoch * report.epoch + done, of: imagesPerEpoch * max(epochs, report.epoch + 1),
                    epoch: report.epoch + 1, epochs: epochs, loss: report.loss))
        case .epochEnded(let history):
            if let last = history.last { onProgress(.epoch(VisionEpoch(last), of: epochs)) }
        case .fitBegan, .epochBegan, .fitEnded: break
        }
        return .continue
    }
}

extension VisionProgress {
    /// What became of a checkpoint.
    init(_ report: CheckpointKeeper.Report) {
        switch report {
        case .kept(let step, let name): self = .kept(step: step, as: name)
        case .keptBeside(let step, let name): self = .keptBeside(step: step, of: name)
        case .note(let note): self = .note(note)
        }
    }
}
