import Foundation
import ZooLearn
import ZooWorkflows

/// How far a training is: a bar on a terminal, a line every half minute elsewhere.
final class TrainingBar {
    private let progress: Progress
    private var pace: ProgressPace
    private var began = monotonicSeconds()
    private var before = 0
    private var last: (done: Int, unit: String)?
    private var advice: String?
    private let unit: String
    private let line: (EpochReport) -> String
    private var note: String?
    private var firstStep: FirstStep?

    /// - Parameter unit: what the examples are: `tokens`
    /// - Parameter advice: what makes a training of more than ten minutes shorter; nil where that is not said
    /// - Parameter line: an epoch's measurements, in a line
    init(
        progress: Progress, unit: String = "examples", advice: String? = nil,
        line: @escaping (EpochReport) -> String = { "loss \($0.trainingLoss.fixed(4))" }
    ) {
        self.progress = progress
        self.unit = unit
        self.advice = advice
        self.line = line
        pace = ProgressPace(every: progress.isTerminal ? 0.1 : 30)
    }

    /// Runs a training, which Ctrl-C ends with a checkpoint, and prints its report.
    func run<Report: TrainingReport & Printable>(
        _ options: GlobalOptions,
        _ training: (_ onProgress: @escaping (JobProgress) -> Void, _ shouldStop: @escaping () -> Bool) throws -> Report
    ) throws {
        firstStep = FirstStep(progress: progress, advice: advice)
        let report = try training(show) {
            // This is asked before every step.
            self.firstStep?.begin()
            return Interruption.isAskedOfTraining
        }
        clear()
        for note in report.notes { progress.say("note: \(note)") }
        progress.warn(report.warnings)
        try output(report, as: options)
    }

    /// Shows what a training reports.
    func show(_ event: JobProgress) {
        switch event {
        case .note(let note): say("note: \(note)")
        case .completed(let line): say(line)
        case .prepared(let label, let done, let total): show(label, done, of: total, unit: unit)
        case .step(let step, let examples):
            // The mean size of a step stands for that of each.
            let done = examples * step.stepInEpoch / max(step.stepsPerEpoch, 1)
            let epochs = max(step.epochs, step.epoch)
            if let seconds = firstStep?.end(), seconds >= FirstStep.long {
                // So long a step says by itself how long the others will take.
                last = (0, unit)
                (before, began) = (
                    examples * (step.epoch - 1) + done - examples / max(step.stepsPerEpoch, 1),
                    monotonicSeconds() - seconds
                )
            }
            firstStep = nil
            show(
                "epoch \(step.epoch)/\(step.epochs)", examples * (step.epoch - 1) + done, of: examples * epochs,
                unit: unit, note: note ?? "loss \(step.loss.fixed(4))")
        case .epoch(let epoch, let epochs):
            // Lines of short epochs would leave no time to see the bar.
            if progress.isTerminal, epoch.seconds < 1 {
                note = line(epoch)
            } else {
                say("epoch \(epoch.epoch)/\(epochs): \(line(epoch))")
            }
        case .checkpoint(let step, let name, let isBeside):
            say(
                "checkpoint of step \(step) saved "
                    + (isBeside ? "beside '\(name)', which is unchanged" : "as '\(name)'"))
        }
    }

    /// Shows a count, whose first may be that of a training that was resumed.
    func show(_ label: String, _ done: Int, of total: Int, unit: String, note: String = "") {
        if last.map({ done < $0.done || unit != $0.unit }) ?? true {
            // Another stage has another rate.
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

    /// Prints a line.
    func say(_ message: String) {
        progress.say(message)
        pace.restart()
    }

    func clear() { progress.clear() }
}

extension EpochReport {
    /// How fast the epoch was and how long it took.
    func pace(_ unit: String) -> String { "\(Int(examplesPerSecond)) \(unit)/s, \(seconds.fixed(1)) s" }
}
