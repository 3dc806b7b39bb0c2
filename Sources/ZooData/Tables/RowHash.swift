import Foundation
import ZooHash

/// SHA-256 of the rows of a table: of the names of its columns and of its values in their order, as SQLite holds them.
///
/// A data set and a SELECT that gives the same rows have the same hash.
struct RowHash {
    private var hash = SHA256()
    private var buffer = [UInt8](repeating: 0, count: chunk)
    private var filled = 0
    private static let chunk = 1 << 16

    init(columns: [String]) {
        for byte in "zoo-table-1\n\(columns.count)\n".utf8 { add(byte: byte) }
        for name in columns { Array(name.utf8).withUnsafeBufferPointer { add(text: $0) } }
    }

    @inline(__always)
    mutating func addNull() { add(byte: 0) }

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
        return hash.hexadecimal()
    }

    private mutating func add(byte: UInt8) {
        if filled == Self.chunk { flush() }
        buffer[filled] = byte
        filled &+= 1
    }

    /// A tag and a number: of an integer 1, of the bits of a real 2.
    @inline(__always)
    mutating func add(tag: UInt8, _ value: UInt64) {
        if filled &+ 9 > Self.chunk { flush() }
        buffer.withUnsafeMutableBytes { bytes in
            bytes[filled] = tag
            bytes.storeBytes(of: value.littleEndian, toByteOffset: filled &+ 1, as: UInt64.self)
        }
        filled &+= 9
    }

    @inline(__always)
    private mutating func add(tag: UInt8, bytes text: UnsafeRawBufferPointer) {
        if filled &+ 5 &+ text.count > Self.chunk { flush() }
        let isShort = text.count &+ 5 <= Self.chunk
        buffer.withUnsafeMutableBytes { bytes in
            bytes[filled] = tag
            let length = UInt32(truncatingIfNeeded: text.count).littleEndian
            bytes.storeBytes(of: length, toByteOffset: filled &+ 1, as: UInt32.self)
            if isShort, let from = text.baseAddress, let to = bytes.baseAddress {
                (to + filled + 5).copyMemory(from: from, byteCount: text.count)
            }
        }
        filled &+= isShort ? text.count &+ 5 : 5
        if !isShort {
            flush()
            hash.update(text)
        }
    }

    private mutating func flush() {
        buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<filled])) }
        filled = 0
    }
}
