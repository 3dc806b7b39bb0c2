/// What was found out about a column of a table.
package struct ColumnSummary: Sendable, Equatable, Codable {
    /// Its name in SQLite.
    package let name: String
    /// What its values are.
    package var kind: ValueKind
    /// How many rows have no value.
    package var missing = 0
    /// How many different values there are, as far as they were counted.
    package var distinct: Int?
    /// Whether there are more different values than are counted.
    package var isDistinctBounded = false
    /// Of numbers: the least.
    package var minimum: Double?
    /// Of numbers: the greatest.
    package var maximum: Double?
    /// Of numbers: the mean; of truth values the share of `true`.
    package var mean: Double?
    /// Of dates: the first.
    package var earliest: String?
    /// Of dates: the last.
    package var latest: String?
    /// Of dates like `1/2/2011`: whether the day comes first.
    package var isDayFirst: Bool?
    /// Of times that were read on a clock ahead of UTC: its offset, its place, or `as written` where each has its own.
    package var clock: String?
    /// Of times that have no such clock: whether they were written as UTC; nil where no offset was said.
    package var isUTC: Bool?
    /// Of times that are each read on their own clock: the offsets from UTC, in seconds, rising.
    package var offsets: [Int]?
    /// Whether there are numbers among texts.
    package var isMixed: Bool?
    /// Of numbers that a file has with other marks than a decimal point: with which.
    package var numberFormat: NumberFormat?
    /// Of a SELECT: whether it holds BLOBs, none of which is read.
    package var holdsBlobs: Bool?
    /// How many numbers are infinite, which are read as missing; nil for none.
    package var infinities: Int?
    /// The values that occur most.
    package var top: [Value] = []
    /// What is odd about it, in words.
    package var notes: [String] = []

    /// A value with how often it occurs.
    package struct Value: Sendable, Equatable, Codable {
        /// As it is written.
        package let text: String
        /// In how many rows.
        package let count: Int
    }

    /// The clock of its times as they are stored, where one is known.
    package var storedClock: String? { clock ?? (isUTC == true ? "+00:00" : nil) }

    init(name: String, kind: ValueKind) {
        self.name = name
        self.kind = kind
    }
}
