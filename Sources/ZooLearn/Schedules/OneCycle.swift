/// From `start` to `peak` and on to `end`, along two half cosines.
///
/// A run uses one for the learning rate (up, then down) and often one for the momentum (down, then up).
/// - Source: Smith & Topin 2019; the steps are counted as PyTorch's `OneCycleLR` counts them.
public struct OneCycle: Schedule, Hashable, Codable {
    /// The value of the first step.
    public let start: Double
    /// The value at the turning point.
    public let peak: Double
    /// The value of the last step.
    public let end: Double
    /// The part of the run that comes before the turning point, in 0 ... 1.
    public let peakAt: Double

    /// Creates a cycle from its three values.
    ///
    /// - Precondition: `peakAt` is in 0 ... 1.
    public init(start: Double, peak: Double, end: Double, peakAt: Double = 0.3) {
        precondition((0...1).contains(peakAt), "OneCycle: peakAt must be in 0 ... 1, not \(peakAt)")
        self.start = start
        self.peak = peak
        self.end = end
        self.peakAt = peakAt
    }

    /// Creates the cycle of a learning rate.
    ///
    /// - Parameter maximumRate: the rate at the turning point
    /// - Parameter startDivisor: the first rate is `maximumRate / startDivisor`
    /// - Parameter endDivisor: the last rate is the first one divided by `endDivisor`
    public init(maximumRate: Double, startDivisor: Double = 25, endDivisor: Double = 1e4, peakAt: Double = 0.3) {
        let start = maximumRate / startDivisor
        self.init(start: start, peak: maximumRate, end: start / endDivisor, peakAt: peakAt)
    }

    /// The cycle of a momentum (of beta 1 in Adam), low where the rate is high.
    public static func momentum(maximum: Double = 0.95, minimum: Double = 0.85, peakAt: Double = 0.3) -> OneCycle {
        OneCycle(start: maximum, peak: minimum, end: maximum, peakAt: peakAt)
    }

    /// How many of so many epochs pass until the turning point.
    package func lastPeak(epochs: Int) -> Int { Int((peakAt * Double(epochs)).rounded(.up)) }

    /// The value to use for a step.
    public func value(at step: Int, of total: Int) -> Double {
        guard total > 1 else { return peak }  // a single step is not a way to anywhere
        let turn = peakAt * Double(total) - 1
        let position = Double(step)
        let last = Double(total - 1)
        // A turning point before the first step (short runs) leaves only the way down.
        if position <= turn { return cosine(from: start, to: peak, at: turn > 0 ? position / turn : 1) }
        return cosine(from: peak, to: end, at: last > turn ? (position - turn) / (last - turn) : 1)
    }
}
