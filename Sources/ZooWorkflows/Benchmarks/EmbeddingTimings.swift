import ZooEmbeddings
import ZooKernels

/// The speed of principal components or nearest neighbours at one size.
public struct EmbeddingTiming: Sendable, Encodable {
    /// `pca`, `nearest` or `nearest-many`.
    public let work: String
    /// Rows of the matrix.
    public let rows: Int
    /// Its columns.
    public let width: Int
    /// How many components, or queries.
    public let count: Int
    /// The median time of the whole.
    public let seconds: Double
    /// Rows gone through in a second: for neighbours, those of every query.
    public let rowsPerSecond: Double

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
    public static func principalComponents(threads: ThreadCount = .all) throws -> [EmbeddingTiming] {
        try EmbeddingBenchmark.sizes.map {
            EmbeddingTiming(
                try EmbeddingBenchmark.principalComponents(rows: $0.rows, width: $0.width, threads: threads))
        }
    }

    /// The ten nearest rows of one query and of 1,000, at the same sizes.
    public static func neighbours(threads: ThreadCount = .all) -> [EmbeddingTiming] {
        EmbeddingBenchmark.sizes.flatMap {
            EmbeddingBenchmark.neighbours(rows: $0.rows, width: $0.width, threads: threads).map(EmbeddingTiming.init)
        }
    }
}
