extension EmbeddingTable {
    /// The entries of these rows, in their order.
    package func selecting(_ rows: [Int]) throws -> EmbeddingTable {
        try EmbeddingTable(
            keys: rows.map { keys[$0] }, labels: rows.map { labels[$0] }, vectors: rows.flatMap { Array(vector($0)) },
            width: width, biases: biases.map { biases in rows.map { biases[$0] } },
            counts: counts.map { counts in rows.map { counts[$0] } },
            means: means.map { means in rows.map { means[$0] } })
    }
}
