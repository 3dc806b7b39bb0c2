/// What a table of rows and columns amounts to.
public struct TableSummary: Sendable, Equatable, Codable {
    /// The SQLite table that holds the rows, in the order in which they came: `zoo_table_3`.
    public let table: String
    /// A view of the same rows under the data set's name, for whoever writes SQL; nil where the name is no fit one.
    public let view: String?
    /// How many rows.
    public let rows: Int
    /// Its columns, in their order.
    public let columns: [ColumnSummary]
    /// What else is to be said of how it was read.
    public let notes: [String]
}
