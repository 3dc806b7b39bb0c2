import GRDB

/// What the store knows of a data set without reading it.
public struct Dataset: Sendable, Equatable, Codable {
    /// Its number in the tables.
    public let id: Int64
    /// How it is asked for.
    public let name: String
    /// `ratings`.
    public let kind: String
    /// The file, folder or generator that it came from.
    public let source: String
    /// When it was imported, ISO 8601.
    public let created: String
    /// SHA-256 of its contents: equal data have equal fingerprints, whatever they are called.
    public let fingerprint: String
    /// The least rating possible.
    public let ratingMinimum: Double
    /// The greatest rating possible.
    public let ratingMaximum: Double
    /// How many people rated.
    public let users: Int
    /// How many items there are, rated or not.
    public let items: Int
    /// How many ratings.
    public let ratings: Int
    /// Whether the ratings have timestamps.
    public let hasTimestamps: Bool
    /// The names of its splits.
    public let splits: [Split]

    /// A named way to divide the ratings.
    public struct Split: Sendable, Equatable, Codable {
        /// How it is asked for: `u1`.
        public let name: String
        /// Ratings to learn from.
        public let train: Int
        /// Ratings to measure with.
        public let test: Int
    }

    init(row: Row, splits: [Split]) {
        id = row["id"]
        name = row["name"]
        kind = row["kind"]
        source = row["source"]
        created = row["created"]
        fingerprint = row["fingerprint"]
        ratingMinimum = row["rating_min"] ?? 0
        ratingMaximum = row["rating_max"] ?? 0
        users = row["users"]
        items = row["items"]
        ratings = row["ratings"]
        hasTimestamps = row["has_timestamps"]
        self.splits = splits
    }
}
