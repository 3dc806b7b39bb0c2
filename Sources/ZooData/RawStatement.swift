import GRDB
import GRDBSQLite

/// A prepared statement below GRDB, for bulk writes and reads only: a row costs a third less.
///
/// Lives inside one `read` or `write` of the store, whose connection it uses.
struct RawStatement: ~Copyable {
    private let statement: OpaquePointer
    private let connection: OpaquePointer

    init(_ db: Database, _ sql: String) throws {
        var prepared: OpaquePointer?
        guard let connection = db.sqliteConnection else { throw DatabaseError(resultCode: .SQLITE_MISUSE) }
        let code = sqlite3_prepare_v2(connection, sql, -1, &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw RawStatement.error(code, connection) }
        statement = prepared
        self.connection = connection
    }

    deinit { sqlite3_finalize(statement) }

    /// Binds the parameter at `index`, from 1.
    func bind(_ value: Int64, at index: Int32) { sqlite3_bind_int64(statement, index, value) }

    /// Binds the parameter at `index`, from 1.
    func bind(_ value: Double, at index: Int32) { sqlite3_bind_double(statement, index, value) }

    /// Binds NULL at `index`, from 1.
    func bindNull(at index: Int32) { sqlite3_bind_null(statement, index) }

    /// Binds text at `index`, from 1; SQLite makes a copy.
    func bind(_ value: String, at index: Int32) {
        var value = value
        value.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                _ = sqlite3_bind_text(statement, index, text.baseAddress, Int32(text.count), RawStatement.transient)
            }
        }
    }

    /// Binds bytes at `index`, from 1; SQLite makes a copy.
    func bind(_ bytes: UnsafeRawBufferPointer, at index: Int32) {
        if bytes.isEmpty {
            sqlite3_bind_zeroblob(statement, index, 0)
        } else {
            sqlite3_bind_blob(statement, index, bytes.baseAddress, Int32(bytes.count), RawStatement.transient)
        }
    }

    /// Binds text at `index`, from 1, without a copy: its bytes must stay where they are until the statement has run.
    func bindStatic(_ bytes: UnsafePointer<UInt8>, _ count: Int, at index: Int32) {
        let text = UnsafeRawPointer(bytes).assumingMemoryBound(to: CChar.self)
        sqlite3_bind_text(statement, index, text, Int32(truncatingIfNeeded: count), nil)
    }

    /// Runs the statement and makes it ready for the next values.
    func run() throws {
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE else { throw RawStatement.error(code, connection) }
        sqlite3_reset(statement)
    }

    /// Goes to the next row; false behind the last.
    func step() throws -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw RawStatement.error(code, connection)
        }
    }

    /// The number in column `index`, from 0.
    func int64(_ index: Int32) -> Int64 { sqlite3_column_int64(statement, index) }

    /// The text in column `index`, from 0; what is not UTF-8 is replaced.
    func text(_ index: Int32) -> String {
        guard let start = sqlite3_column_text(statement, index) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, index))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// Whether there is nothing in column `index`, from 0.
    func isNull(_ index: Int32) -> Bool { sqlite3_column_type(statement, index) == SQLITE_NULL }

    /// The number in column `index`, from 0.
    func double(_ index: Int32) -> Double { sqlite3_column_double(statement, index) }

    /// Tells SQLite to copy what is bound.
    static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    private static func error(_ code: Int32, _ connection: OpaquePointer) -> DatabaseError {
        DatabaseError(resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(connection)))
    }
}
