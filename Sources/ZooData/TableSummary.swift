/// What a table of rows and columns amounts to.
package struct TableSummary: Sendable, Equatable, Codable {
    /// The SQLite table that holds the rows, in the order in which they came: `zoo_table_3`.
    package let table: String
    /// A view of the same rows under the data set's name, for whoever writes SQL; nil where the name is no fit one.
    package let view: String?
    /// How many rows.
    package let rows: Int
    /// Its columns, in their order.
    package let columns: [ColumnSummary]
    /// What else is to be said of how it was read.
    package let notes: [String]
    /// Texts that stood for missing values, where they were other than the usual ones.
    package var missingTexts: [String]?
    /// Whether times are kept on their clocks; nil in data sets of earlier versions, which made those with an offset UTC.
    package var keepsClocks: Bool?
}
