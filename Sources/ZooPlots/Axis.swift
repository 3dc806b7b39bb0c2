import Foundation

/// One axis: a range of numbers, where they lie, and which are marked.
struct Axis {
    let title: String
    let scale: AxisScale
    let range: ClosedRange<Double>
    let ticks: [Tick]

    /// An axis that shows all of `values` with `margin` (a share of their span) at both ends.
    init(title: String, scale: AxisScale = .linear, values: [Double], margin: Double, ticks wanted: Int) {
        let shown = values.filter(scale.shows)
        let low = shown.min() ?? (scale == .linear ? 0 : 1)
        let high = shown.max() ?? (scale == .linear ? 1 : 10)
        self.init(
            title: title, scale: scale, range: Self.widened(low, high, scale, margin), ticks: wanted,
            wholeNumbers: shown.allSatisfy { $0 == $0.rounded() })
    }

    /// An axis of a given range; with `wholeNumbers` no tick is a fraction.
    init(
        title: String, scale: AxisScale = .linear, range: ClosedRange<Double>, ticks wanted: Int,
        wholeNumbers: Bool = false
    ) {
        self.title = title
        self.scale = scale
        self.range = range
        ticks =
            scale == .linear
            ? Tick.linear(range, wanted: wanted, wholeNumbers: wholeNumbers) : Tick.logarithmic(range, wanted: wanted)
    }

    /// An axis whose marks are names.
    init(title: String, range: ClosedRange<Double>, ticks: [Tick]) {
        (self.title, scale, self.range, self.ticks) = (title, .linear, range, ticks)
    }

    /// Where a number lies: 0 at the low end, 1 at the high end.
    func place(_ value: Double) -> Double {
        let (low, high) = (scale.linearised(range.lowerBound), scale.linearised(range.upperBound))
        return (scale.linearised(value) - low) / (high - low)
    }

    private static func widened(_ low: Double, _ high: Double, _ scale: AxisScale, _ margin: Double) -> ClosedRange<
        Double
    > {
        if scale == .logarithmic {
            let factor = low == high ? 2 : pow(high / low, margin)
            return (low / factor)...(high * factor)
        }
        // One value, or values that differ by rounding only: room on both sides.
        let span = high - low
        let smallest = max(abs(low), abs(high)) * 1e-9
        guard span > smallest else {
            let room = max(abs(low) * 0.1, low == 0 ? 1 : 1e-290)
            return (low - room)...(high + room)
        }
        return (low - margin * span)...(high + margin * span)
    }
}
