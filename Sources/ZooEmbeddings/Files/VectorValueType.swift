/// The type of the numbers in a BLOB that holds a vector.
package enum VectorValueType: String, Sendable, CaseIterable {
    /// 32-bit floating point, as sqlite-vec and Zoo write them.
    case float32
    /// 16-bit floating point.
    case float16
    /// 64-bit floating point, as `numpy.ndarray.tobytes` gives by default.
    case float64
    /// 8-bit whole numbers, as sqlite-vec's `vec_int8`.
    case int8
    /// Single bits, the lowest of a byte first, as sqlite-vec's `vec_bit`; they become 0 and 1.
    case bit

    /// The numbers of a BLOB, little-endian; nil where its bytes are no whole number of them.
    package func numbers(_ bytes: [UInt8]) -> [Float]? {
        func each<Value: BitwiseCopyable>(_ type: Value.Type, _ number: (Value) -> Float) -> [Float]? {
            let width = MemoryLayout<Value>.size
            guard bytes.count.isMultiple(of: width) else { return nil }
            return bytes.withUnsafeBytes { raw in
                stride(from: 0, to: raw.count, by: width).map {
                    number(raw.loadUnaligned(fromByteOffset: $0, as: Value.self))
                }
            }
        }
        return switch self {
        case .float32: each(UInt32.self) { Float(bitPattern: UInt32(littleEndian: $0)) }
        case .float16: each(UInt16.self) { Float(Float16(bitPattern: UInt16(littleEndian: $0))) }
        case .float64: each(UInt64.self) { Float(Double(bitPattern: UInt64(littleEndian: $0))) }
        case .int8: bytes.map { Float(Int8(bitPattern: $0)) }
        case .bit: bytes.flatMap { byte in (0..<8).map { Float(byte >> $0 & 1) } }
        }
    }

    /// The numbers of a text: a JSON array, or numbers with blanks or commas between them; nil for anything else.
    package static func numbers(_ text: String) -> [Float]? {
        var text = Substring(text).drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        if text.first == "[" {
            guard text.last == "]" else { return nil }
            text = text.dropFirst().dropLast()
        }
        // Nothing between two commas is no number; a comma may stand behind the last.
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 1 || parts.dropLast().allSatisfy({ $0.contains { !$0.isWhitespace } }) else { return nil }
        let numbers = parts.lazy.flatMap { $0.split(whereSeparator: \.isWhitespace) }.map { field in
            Array(field.utf8).withUnsafeBufferPointer { DecimalParsing.float($0) }
        }
        return numbers.contains { $0 == nil } ? nil : numbers.compactMap { $0 }
    }
}
