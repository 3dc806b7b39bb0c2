import GRDBSQLite
import ZooEmbeddings

/// The SQL functions on BLOBs: vectors of little-endian Float32 (or JSON arrays), and the parts of splits. NULL in gives NULL out.
///
/// - `dot(a, b)`, `cosine(a, b)` (0 where a vector is zero), `l2(a, b)`: of two vectors of one width
/// - `component(v, i)`: number i of a vector, from 0
/// - `split_part(parts, i)`: byte i of `zoo_splits.parts`: 0 unused, 1 train, 2 test
enum VectorFunctions {
    /// Makes the functions known to a connection.
    static func register(on connection: OpaquePointer) {
        // A C function cannot capture which measure it is.
        add("dot", connection) { context, _, values in measure(.dot, context, values) }
        add("cosine", connection) { context, _, values in measure(.cosine, context, values) }
        add("l2", connection) { context, _, values in measure(.l2, context, values) }
        add("component", connection) { context, _, values in
            guard let first = values?[0], let second = values?[1] else { return }
            if isNull(second) { return sqlite3_result_null(context) }
            let isWhole = sqlite3_value_type(second) == SQLITE_INTEGER
            give(argument(first).component(isWhole ? sqlite3_value_int64(second) : nil), "component", context)
        }
        add("split_part", connection) { context, _, values in
            guard let (bytes, index) = bytesAndIndex("split_part", context, values) else { return }
            guard index >= 0 && index < bytes.count else {
                return fail("split_part", context, "there is no rating \(index) in a split of \(bytes.count)")
            }
            sqlite3_result_int64(context, Int64(bytes[Int(index)]))
        }
    }

    private static func add(_ name: String, _ connection: OpaquePointer, _ function: Function) {
        let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS
        sqlite3_create_function_v2(connection, name, 2, flags, nil, function, nil, nil, nil)
    }
}

private typealias Values = UnsafeMutablePointer<OpaquePointer?>?
private typealias Function = @convention(c) (OpaquePointer?, Int32, Values) -> Void

private func measure(_ measure: VectorMeasure, _ context: OpaquePointer?, _ values: Values) {
    guard let first = values?[0], let second = values?[1] else { return }
    give(measure.answer(argument(first), argument(second)), measure.rawValue, context)
}

private func give(_ answer: VectorAnswer, _ name: String, _ context: OpaquePointer?) {
    switch answer {
    case .null: sqlite3_result_null(context)
    case .number(let number): sqlite3_result_double(context, number)
    case .failure(let reason): fail(name, context, reason)
    }
}

private func argument(_ value: OpaquePointer) -> VectorArgument {
    switch sqlite3_value_type(value) {
    case SQLITE_NULL: .null
    case SQLITE_BLOB:
        .blob(UnsafeRawBufferPointer(start: sqlite3_value_blob(value), count: Int(sqlite3_value_bytes(value))))
    case SQLITE_TEXT:
        .text(UnsafeRawBufferPointer(start: sqlite3_value_text(value), count: Int(sqlite3_value_bytes(value))))
    default: .number
    }
}

private func bytesAndIndex(
    _ name: String, _ context: OpaquePointer?, _ values: Values
) -> (UnsafeRawBufferPointer, Int64)? {
    guard let first = values?[0], let second = values?[1] else { return nil }
    if isNull(first) || isNull(second) {
        sqlite3_result_null(context)
        return nil
    }
    guard let bytes = bytes(first), sqlite3_value_type(second) == SQLITE_INTEGER else {
        fail(name, context, "it takes a BLOB and a whole number")
        return nil
    }
    return (bytes, sqlite3_value_int64(second))
}

private func isNull(_ value: OpaquePointer) -> Bool { sqlite3_value_type(value) == SQLITE_NULL }

private func bytes(_ value: OpaquePointer) -> UnsafeRawBufferPointer? {
    guard sqlite3_value_type(value) == SQLITE_BLOB else { return nil }
    let start = sqlite3_value_blob(value)
    return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))
}

private func fail(_ name: String, _ context: OpaquePointer?, _ reason: String) {
    sqlite3_result_error(context, name + ": " + reason, -1)
}
