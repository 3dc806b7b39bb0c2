import Crypto
import Foundation

/// SHA-256 of the rows of a table: of the names of its columns and of its values in their order, as SQLite holds them.
///
/// A data set and a SELECT that gives the same rows have the same hash.
struct RowHash {
    private var hash = SHA256()
    private var buffer: [UInt8] = []
    private static let chunk = 1 << 16

    init(columns: [String]) {
        buffer.reserveCapacity(Self.chunk + 64)
        for byte in "zoo-table-1\n\(columns.count)\n".utf8 { buffer.append(byte) }
        for name in columns { Array(name.utf8).withUnsafeBufferPointer { add(text: $0) } }
    }

    @inline(__always)
    mutating func addNull() {
        buffer.append(0)
        flushIfFull()
    }

    @inline(__always)
    mutating func add(integer: Int64) { add(tag: 1, UInt64(bitPattern: integer)) }

    @inline(__always)
    mutating func add(real: Double) { add(tag: 2, real.bitPattern) }

    @inline(__always)
    mutating func add(text: UnsafeBufferPointer<UInt8>) { add(tag: 3, bytes: UnsafeRawBufferPointer(text)) }

    mutating func add(blob: UnsafeRawBufferPointer) { add(tag: 4, bytes: blob) }

    /// The hash in hexadecimal digits.
    mutating func finish() -> String {
        flush()
        return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @inline(__always)
    private mutating func add(tag: UInt8, _ value: UInt64) {
        buffer.append(tag)
        withUnsafeBytes(of: value.littleEndian) { buffer.append(contentsOf: $0) }
        flushIfFull()
    }

    @inline(__always)
    private mutating func add(tag: UInt8, bytes: UnsafeRawBufferPointer) {
        buffer.append(tag)
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: bytes.count).littleEndian) { buffer.append(contentsOf: $0) }
        buffer.append(contentsOf: bytes)
        flushIfFull()
    }

    @inline(__always)
    private mutating func flushIfFull() { if buffer.count >= Self.chunk { flush() } }

    private mutating func flush() {
        buffer.withUnsafeBytes { hash.update(bufferPointer: $0) }
        buffer.removeAll(keepingCapacity: true)
    }
}
