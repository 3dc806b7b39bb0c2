import Foundation

/// Follows a lesson: runs its commands one by one in a folder and with a separate home.
struct NotebookSession {
    /// What did not go as the lesson says.
    struct Failure: CustomStringConvertible {
        let notebook: String
        let line: Int
        let command: String
        let reason: String

        var description: String { "\(notebook), line \(line): \(command)\n\(reason)" }
    }

    private let folder: URL

    /// Makes the folder; the caller removes it with `remove`.
    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("zoo-notebook-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("work"), withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    /// Runs every command of a lesson and compares what it prints.
    ///
    /// A command must end with 0, unless the lesson shows its error line `zoo: …`.
    func follow(_ notebook: NotebookDocument) throws -> [Failure] {
        try notebook.commands.compactMap { command in
            let (printed, code) = try run(command.script)
            func failure(_ reason: String) -> Failure {
                Failure(notebook: notebook.name, line: command.line, command: command.script, reason: reason)
            }
            let showsError = command.expected.contains { $0.hasPrefix("zoo: ") }
            if (code == 0) == showsError {
                return failure("ended with \(code.map(String.init) ?? "a signal")\ngot all of:\n\(printed)")
            }
            guard let wrong = NotebookOutput(command.expected).mismatch(printed) else { return nil }
            return failure("expected: \(wrong.expected)\ngot:      \(wrong.found)\ngot all of:\n\(printed)")
        }
    }

    /// Output and errors as a terminal shows them, and the exit code.
    private func run(_ script: String) throws -> (printed: String, code: Int32?) {
        var environment = ProcessInfo.processInfo.environment
        let programs = URL(fileURLWithPath: ZooProcess.program).deletingLastPathComponent().path
        environment["PATH"] = programs + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
        environment["ZOO_HOME"] = folder.appendingPathComponent("home").path
        let shell = try ZooProcess(
            ["-c", "exec 2>&1\n" + script], program: "/bin/bash", environment: environment,
            in: folder.appendingPathComponent("work"))
        let run = shell.wait()
        // On a terminal progress is one line that is gone at the end; elsewhere it is lines of its own.
        let lines = run.stdout.components(separatedBy: "\n").filter { line in
            line.range(of: "^epoch [0-9]+/[0-9]+: ", options: .regularExpression) == nil
        }
        return (lines.joined(separator: "\n"), run.code)
    }
}
