import ZooKernels

/// Vectors made ready to be searched for the nearest: exact, by reading all of them.
///
/// The norms are computed once; the vectors are shared with whoever gave them, not copied.
package struct NeighbourIndex: Sendable {
    /// A row and how close it is.
    package struct Match: Sendable, Hashable {
        /// The row's number.
        package let row: Int
        /// The metric's value: a cosine, a product, or a distance.
        package let value: Float
    }

    /// The metric that the index was made for.
    package let metric: SimilarityMetric
    /// The number of rows.
    package var count: Int { vectors.count / width }

    private let vectors: [Float]
    private let width: Int
    private let inverseNorms: [Float]?

    /// Prepares `vectors` [n, width] for searches by `metric`.
    ///
    /// - Precondition: `vectors` holds whole rows, fewer than 2^31.
    package init(vectors: [Float], width: Int, metric: SimilarityMetric) {
        precondition(
            width > 0 && vectors.count % width == 0, "NeighbourIndex: \(vectors.count) numbers, rows of \(width)")
        self.vectors = vectors
        self.width = width
        self.metric = metric
        inverseNorms = metric == .cosine ? Self.inverseNorms(vectors, width) : nil
    }

    /// The `count` rows closest to `query`, closest first, of equal ones the lowest row; `excluding` is left out.
    ///
    /// Rows with numbers that are not finite are never found.
    /// - Shapes: query [width] -> at most `count` matches
    /// - Precondition: the query has `width` numbers.
    package func nearest(
        to query: [Float], count: Int, excluding: Set<Int> = [], threads: ThreadCount = .all
    ) -> [Match] {
        let hits = query.withUnsafeBufferPointer { query in
            withVectors { vectors, scale in
                nearestRows(
                    vectors, width: width, scale: scale, score: score, query: query,
                    count: min(max(0, count), self.count) + excluding.count, threads: threads)
            }
        }
        let kept = hits.lazy.map(\.row).filter { !excluding.contains($0) }.prefix(max(0, count))
        return measured(Array(kept), query, 0)
    }

    /// The `count` rows closest to each query; much faster than one by one.
    ///
    /// - Shapes: queries [m, width] -> m lists of at most `count` matches
    package func nearest(toEach queries: [Float], count: Int, threads: ThreadCount = .all) -> [[Match]] {
        let found = queries.withUnsafeBufferPointer { queries in
            withVectors { vectors, scale in
                nearestRowsOfMany(
                    vectors, width: width, scale: scale, score: score, queries: queries, count: count, threads: threads)
            }
        }
        return found.enumerated().map { measured($1.map(\.row), queries, $0) }
    }

    private var score: RowScore { metric == .euclidean ? .negativeSquaredDistance : .dot }

    private func withVectors<Result>(
        _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>?) -> Result
    ) -> Result {
        vectors.withUnsafeBufferPointer { vectors in
            guard let inverseNorms else { return body(vectors, nil) }
            return inverseNorms.withUnsafeBufferPointer { body(vectors, $0) }
        }
    }

    /// The metric in Float64, and the order that it gives: the search ranks in Float32, whose last bit may differ.
    private func measured(_ rows: [Int], _ queries: [Float], _ query: Int) -> [Match] {
        let matches = vectors.withUnsafeBufferPointer { vectors in
            queries.withUnsafeBufferPointer { queries -> [Match] in
                guard let vectors = vectors.baseAddress, let start = queries.baseAddress else { return [] }
                let asked = start + query * width
                let length = pairProducts(asked, asked, width: width).square.squareRoot()
                return rows.map { row in
                    Match(row: row, value: value(pairProducts(asked, vectors + row * width, width: width), length))
                }
            }
        }
        let sign: Float = metric == .euclidean ? -1 : 1
        return matches.sorted { (sign * $0.value, $1.row) > (sign * $1.value, $0.row) }
    }

    private func value(_ pair: (dot: Double, square: Double, squaredDistance: Double), _ length: Double) -> Float {
        switch metric {
        case .dot: return Float(pair.dot)
        case .euclidean: return Float(pair.squaredDistance.squareRoot())
        case .cosine:
            let lengths = pair.square.squareRoot() * length
            return lengths > 0 ? Float(max(-1, min(1, pair.dot / lengths))) : 0
        }
    }

    static func inverseNorms(_ vectors: [Float], _ width: Int) -> [Float] {
        vectors.withUnsafeBufferPointer { vectors in
            guard let start = vectors.baseAddress else { return [] }
            return (0..<(vectors.count / width)).map { row in
                let square = pairProducts(start + row * width, start + row * width, width: width).square
                return square > 0 ? Float(1 / square.squareRoot()) : 0
            }
        }
    }
}
