/// The absolute residuals of rows that did not train, from which split-conformal intervals of one half-width come.
///
/// Residuals are in the space that is learned: of the logarithm where that is learned, so that the interval's ends are a factor
/// apart. Where the noise of the learned number differs much from row to row, residuals that are divided by an estimate of each
/// row's difficulty would give markedly narrower intervals for easy rows and honest ones for hard rows; the coverage over all
/// rows is the same.
/// - Source: Lei, G'Sell, Rinaldo, Tibshirani & Wasserman 2018, "Distribution-Free Predictive Inference for Regression",
///   Algorithm 2
package struct ConformalResiduals: Sendable, Hashable {
    /// So many are kept at most.
    package static let limit = 1000

    /// The kept residuals, rising: all, or evenly spaced order statistics, the greatest among them.
    package let kept: [Float]
    /// How many residuals there were.
    package let count: Int

    /// Keeps what is needed of some residuals.
    ///
    /// - Returns: nil where there are none, or one is not finite
    package init?(_ residuals: [Float]) {
        guard !residuals.isEmpty, residuals.allSatisfy(\.isFinite) else { return nil }
        let sorted = residuals.map { abs($0) }.sorted()
        let size = min(sorted.count, Self.limit)
        kept = (0..<size).map { sorted[Self.rank(of: $0, size: size, count: sorted.count) - 1] }
        count = sorted.count
    }

    /// Joins what a file holds.
    ///
    /// - Returns: nil where the numbers cannot come from residuals
    package init?(kept: [Float], count: Int) {
        guard !kept.isEmpty, kept.count <= count, (kept.first ?? -1) >= 0, kept.allSatisfy(\.isFinite),
            zip(kept, kept.dropFirst()).allSatisfy({ $0 <= $1 })
        else { return nil }
        (self.kept, self.count) = (kept, count)
    }

    /// The half-width of intervals that hold the target of a new row with a probability of at least `level`: the residual of
    /// rank ceil((n + 1) level) of n.
    ///
    /// Where only some are kept, the next greater one is taken: at most 0.1 % of the residuals lie between.
    /// - Parameter level: above 0 and below 1
    /// - Returns: nil where there are too few residuals for that level: see `leastCount`
    package func halfWidth(level: Double) -> Double? {
        let rank = Self.ceiling(Double(count + 1) * level)
        guard rank <= count else { return nil }
        return kept.indices.first { Self.rank(of: $0, size: kept.count, count: count) >= rank }.map { Double(kept[$0]) }
    }

    /// How many residuals a level needs at least: the least n with ceil((n + 1) level) <= n.
    package static func leastCount(level: Double) -> Int { max(1, ceiling(level / (1 - level))) }

    /// The rank among all, from 1, of a kept residual.
    private static func rank(of place: Int, size: Int, count: Int) -> Int { ((place + 1) * count + size - 1) / size }

    /// 10 x 0.9 and the like are whole numbers but for rounding.
    private static func ceiling(_ value: Double) -> Int {
        Int(min((value * (1 - 1e-9)).rounded(.up), 1e15))
    }
}
