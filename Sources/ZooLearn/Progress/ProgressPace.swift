import Foundation

/// How often the progress of a job is shown: at most once an interval.
package struct ProgressPace: Sendable {
    private let interval: Double
    private var shown: Double

    /// Begins with a job.
    ///
    /// - Parameter interval: seconds from one time to the next, and to the first
    /// - Parameter now: seconds of a clock that never goes back
    package init(every interval: Double, now: Double = monotonicSeconds()) { (self.interval, shown) = (interval, now) }

    /// Whether it is time to show the progress; the interval then restarts.
    package mutating func isDue(now: Double = monotonicSeconds()) -> Bool {
        guard now - shown >= interval else { return false }
        shown = now
        return true
    }

    /// Restarts the interval, as when another line was printed.
    package mutating func restart(now: Double = monotonicSeconds()) { shown = now }
}

/// Seconds of a clock that never goes back.
package func monotonicSeconds() -> Double { ProcessInfo.processInfo.systemUptime }
