import GRDBSQLite

/// One SELECT on a database that it cannot change.
///
/// It has a separate connection, opened read-only, whose authorizer lets through nothing but reading. Beside SQLite's
/// own functions there are `dot`, `cosine`, `l2`, `component` and `split_part`.
package final class ReadOnlyQuery {
    /// The names of the columns.
    package let columns: [String]
    /// The types that the columns were declared with, where they are columns of tables.
    package let declarations: [String?]
    /// The names of the parameters, without the colon.
    package let parameters: [String]
    /// Which columns hold the vectors of embeddings.
    package let holdsVectors: [Bool]
    private let connection: ReadOnlyConnection
    private let statement: OpaquePointer

    /// Prepares the one statement of `sql`.
    ///
    /// - Throws: `DataError.query` with line and column, for SQL that is wrong, writes, or holds other than one
    ///   statement or parameters without names; `.locked`, `.database`
    package init(path: String, busyTimeout: Double = 10, sql: String) throws {
        connection = try ReadOnlyConnection(path: path, busyTimeout: busyTimeout)
        statement = try connection.prepareOnly(sql)
        columns = (0..<sqlite3_column_count(statement)).map { [statement] in
            sqlite3_column_name(statement, $0).map { String(cString: $0) } ?? ""
        }
        declarations = (0..<sqlite3_column_count(statement)).map { [statement] in
            sqlite3_column_decltype(statement, $0).map { String(cString: $0) }
        }
        holdsVectors = (0..<sqlite3_column_count(statement)).map { [statement] in
            let origin = ColumnOrigin(statement, column: $0)
            return origin?.table == "zoo_stored_embeddings" && origin?.column == "vector"
        }
        let names = (0..<sqlite3_bind_parameter_count(statement)).map { [statement] in
            sqlite3_bind_parameter_name(statement, $0 + 1).map { String(cString: $0) }
        }
        parameters = names.compactMap { $0.map { String($0.dropFirst()) } }
        guard parameters.count == names.count, names.allSatisfy({ $0?.hasPrefix(":") == true }) else {
            let reason = "parameters need names: write :name, not ? or ?1, @name or $name"
            throw DataError.query(reason: reason, line: nil, column: nil)
        }
    }

    deinit { sqlite3_finalize(statement) }

    /// Runs the query and hands over one row after the other; nothing is kept, however many there are.
    ///
    /// - Parameters:
    ///   - values: by parameter name; one that is not given is NULL
    ///   - body: returns false to stop
    /// - Throws: `DataError.query` for values of parameters that there are not, and for what fails on the way
    package func forEachRow(
        _ values: [String: QueryValue] = [:], _ body: ([QueryValue]) throws -> Bool
    ) throws {
        let unknown = values.keys.filter { !parameters.contains($0) }.sorted()
        guard unknown.isEmpty else {
            let known = parameters.isEmpty ? "it has none" : "it has \(parameters.joined(separator: ", "))"
            throw DataError.query(
                reason: "there is no parameter \(unknown.joined(separator: ", ")); \(known)", line: nil, column: nil)
        }
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
        for (name, value) in values { bind(value, at: sqlite3_bind_parameter_index(statement, ":" + name)) }
        defer { sqlite3_reset(statement) }
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw connection.error(code) }
            if try !body((0..<Int32(columns.count)).map(value)) { return }
        }
    }

    /// Runs the query and keeps all its rows: for results that are known to be small.
    package func rows(_ values: [String: QueryValue] = [:]) throws -> [[QueryValue]] {
        var rows: [[QueryValue]] = []
        try forEachRow(values) {
            rows.append($0)
            return true
        }
        return rows
    }

    private func bind(_ value: QueryValue, at index: Int32) {
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let integer): sqlite3_bind_int64(statement, index, integer)
        case .real(let real): sqlite3_bind_double(statement, index, real)
        case .text(let text):
            sqlite3_bind_text(statement, index, text, Int32(text.utf8.count), RawStatement.transient)
        case .blob(let bytes):
            if bytes.isEmpty {
                sqlite3_bind_zeroblob(statement, index, 0)
            } else {
                sqlite3_bind_blob(statement, index, bytes, Int32(bytes.count), RawStatement.transient)
            }
        }
    }

    private func value(_ column: Int32) -> QueryValue {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            let text = UnsafeBufferPointer(
                start: sqlite3_column_text(statement, column), count: Int(sqlite3_column_bytes(statement, column)))
            return .text(String(decoding: text, as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(statement, column)
            let count = Int(sqlite3_column_bytes(statement, column))
            return .blob([UInt8](UnsafeRawBufferPointer(start: start, count: count)))
        default: return .null
        }
    }
}

extension DataStore {
    /// Prepares one SELECT, which cannot change the database whatever it says.
    ///
    /// - Throws: `DataError.query`, `.locked`, `.database`
    package func query(_ sql: String) throws -> ReadOnlyQuery {
        try ReadOnlyQuery(path: url.path, busyTimeout: busyTimeout, sql: sql)
    }
}
