/// What the values of a table's column are, and how they are stored in SQLite.
package enum ValueKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Whole numbers, as INTEGER.
    case integer
    /// Numbers, as REAL.
    case real
    /// Anything else, as TEXT.
    case text
    /// `true` and `false`, as 1 and 0.
    case boolean
    /// Days, as text like `2011-01-31`.
    case date
    /// Moments, as text like `2011-01-31 13:00:00` in UTC.
    case datetime

    /// The type that a column is declared with; it says the kind to whoever reads the schema.
    var declaration: String {
        switch self {
        case .integer: "INTEGER"
        case .real: "REAL"
        case .text: "TEXT"
        case .boolean: "BOOLEAN"
        // Without TEXT in it the affinity is NUMERIC, which leaves texts that are not numbers as they are.
        case .date: "DATE"
        case .datetime: "DATETIME"
        }
    }

    /// Whether a value is a moment in time.
    package var isDate: Bool { self == .date || self == .datetime }
}
