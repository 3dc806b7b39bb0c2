import Foundation

/// Cuts a line at the ends of a vertical range, so that no renderer is given points far outside of the image.
struct RangeCut {
    let range: ClosedRange<Double>
    let xScale: AxisScale

    /// The points within the range, with those where the line crosses its ends; a gap where it is outside.
    func cut(_ points: [PlotPoint]) -> [PlotPoint] {
        var result: [PlotPoint] = []
        for (index, point) in points.enumerated() {
            if index > 0 { result += crossings(points[index - 1], point) }
            // What cannot be shown leaves a gap, as in a line that is not cut.
            result.append(range.contains(point.y) ? point : gap)
        }
        return result
    }

    private var gap: PlotPoint { PlotPoint(x: .nan, y: .nan) }

    /// Where the line between two points crosses the range's ends, in drawing order.
    private func crossings(_ start: PlotPoint, _ end: PlotPoint) -> [PlotPoint] {
        guard xScale.shows(start.x), xScale.shows(end.x), start.y.isFinite, end.y.isFinite else { return [] }
        let rise = end.y - start.y
        guard rise != 0, rise.isFinite else { return [] }
        var parts: [(level: Double, part: Double)] = []
        for level in [range.lowerBound, range.upperBound] {
            let part = (level - start.y) / rise
            if part > 0, part < 1 { parts.append((level, part)) }
        }
        parts.sort { $0.part < $1.part }
        var found = parts.map { PlotPoint(x: between(start.x, end.x, $0.part), y: $0.level) }
        // Both ends outside on the same side have no crossing; on two sides the line passes through.
        if !range.contains(start.y), !found.isEmpty { found.insert(gap, at: 0) }
        return found
    }

    private func between(_ start: Double, _ end: Double, _ part: Double) -> Double {
        let (from, to) = (xScale.linearised(start), xScale.linearised(end))
        let place = from + (to - from) * part
        return xScale == .linear ? place : pow(10, place)
    }
}
