import Foundation
import Synchronization

/// Ctrl-C as a question: has somebody asked to end? A second Ctrl-C ends the program at once.
///
/// A signal's handler belongs to the process and can take nothing along, so that what it sets is process-wide too.
enum Interruption {
    private static let asked = Atomic<Int32>(0)
    private static let isInLine = Atomic<Bool>(false)
    private static let isHandled = Atomic<Bool>(false)
    private static let isListening = Atomic<Bool>(false)

    /// Whether SIGINT or SIGTERM has come since `listen()`.
    static var isAsked: Bool { asked.load(ordering: .relaxed) != 0 }

    /// The exit code of a program that ended because it was asked: 130 after Ctrl-C; nil where nobody asked.
    static var exitCode: Int32? { isAsked ? 128 + asked.load(ordering: .relaxed) : nil }

    /// The same for a training: until this is first asked, as while data are read, the signals end the program at once.
    static var isAskedOfTraining: Bool {
        if !isListening.exchange(true, ordering: .relaxed) { listen() }
        return isAsked
    }

    /// Takes SIGINT and SIGTERM as questions from now on.
    static func listen() {
        // What reads the progress may end; the training continues.
        signal(SIGPIPE, SIG_IGN)
        isHandled.store(true, ordering: .relaxed)
        handle { number in
            Interruption.asked.store(number, ordering: .relaxed)
            signal(number) { Interruption.end($0) }
        }
    }

    /// Says that a progress bar stands in the last line of the terminal, or that it is gone. What ends the program while it
    /// is there begins a line first.
    static func barIsShown(_ isShown: Bool) {
        isInLine.store(isShown, ordering: .relaxed)
        if isShown, !isHandled.exchange(true, ordering: .relaxed) { handle { Interruption.end($0) } }
    }

    /// Begins a line on stderr where a progress bar stands in the last one.
    static func leaveLine() {
        // One system call and no lock: this also runs in a signal's handler.
        if isInLine.exchange(false, ordering: .relaxed) { _ = Glibc.write(STDERR_FILENO, "\n", 1) }
    }

    private static func handle(_ handler: @escaping @convention(c) (Int32) -> Void) {
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = handler
            // Interrupted reads and writes are restarted.
            action.sa_flags = SA_RESTART
            sigaction(number, &action, nil)
        }
    }

    /// Ends the program by the signal, as without a handler.
    private static func end(_ number: Int32) {
        leaveLine()
        signal(number, SIG_DFL)
        raise(number)
    }
}
