import Foundation

/// How long and how far a SELECT may go: one that never ends is stopped.
package struct QueryLimits: Sendable, Equatable {
    /// Seconds that a row may take to come.
    package var secondsToRow: Double = 300
    /// The most rows.
    package var rows = 200_000_000

    /// The usual limits.
    package init() {}
}

/// Watches a statement while it runs.
///
/// `@unchecked Sendable`: `isCancelled` is read and written under the lock, the rest by one thread.
final class QueryWatch: @unchecked Sendable {
    private let seconds: Double
    private let lock = NSLock()
    private var isCancelled = false
    private var rowBegan: Double?

    /// - Parameter seconds: how long a row may take
    init(seconds: Double) { self.seconds = seconds }

    /// A row has come.
    @inline(__always)
    func rowCame() { rowBegan = nil }

    /// Stops the statement; from any thread.
    func cancel() { lock.withLock { isCancelled = true } }

    /// Whether it was stopped from outside.
    var wasCancelled: Bool { lock.withLock { isCancelled } }

    /// Asked by SQLite every few thousand steps.
    func shouldStop() -> Bool {
        if wasCancelled { return true }
        // The clock starts with the first question behind a row, not with the row: rows come by the million.
        let now = ProcessInfo.processInfo.systemUptime
        let began = rowBegan ?? now
        rowBegan = began
        return now - began > seconds
    }
}
