/// The real rows that agree best with some given values.
///
/// Rows agree in all given categories (texts, truth values, whole numbers with a vector each, missing values). Of these, where
/// numbers or dates are given, too, the nearest tenth is taken, but at least 20 and at most 200 rows: by the sum of the squared
/// differences, each divided by the column's deviation. Without such columns up to 1000 rows are taken by chance. Where no row
/// agrees in all categories, as few of them as possible are given up, those that leave the most rows.
struct RowMatches {
    /// The encoded rows one after the other, the nearest first.
    let bytes: [UInt8]
    /// How many.
    let count: Int
    /// The given columns in which no row agrees together with the others.
    let ignored: [String]

    private static let limit = 1000

    /// Goes through rows once (twice where columns over time are computed).
    ///
    /// - Parameter source: rows with the columns over time
    /// - Throws: what reading throws, `TabularError.missingColumns`
    init(_ given: [String: CellValue], _ features: FittedFeatures, in source: any RowSource) throws {
        let derived = features.dates.isEmpty ? source : DatePartsSource(source, of: features.dates)
        var encoder = try RowEncoder(features, columns: derived.columns)
        let rules = MatchRule.rules(given, features, columns: derived.columns)
        var candidates: [UInt64: Candidates] = [:]
        var fewest = Int.max
        var first = 0
        try derived.forEachBlock { block in
            defer { first += block.rowCount }
            let (masks, distances) = MatchRule.compare(block, rules)
            var chosen: [Int] = []
            for row in 0..<block.rowCount {
                let disagreeing = masks[row].nonzeroBitCount
                if disagreeing > fewest { continue }
                if disagreeing < fewest {
                    fewest = disagreeing
                    candidates = [:]
                    chosen = []
                }
                let key = Candidates.Key(distance: distances[row], tie: Self.mixed(UInt64(first + row)))
                if candidates[masks[row], default: Candidates()].take(key) { chosen.append(row) }
            }
            guard !chosen.isEmpty else { return }
            encoder.encode(block.selecting(chosen)) { index, record, _ in
                let row = chosen[index]
                let key = Candidates.Key(distance: distances[row], tie: Self.mixed(UInt64(first + row)))
                candidates[masks[row]]?.add(key, Array(record), limit: Self.limit)
            }
        }
        let best = candidates.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
        guard let best else { throw TabularError.invalid("there are no rows to compare with") }
        ignored = rules.filter { $0.bit & best.key != 0 }.map(\.column)
        let hasDistance = rules.contains { $0.scale != nil && ($0.bit == 0 || $0.bit & best.key != 0) }
        let wanted = hasDistance ? min(200, max(20, best.value.count / 10)) : Self.limit
        let records = best.value.nearest(wanted)
        count = records.count
        bytes = records.flatMap { $0 }
    }

    /// 64 bits that depend on every bit of `x` (SplitMix64): equally near rows are chosen by chance.
    private static func mixed(_ x: UInt64) -> UInt64 {
        var z = x &+ 0x9e37_79b9_7f4a_7c15
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// The nearest of the rows that disagree in the same columns.
private struct Candidates {
    struct Key: Comparable {
        let distance: Double
        let tie: UInt64

        static func < (a: Key, b: Key) -> Bool { (a.distance, a.tie) < (b.distance, b.tie) }
    }

    /// How many rows there are, kept or not.
    private(set) var count = 0
    private var worst: Key?
    private var kept: [(key: Key, record: [UInt8])] = []

    /// Counts a row.
    ///
    /// - Returns: whether its record is wanted
    mutating func take(_ key: Key) -> Bool {
        count += 1
        return worst.map { key < $0 } ?? true
    }

    mutating func add(_ key: Key, _ record: [UInt8], limit: Int) {
        kept.append((key, record))
        // Sorting once in a while keeps the cost of a row constant.
        guard kept.count >= 2 * limit else { return }
        kept.sort { $0.key < $1.key }
        kept.removeSubrange(limit...)
        worst = kept.last?.key
    }

    func nearest(_ count: Int) -> [[UInt8]] { kept.sorted { $0.key < $1.key }.prefix(count).map(\.record) }
}
