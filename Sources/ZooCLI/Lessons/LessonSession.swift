import Foundation

/// Follows a lesson: runs its commands one by one in a folder and a home of their own, and compares what they print.
package struct LessonSession {
    /// How one command went.
    package struct Step: Encodable {
        /// The command.
        package let command: String
        /// Its line in the lesson, from 1.
        package let line: Int
        /// Output and errors together, as a terminal shows them, without the lines of progress.
        package let output: String
        /// Its exit code; nil where a signal ended it.
        package let exitCode: Int32?
        /// Whether it ended well, or with the error that the lesson shows.
        package let endedAsShown: Bool
        /// Lines of the output beside those of the lesson, where the numbers differ a little: in order.
        package let beside: [LessonOutput.Pair]
        /// The first line that is not as the lesson shows it, with the one found there.
        package let difference: LessonOutput.Pair?
        /// Seconds that it took.
        package let seconds: Double

        /// Whether all is as the lesson shows it.
        package var isAsShown: Bool { endedAsShown && difference == nil }
    }

    /// The folder of everything: `home` is the home of Zoo, `run` where the commands run, `run/figures` for their figures.
    package let folder: URL
    private let environment: [String: String]

    /// Makes the folder.
    ///
    /// - Parameter program: the path of the program that the commands call as `zoo`
    /// - Throws: `CocoaError` where the folder cannot be made
    package init(in folder: URL, program: String) throws {
        self.folder = folder
        let programs = folder.appendingPathComponent("bin")
        for part in [folder.appendingPathComponent("run/figures"), programs] {
            try FileManager.default.createDirectory(at: part, withIntermediateDirectories: true)
        }
        try FileManager.default.createSymbolicLink(
            atPath: programs.appendingPathComponent("zoo").path, withDestinationPath: program)
        var environment = ProcessInfo.processInfo.environment
        environment["PATH"] = programs.path + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
        environment["ZOO_HOME"] = folder.appendingPathComponent("home").path
        environment["ZOO_DB"] = nil
        self.environment = environment
    }

    /// Where the commands run.
    package var work: URL { folder.appendingPathComponent("run") }

    /// Runs one command of a lesson.
    ///
    /// It must end with 0, unless the lesson shows its error line `zoo: …`.
    ///
    /// - Throws: `CocoaError` where there is no `/bin/bash`, or the output cannot be kept
    package func follow(_ command: LessonText.Command) throws -> Step {
        let start = Date()
        let (printed, code) = try run(command.script)
        let showsError = command.expected.contains { $0.hasPrefix("zoo: ") }
        let output = LessonOutput(command.expected).compared(with: printed)
        return Step(
            command: command.script, line: command.line, output: printed, exitCode: code,
            endedAsShown: (code == 0) != showsError, beside: output.beside, difference: output.difference,
            seconds: Date().timeIntervalSince(start))
    }

    /// Output and errors as a terminal shows them, and the exit code.
    ///
    /// The shell is in this program's process group, so that Ctrl-C ends it, too.
    private func run(_ script: String) throws -> (printed: String, code: Int32?) {
        let output = folder.appendingPathComponent("output.txt")
        let start = "cd \"$1\" && exec > \"$2\" 2>&1 < /dev/null\n"
        let arguments: [String] = ["/bin/bash", "-c", start + script, "bash", work.path, output.path]
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0 + "=" + $1) } + [nil]
        defer { (words + settings).forEach { free($0) } }
        // A thread may block signals or ignore them, and a process inherits that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, usual) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigemptyset(&usual)
        for number in [SIGINT, SIGQUIT, SIGTERM, SIGPIPE] { sigaddset(&usual, number) }
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var (process, status): (pid_t, Int32) = (0, 0)
        guard posix_spawn(&process, "/bin/bash", nil, &attributes, &words, &settings) == 0 else {
            throw CocoaError(.fileReadNoSuchFile, userInfo: [NSFilePathErrorKey: "/bin/bash"])
        }
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        // On a terminal progress is one line that is gone at the end; elsewhere it is lines of its own.
        let lines = String(decoding: try Data(contentsOf: output), as: UTF8.self).components(separatedBy: "\n")
        let printed = lines.filter { $0.range(of: "^epoch [0-9]+/[0-9]+: ", options: .regularExpression) == nil }
        return (printed.joined(separator: "\n"), status & 0x7F == 0 ? (status >> 8) & 0xFF : nil)
    }
}
