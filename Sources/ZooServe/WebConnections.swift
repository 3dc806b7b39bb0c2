import FlyingSocks
import Foundation
import Synchronization

/// The open connections, each with the time by which it must have moved on.
final class WebConnections: Sendable {
    private struct Entry {
        var deadline: ContinuousClock.Instant
        var isLate = false
    }
    private let entries = Mutex<[Int32: Entry]>([:])

    /// Takes a connection in, unless there are too many.
    func open(_ descriptor: Int32, within seconds: Double, limit: Int) -> Bool {
        entries.withLock {
            guard $0.count < limit else { return false }
            $0[descriptor] = Entry(deadline: .now + .seconds(seconds))
            return true
        }
    }

    /// Gives a connection so many seconds from now.
    func extend(_ descriptor: Int32, _ seconds: Double) {
        entries.withLock { $0[descriptor]?.deadline = .now + .seconds(seconds) }
    }

    /// Whether the time of a connection was over.
    func isLate(_ descriptor: Int32) -> Bool { entries.withLock { $0[descriptor]?.isLate ?? true } }

    /// Closes a connection; its number may be another's at once.
    func close(_ descriptor: Int32) {
        entries.withLock { if $0.removeValue(forKey: descriptor) != nil { _ = Glibc.close(descriptor) } }
    }

    /// Ends the waiting of those whose time is over: the first time they may still send, the second time not.
    func endLate() {
        let now = ContinuousClock.now
        entries.withLock { entries in
            for (descriptor, entry) in entries where entry.deadline < now {
                shutdown(descriptor, Int32(entry.isLate ? SHUT_RDWR : SHUT_RD))
                entries[descriptor] = Entry(deadline: now + .seconds(2), isLate: true)
            }
        }
    }

    /// Ends all of them.
    func endAll() { entries.withLock { for descriptor in $0.keys { shutdown(descriptor, Int32(SHUT_RDWR)) } } }
}
