/// How an encoded row lies in memory: the codes of its categories in one, two or four bytes each, its continuous columns
/// as Float32, and its target as Float32 (a number) or Int32 (a class).
package struct RecordLayout: Sendable, Hashable {
    /// Bytes of each code.
    package let codeBytes: [Int]
    /// Where each code begins.
    package let codeOffsets: [Int]
    /// Where the continuous columns begin.
    package let continuousOffset: Int
    /// How many continuous columns.
    package let continuousCount: Int
    /// Where the target begins.
    package let targetOffset: Int
    /// Bytes a record.
    package let stride: Int

    /// The layout for categories with so many codes each.
    package init(codeCounts: [Int], continuous: Int) {
        codeBytes = codeCounts.map { $0 <= 1 << 8 ? 1 : $0 <= 1 << 16 ? 2 : 4 }
        var end = 0
        codeOffsets = codeBytes.map { bytes in
            defer { end += bytes }
            return end
        }
        continuousOffset = (end + 3) / 4 * 4
        continuousCount = continuous
        targetOffset = continuousOffset + continuous * 4
        stride = targetOffset + 4
    }

    /// Reads a code.
    @inline(__always) static func code(at address: UnsafePointer<UInt8>, bytes: Int) -> Int {
        let raw = UnsafeRawPointer(address)
        return switch bytes {
        case 1: Int(address.pointee)
        case 2: Int(raw.loadUnaligned(as: UInt16.self))
        default: Int(raw.loadUnaligned(as: UInt32.self))
        }
    }

    /// Writes a code.
    @inline(__always) package static func write(code: Int, to address: UnsafeMutablePointer<UInt8>, bytes: Int) {
        let raw = UnsafeMutableRawPointer(address)
        switch bytes {
        case 1: address.pointee = UInt8(truncatingIfNeeded: code)
        case 2: raw.storeBytes(of: UInt16(truncatingIfNeeded: code), as: UInt16.self)
        default: raw.storeBytes(of: UInt32(truncatingIfNeeded: code), as: UInt32.self)
        }
    }
}
