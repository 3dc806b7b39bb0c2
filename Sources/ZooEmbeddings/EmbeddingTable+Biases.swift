/// An entry with what the model and the data say of it.
public struct RankedEntry: Sendable, Hashable {
    /// Its row in the table.
    public let row: Int
    /// Its key.
    public let key: String
    /// Its label.
    public let label: String
    /// The bias that the model learned: what is left of its popularity once everybody's taste is accounted for.
    public let bias: Float
    /// How often it was seen in training, where known.
    public let count: Int?
    /// Its plain mean in the training data, where known.
    public let mean: Float?
}

/// Which end of a ranking comes first.
public enum RankingEnd: String, Sendable, Hashable, CaseIterable, Codable {
    /// The lowest first.
    case lowest
    /// The highest first.
    case highest
}

extension EmbeddingTable {
    /// The entries by learned bias, at most `limit`, of equal ones the lowest row first.
    ///
    /// Entries seen fewer than `minimumCount` times are left out: their bias says more of the initialisation than of them.
    /// - Throws: `EmbeddingError.missingColumn` when the table has no biases, or no counts and a minimum is asked for.
    public func rankedByBias(
        from end: RankingEnd, minimumCount: Int = 0, limit: Int
    ) throws -> [RankedEntry] {
        guard let biases else { throw EmbeddingError.missingColumn("biases") }
        guard counts != nil || minimumCount <= 0 else { throw EmbeddingError.missingColumn("counts") }
        let rows = keys.indices.filter { biases[$0].isFinite && (counts?[$0] ?? 0) >= minimumCount }
        let sign: Float = end == .lowest ? 1 : -1
        let sorted = rows.sorted { (sign * biases[$0], $0) < (sign * biases[$1], $1) }
        return sorted.prefix(max(0, limit)).map { row in
            RankedEntry(
                row: row, key: keys[row], label: labels[row], bias: biases[row], count: counts?[row], mean: means?[row])
        }
    }
}
