import Foundation
import ZooCollab
import ZooLearn

/// How far a training is, epoch by epoch.
struct EpochBar {
    let epochs: Int
    let progress: Progress
    private let start = Date()

    func show(_ epoch: CollabEpoch) {
        progress.show(
            ProgressLine(
                label: "epoch \(epoch.epoch)/\(epochs)", done: epoch.epoch, total: epochs,
                seconds: Date().timeIntervalSince(start), unit: "epochs",
                note: "train rmse \(epoch.trainRMSE.fixed(4))"))
    }
}
