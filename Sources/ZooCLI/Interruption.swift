import Foundation
import Synchronization

/// Ctrl-C as a question: has somebody asked to end? A second Ctrl-C ends the program at once.
///
/// A signal's handler belongs to the process and can take nothing along, so that what it sets is process-wide too.
enum Interruption {
    private static let asked = Atomic<Bool>(false)

    /// Whether SIGINT or SIGTERM has come since `listen()`.
    static var isAsked: Bool { asked.load(ordering: .relaxed) }

    /// Takes SIGINT and SIGTERM as questions from now on.
    static func listen() {
        // What reads the progress may go away; the training goes on.
        signal(SIGPIPE, SIG_IGN)
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                Interruption.asked.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
            // Reads and writes go on where they were.
            action.sa_flags = SA_RESTART
            sigaction(number, &action, nil)
        }
    }
}
