import ZooKernels

/// Something that is known of the entries of a table, by which an axis may be named.
package struct AxisFeature: Sendable {
    /// What is known.
    package enum Values: Sendable {
        /// A number of each entry, nil where it is not known.
        case numbers([Double?])
        /// The rows that have it.
        case members([Int])
    }
    /// What it is called: `genres: Drama`, `count`.
    package let name: String
    /// The values.
    package let values: Values

    /// A feature.
    package init(_ name: String, _ values: Values) { (self.name, self.values) = (name, values) }
}

/// What the axes of a table go with, tested by permutations.
package struct AxisNames: Sendable {
    /// A feature and how it goes with an axis.
    package struct Match: Sendable, Hashable, Encodable {
        /// The feature.
        package let name: String
        /// The correlation of the ranks on the axis with the feature's ranks, or with having it; above 0 at the high end.
        package let correlation: Double
        /// The share of permutations in which any feature goes with any axis as closely.
        package let p: Double
    }

    /// For each axis its features, the closest first, at most ten.
    package let matches: [[Match]]
    /// How many features were tried on each axis.
    package let tried: Int
    /// How many permutations there were.
    package let permutations: Int

    /// The least share of entries that have a feature, or lack it, for it to be tried.
    private static let leastMembers = 5

    /// Tries every feature on every axis.
    ///
    /// The entries' places on the axes are permuted together, and the largest correlation of all axes and features is kept: a p-value is the
    /// share of permutations, the data counted as one, whose largest is at least the correlation. That bounds the chance of any false
    /// name by it, however many were tried and however they depend on each other.
    /// - Shapes: scores [n, axes]
    /// - Source: Westfall & Young 1993, single-step maxT; Phipson & Smyth 2010 for the data counted as one
    package static func find(
        _ scores: [Float], axes: Int, features: [AxisFeature], permutations: Int = 999, seed: UInt64 = 0,
        threads: ThreadCount = .all
    ) -> AxisNames {
        let count = scores.count / max(1, axes)
        let ranks = (0..<axes).map { axis in standardRanks((0..<count).map { Double(scores[$0 * axes + axis]) }) ?? [] }
        // [n, axes], so that a row's are beside each other.
        var places = [Float](repeating: 0, count: count * axes)
        for (axis, ranks) in ranks.enumerated() {
            for (row, rank) in ranks.enumerated() { places[row * axes + axis] = rank }
        }
        let tested = features.compactMap { Tested($0, count: count) }
        guard !tested.isEmpty, count > 2 else {
            return AxisNames(matches: Array(repeating: [], count: axes), tried: 0, permutations: 0)
        }
        let straight = Array(0..<Int32(count))
        let found = tested.map { $0.correlations(places, axes: axes, order: straight) }
        var largest = [Float](repeating: 0, count: permutations)
        largest.withUnsafeMutableBufferPointer { buffer in
            // Each call writes its own place.
            nonisolated(unsafe) let largest = buffer
            parallel(permutations, threads: threads) { index in
                var generator = RandomGenerator(seed: seed &* 1_000_003 &+ UInt64(index))
                let order = straight.shuffled(using: &generator)
                var most: Float = 0
                for feature in tested {
                    for value in feature.correlations(places, axes: axes, order: order) { most = max(most, abs(value)) }
                }
                largest[index] = most
            }
        }
        let matches = (0..<axes).map { axis in
            tested.indices.sorted { (abs(found[$1][axis]), $0) < (abs(found[$0][axis]), $1) }.prefix(10).map { index in
                let value = found[index][axis]
                // What is equal but for rounding counts as equal.
                let above = largest.count { $0 >= abs(value) - 1e-5 }
                return Match(
                    name: tested[index].name, correlation: Double(value),
                    p: Double(above + 1) / Double(permutations + 1))
            }
        }
        return AxisNames(matches: matches, tried: tested.count, permutations: permutations)
    }

    /// Mean ranks of equal values, less their mean and divided by their length; nil where all are equal.
    private static func standardRanks(_ values: [Double]) -> [Float]? {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var ranks = [Double](repeating: 0, count: values.count)
        var first = 0
        while first < order.count {
            var last = first
            while last + 1 < order.count, values[order[last + 1]] == values[order[first]] { last += 1 }
            for place in first...last { ranks[order[place]] = Double(first + last) / 2 }
            first = last + 1
        }
        let mean = ranks.reduce(0, +) / Double(max(1, ranks.count))
        let length = ranks.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
        return length > 0 ? ranks.map { Float(($0 - mean) / length) } : nil
    }

    /// A feature as a vector of mean 0 and length 1 that is 0, or one number, in most rows.
    private struct Tested {
        let name: String
        let rows: [Int32]
        /// Of the rows; nil where all have the same.
        let values: [Float]?
        let scale: Float

        init?(_ feature: AxisFeature, count: Int) {
            name = feature.name
            switch feature.values {
            case .members(let members):
                guard members.count >= leastMembers, members.count <= count - leastMembers else { return nil }
                rows = members.map(Int32.init)
                values = nil
                let share = Double(members.count) / Double(count)
                scale = Float(1 / (Double(members.count) * (1 - share)).squareRoot())
            case .numbers(let numbers):
                let known = numbers.indices.filter { numbers[$0]?.isFinite == true }
                guard known.count >= 2 * leastMembers, let ranks = standardRanks(known.map { numbers[$0] ?? 0 }) else {
                    return nil
                }
                (rows, values, scale) = (known.map(Int32.init), ranks, 1)
            }
        }

        /// The products with each axis, whose rows are taken in an order.
        func correlations(_ places: [Float], axes: Int, order: [Int32]) -> [Float] {
            var sums = [Float](repeating: 0, count: axes)
            for (index, row) in rows.enumerated() {
                let (start, value) = (Int(order[Int(row)]) * axes, values?[index] ?? 1)
                for axis in 0..<axes { sums[axis] += value * places[start + axis] }
            }
            return sums.map { $0 * scale }
        }
    }
}
