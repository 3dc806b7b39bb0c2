/// What was found out about a column of a table.
public struct ColumnSummary: Sendable, Equatable, Codable {
    /// Its name in SQLite.
    public let name: String
    /// What its values are.
    public var kind: ValueKind
    /// How many rows have no value.
    public var missing = 0
    /// How many different values there are, as far as they were counted.
    public var distinct: Int?
    /// Whether there are more different values than are counted.
    public var isDistinctBounded = false
    /// Of numbers: the least.
    public var minimum: Double?
    /// Of numbers: the greatest.
    public var maximum: Double?
    /// Of numbers: the mean; of truth values the share of `true`.
    public var mean: Double?
    /// Of dates: the first.
    public var earliest: String?
    /// Of dates: the last.
    public var latest: String?
    /// Of dates like `1/2/2011`: whether the day comes first.
    public var isDayFirst: Bool?
    /// Of times that were read on a clock ahead of UTC: its offset, its place, or `as written` where each has its own.
    public var clock: String?
    /// Of numbers that a file has with other marks than a decimal point: with which.
    public var numberFormat: NumberFormat?
    /// Of a SELECT: whether it holds BLOBs, none of which is read.
    package var holdsBlobs: Bool?
    /// The values that occur most.
    public var top: [Value] = []
    /// What is odd about it, in words.
    public var notes: [String] = []

    /// A value with how often it occurs.
    public struct Value: Sendable, Equatable, Codable {
        /// As it is written.
        public let text: String
        /// In how many rows.
        public let count: Int
    }

    init(name: String, kind: ValueKind) {
        self.name = name
        self.kind = kind
    }
}
