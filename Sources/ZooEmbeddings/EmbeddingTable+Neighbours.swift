/// An entry that answers a question of closeness.
public struct Neighbour: Sendable, Hashable {
    /// Its row in the table.
    public let row: Int
    /// Its key.
    public let key: String
    /// Its label.
    public let label: String
    /// The metric's value: a cosine, a product, or a distance.
    public let value: Float
}

extension EmbeddingTable {
    /// The `count` entries closest to that of `row`, without itself, closest first.
    ///
    /// - Precondition: `row` is one of the table's.
    public func neighbours(of row: Int, count: Int, metric: SimilarityMetric = .cosine) -> [Neighbour] {
        nearest(to: Array(vector(row)), count: count, metric: metric, excluding: [row])
    }

    /// What is to `c` as `b` is to `a`: the entries closest to `b - a + c`, without the three.
    ///
    /// By the cosine, the three are brought to length 1 first, so that each counts the same.
    /// - Source: Mikolov, Yih & Zweig 2013, "Linguistic Regularities in Continuous Space Word Representations".
    /// - Precondition: the three are rows of the table.
    public func analogy(
        _ a: Int, isTo b: Int, as c: Int, count: Int, metric: SimilarityMetric = .cosine
    ) -> [Neighbour] {
        func direction(_ row: Int) -> [Double] {
            let numbers = vector(row).map(Double.init)
            let length = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return metric == .cosine && length > 0 ? numbers.map { $0 / length } : numbers
        }
        let (from, to, start) = (direction(a), direction(b), direction(c))
        let target = (0..<width).map { Float(to[$0] - from[$0] + start[$0]) }
        return nearest(to: target, count: count, metric: metric, excluding: [a, b, c])
    }

    /// The places of the `count` vectors with the highest cosine to `query`, closest first.
    package static func nearest(to query: [Float], among vectors: [[Float]], count: Int) -> [NeighbourIndex.Match] {
        UnitVectors.measured(
            Array(vectors.indices), query, count: count, vectors: vectors.flatMap { $0 }, width: query.count)
    }

    /// The `count` entries closest to a vector, closest first.
    ///
    /// - Precondition: `query` is as long as the table's vectors
    package func nearest(
        to query: [Float], count: Int, metric: SimilarityMetric, excluding: Set<Int> = []
    ) -> [Neighbour] {
        let index = NeighbourIndex(vectors: vectors, width: width, metric: metric)
        return index.nearest(to: query, count: count, excluding: excluding).map {
            Neighbour(row: $0.row, key: keys[$0.row], label: labels[$0.row], value: $0.value)
        }
    }
}
