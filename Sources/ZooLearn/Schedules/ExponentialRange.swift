import Foundation

/// From `start` to `end` in equal ratios: the learning-rate range test.
///
/// - Source: Smith 2017, section 3.3, on a logarithmic axis.
public struct ExponentialRange: Schedule, Hashable, Codable {
    /// The value of the first step.
    public let start: Double
    /// The value of the last step.
    public let end: Double

    /// Creates a range.
    ///
    /// - Precondition: both ends are above 0.
    public init(start: Double, end: Double) {
        precondition(start > 0 && end > 0, "ExponentialRange: both ends must be above 0: \(start), \(end)")
        self.start = start
        self.end = end
    }

    /// The value to use for a step.
    public func value(at step: Int, of total: Int) -> Double {
        total < 2 ? start : start * pow(end / start, Double(step) / Double(total - 1))
    }
}
