import ZooKernels

/// Clusters around means: each vector belongs to the nearest of k.
///
/// - Source: Lloyd 1982; the start is k-means++ (Arthur & Vassilvitskii 2007).
package struct KMeans: Sendable {
    /// The cluster of each vector, numbered by size, the largest first.
    package let labels: [Int]
    /// The sum of the squared distances to the means.
    package let inertia: Double

    /// Finds k clusters of `vectors` [n, width].
    ///
    /// - Parameters:
    ///   - start: rows that the means begin at; nil draws them by `seed`
    ///   - iterations: at most; it ends earlier when no vector changes its cluster
    /// - Precondition: 1 <= k <= n
    package static func fit(
        _ vectors: [Float], width: Int, k: Int, seed: UInt64, start: [Int]? = nil, iterations: Int = 300,
        threads: ThreadCount = .all
    ) -> KMeans {
        let count = vectors.count / width
        precondition(k >= 1 && k <= count, "KMeans: \(k) clusters of \(count) vectors")
        let rows = start ?? drawn(vectors, width, k, seed)
        var means = rows.flatMap { vectors[($0 * width)..<(($0 + 1) * width)] }
        var labels: [Int32] = []
        for _ in 0..<iterations {
            let next = nearest(vectors, width, means, threads)
            if next == labels { break }
            labels = next
            means = Self.means(vectors, width, labels, means)
        }
        var inertia = 0.0
        vectors.withUnsafeBufferPointer { vectors in
            means.withUnsafeBufferPointer { means in
                guard let vectors = vectors.baseAddress, let means = means.baseAddress else { return }
                for (row, label) in labels.enumerated() {
                    inertia +=
                        pairProducts(vectors + row * width, means + Int(label) * width, width: width).squaredDistance
                }
            }
        }
        return KMeans(labels: clustersBySize(labels.map(Int.init)), inertia: inertia)
    }

    /// The nearest mean of each vector, by `|m|^2 - 2 x.m`; of equal ones the first.
    private static func nearest(
        _ vectors: [Float], _ width: Int, _ means: [Float], _ threads: ThreadCount
    ) -> [Int32] {
        let (count, k, block) = (vectors.count / width, means.count / width, 1024)
        let squares = (0..<k).map { mean in
            means[(mean * width)..<((mean + 1) * width)].reduce(Float(0)) { $0 + $1 * $1 }
        }
        return [Int32](unsafeUninitializedCapacity: count) { labels, filled in
            let labels = labels.baseAddress
            vectors.withUnsafeBufferPointer { vectors in
                parallel((count + block - 1) / block, threads: threads) { index in
                    let (first, end) = (index * block, min((index + 1) * block, count))
                    var scores = [Float](repeating: 0, count: (end - first) * k)
                    guard let start = vectors.baseAddress else { return }
                    gemm(
                        transposeA: false, transposeB: true, m: end - first, n: k, k: width, alpha: -2,
                        start + first * width, lda: width, means, ldb: width, beta: 0, &scores, ldc: k, threads: .one)
                    scores.withUnsafeBufferPointer { scores in
                        for row in first..<end {
                            var (best, least) = (0, Float.infinity)
                            for mean in 0..<k where scores[(row - first) * k + mean] + squares[mean] < least {
                                (best, least) = (mean, scores[(row - first) * k + mean] + squares[mean])
                            }
                            labels?[row] = Int32(best)
                        }
                    }
                }
            }
            filled = count
        }
    }

    /// The means of the clusters; one that nobody belongs to stays where it is.
    private static func means(_ vectors: [Float], _ width: Int, _ labels: [Int32], _ old: [Float]) -> [Float] {
        let k = old.count / width
        var (sums, sizes) = ([Double](repeating: 0, count: old.count), [Double](repeating: 0, count: k))
        vectors.withUnsafeBufferPointer { vectors in
            sums.withUnsafeMutableBufferPointer { sums in
                for (row, label) in labels.enumerated() {
                    sizes[Int(label)] += 1
                    for column in 0..<width {
                        sums[Int(label) * width + column] += Double(vectors[row * width + column])
                    }
                }
            }
        }
        return old.indices.map { sizes[$0 / width] > 0 ? Float(sums[$0] / sizes[$0 / width]) : old[$0] }
    }

    /// Rows drawn one after the other, by their squared distances to the nearest one drawn before.
    private static func drawn(_ vectors: [Float], _ width: Int, _ k: Int, _ seed: UInt64) -> [Int] {
        let count = vectors.count / width
        var generator = RandomGenerator(seed: seed)
        var rows = [Int(generator.next() % UInt64(count))]
        var squares = [Double](repeating: .infinity, count: count)
        while rows.count < k {
            vectors.withUnsafeBufferPointer { vectors in
                guard let start = vectors.baseAddress else { return }
                for row in 0..<count {
                    let pair = pairProducts(start + row * width, start + rows[rows.count - 1] * width, width: width)
                    squares[row] = min(squares[row], pair.squaredDistance)
                }
            }
            var rest = (generator.uniform() as Double) * squares.reduce(0, +)
            let next = squares.firstIndex { square in
                rest -= square
                return rest < 0
            }
            rows.append(next ?? squares.indices.max { squares[$0] < squares[$1] } ?? 0)
        }
        return rows
    }
}
