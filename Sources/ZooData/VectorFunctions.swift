import GRDBSQLite

/// The SQL functions on BLOBs: vectors of little-endian Float32, and the parts of splits. NULL in gives NULL out.
///
/// - `dot(a, b)`, `cosine(a, b)` (0 where a vector is zero), `l2(a, b)`: of two vectors of one width
/// - `component(v, i)`: number i of a vector, from 0
/// - `split_part(parts, i)`: byte i of `zoo_splits.parts`: 0 unused, 1 train, 2 test
enum VectorFunctions {
    /// Makes the functions known to a connection.
    static func register(on connection: OpaquePointer) {
        add("dot", connection) { context, _, values in
            pair("dot", context, values) { a, b in
                var sum = 0.0
                for i in a.indices { sum += Double(a[i]) * Double(b[i]) }
                return sum
            }
        }
        add("cosine", connection) { context, _, values in
            pair("cosine", context, values) { a, b in
                var (sum, squaresA, squaresB) = (0.0, 0.0, 0.0)
                for i in a.indices {
                    let (x, y) = (Double(a[i]), Double(b[i]))
                    sum += x * y
                    squaresA += x * x
                    squaresB += y * y
                }
                return squaresA == 0 || squaresB == 0 ? 0 : sum / (squaresA.squareRoot() * squaresB.squareRoot())
            }
        }
        add("l2", connection) { context, _, values in
            pair("l2", context, values) { a, b in
                var sum = 0.0
                for i in a.indices {
                    let difference = Double(a[i]) - Double(b[i])
                    sum += difference * difference
                }
                return sum.squareRoot()
            }
        }
        add("component", connection) { context, _, values in
            guard let (bytes, index) = bytesAndIndex("component", context, values) else { return }
            guard bytes.count % 4 == 0 else { return fail("component", context, "\(bytes.count) bytes are no vector") }
            guard index >= 0 && index < bytes.count / 4 else {
                return fail("component", context, "there is no component \(index) in a vector of \(bytes.count / 4)")
            }
            sqlite3_result_double(context, Double(number(bytes, Int(index))))
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

/// Gives the result of `body` on two vectors of one width.
private func pair(
    _ name: String, _ context: OpaquePointer?, _ values: Values, _ body: ([Float], [Float]) -> Double
) {
    guard let first = values?[0], let second = values?[1] else { return }
    if isNull(first) || isNull(second) { return sqlite3_result_null(context) }
    guard let a = bytes(first), let b = bytes(second) else {
        return fail(name, context, "both arguments must be vectors (BLOBs)")
    }
    guard a.count % 4 == 0, b.count % 4 == 0 else {
        return fail(name, context, "\(a.count % 4 != 0 ? a.count : b.count) bytes are no vector of 4-byte numbers")
    }
    guard a.count == b.count else {
        return fail(name, context, "vectors of different widths: \(a.count / 4) and \(b.count / 4)")
    }
    let result = body((0..<a.count / 4).map { number(a, $0) }, (0..<b.count / 4).map { number(b, $0) })
    sqlite3_result_double(context, result)
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

private func number(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Float {
    Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
}

private func fail(_ name: String, _ context: OpaquePointer?, _ reason: String) {
    sqlite3_result_error(context, name + ": " + reason, -1)
}
