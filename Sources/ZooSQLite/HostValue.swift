import CSQLiteExtension
import ZooData
import ZooEmbeddings

/// The functions of the SQLite that loaded the extension. No other may be called on its connections.
var sqlite: UnsafePointer<sqlite3_api_routines> { zoo_sqlite() }

/// An argument of a function, or a value that a table was asked with.
struct HostValue {
    let pointer: OpaquePointer

    var type: Int32 { sqlite.pointee.value_type(pointer) }
    var isNull: Bool { type == SQLITE_NULL }
    var integer: Int64 { sqlite.pointee.value_int64(pointer) }
    var double: Double { sqlite.pointee.value_double(pointer) }

    /// The bytes of a text or a BLOB, as long as the call lasts.
    var bytes: UnsafeRawBufferPointer {
        let start =
            type == SQLITE_BLOB
            ? sqlite.pointee.value_blob(pointer) : UnsafeRawPointer(sqlite.pointee.value_text(pointer))
        return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite.pointee.value_bytes(pointer)))
    }

    /// The value as text; nil for NULL and BLOBs.
    var text: String? { isNull || type == SQLITE_BLOB ? nil : String(decoding: bytes, as: UTF8.self) }

    /// As an argument of a function on vectors.
    var vector: VectorArgument {
        switch type {
        case SQLITE_NULL: .null
        case SQLITE_BLOB: .blob(bytes)
        case SQLITE_TEXT: .text(bytes)
        default: .number
        }
    }
}

/// What a function's result goes into.
struct HostResult {
    let context: OpaquePointer?

    func fail(_ reason: String) { sqlite.pointee.result_error(context, reason, -1) }

    func give(_ answer: VectorAnswer, _ name: String) {
        switch answer {
        case .null: sqlite.pointee.result_null(context)
        case .number(let number): sqlite.pointee.result_double(context, number)
        case .failure(let reason): fail(name + ": " + reason)
        }
    }

    func give(_ value: QueryValue) {
        switch value {
        case .null: sqlite.pointee.result_null(context)
        case .integer(let integer): sqlite.pointee.result_int64(context, integer)
        case .real(let real): sqlite.pointee.result_double(context, real)
        case .text(var text):
            let count = Int32(clamping: text.utf8.count)
            text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { bytes in
                    guard let start = bytes.baseAddress else {
                        return sqlite.pointee.result_text(context, "", 0, Self.transient)
                    }
                    sqlite.pointee.result_text(context, start, count, Self.transient)
                }
            }
        case .blob(let bytes):
            sqlite.pointee.result_blob(context, bytes, Int32(bytes.count), Self.transient)
        }
    }

    /// Tells SQLite to copy what it is given.
    static var transient: (@convention(c) (UnsafeMutableRawPointer?) -> Void)? {
        unsafeBitCast(-1, to: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?.self)
    }
}

/// What is wrong with a call, for SQLite to report.
struct CallError: Error, CustomStringConvertible {
    let description: String

    init(description: String) { self.description = description }

    /// The last error of a connection, in SQLite's words.
    init(lastOf connection: OpaquePointer?) {
        description = sqlite.pointee.errmsg(connection).map { String(cString: $0) } ?? "out of memory"
    }
}
