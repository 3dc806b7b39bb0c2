import ZooEmbeddings
import ZooKernels

/// The speed of principal components or nearest neighbours at one size.
package struct EmbeddingTiming: Sendable, Encodable {
    /// `pca`, `nearest` or `nearest-many`.
    package let work: String
    /// Rows of the matrix.
    package let rows: Int
    /// Its columns.
    package let width: Int
    /// How many components, or queries.
    package let count: Int
    /// The median time of the whole.
    package let seconds: Double
    /// Rows gone through in a second: for neighbours, those of every query.
    package let rowsPerSecond: Double

    private init(_ timing: EmbeddingBenchmark.Timing) {
        work = timing.work
        rows = timing.rows
        width = timing.width
        count = timing.count
        seconds = timing.seconds
        rowsPerSecond = Double(timing.rows * (timing.work == "pca" ? 1 : timing.count)) / timing.seconds
    }

    /// Three principal components with scores, at the sizes of the peers' script.
    ///
    /// - Throws: nothing at these sizes.
    package static func principalComponents(threads: ThreadCount = .all) throws -> [EmbeddingTiming] {
        try EmbeddingBenchmark.sizes.map {
            EmbeddingTiming(
                try EmbeddingBenchmark.principalComponents(rows: $0.rows, width: $0.width, threads: threads))
        }
    }

    /// The ten nearest rows of one query and of 1,000, at the same sizes.
    package static func neighbours(threads: ThreadCount = .all) -> [EmbeddingTiming] {
        EmbeddingBenchmark.sizes.flatMap {
            EmbeddingBenchmark.neighbours(rows: $0.rows, width: $0.width, threads: threads).map(EmbeddingTiming.init)
        }
    }
}
