import Foundation
import ZooCollab
import ZooLearn

/// How far the training of a recommender is, epoch by epoch.
final class EpochBar {
    private let epochs: Int
    private let progress: Progress
    private let start = monotonicSeconds()
    private var advice: String? = "fewer --epochs or fewer --factors"

    init(epochs: Int, progress: Progress) {
        self.epochs = epochs
        self.progress = progress
    }

    func show(_ epoch: CollabEpoch) {
        let line = ProgressLine(
            label: "epoch \(epoch.epoch)/\(epochs)", done: epoch.epoch * epoch.ratings, total: epochs * epoch.ratings,
            seconds: monotonicSeconds() - start, unit: "ratings", note: "train rmse \(epoch.trainRMSE.fixed(4))")
        if let advice, let wait = line.longWait {
            progress.say("this training will take \(wait): \(advice) make it shorter")
            self.advice = nil
        }
        progress.show(line)
    }
}
