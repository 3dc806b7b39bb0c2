import ZooKernels

/// Times the work that the peers' embedding script does: principal components, and nearest neighbours by the cosine.
package enum EmbeddingBenchmark {
    /// The sizes of the peers' script: MovieLens 100K, MovieLens small, a large vocabulary.
    package static let sizes: [(rows: Int, width: Int)] = [(1682, 50), (9066, 50), (100_000, 128)]

    /// The median time of one kind of work at one size.
    package struct Timing: Sendable, Hashable, Codable {
        /// What was done: `pca`, `nearest` or `nearest-many`.
        package let work: String
        /// The matrix's rows.
        package let rows: Int
        /// The matrix's columns.
        package let width: Int
        /// How many queries, or components.
        package let count: Int
        /// Seconds for the whole.
        package let seconds: Double
    }

    /// `PCA(3).fit_transform`: fitting and scores.
    package static func principalComponents(
        rows: Int, width: Int, repeats: Int = 5, threads: ThreadCount = .all
    ) throws -> Timing {
        let vectors = normals(rows * width)
        let seconds = try median(repeats) {
            try PrincipalComponents.fit(vectors, width: width, count: 3, threads: threads).scores.count
        }
        return Timing(work: "pca", rows: rows, width: width, count: 3, seconds: seconds)
    }

    /// The 10 nearest rows of one query, and of `many` in one call.
    package static func neighbours(
        rows: Int, width: Int, many: Int = 1000, repeats: Int = 5, threads: ThreadCount = .all
    ) -> [Timing] {
        let vectors = normals(rows * width)
        let index = NeighbourIndex(vectors: vectors, width: width, metric: .cosine)
        let query = Array(vectors.prefix(width))
        let queries = Array(vectors.prefix(many * width))
        let one = median(repeats * 20) { index.nearest(to: query, count: 10, threads: threads).count }
        let all = median(repeats) { index.nearest(toEach: queries, count: 10, threads: threads).count }
        return [
            Timing(work: "nearest", rows: rows, width: width, count: 1, seconds: one),
            Timing(work: "nearest-many", rows: rows, width: width, count: queries.count / width, seconds: all),
        ]
    }

    /// The median of `repeats` runs after one to warm up.
    private static func median(_ repeats: Int, _ work: () throws -> Int) rethrows -> Double {
        let clock = ContinuousClock()
        var done = try work()
        var seconds: [Double] = []
        for _ in 0..<max(1, repeats) {
            let elapsed = try clock.measure { done &+= try work() }
            seconds.append(elapsed / .seconds(1))
        }
        precondition(done != 0, "EmbeddingBenchmark: the work gave nothing")
        return seconds.sorted()[seconds.count / 2]
    }

    /// Sums of uniform numbers, close enough to normal for timing.
    private static func normals(_ count: Int) -> [Float] {
        var generator = RandomGenerator(seed: 0)
        return (0..<count).map { _ in
            let sum: Float = generator.uniform() + generator.uniform() + generator.uniform() + generator.uniform()
            return (sum - 2) * 1.732
        }
    }
}
