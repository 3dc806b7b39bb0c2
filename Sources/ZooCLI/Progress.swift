import Foundation

/// Messages and progress on stderr: a line that renews itself on a terminal, plain lines otherwise.
struct Progress: Sendable {
    let isQuiet: Bool
    let isTerminal = isatty(STDERR_FILENO) != 0

    /// A message of one line.
    func say(_ message: String) {
        guard !isQuiet else { return }
        write((isTerminal ? "\r\u{1B}[K" : "") + message + "\n")
    }

    /// Renews the line of a bar; on a terminal only.
    func update(_ line: String) {
        guard !isQuiet, isTerminal else { return }
        write("\r\u{1B}[K" + line)
    }

    /// Removes the line of a bar.
    func clear() {
        guard !isQuiet, isTerminal else { return }
        write("\r\u{1B}[K")
    }

    // What cannot be said is no reason to stop the work.
    private func write(_ text: String) { ZooCLI.write(text, to: STDERR_FILENO) }
}
