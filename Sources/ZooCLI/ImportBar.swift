import Foundation
import ZooData
import ZooLearn

/// How far an import has come: redrawn on a terminal, a line every few seconds elsewhere.
final class ImportBar {
    private let progress: Progress
    private var began = Date()
    private var lastShown = Date()
    private var phase: TableImportProgress.Phase?

    init(progress: Progress) { self.progress = progress }

    func show(_ state: TableImportProgress) {
        if state.phase != phase {
            phase = state.phase
            began = Date()
            lastShown = began
        }
        let label = state.phase == .inspecting ? "looking at the rows" : "writing"
        show(label: label, done: state.rows, total: max(state.rows, state.totalRows), unit: "rows")
    }

    func show(label: String, done: Int, total: Int, unit: String) {
        let now = Date()
        guard now.timeIntervalSince(lastShown) >= (progress.isTerminal ? 0.1 : 2) else { return }
        lastShown = now
        progress.show(
            ProgressLine(
                label: label, done: done, total: total, seconds: now.timeIntervalSince(began), unit: unit))
    }
}
