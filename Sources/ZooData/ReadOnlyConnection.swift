import Foundation
import GRDBSQLite

/// A connection to SQLite that can read and nothing else, with the vector functions.
final class ReadOnlyConnection {
    private let handle: OpaquePointer
    private let path: String
    private let busyTimeout: Double
    private let gate = Gate()

    /// What the authorizer has to know: whether SQL of the caller is being prepared, or of a virtual table that runs.
    private final class Gate {
        var isPreparing = false
    }

    /// Opens the file.
    ///
    /// - Parameter holdsSnapshot: whether all statements see the database as it is now, whatever others write meanwhile
    /// - Throws: `DataError.locked`, `.database`
    init(path: String, busyTimeout: Double, holdsSnapshot: Bool = false) throws {
        self.path = path
        self.busyTimeout = busyTimeout
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let opened else {
            let reason = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw DataError.database(path: path, reason: reason, advice: "check who may read it and its folder")
        }
        handle = opened
        sqlite3_busy_timeout(handle, Int32(busyTimeout * 1000))
        VectorFunctions.register(on: handle)
        // Three bolts: the file is opened for reading, the connection refuses to write, and the authorizer lets no
        // statement through that does other than read (ATTACH would open a second file, for writing).
        let settings = sqlite3_exec(handle, "PRAGMA query_only = 1; PRAGMA trusted_schema = 0", nil, nil, nil)
        guard settings == SQLITE_OK else { throw error(settings) }
        if holdsSnapshot {
            // A transaction begins with its first read.
            let code = sqlite3_exec(handle, "BEGIN; SELECT count(*) FROM sqlite_schema", nil, nil, nil)
            guard code == SQLITE_OK else { throw error(code) }
        }
        connectVirtualTables()
        sqlite3_set_authorizer(
            handle,
            { gate, action, first, second, _, _ in
                let isPreparing = gate.map { Unmanaged<Gate>.fromOpaque($0).takeUnretainedValue().isPreparing }
                return authorize(action, first, second, isPreparing: isPreparing ?? true)
            }, Unmanaged.passUnretained(gate).toOpaque())
    }

    deinit { sqlite3_close_v2(handle) }

    /// Has SQLite connect the virtual tables of the database, and those that need no table.
    ///
    /// A module declares its columns and prepares its statements once for a connection, some of which would write. Behind the
    /// authorizer that fails; before it nothing of a query has run yet, and neither the file nor the connection can write.
    private func connectVirtualTables() {
        let schema = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%'"
        var statement: OpaquePointer?
        var sources =
            ["json_each('[]')", "json_tree('[]')"] + (ReadPragma.functions + ReadPragma.plain).map { "pragma_\($0)" }
        if sqlite3_prepare_v2(handle, schema, -1, &statement, nil) == SQLITE_OK {
            while sqlite3_step(statement) == SQLITE_ROW {
                guard let name = sqlite3_column_text(statement, 0) else { continue }
                sources.append(ColumnNames.quoted(String(cString: name)))
            }
        }
        sqlite3_finalize(statement)
        for source in sources {
            // One of a module that is not here fails, and is named when a query asks for it.
            sqlite3_prepare_v2(handle, "SELECT * FROM \(source)", -1, &statement, nil)
            sqlite3_finalize(statement)
        }
    }

    /// Has `watch` asked now and then while a statement runs; true stops it.
    func interrupt(when watch: QueryWatch) {
        let context = Unmanaged.passUnretained(watch).toOpaque()
        sqlite3_progress_handler(
            handle, 50_000,
            { context in
                guard let context else { return 0 }
                return Unmanaged<QueryWatch>.fromOpaque(context).takeUnretainedValue().shouldStop() ? 1 : 0
            }, context)
    }

