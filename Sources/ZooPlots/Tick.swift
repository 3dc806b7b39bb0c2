import Foundation

/// A marked place on an axis.
struct Tick: Hashable {
    let value: Double
    let text: String

    /// Round numbers (1, 2 or 5 times a power of ten) within `range`, about `wanted` of them.
    ///
    /// - Source: Heckbert 1990, "Nice Numbers for Graph Labels".
    static func linear(_ range: ClosedRange<Double>, wanted: Int, wholeNumbers: Bool = false) -> [Tick] {
        let span = range.upperBound - range.lowerBound
        guard span > 0, span.isFinite, wanted > 0 else { return [] }
        let rough = max(span / Double(wanted), wholeNumbers ? 1 : 0)
        let exponent = Int(log10(rough).rounded(.down))
        let power = pow(10, Double(exponent))
        guard power > 0 else { return [] }
        let (factor, carry) = [(1.0, 0), (2, 0), (5, 0), (10, 1)].first { $0.0 * power >= rough * 0.999 } ?? (10, 1)
        let step = factor * power
        // The slack keeps ends that rounding pushed out by a hair.
        let first = (range.lowerBound / step - 1e-9).rounded(.up)
        let last = (range.upperBound / step + 1e-9).rounded(.down)
        guard abs(first) < 1e15, abs(last) < 1e15, last >= first else { return [] }
        let largest = max(abs(range.lowerBound), abs(range.upperBound))
        return (0...Int(last - first)).map { index in
            let value = (first + Double(index)) * step
            return Tick(value: value, text: NumberText.tick(value, stepExponent: exponent + carry, largest: largest))
        }
    }

    /// Powers of ten within `range`; fewer than three decades get their 2 and 5 too, fewer than one round numbers.
    static func logarithmic(_ range: ClosedRange<Double>, wanted: Int) -> [Tick] {
        let (low, high) = (log10(range.lowerBound), log10(range.upperBound))
        if high - low < 0.8 { return linear(range, wanted: wanted) }
        let stride = max(1, Int(((high - low) / Double(max(1, wanted))).rounded(.up)))
        let factors: [Double] = high - low < 3 ? [1, 2, 5] : [1]
        var ticks: [Tick] = []
        for exponent in Int(low.rounded(.down))...Int(high.rounded(.up)) where exponent % stride == 0 {
            for factor in factors {
                let value = factor * pow(10, Double(exponent))
                if value >= range.lowerBound * (1 - 1e-9), value <= range.upperBound * (1 + 1e-9) {
                    ticks.append(Tick(value: value, text: NumberText.power(factor, exponent)))
                }
            }
        }
        return ticks
    }
}
