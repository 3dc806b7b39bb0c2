import Foundation
import ZooLearn

/// How far a training is: a bar on a terminal, a line every half minute elsewhere.
final class TrainingBar {
    private let progress: Progress
    private var pace: ProgressPace
    private var began = monotonicSeconds()
    private var before = 0
    private var last: (done: Int, unit: String)?
    private var advice: String?

    /// - Parameter advice: what makes a training of more than ten minutes shorter; nil where that is not said
    init(progress: Progress, advice: String? = nil) {
        self.progress = progress
        self.advice = advice
        pace = ProgressPace(every: progress.isTerminal ? 0.1 : 30)
    }

    /// Shows a count of which the first that is told may be of a training that goes on.
    func show(_ label: String, _ done: Int, of total: Int, unit: String, note: String = "") {
        if last.map({ done < $0.done || unit != $0.unit }) ?? true {
            // Another stage: its rate is its own.
            (before, began) = (done, monotonicSeconds())
        }
        last = (done, unit)
        let line = ProgressLine(
            label: label, done: done, total: total, before: before, seconds: monotonicSeconds() - began, unit: unit,
            note: note)
        if let advice, let wait = line.longWait {
            say("this training will take \(wait): \(advice) make it shorter")
            self.advice = nil
        }
        guard pace.isDue() || progress.isTerminal && done == total else { return }
        progress.show(line)
    }

    /// Says a line of its own.
    func say(_ message: String) {
        progress.say(message)
        pace.restart()
    }

    func clear() { progress.clear() }
}
