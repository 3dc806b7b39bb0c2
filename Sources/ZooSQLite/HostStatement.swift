import CSQLiteExtension
import ZooData

/// A SELECT on a connection of the program that loaded the extension.
struct HostStatement: ~Copyable {
    private let statement: OpaquePointer

    /// Prepares a statement and binds its values, in their order.
    ///
    /// - Throws: `CallError` in SQLite's words
    init(_ connection: OpaquePointer, _ sql: String, _ values: [QueryValue] = []) throws {
        var prepared: OpaquePointer?
        guard sqlite.pointee.prepare_v2(connection, sql, -1, &prepared, nil) == SQLITE_OK, let prepared else {
            throw CallError(lastOf: connection)
        }
        statement = prepared
        bind(values)
    }

    /// Begins again with other values.
    func restart(_ values: [QueryValue]) {
        _ = sqlite.pointee.reset(statement)
        bind(values)
    }

    private func bind(_ values: [QueryValue]) {
        for (place, value) in values.enumerated() {
            let index = Int32(place + 1)
            switch value {
            case .integer(let integer): _ = sqlite.pointee.bind_int64(statement, index, integer)
            case .text(let text):
                _ = sqlite.pointee.bind_text(statement, index, text, Int32(text.utf8.count), HostResult.transient)
            case .null, .real, .blob: _ = sqlite.pointee.bind_null(statement, index)
            }
        }
    }

    deinit { _ = sqlite.pointee.finalize(statement) }

    /// Goes to the next row; false behind the last.
    ///
    /// - Throws: `CallError` in SQLite's words
    func step() throws -> Bool {
        switch sqlite.pointee.step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            throw CallError(lastOf: sqlite.pointee.db_handle(statement))
        }
    }

    func integer(_ column: Int32) -> Int64 { sqlite.pointee.column_int64(statement, column) }

    func real(_ column: Int32) -> Double { sqlite.pointee.column_double(statement, column) }

    func isNull(_ column: Int32) -> Bool { sqlite.pointee.column_type(statement, column) == SQLITE_NULL }

    func text(_ column: Int32) -> String {
        guard let start = sqlite.pointee.column_text(statement, column) else { return "" }
        let count = Int(sqlite.pointee.column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// The numbers of a vector; nil for bytes that are no vector.
    func vector(_ column: Int32) -> [Float]? {
        let bytes = blob(column)
        guard bytes.count % 4 == 0 else { return nil }
        return stride(from: 0, to: bytes.count, by: 4).map {
            Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
        }
    }

    func blob(_ column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite.pointee.column_blob(statement, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite.pointee.column_bytes(statement, column)))
    }
}
