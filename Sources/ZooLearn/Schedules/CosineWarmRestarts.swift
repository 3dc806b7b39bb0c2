/// Half a cosine from `start` to `end`, begun again after every cycle.
///
/// - Source: Loshchilov & Hutter 2017, equation 5 (SGDR).
public struct CosineWarmRestarts: Schedule, Hashable, Codable {
    /// The value at the beginning of each cycle.
    public let start: Double
    /// The value that each cycle falls towards.
    public let end: Double
    /// Steps of the first cycle.
    public let cycleLength: Int
    /// How many times longer than the one before each cycle is.
    public let multiplier: Int

    /// Creates a schedule with restarts.
    ///
    /// - Precondition: `cycleLength` and `multiplier` are at least 1.
    public init(start: Double, end: Double = 0, cycleLength: Int, multiplier: Int = 1) {
        precondition(cycleLength >= 1, "CosineWarmRestarts: cycleLength must be at least 1, not \(cycleLength)")
        precondition(multiplier >= 1, "CosineWarmRestarts: multiplier must be at least 1, not \(multiplier)")
        self.start = start
        self.end = end
        self.cycleLength = cycleLength
        self.multiplier = multiplier
    }

    /// The value to use for a step.
    public func value(at step: Int, of total: Int) -> Double {
        let (position, length) = cycle(at: step)
        return cosine(from: start, to: end, at: Double(position) / Double(length))
    }

    private func cycle(at step: Int) -> (position: Int, length: Int) {
        guard multiplier > 1 else { return (step % cycleLength, cycleLength) }
        var position = step
        var length = cycleLength
        while position >= length {
            position -= length
            length *= multiplier
        }
        return (position, length)
    }
}
