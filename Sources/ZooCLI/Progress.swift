import Foundation
import ZooLearn

/// Messages and progress on stderr: a line that renews itself on a terminal, plain lines otherwise.
struct Progress: Sendable {
    let isQuiet: Bool
    let isTerminal = isatty(STDERR_FILENO) != 0

    /// A message of one line.
    func say(_ message: String) {
        guard !isQuiet else { return }
        if isTerminal { Interruption.barIsShown(false) }
        write((isTerminal ? "\r\u{1B}[K" : "") + Hints.located(message) + "\n")
    }

    /// What to know before a result is believed, a line each.
    func warn(_ warnings: [String]) { for warning in warnings { say("warning: \(warning)") } }

    /// How far a job is: the bar is renewed on a terminal, a plain line is added elsewhere.
    func show(_ line: ProgressLine) {
        guard !isQuiet else { return }
        if isTerminal { Interruption.barIsShown(true) }
        write(isTerminal ? "\r\u{1B}[K" + line.bar(width: Self.terminalWidth) : line.plain + "\n")
    }

    private static var terminalWidth: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// Removes the line of a bar.
    func clear() {
        guard !isQuiet, isTerminal else { return }
        Interruption.barIsShown(false)
        write("\r\u{1B}[K")
    }

    // What cannot be said is no reason to stop the work.
    private func write(_ text: String) { ZooCLI.write(text, to: STDERR_FILENO) }
}
