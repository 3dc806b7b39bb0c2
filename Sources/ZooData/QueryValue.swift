/// A value that goes into a query or comes out of one.
package enum QueryValue: Sendable, Hashable {
    /// Nothing.
    case null
    /// A whole number.
    case integer(Int64)
    /// A number.
    case real(Double)
    /// Text.
    case text(String)
    /// Bytes, such as a vector.
    case blob([UInt8])

    /// A parameter as it is typed: a whole number, a number, or text, as which a number with leading zeros is taken, too.
    package init(parsing text: String) {
        let digits = text.utf8.drop { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
        let isCode = digits.count > 1 && digits.first == 48 && digits.allSatisfy { $0 &- 48 < 10 }
        let looksNumeric = !isCode && text.utf8.allSatisfy { "+-.0123456789eE".utf8.contains($0) }
        if looksNumeric, let integer = Int64(text) {
            self = .integer(integer)
        } else if looksNumeric,
            let real = Double(text), real.isFinite
        {
            self = .real(real)
        } else {
            self = .text(text)
        }
    }

    /// A cell of a file, as `init(parsing:)`; an empty one is NULL.
    init(cell text: String) { self = text.isEmpty ? .null : QueryValue(parsing: text) }

    /// A BLOB as SQL writes it, `x'0F'`; nil for anything else.
    package var blobLiteral: String? {
        if case .blob(let bytes) = self {
            "x'" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "'"
        } else {
            nil
        }
    }

    /// The little-endian Float32 numbers of a BLOB, if it is one of whole numbers of four bytes.
    package var vector: [Float]? {
        if case .blob(let bytes) = self, bytes.count % 4 == 0 { VectorCoding.floats(bytes) } else { nil }
    }
}
