import ZooKernels

/// The measures of each person's list: what means and bootstrap intervals are taken over.
package struct PersonMeasures: Sendable, Hashable {
    /// Their names in JSON, in the order of the values.
    package static let names = ["ndcg", "recall", "precision", "map", "mrr", "hit_rate"]
    /// How many samples an interval rests on.
    package static let samples = 1000

    /// Rows of the people in the data.
    private var rows: [Int] = []
    /// Their measures, [people, names].
    private var values: [Double] = []

    /// Nobody's.
    package init() {}

    /// How many people were measured.
    package var count: Int { rows.count }

    /// Adds a person.
    mutating func append(_ row: Int, _ measures: [Double]) {
        rows.append(row)
        values += measures
    }

    /// The mean of each measure; zeros of nobody.
    var means: [Double] {
        let width = Self.names.count
        return (0..<width).map { name in
            stride(from: name, to: values.count, by: width).reduce(0) { $0 + values[$1] } / Double(max(count, 1))
        }
    }

    /// The 95 % interval of each measure's mean over folds: percentiles of the means over people drawn with replacement, who
    /// count in every fold that they are part of. nil where nobody was measured.
    ///
    /// - Source: Efron & Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13; the samples are the same every time
    package static func intervals(of folds: [PersonMeasures]) -> [String: ClosedRange<Double>]? {
        let rows = Set(folds.flatMap(\.rows)).sorted()
        guard !rows.isEmpty, folds.allSatisfy({ $0.count > 0 }) else { return nil }
        let place = Dictionary(uniqueKeysWithValues: zip(rows, rows.indices))
        let width = names.count
        var generator = RandomGenerator(seed: 0)
        var means = [[Double]](repeating: [], count: width)
        var drawn = [Double](repeating: 0, count: rows.count)
        let places = folds.map { fold in fold.rows.map { place[$0] ?? 0 } }
        for _ in 0..<samples {
            for index in drawn.indices { drawn[index] = 0 }
            for _ in drawn.indices { drawn[Int.random(in: 0..<drawn.count, using: &generator)] += 1 }
            var sums = [Double](repeating: 0, count: width)
            for (fold, places) in zip(folds, places) {
                var weight = 0.0
                var sum = [Double](repeating: 0, count: width)
                for (person, place) in places.enumerated() where drawn[place] > 0 {
                    weight += drawn[place]
                    for name in 0..<width { sum[name] += drawn[place] * fold.values[person * width + name] }
                }
                // A fold none of whose people was drawn tells nothing new.
                for name in 0..<width { sums[name] += weight > 0 ? sum[name] / weight : fold.means[name] }
            }
            for name in 0..<width { means[name].append(sums[name] / Double(folds.count)) }
        }
        return Dictionary(
            uniqueKeysWithValues: zip(names, means).map { name, means in
                let sorted = means.sorted()
                return (name, sorted[samples / 40]...sorted[samples - 1 - samples / 40])
            })
    }
}
