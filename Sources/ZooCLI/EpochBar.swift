import Foundation
import ZooCollab

/// A bar over the epochs of a training, with rate and the time that is left.
final class EpochBar {
    private let epochs: Int
    private let progress: Progress
    private let start = Date()

    init(epochs: Int, progress: Progress) {
        self.epochs = epochs
        self.progress = progress
    }

    func show(_ epoch: CollabEpoch) {
        let elapsed = Date().timeIntervalSince(start)
        let left = elapsed / Double(epoch.epoch) * Double(epochs - epoch.epoch)
        let filled = 30 * epoch.epoch / max(1, epochs)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        let line =
            "\(bar) epoch \(epoch.epoch)/\(epochs)  train rmse \(epoch.trainRMSE.fixed(4))  \(left.fixed(0)) s left"
        progress.update(line)
    }
}
