import Foundation

/// Losses over rising learning rates, and what they suggest.
///
/// - Source: Smith 2017, section 3.3; smoothing and suggestions as fastai's learning-rate finder makes them.
public struct LearningRateCurve: Sendable, Hashable {
    /// The rates that were tried, rising.
    public private(set) var rates: [Double] = []
    /// The loss at each rate, as measured.
    public private(set) var losses: [Double] = []
    /// The losses as an exponential running mean, corrected for its start at zero.
    public private(set) var smoothedLosses: [Double] = []
    private var smoother: LossSmoother
    private var least = Double.infinity

    /// Creates an empty curve.
    ///
    /// - Parameter smoothing: how much of the running mean stays at each step, 0 ..< 1
    package init(smoothing: Double = 0.98) { smoother = LossSmoother(smoothing: smoothing) }

    /// Creates a curve.
    ///
    /// - Parameter smoothing: how much of the running mean stays at each step, 0 ..< 1
    /// - Precondition: as many losses as rates.
    package init(rates: [Double], losses: [Double], smoothing: Double = 0.98) {
        precondition(rates.count == losses.count, "LearningRateCurve: \(rates.count) rates, \(losses.count) losses")
        self.init(smoothing: smoothing)
        for (rate, loss) in zip(rates, losses) { add(loss, at: rate) }
    }

    /// Adds the loss at a higher rate.
    mutating func add(_ loss: Double, at rate: Double) {
        rates.append(rate)
        losses.append(loss)
        smoothedLosses.append(smoother.add(loss))
        least = min(least, smoothedLosses[smoothedLosses.count - 1])
    }

    /// Whether the last smoothed loss is above `factor` times the least.
    func rises(above factor: Double) -> Bool { smoothedLosses.last.map { $0 > factor * least } ?? false }

    /// A tenth of the rate with the least smoothed loss; nil for an empty curve.
    public var minimumTenth: Double? {
        smoothedLosses.indices.min { smoothedLosses[$0] < smoothedLosses[$1] }.map { rates[$0] / 10 }
    }

    /// A tenth of the rate from which on the smoothed loss stays above one and a half times its median; nil where it ends below.
    ///
    /// For a network that is trained already, whose loss no rate makes fall at once: flat, until too high a rate destroys it.
    package var riseTenth: Double? {
        guard !rates.isEmpty else { return nil }
        let median = smoothedLosses.sorted()[smoothedLosses.count / 2]
        let last = smoothedLosses.lastIndex { $0 <= 1.5 * median } ?? 0
        return last + 1 < rates.count ? rates[last + 1] / 10 : nil
    }

    /// The rate at which the smoothed loss falls fastest over the logarithm of the rate; nil where it falls nowhere.
    ///
    /// Looked for up to the least loss, so that noise after it does not count.
    public var steepest: Double? {
        guard let least = smoothedLosses.indices.min(by: { smoothedLosses[$0] < smoothedLosses[$1] }), least >= 1 else {
            return nil
        }
        let slopes = (0...least).map { slope(at: $0) }
        guard let index = slopes.indices.min(by: { slopes[$0] < slopes[$1] }), slopes[index] < 0 else { return nil }
        return rates[index]
    }

    /// Central difference over a twentieth of the curve to each side, so that noise does not count; one-sided at the ends.
    private func slope(at index: Int) -> Double {
        let reach = max(1, rates.count / 20)
        let (low, high) = (max(index - reach, 0), min(index + reach, rates.count - 1))
        return (smoothedLosses[high] - smoothedLosses[low]) / (log(rates[high]) - log(rates[low]))
    }
}

/// An exponential running mean, corrected for its start at zero.
struct LossSmoother: Sendable, Hashable {
    let smoothing: Double
    private var mean = 0.0
    private var weight = 0.0

    init(smoothing: Double) {
        precondition((0..<1).contains(smoothing), "smoothing must be in 0 ..< 1, not \(smoothing)")
        self.smoothing = smoothing
    }

    mutating func add(_ value: Double) -> Double {
        mean = smoothing * mean + (1 - smoothing) * value
        weight = smoothing * weight + (1 - smoothing)
        return mean / weight
    }
}
