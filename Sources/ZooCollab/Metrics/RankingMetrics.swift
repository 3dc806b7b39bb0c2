import Foundation

/// How good lists of recommendations are: the means over people of measures of their first k items, and how much of the
/// catalogue the lists show.
///
/// An item is relevant to a person if their test part has it. Every relevant item has gain 1.
/// - Source: definitions of Järvelin & Kekäläinen 2002 (nDCG), Manning, Raghavan & Schütze 2008, chapter 8, Zhou et al. 2010
///   (novelty), and RecBole 1.2 (Gini index). docs/measures.md says how other programs differ.
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
    /// Mean over all listed items of -log2(share of the training part's people who have the item), in bits: high for lists of
    /// little-known items; nil where it was not measured.
    public let novelty: Double?
    /// How unevenly the lists show the catalogue: 0 where every item is listed equally often, near 1 where few items fill all
    /// lists; nil where it was not measured.
    public let gini: Double?
    /// The 95 % bootstrap interval over people of `ndcg`, `recall`, `precision`, `map`, `mrr` and `hit_rate`; nil where it was
    /// not measured.
    package var intervals: [String: ClosedRange<Double>]?
    /// What the measures are the means of.
    package var people = PersonMeasures()

    private enum CodingKeys: String, CodingKey {
        case ndcg, recall, precision, map, mrr
        case hitRate = "hit_rate"
        case coverage, novelty, gini, intervals
    }

    private enum EarlierKeys: CodingKey { case hitRate }

    /// Reads measures; those of earlier versions have the hit rate as `hitRate`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let earlier = try decoder.container(keyedBy: EarlierKeys.self)
        func measure(_ key: CodingKeys) throws -> Double { try values.decode(Double.self, forKey: key) }
        self.init([
            try measure(.ndcg), try measure(.recall), try measure(.precision), try measure(.map), try measure(.mrr),
            try earlier.decodeIfPresent(Double.self, forKey: .hitRate) ?? measure(.hitRate), try measure(.coverage),
            try values.decodeIfPresent(Double.self, forKey: .novelty),
            try values.decodeIfPresent(Double.self, forKey: .gini),
        ])
        intervals = try values.decodeIfPresent([String: ClosedRange<Double>].self, forKey: .intervals)
    }

    /// The names of the measures, in their order.
    package static let names = [
        "ndcg", "recall", "precision", "map", "mrr", "hit rate", "coverage", "novelty", "gini",
    ]

    /// The measures in the order of their names; nil for those that were not measured.
    package var values: [Double?] { [ndcg, recall, precision, map, mrr, hitRate, coverage, novelty, gini] }

    private init(_ values: [Double?]) {
        let known = values.map { $0 ?? 0 }
        (ndcg, recall, precision, map) = (known[0], known[1], known[2], known[3])
        (mrr, hitRate, coverage) = (known[4], known[5], known[6])
        (novelty, gini) = (values[7], values[8])
    }

    /// Measures lists.
    ///
    /// - Parameters:
    ///   - k: how many items of a list count, at least 1
    ///   - lists: the items recommended to each person, best first, each below `catalogue` or negative for an item that is
    ///     not of the catalogue; somebody without a list counts as 0
    ///   - relevant: the relevant items of each person, [people]; somebody without any is left out
    ///   - catalogue: how many items there are
    ///   - shares: the share of the training part's people who have each item, above 0, [catalogue]; nil: no novelty
    package init(top k: Int, lists: [[Int]], relevant: [Set<Int>], catalogue: Int, shares: [Double]? = nil) {
        precondition(k > 0, "ranking: lists of \(k)")
        precondition(lists.count == relevant.count, "ranking: \(lists.count) lists for \(relevant.count) people")
        precondition(shares.map { $0.count == catalogue } ?? true, "ranking: shares of another catalogue")
        var people = PersonMeasures()
        var shown = [Int](repeating: 0, count: catalogue)
        for (person, (list, wanted)) in zip(lists, relevant).enumerated() where !wanted.isEmpty {
            let top = list.prefix(k)
            for item in top where item >= 0 { shown[item] += 1 }
            people.append(person, Self.measures(top.map(wanted.contains), relevant: wanted.count, k))
        }
        let total = shown.reduce(0, +)
        let novelty = shares.map { shares in
            -zip(shown, shares).reduce(0) { $0 + Double($1.0) * log2($1.1) } / Double(max(total, 1))
        }
        let coverage = Double(shown.count { $0 > 0 }) / Double(max(catalogue, 1))
        self.init(people.means + [coverage, novelty, Self.gini(shown)])
        self.people = people
    }

    /// The measures of one person's list.
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

    /// The Gini index of counts: the sum of (2 i - n - 1) x_i over n times the sum of x, x in rising order, i from 1.
    private static func gini(_ counts: [Int]) -> Double {
        let total = counts.reduce(0, +)
        guard total > 0 else { return 0 }
        let n = counts.count
        let sum = counts.sorted().enumerated().reduce(0.0) { $0 + Double((2 * ($1.offset + 1) - n - 1) * $1.element) }
        return sum / (Double(n) * Double(total))
    }

    /// The mean of each measure over several folds; the intervals are measured over the people of all folds.
    package static func mean(of folds: [RankingMetrics]) -> RankingMetrics {
        var mean = RankingMetrics(
            names.indices.map { index in
                let values = folds.compactMap { $0.values[index] }
                return values.count < folds.count ? nil : values.reduce(0, +) / Double(max(1, folds.count))
            })
        if folds.contains(where: { $0.intervals != nil }) {
            mean.intervals = PersonMeasures.intervals(of: folds.map(\.people))
        }
        return mean
    }

    /// The standard deviation of each measure over two or more folds.
    package static func deviation(of folds: [RankingMetrics]) -> RankingMetrics {
        RankingMetrics(
            names.indices.map { index in
                let values = folds.compactMap { $0.values[index] }
                return values.count < folds.count ? nil : standardDeviation(values)
            })
    }
}

/// The root of the mean squared distance from the mean, over n - 1.
func standardDeviation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
}
