import Foundation

/// A process that a test started: the program `zoo` as users start it, or a shell around it.
struct ZooProcess {
    /// The program that was built with these tests; it stands beside the test bundle.
    static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("zoo").path

    /// Of the process.
    let identifier: pid_t
    private let stdout: URL
    private let stderr: URL

    /// Starts a program with stdin closed and stdout and stderr in files of `folder`, which is also its working folder.
    init(_ arguments: [String], program: String = ZooProcess.program, environment: [String: String], in folder: URL)
        throws
    {
        let name = UUID().uuidString
        stdout = folder.appendingPathComponent(".\(name).stdout")
        stderr = folder.appendingPathComponent(".\(name).stderr")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (descriptor, file) in [(1 as Int32, stdout), (2, stderr)] {
            posix_spawn_file_actions_addopen(&actions, descriptor, file.path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        }
        // The shell changes the folder and then becomes the program, under the same identifier.
        let change = ["/bin/sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", folder.path]
        var words = (change + [program] + arguments).map { strdup($0) } + [nil]
        var settings = environment.map { strdup($0 + "=" + $1) } + [nil]
        defer { (words + settings).forEach { free($0) } }
        // The threads that tests run on block signals, and a process inherits that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // So are signals that are ignored, as those of a job in the background are.
        var usual = sigset_t()
        sigemptyset(&usual)
        for number in [SIGINT, SIGQUIT, SIGTERM] { sigaddset(&usual, number) }
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var identifier: pid_t = 0
        let failure = posix_spawn(&identifier, change[0], &actions, &attributes, &words, &settings)
        guard failure == 0 else { throw NotStarted(reason: "\(program): \(String(cString: strerror(failure)))") }
        self.identifier = identifier
    }

    /// Ends the process at once, as a power cut would.
    func kill() { _ = Glibc.kill(identifier, SIGKILL) }

    /// Asks the process to end, as Ctrl-C does.
    func interrupt() { _ = Glibc.kill(identifier, SIGINT) }

    /// Waits until the program handles Ctrl-C; false after 30 seconds.
    func awaitHandler() -> Bool {
        let deadline = Date().addingTimeInterval(30)
        while Date() < deadline {
            let lines = (try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)) ?? ""
            let line = lines.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }
            let caught = line.flatMap { UInt64($0.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16) } ?? 0
            if caught & 1 << UInt64(SIGINT - 1) != 0 { return true }
            usleep(2000)
        }
        return false
    }

    /// Waits until the process has written `text` to stderr; false after 30 seconds.
    func awaitMessage(_ text: String) -> Bool {
        let deadline = Date().addingTimeInterval(30)
        while Date() < deadline {
            let written = String(decoding: (try? Data(contentsOf: stderr)) ?? Data(), as: UTF8.self)
            if written.contains(text) { return true }
            usleep(2000)
        }
        return false
    }

    /// What the process has written to stdout until now.
    var written: String { String(decoding: (try? Data(contentsOf: stdout)) ?? Data(), as: UTF8.self) }

    /// Waits for the end of the process; one that takes longer than `timeout` seconds is killed.
    func wait(timeout: Double = 60) -> ZooRun {
        let deadline = Date().addingTimeInterval(timeout)
        var status: Int32 = 0
        var peak = 0
        while waitpid(identifier, &status, WNOHANG) == 0 {
            if Date() > deadline { kill() }
            peak = max(peak, residentPeak)
            usleep(2000)
        }
        func text(_ file: URL) -> String {
            defer { try? FileManager.default.removeItem(at: file) }
            return String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
        }
        let signal = status & 0x7F
        return ZooRun(
            code: signal == 0 ? (status >> 8) & 0xFF : nil, signal: signal == 0 ? nil : signal, stdout: text(stdout),
            stderr: text(stderr), peakBytes: peak)
    }

    /// The most memory that the living process had until now. (Its `rusage` would count the process that started it.)
    private var residentPeak: Int {
        let lines = (try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)) ?? ""
        let line = lines.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) << 10
    }
}

/// How a process ended.
struct ZooRun {
    /// The exit code; nil for a process that a signal ended.
    let code: Int32?
    /// The signal that ended it.
    let signal: Int32?
    let stdout: String
    let stderr: String
    /// The most memory that it had at a time.
    let peakBytes: Int

    /// The lines on stderr.
    var complaints: [String] { stderr.split(whereSeparator: \.isNewline).map(String.init) }

    /// Whether it failed as every command should: code 1, nothing on stdout and one line on stderr.
    var isOneLineFailure: Bool {
        code == 1 && stdout.isEmpty && complaints.count == 1 && stderr.hasPrefix("zoo: ") && stderr.hasSuffix("\n")
    }
}

/// A program that could not be started.
struct NotStarted: Error {
    let reason: String
}
