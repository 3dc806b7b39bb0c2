/// How the columns of a table become the inputs of a network.
public struct FeatureSettings: Sendable, Hashable, Codable {
    /// The column to predict.
    public var target: String
    /// Columns that are categories whatever their type.
    public var categorical: [String] = []
    /// Columns that are numbers to be measured, whatever their cardinality.
    public var continuous: [String] = []
    /// Columns that are left out.
    public var ignore: [String] = []
    /// Columns that may be used although they give the target away.
    public var allow: [String] = []
    /// Whole numbers of at most so many different values are categories.
    public var maximumCardinality = 128
    /// Categories of more different values keep the most frequent ones; the others share the place of unseen ones.
    public var maximumCategories = 10_000
    /// Whether a number as target is learned as its log(1 + x).
    public var logTarget = false
    /// Whether a number as target names classes.
    public var targetIsClass = false
    /// Whether yes and no as target are a number, 1 and 0.
    public var targetIsNumber = false
    /// Columns computed over the rows in the order of time.
    public var ordered = OrderedSettings()
    /// So many training rows are kept with the features, to fill in what is not given of a row.
    public var sampleRows = 256
    /// The clock on which the times of a SELECT are read, such as `+02:00` or `Europe/Berlin`; nil for that with which they were
    /// written.
    package var timeZone: String?

    /// The defaults for a target.
    public init(target: String) { self.target = target }
}

/// Columns that are computed over rows in the order of time.
public struct OrderedSettings: Sendable, Hashable, Codable {
    /// The column that says when; nil for the order of the table's rows.
    public var time: String?
    /// As `time` of a table without a column of that name: the order of its rows.
    public static let rowOrder = "rowid"
    /// The column that says of what: each of its values has a series of its own. Nil for one series.
    public var group: String?
    /// Values so many rows before, in the same series.
    public var lags: [Window] = []
    /// Means over so many rows before, in the same series; the row itself is not among them.
    public var means: [Window] = []
    /// Boolean columns (or numbers, 0 meaning no) for which the days since the last and until the next yes are wanted.
    public var events: [String] = []

    /// A column with a number of rows.
    public struct Window: Sendable, Hashable, Codable {
        /// The column.
        public var column: String
        /// How many rows.
        public var rows: Int

        /// A column with a number of rows.
        public init(column: String, rows: Int) {
            self.column = column
            self.rows = rows
        }
    }

    /// None.
    public init() {}

    /// Whether nothing is to be computed.
    package var isEmpty: Bool { lags.isEmpty && means.isEmpty && events.isEmpty }
}
