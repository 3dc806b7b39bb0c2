import Foundation

/// How good lists of recommendations are: the means over people of measures of their first k items.
///
/// An item is relevant to a person if their test part has it. Every relevant item has gain 1.
/// - Source: definitions of Järvelin & Kekäläinen 2002 (nDCG) and Manning, Raghavan & Schütze 2008, chapter 8
public struct RankingMetrics: Sendable, Hashable, Codable {
    /// Normalised discounted cumulative gain: the sum of 1 / log2(rank + 1) over the relevant items of the list, over that of
    /// a list that begins with min(k, relevant) relevant items.
    public let ndcg: Double
    /// Relevant items in the list, over min(k, relevant).
    public let recall: Double
    /// Relevant items in the list, over k.
    public let precision: Double
    /// Mean average precision: the sum of the precisions at the ranks of relevant items, over min(k, relevant).
    public let map: Double
    /// Mean reciprocal rank: 1 / the rank of the first relevant item, 0 without one.
    public let mrr: Double
    /// Share of people with a relevant item in the list.
    public let hitRate: Double
    /// Share of the catalogue that is in anybody's list.
    public let coverage: Double

    /// The names of the measures, in their order.
    public static let names = ["ndcg", "recall", "precision", "map", "mrr", "hit rate", "coverage"]

    /// The measures in the order of their names.
    public var values: [Double] { [ndcg, recall, precision, map, mrr, hitRate, coverage] }

    private init(_ values: [Double]) {
        (ndcg, recall, precision, map) = (values[0], values[1], values[2], values[3])
        (mrr, hitRate, coverage) = (values[4], values[5], values[6])
    }

    /// Measures lists.
    ///
    /// - Parameters:
    ///   - k: how many items of a list count, at least 1
    ///   - lists: the items recommended to each person, best first; somebody without a list counts as 0
    ///   - relevant: the relevant items of each person, [people]; somebody without any is left out
    ///   - catalogue: how many items there are
    public init(top k: Int, lists: [[Int]], relevant: [Set<Int>], catalogue: Int) {
        precondition(k > 0, "ranking: lists of \(k)")
        precondition(lists.count == relevant.count, "ranking: \(lists.count) lists for \(relevant.count) people")
        var sums = [Double](repeating: 0, count: 7)
        var shown: Set<Int> = []
        var people = 0
        for (list, wanted) in zip(lists, relevant) where !wanted.isEmpty {
            people += 1
            let top = list.prefix(k)
            shown.formUnion(top)
            for (index, value) in Self.measures(top.map(wanted.contains), relevant: wanted.count, k).enumerated() {
                sums[index] += value
            }
        }
        var values = sums.map { $0 / Double(max(people, 1)) }
        values[6] = Double(shown.count) / Double(max(catalogue, 1))
        self.init(values)
    }

    /// The measures of one person's list, but for the coverage.
    private static func measures(_ hits: [Bool], relevant: Int, _ k: Int) -> [Double] {
        func discount(_ rank: Int) -> Double { 1 / log2(Double(rank + 1)) }
        var (gain, count, precisions) = (0.0, 0, 0.0)
        for (index, isHit) in hits.enumerated() where isHit {
            count += 1
            gain += discount(index + 1)
            precisions += Double(count) / Double(index + 1)
        }
        let most = min(k, relevant)
        let ideal = (1...most).reduce(0) { $0 + discount($1) }
        let first = hits.firstIndex(of: true).map { 1 / Double($0 + 1) } ?? 0
        return [
            gain / ideal, Double(count) / Double(most), Double(count) / Double(k), precisions / Double(most), first,
            count > 0 ? 1 : 0,
        ]
    }

    /// The mean of each measure over several folds.
    public static func mean(of folds: [RankingMetrics]) -> RankingMetrics {
        RankingMetrics(
            names.indices.map { index in folds.reduce(0) { $0 + $1.values[index] } / Double(max(1, folds.count)) })
    }

    /// The standard deviation of each measure over two or more folds.
    public static func deviation(of folds: [RankingMetrics]) -> RankingMetrics {
        RankingMetrics(names.indices.map { index in standardDeviation(folds.map { $0.values[index] }) })
    }
}

/// The root of the mean squared distance from the mean, over n - 1.
func standardDeviation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
}
