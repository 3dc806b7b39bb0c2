import Foundation

/// `start * factor^(step / every)`, rounded down: a staircase.
public struct StepDecay: Schedule, Hashable, Codable {
    /// The value of the first stair.
    public let start: Double
    /// What a stair is multiplied by to give the next.
    public let factor: Double
    /// Steps a stair.
    public let every: Int

    /// Creates a staircase.
    ///
    /// - Precondition: `every` is at least 1.
    public init(start: Double, factor: Double, every: Int) {
        precondition(every >= 1, "StepDecay: every must be at least 1, not \(every)")
        self.start = start
        self.factor = factor
        self.every = every
    }

    /// The value to use for a step.
    public func value(at step: Int, of total: Int) -> Double { start * pow(factor, Double(step / every)) }
}
