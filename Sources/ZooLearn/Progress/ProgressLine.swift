import Foundation

/// One line that says how far a job has come, how fast it goes and how long it still takes.
package struct ProgressLine: Sendable, Hashable {
    /// What is being done: `epoch 2/5`.
    package let label: String
    /// Units done.
    package let done: Int
    /// Units in all.
    package let total: Int
    /// Units that were done before the beginning, as of a training that is resumed.
    package let before: Int
    /// Seconds since the beginning.
    package let seconds: Double
    /// What is counted, for the rate: `ratings`.
    package let unit: String
    /// Said at the end of the line: `loss 0.4321`.
    package let note: String

    /// Creates a line.
    package init(
        label: String, done: Int, total: Int, before: Int = 0, seconds: Double, unit: String = "steps",
        note: String = ""
    ) {
        self.label = label
        self.done = done
        self.total = total
        self.before = before
        self.seconds = seconds
        self.unit = unit
        self.note = note
    }

    /// Units a second; nil before anything was done or any time went by.
    package var rate: Double? { done > before && seconds > 0 ? Double(done - before) / seconds : nil }

    /// Seconds still to go at this rate; nil where the rate is not known.
    package var secondsLeft: Double? { rate.map { Double(max(total - done, 0)) / $0 } }

    /// How long the job will still take, said of one that takes over ten minutes: `about 25 minutes`. Nil of a shorter one,
    /// and in the first three seconds, when the rate is not settled.
    package var longWait: String? {
        guard seconds >= 3, let left = secondsLeft, left > 600 else { return nil }
        for (limit, unit, name) in [(7200.0, 60.0, "minutes"), (172_800, 3600, "hours")] where left < limit {
            return "about \(Int((left / unit).rounded())) \(name)"
        }
        return "about \(Int((min(left, 1e12) / 86_400).rounded())) days"
    }

    /// The part done, in 0 ... 1; nothing at all counts as done.
    package var fraction: Double { total > 0 ? min(max(Double(done) / Double(total), 0), 1) : 1 }

    /// The line with a bar, cut to `width` characters: `epoch 1/5  [####    ]  50%  1.2 M ratings/s  0:03 left`.
    package func bar(width: Int) -> String {
        let rest = "  " + details
        let barWidth = min(max(width - label.count - rest.count - 4, 0), 40)
        guard barWidth >= 4 else { return String((label + rest).prefix(max(width, 0))) }
        let filled = Int((Double(barWidth) * fraction).rounded(.down))
        let bar = String(repeating: "#", count: filled) + String(repeating: " ", count: barWidth - filled)
        return "\(label)  [\(bar)]\(rest)"
    }

    /// The line without a bar, for logs: `epoch 1/5: 50%  1.2 M ratings/s  0:03 left`.
    package var plain: String { "\(label): \(details)" }

    private var details: String {
        var parts = ["\(Int((fraction * 100).rounded(.down)))%"]
        if let rate { parts.append("\(Self.short(rate)) \(unit)/s") }
        if done >= total {
            parts.append(Self.clock(seconds))
        } else if let secondsLeft {
            parts.append("\(Self.clock(secondsLeft)) left")
        }
        if !note.isEmpty { parts.append(note) }
        return parts.joined(separator: "  ")
    }

    /// A number in three or so digits: `950`, `1.2 K`, `12 M`.
    static func short(_ number: Double) -> String {
        for (size, letter) in [(1e9, " G"), (1e6, " M"), (1e3, " K")] where number >= size {
            return digits(number / size) + letter
        }
        return digits(number)
    }

    /// Seconds as `m:ss` or `h:mm:ss`.
    static func clock(_ seconds: Double) -> String {
        // A rate of nearly nothing must not overflow the conversion.
        let whole = Int(min(max(seconds.rounded(), 0), 359_999))
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        let tail = padded(whole % 60)
        return hours > 0 ? "\(hours):\(padded(minutes)):\(tail)" : "\(minutes):\(tail)"
    }

    private static func digits(_ number: Double) -> String {
        number >= 9.95 ? "\(Int(number.rounded()))" : "\((number * 10).rounded() / 10)"
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

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