    /// Prepares the one statement that `sql` holds.
    ///
    /// - Throws: `DataError.query`
    func prepareOnly(_ sql: String) throws -> OpaquePointer {
        guard !sql.utf8.contains(0) else {
            throw DataError.query(reason: "it holds a NUL byte", line: nil, column: nil)
        }
        gate.isPreparing = true
        defer { gate.isPreparing = false }
        let bytes = sql.utf8CString
        return try bytes.withUnsafeBufferPointer { text in
            var statement: OpaquePointer?
            var tail: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v2(handle, text.baseAddress, -1, &statement, &tail)
            guard code == SQLITE_OK else { throw error(code, sql: sql) }
            guard let statement else {
                throw DataError.query(reason: "there is no statement in it", line: nil, column: nil)
            }
            do {
                guard sqlite3_stmt_readonly(statement) != 0, sqlite3_column_count(statement) > 0 else {
                    throw DataError.query(reason: "only a SELECT can be run here", line: nil, column: nil)
                }
                var second: OpaquePointer?
                // Comments and blanks may follow; anything that is SQL, right or wrong, may not.
                let more = sqlite3_prepare_v2(handle, tail, -1, &second, nil)
                sqlite3_finalize(second)
                guard more == SQLITE_OK, second == nil else {
                    let start = tail.flatMap { tail in text.baseAddress.map { tail - $0 } } ?? 0
                    let place = ReadOnlyConnection.place(start, in: sql)
                    let reason = "there is more than one statement; only one SELECT can be run"
                    throw DataError.query(reason: reason, line: place.line, column: place.column)
                }
            } catch {
                sqlite3_finalize(statement)
                throw error
            }
            return statement
        }
    }

    /// The last error in our words.
    func error(_ code: Int32, sql: String? = nil) -> DataError {
        let reason = String(cString: sqlite3_errmsg(handle))
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED: return .locked(path: path, seconds: busyTimeout)
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_IOERR, SQLITE_CANTOPEN:
            return .database(path: path, reason: reason, advice: "is it an SQLite database, and whole?")
        case SQLITE_MISMATCH:
            let advice = "a whole number is needed, as after LIMIT: look at the values of the parameters"
            return .query(reason: "\(reason): \(advice)", line: nil, column: nil)
        case SQLITE_AUTH:
            return .query(reason: "only reading is allowed here (\(reason))", line: nil, column: nil)
        case SQLITE_ERROR where reason.hasPrefix("cannot modify "):
            return .query(reason: "only reading is allowed here (\(reason))", line: nil, column: nil)
        default:
            let offset = Int(sqlite3_error_offset(handle))
            guard let sql, offset >= 0 else { return .query(reason: reason, line: nil, column: nil) }
            let place = ReadOnlyConnection.place(offset, in: sql)
            return .query(reason: reason, line: place.line, column: place.column)
        }
    }

    private static func place(_ offset: Int, in sql: String) -> (line: Int, column: Int) {
        let before = sql.utf8.prefix(offset)
        let start = before.lastIndex(of: 10).map { before.index(after: $0) } ?? before.startIndex
        return (before.count { $0 == 10 } + 1, String(before[start...])?.count.advanced(by: 1) ?? 1)
    }
}

/// The pragmas that tell something and change nothing.
private enum ReadPragma {
    /// Those that are functions of a SELECT: `pragma_table_info('t')`.
    static let functions = [
        "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list",
        "database_list", "collation_list", "function_list", "module_list", "pragma_list", "compile_options",
    ]
    /// Those that tell without a value, and would set one that is given. FTS5 asks for the first.
    static let plain = [
        "data_version", "user_version", "application_id", "schema_version", "encoding", "page_size", "page_count",
        "freelist_count",
    ]

    static func allows(_ name: String, value: UnsafePointer<CChar>?) -> Bool {
        functions.contains(name) || plain.contains(name) && value == nil
    }
}

/// Lets a statement read tables (`sqlite_schema` among them) and call functions, and a virtual table that it reads ask what a
/// database is; nothing else.
private func authorize(
    _ action: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?, isPreparing: Bool
) -> Int32 {
    switch action {
    case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return SQLITE_OK
    case SQLITE_FUNCTION:
        let name = second.map { String(cString: $0).lowercased() }
        return name == "load_extension" || name == "fts3_tokenizer" ? SQLITE_DENY : SQLITE_OK
    case SQLITE_PRAGMA:
        let name = first.map { String(cString: $0).lowercased() } ?? ""
        return !isPreparing && ReadPragma.allows(name, value: second) ? SQLITE_OK : SQLITE_DENY
    default: return SQLITE_DENY
    }
}
