/// What follows for an item from the values of items that are like it: kernel ridge regression on the nearest ones.
///
/// With k the likeness to each of them and K the likeness among them, the value is `k' inverse(K + lambda I) y`.
struct LikenessRegression: Sendable {
    /// The items that are most alike, rising.
    let rows: [Int]
    /// What each one's value is multiplied by.
    let weights: [Float]
    /// The row of the item among the values that it was found by.
    private let item: Int

    /// How many items count, at most.
    private static let neighbours = 100
    /// lambda, in values that two items have in common.
    private static let penalty = 3.0

    /// - Parameters:
    ///   - item: its row
    ///   - known: how many items have values; their rows come first
    ///   - values: the values of every item; see `ItemLikeness`
    /// - Returns: nil for an item that is like none
    init?(of item: Int, among known: Int, _ likeness: ItemLikeness, _ values: [[Int]]) {
        let own = Set(values[item])
        let alike = (0..<known).map { likeness.likeness(item, $0, common: values[$0].count(where: own.contains)) }
        let nearest = alike.indices.filter { alike[$0] > 0 }
            .sorted { alike[$0] != alike[$1] ? alike[$0] > alike[$1] : $0 < $1 }
        guard !nearest.isEmpty else { return nil }
        rows = nearest.prefix(Self.neighbours).sorted()
        self.item = item
        weights = Self.factor(rows, likeness, values).solve(rows.map { alike[$0] }).map(Float.init)
    }

    /// Of K + lambda I.
    private static func factor(_ rows: [Int], _ likeness: ItemLikeness, _ values: [[Int]]) -> CholeskyFactor {
        var kernel = [Double](repeating: 0, count: rows.count * rows.count)
        for (i, a) in rows.enumerated() {
            let ofA = Set(values[a])
            for (j, b) in rows[...i].enumerated() {
                kernel[i * rows.count + j] = likeness.likeness(a, b, common: values[b].count(where: ofA.contains))
            }
            kernel[i * rows.count + i] += penalty
        }
        return CholeskyFactor(lowerTriangleOf: kernel, size: rows.count)
    }

    /// The value of the item.
    func value(_ y: (Int) -> Float) -> Float {
        var sum: Float = 0
        for (row, weight) in zip(rows, weights) { sum += weight * y(row) }
        return sum
    }

    /// The value as a sum over what the item has in common with the others, the largest terms first; likeness and values are those that
    /// it was found by.
    func terms(
        _ likeness: ItemLikeness, _ values: [[Int]], _ y: (Int) -> Double
    ) -> [(name: String, amount: Double)] {
        let own = Set(values[item])
        var amounts: [String: Double] = [:]
        for (row, share) in zip(rows, Self.factor(rows, likeness, values).solve(rows.map(y))) {
            for (name, amount) in likeness.terms(item, row, common: values[row].filter(own.contains)) {
                amounts[name, default: 0] += share * amount
            }
        }
        return amounts.sorted { abs($0.value) != abs($1.value) ? abs($0.value) > abs($1.value) : $0.key < $1.key }
            .map { (name: $0.key, amount: $0.value) }
    }
}
