/// What the colours of points stand for: a number or a group for each point, nil where it is not known.
package enum PointColouring: Sendable, Hashable {
    /// Numbers, on a ramp of colours.
    case numbers(title: String, [Double?])
    /// Groups: the most frequent ones have a colour each.
    case groups(title: String, [String?])

    /// The colours of `count` points, and the legend that explains them.
    func colours(count: Int) -> (colours: [String], legend: Legend) {
        switch self {
        case .numbers(let title, let values): Self.ramp(title, values, count)
        case .groups(let title, let values): Self.grouped(title, values, count)
        }
    }

    private static func ramp(_ title: String, _ values: [Double?], _ count: Int) -> ([String], Legend) {
        let known = values.compactMap { $0 }.filter(AxisScale.linear.shows).sorted()
        guard let low = known.first, let high = known.last else {
            return (Array(repeating: Palette.other, count: count), .names([("\(title): unknown", Palette.other)]))
        }
        // Numbers that are mostly small beside the greatest, as counts are, would all have one colour.
        let isLong = low > 0 && high > 20 * known[known.count / 2]
        let scale: AxisScale = isLong ? .logarithmic : .linear
        let (from, to) = (scale.linearised(low), scale.linearised(high))
        let colours = (0..<count).map { index in
            guard index < values.count, let value = values[index], scale.shows(value) else { return Palette.other }
            return Palette.ramp(from < to ? (scale.linearised(value) - from) / (to - from) : 0.5)
        }
        let name = title + (isLong ? " (log scale)" : "")
        return (colours, .ramp(title: name, low: NumberText.short(low), high: NumberText.short(high)))
    }

    private static func grouped(_ title: String, _ values: [String?], _ count: Int) -> ([String], Legend) {
        var sizes: [String: Int] = [:]
        for case let value? in values { sizes[value, default: 0] += 1 }
        let ranked = sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        let named = ranked.prefix(ranked.count > Palette.series.count ? Palette.series.count - 1 : ranked.count)
        let colours = Dictionary(uniqueKeysWithValues: named.enumerated().map { ($1, Palette.colour($0)) })
        var entries = named.map { (name: $0.isEmpty ? "(empty)" : $0, colour: colours[$0] ?? Palette.other) }
        let hasOthers = ranked.count > named.count || values.contains { $0 == nil } || values.count < count
        if hasOthers { entries.append((ranked.count > named.count ? "other" : "unknown", Palette.other)) }
        let found = (0..<count).map { index -> String in
            guard index < values.count, let value = values[index] else { return Palette.other }
            return colours[value] ?? Palette.other
        }
        return (found, .names(entries))
    }
}
