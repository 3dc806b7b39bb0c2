import ZooKernels

/// Vectors made ready so that their Euclidean distances are what a metric asks for: for the cosine, brought to length 1.
package struct MetricPoints: Sendable {
    package let values: [Float]
    let width: Int
    let metric: SimilarityMetric
    /// Up to so many multiplications, all pairs are compared.
    private static let exactWork = 1 << 36

    /// The number of vectors.
    package var count: Int { values.count / width }

    /// - Throws: `EmbeddingError.tooFew`, `.notFinite`
    /// - Precondition: the metric is the cosine or the distance
    package init(_ vectors: [Float], width: Int, metric: SimilarityMetric, minimum: Int = 4) throws {
        precondition(metric != .dot, "MetricPoints: the product is not a distance")
        precondition(
            width > 0 && vectors.count % width == 0, "MetricPoints: \(vectors.count) numbers, rows of \(width)")
        guard vectors.count / width >= minimum else {
            throw EmbeddingError.tooFew(found: vectors.count / width, needed: minimum)
        }
        (self.width, self.metric) = (width, metric)
        var values = vectors
        var bad: Int?
        values.withUnsafeMutableBufferPointer { values in
            for row in 0..<(values.count / width) {
                let own = UnsafeMutableBufferPointer(rebasing: values[(row * width)..<((row + 1) * width)])
                var square = 0.0
                for value in own { square += Double(value) * Double(value) }
                if !square.isFinite, bad == nil { bad = row }
                guard metric == .cosine, square > 0 else { continue }
                let scale = 1 / square.squareRoot()
                for column in own.indices { own[column] = Float(Double(own[column]) * scale) }
            }
        }
        if let bad { throw EmbeddingError.notFinite(row: bad) }
        self.values = values
    }

    /// The k nearest others of each vector, and the share of the true ones among them.
    package func lists(
        k: Int, isExact: Bool?, seed: UInt64, threads: ThreadCount = .all
    ) -> (lists: NeighbourLists, recall: Double) {
        values.withUnsafeBufferPointer { values in
            if isExact ?? (count * count <= Self.exactWork / width) {
                return (NeighbourLists.exact(values, width: width, k: k, threads: threads), 1)
            }
            let lists = NeighbourLists.approximate(values, width: width, k: k, seed: seed, threads: threads)
            let sample = (0..<256).map { $0 * count / 256 }
            let queries = sample.flatMap { values[($0 * width)..<(($0 + 1) * width)] }
            let found = queries.withUnsafeBufferPointer {
                nearestRowsOfMany(
                    values, width: width, scale: nil, score: .negativeSquaredDistance, queries: $0, count: k + 1,
                    threads: threads)
            }
            var hits = 0
            for (row, exact) in zip(sample, found) {
                let own = Set(lists.rows[(row * k)..<((row + 1) * k)].map(Int.init))
                hits += exact.lazy.filter { $0.row != row }.prefix(k).count { own.contains($0.row) }
            }
            return (lists, Double(hits) / Double(sample.count * k))
        }
    }

    /// The k vectors nearest to each of others.
    func nearest(to others: MetricPoints, k: Int, threads: ThreadCount) -> NeighbourLists {
        var (rows, squares) = ([Int32](), [Float]())
        for first in stride(from: 0, to: others.count, by: 1536) {
            let end = min(first + 1536, others.count)
            let found = values.withUnsafeBufferPointer { values in
                others.values.withUnsafeBufferPointer { others in
                    nearestRowsOfMany(
                        values, width: width, scale: nil, score: .negativeSquaredDistance,
                        queries: UnsafeBufferPointer(rebasing: others[(first * width)..<(end * width)]), count: k,
                        threads: threads)
                }
            }
            for hit in found.joined() {
                rows.append(Int32(hit.row))
                squares.append(max(0, -hit.score))
            }
        }
        return NeighbourLists(k: k, rows: rows, squares: squares)
    }

    /// The metric's distances: `1 - cosine`, or the distance itself.
    package func distances(_ squares: [Float]) -> [Float] {
        metric == .cosine ? squares.map { $0 / 2 } : squares.map { $0.squareRoot() }
    }

    /// The first two principal components, [n, 2]; the second is 0 where there is but one.
    package func principal(threads: ThreadCount = .all) throws -> [Float] {
        let fitted = try PrincipalComponents.fit(values, width: width, count: min(2, width), threads: threads)
        return width > 1 ? fitted.scores : fitted.scores.flatMap { [$0, 0] }
    }
}
