/// Cuts bytes of text into pieces that tokens do not cross: words with the blank before them, numbers, marks, blanks.
struct BytePieces: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var position = 0
    /// No piece is longer, so that a text without blanks takes no longer than another.
    private static let longest = 64

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> ArraySlice<UInt8>? {
        guard position < bytes.count else { return nil }
        let start = position
        // One blank belongs to what follows it.
        if bytes[position] == 32, position + 1 < bytes.count, Self.sort(bytes[position + 1]) != .blank { position += 1 }
        var sort = Self.sort(bytes[position])
        // "'s" and its like are a piece.
        if bytes[position] == UInt8(ascii: "'"), position + 1 < bytes.count, Self.sort(bytes[position + 1]) == .letter {
            position += 1
            sort = .letter
        }
        while position < bytes.count, position - start < Self.longest, Self.sort(bytes[position]) == sort {
            // A blank run leaves its last blank to the word behind it.
            if sort == .blank, position > start, bytes[position] == 32, position + 1 < bytes.count,
                Self.sort(bytes[position + 1]) != .blank
            {
                break
            }
            if sort == .mark, position > start, bytes[position] == UInt8(ascii: "'"), position + 1 < bytes.count,
                Self.sort(bytes[position + 1]) == .letter
            {
                break
            }
            position += 1
        }
        return bytes[start..<position]
    }

    private enum Sort { case letter, digit, blank, mark }

    /// Bytes beyond ASCII count as letters: most are, and characters then stay whole.
    private static func sort(_ byte: UInt8) -> Sort {
        switch byte {
        case 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: .letter
        case 0x30...0x39: .digit
        case 0x20, 0x09...0x0D: .blank
        default: .mark
        }
    }
}

/// Bytes as printable characters, each as one, so that any run of bytes is a text without blanks.
///
/// - Source: GPT-2's `bytes_to_unicode`: printable Latin-1 stands for itself, the rest is numbered from U+0100
enum ByteText {
    private static let scalars: [Unicode.Scalar] = {
        var next: UInt32 = 0x100
        return (0..<256).map { (byte: UInt32) in
            let isPrintable =
                (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte)
            if !isPrintable { next += 1 }
            return Unicode.Scalar(isPrintable ? byte : next - 1) ?? " "
        }
    }()

    private static let bytes: [Unicode.Scalar: UInt8] = Dictionary(
        uniqueKeysWithValues: scalars.enumerated().map { ($1, UInt8($0)) })

    /// The characters of bytes.
    static func text(_ bytes: [UInt8]) -> String {
        var view = String.UnicodeScalarView()
        for byte in bytes { view.append(scalars[Int(byte)]) }
        return String(view)
    }

    /// The bytes of characters; nil for other characters and for none.
    static func bytes(of text: Substring) -> [UInt8]? {
        let found = text.unicodeScalars.map { bytes[$0] }
        let known = found.compactMap { $0 }
        return known.isEmpty || known.count != found.count ? nil : known
    }
}
