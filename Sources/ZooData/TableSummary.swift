/// What a data set of rows and columns amounts to.
public struct TableSummary: Sendable, Equatable, Codable {
    /// How many rows.
    public let rows: Int
}
