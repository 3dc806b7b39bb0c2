import Foundation
import GRDBSQLite

/// A connection to SQLite that can read and nothing else, with the vector functions.
final class ReadOnlyConnection {
    private let handle: OpaquePointer
    private let path: String
    private let busyTimeout: Double

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
        sqlite3_set_authorizer(handle, { _, action, _, second, _, _ in authorize(action, second) }, nil)
    }

    deinit { sqlite3_close_v2(handle) }

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

/// Lets a statement read tables (`sqlite_schema` among them) and call functions; nothing else.
private func authorize(_ action: Int32, _ second: UnsafePointer<CChar>?) -> Int32 {
    switch action {
    case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return SQLITE_OK
    case SQLITE_FUNCTION:
        let name = second.map { String(cString: $0).lowercased() }
        return name == "load_extension" || name == "fts3_tokenizer" ? SQLITE_DENY : SQLITE_OK
    default: return SQLITE_DENY
    }
}
