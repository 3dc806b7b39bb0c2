import Foundation
import Synchronization

/// What SIGINT (Ctrl-C) and SIGTERM do: they end the program at once, with a line that says so and exit code 128 + signal.
/// For a training they are a question: has somebody asked to end? A line says so at once, as a step may be long; a second one
/// ends the program.
///
/// A signal's handler belongs to the process and can take nothing along, so that what it sets is process-wide too.
enum Interruption {
    private static let asked = Atomic<Int32>(0)
    private static let isInLine = Atomic<Bool>(false)
    private static let isListening = Atomic<Bool>(false)
    private static let isEchoed = Atomic<Bool>(false)
    private static let isJSON = Atomic<Bool>(false)
    private static let isQuiet = Atomic<Bool>(false)
    private static let child = Atomic<Int32>(0)

    /// Whether SIGINT or SIGTERM has come since `listen()`.
    static var isAsked: Bool { asked.load(ordering: .relaxed) != 0 }

    /// The exit code of a program that ended because it was asked: 130 after Ctrl-C; nil where nobody asked.
    static var exitCode: Int32? { isAsked ? 128 + asked.load(ordering: .relaxed) : nil }

    /// The same for a training: until this is first asked, as while data are read, the signals end the program at once.
    static var isAskedOfTraining: Bool {
        if !isListening.exchange(true, ordering: .relaxed) { listen() }
        return isAsked
    }

    /// Handles SIGINT and SIGTERM from now on, unless the program was started with them ignored, as a job in the background is.
    static func begin() {
        isEchoed.store(isatty(STDERR_FILENO) != 0, ordering: .relaxed)
        isJSON.store(Failure.isJSON, ordering: .relaxed)
        isQuiet.store(Failure.isGiven("--quiet"), ordering: .relaxed)
        // What the handler reads is made here: in a handler nothing may be.
        _ = (isInLine.load(ordering: .relaxed), asked.load(ordering: .relaxed), child.load(ordering: .relaxed))
        handle([SIGINT, SIGTERM].filter { !isIgnored($0) }) { Interruption.end($0) }
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var before = sigaction()
        sigaction(number, nil, &before)
        return unsafeBitCast(before.__sigaction_handler.sa_handler, to: Int.self) == 1  // SIG_IGN
    }

    /// Takes SIGINT and SIGTERM as questions from now on.
    static func listen() {
        // What reads the progress may end; the training continues.
        signal(SIGPIPE, SIG_IGN)
        handle([SIGINT, SIGTERM]) { number in
            Interruption.asked.store(number, ordering: .relaxed)
            for either in [SIGINT, SIGTERM] { signal(either) { Interruption.end($0) } }
            if !Interruption.isQuiet.load(ordering: .relaxed) {
                Interruption.say(
                    number == SIGINT
                        ? "stopping after this step; Ctrl-C again stops at once, without saving\n"
                        : "stopping after this step; a second signal stops at once, without saving\n", after: number)
            }
        }
    }

    /// What is begun is finished and said from now on: the first SIGINT or SIGTERM ends nothing.
    static func finishSaving() {
        handle([SIGINT, SIGTERM].filter { !isIgnored($0) }) { number in
            for either in [SIGINT, SIGTERM] { signal(either) { Interruption.end($0) } }
            if !Interruption.isQuiet.load(ordering: .relaxed) {
                Interruption.say("saving; a second signal stops at once\n", after: number)
            }
        }
    }

    /// SIGINT and SIGTERM end the program without a word from now on, as nothing is left undone.
    static func endQuietly() {
        handle([SIGINT, SIGTERM]) {
            Interruption.endChild()
            _exit(128 + $0)
        }
    }

    /// Says that a progress bar stands in the last line of the terminal, or that it is gone. What ends the program while it
    /// is there begins a line first.
    static func barIsShown(_ isShown: Bool) { isInLine.store(isShown, ordering: .relaxed) }

    /// Says that a program was started which is of no use without this one, and ends with it; 0 where it has ended.
    static func childIsRunning(_ process: Int32) { child.store(process, ordering: .relaxed) }

    private static func endChild() {
        let process = child.load(ordering: .relaxed)
        if process > 0 { kill(process, SIGTERM) }
    }

    /// Begins a line on stderr where a progress bar stands in the last one.
    static func leaveLine() {
        // One system call and no lock: this also runs in a signal's handler.
        if isInLine.exchange(false, ordering: .relaxed) { _ = Glibc.write(STDERR_FILENO, "\n", 1) }
    }

    private static func handle(_ numbers: [Int32], _ handler: @escaping @convention(c) (Int32) -> Void) {
        for number in numbers {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = handler
            // Interrupted reads and writes are restarted.
            action.sa_flags = SA_RESTART
            sigaction(number, &action, nil)
        }
    }

    /// Ends the program in a signal's handler: system calls only, no lock and no memory.
    private static func end(_ number: Int32) {
        let text: StaticString =
            switch (isJSON.load(ordering: .relaxed), number == SIGINT) {
            case (false, _): "zoo: stopped before the end\n"
            case (true, true): "{\"error\":{\"code\":130,\"message\":\"stopped before the end\"}}\n"
            case (true, false): "{\"error\":{\"code\":143,\"message\":\"stopped before the end\"}}\n"
            }
        endChild()
        say(text, after: number)
        _exit(128 + number)
    }

    /// Writes a line in a signal's handler.
    private static func say(_ text: StaticString, after number: Int32) {
        // A terminal shows ^C where the cursor stands.
        if number == SIGINT && isEchoed.load(ordering: .relaxed) { isInLine.store(true, ordering: .relaxed) }
        leaveLine()
        _ = Glibc.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    }
}
