import GRDBSQLite

/// The table and the column that a column of a statement comes from unchanged, through views and subqueries as well.
struct ColumnOrigin {
    let table: String
    let column: String

    /// - Returns: nil for a column that is computed
    init?(_ statement: OpaquePointer, column: Int32) {
        guard let table = sqlite3_column_table_name(statement, column),
            let name = sqlite3_column_origin_name(statement, column)
        else { return nil }
        (self.table, self.column) = (String(cString: table).lowercased(), String(cString: name))
    }
}
