import Foundation
import ZooData
import ZooLearn

/// How far an import, or the inference on many images, has come: redrawn on a terminal, a line every few seconds elsewhere.
final class ImportBar {
    private let progress: Progress
    private var began = Date()
    private var pace: ProgressPace
    private var phase: TableImportProgress.Phase?

    init(progress: Progress) {
        self.progress = progress
        pace = ProgressPace(every: progress.isTerminal ? 0.1 : 2)
    }

    func show(_ state: TableImportProgress) {
        if state.phase != phase {
            phase = state.phase
            began = Date()
            pace.restart()
        }
        let label = state.phase == .inspecting ? "detecting types" : "writing"
        show(label: label, done: state.rows, total: max(state.rows, state.totalRows), unit: "rows")
    }

    /// Images that a network has inferred.
    func show(images done: Int, of total: Int) { show(label: "inferring", done: done, total: total, unit: "images") }

    func show(label: String, done: Int, total: Int, unit: String) {
        guard pace.isDue() else { return }
        progress.show(
            ProgressLine(
                label: label, done: done, total: total, seconds: Date().timeIntervalSince(began), unit: unit))
    }
}
