import Foundation

/// Half a cosine from `start` down to `end` over the whole run.
///
/// - Source: Loshchilov & Hutter 2017, equation 5, with a single cycle.
public struct CosineDecay: Schedule, Hashable, Codable {
    /// The value of the first step.
    public let start: Double
    /// The value that the step after the last would have.
    public let end: Double

    /// Creates a decay over the whole run.
    public init(start: Double, end: Double = 0) {
        self.start = start
        self.end = end
    }

    /// The value to use for a step.
    public func value(at step: Int, of total: Int) -> Double {
        cosine(from: start, to: end, at: Double(step) / Double(max(total, 1)))
    }
}

/// Half a cosine between two values; `fraction` 0 gives `start`, 1 gives `end`.
func cosine(from start: Double, to end: Double, at fraction: Double) -> Double {
    end + (start - end) * (1 + cos(.pi * fraction)) / 2
}
