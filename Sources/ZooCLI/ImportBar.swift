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
        let now = Date()
        if state.phase != phase {
            phase = state.phase
            began = now
            lastShown = now
        }
        guard now.timeIntervalSince(lastShown) >= (progress.isTerminal ? 0.1 : 2) else { return }
        lastShown = now
        let label = state.phase == .inspecting ? "looking at the rows" : "writing"
        progress.show(
            ProgressLine(
                label: label, done: state.rows, total: max(state.rows, state.totalRows),
                seconds: now.timeIntervalSince(began), unit: "rows"))
    }
}
