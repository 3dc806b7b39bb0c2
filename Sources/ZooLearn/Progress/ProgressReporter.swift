import Foundation

/// Tells how training goes, as a line that redraws itself or as plain lines.
///
/// It writes to a sink and reads a clock that are both passed in.
public final class ProgressReporter: Observer {
    /// How to write.
    public enum Style: Sendable, Hashable {
        /// One line, redrawn with a carriage return and cut to a width: for a terminal.
        case bar(width: Int)
        /// One line an epoch: for a file or a pipe.
        case lines
    }

    private let style: Style
    private let unit: String
    private let interval: Double
    private let now: () -> Double
    private let write: (String) -> Void
    private var epochs = 0
    private var exampleCount = 0
    private var epochBegan = 0.0
    private var lastDrawn = -Double.infinity
    private var drawnWidth = 0

    /// Creates a reporter.
    ///
    /// - Parameter unit: what an example is called, in the plural: `ratings`
    /// - Parameter interval: seconds between two drawings of the bar
    /// - Parameter now: seconds of a clock that never goes back
    /// - Parameter write: the sink; line ends and carriage returns are in the text
    public init(
        style: Style, unit: String = "examples", interval: Double = 0.1, now: @escaping () -> Double = monotonicSeconds,
        write: @escaping (String) -> Void
    ) {
        self.style = style
        self.unit = unit
        self.interval = interval
        self.now = now
        self.write = write
    }

    /// Takes an event.
    public func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
        switch event {
        case .fitBegan(let epochs, _, _): self.epochs = epochs
        case .epochBegan:
            epochBegan = now()
            exampleCount = 0
        case .stepEnded(let report): stepEnded(report)
        case .epochEnded(let history): if let report = history.last { epochEnded(report) }
        case .fitEnded(let report): if let reason = report.stopReason { finish(line: "stopped: \(reason)") }
        }
        return .continue
    }

    private func stepEnded(_ report: StepReport) {
        exampleCount += report.exampleCount
        guard case .bar(let width) = style else { return }
        let time = now()
        guard time - lastDrawn >= interval else { return }
        lastDrawn = time
        // Whole batches stand for the examples still to come.
        let total = exampleCount * report.stepsPerEpoch / (report.stepInEpoch + 1)
        let line = ProgressLine(
            label: "epoch \(report.epoch + 1)/\(epochs)", done: exampleCount, total: max(total, exampleCount),
            seconds: time - epochBegan, unit: unit, note: "loss \(Self.figure(report.loss))")
        draw(line.bar(width: width))
    }

    private func epochEnded(_ report: EpochReport) {
        let seconds = now() - epochBegan
        var parts = ["epoch \(report.epoch + 1)/\(epochs)", "training loss \(Self.figure(report.trainingLoss))"]
        if let loss = report.validationLoss { parts.append("validation loss \(Self.figure(loss))") }
        parts += report.metrics.map { "\($0.name) \(Self.figure($0.value))" }
        if seconds > 0, exampleCount > 0 {
            parts.append("\(ProgressLine.short(Double(exampleCount) / seconds)) \(unit)/s")
        }
        parts.append(ProgressLine.clock(seconds))
        finish(line: parts.joined(separator: "  "))
    }

    private func draw(_ text: String) {
        // What the last drawing left over is painted blank.
        let blank = String(repeating: " ", count: max(drawnWidth - text.count, 0))
        write("\r" + text + blank)
        drawnWidth = text.count
    }

    private func finish(line: String) {
        if case .bar = style {
            draw(line)
            write("\n")
            drawnWidth = 0
            lastDrawn = -Double.infinity
        } else {
            write(line + "\n")
        }
    }

    /// Four decimals, without a formatter.
    static func figure(_ number: Double) -> String {
        guard number.isFinite, abs(number) < 1e12 else { return "\(number)" }
        let scaled = Int((abs(number) * 10_000).rounded())
        let decimals = "\(10_000 + scaled % 10_000)".dropFirst()
        return (number < 0 && scaled > 0 ? "-" : "") + "\(scaled / 10_000).\(decimals)"
    }
}

/// Seconds of the system's clock that never goes back.
public func monotonicSeconds() -> Double { ProcessInfo.processInfo.systemUptime }
