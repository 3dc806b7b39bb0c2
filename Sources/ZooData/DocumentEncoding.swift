/// What the bytes of a text document are taken for.
package enum DocumentEncoding: String, Sendable, CaseIterable, Codable {
    /// By the byte-order mark; UTF-8 where there is none.
    case automatic = "auto"
    /// UTF-8, checked.
    case utf8
    /// ISO 8859-1 with the punctuation of Windows-1252: every byte is a character.
    case latin1
    /// UTF-16, the low byte first.
    case utf16le
    /// UTF-16, the high byte first.
    case utf16be
}

/// A document's text, with what had to be done to its bytes.
package struct DecodedText: Sendable, Equatable {
    /// The text, its lines ended by LF.
    package var text: String
    /// How many malformed places were replaced by U+FFFD.
    package var replaced = 0
}

/// Turns the bytes of a document into text.
package struct TextDecoding: Sendable {
    /// The document's path, for messages.
    let file: String
    let encoding: DocumentEncoding
    /// Whether to continue over malformed bytes.
    let isLossy: Bool
    /// Whether the command that reads it has the option for that.
    private let offersLossy: Bool

    /// Decodes one document.
    package init(file: String, encoding: DocumentEncoding, isLossy: Bool, offersLossy: Bool = true) {
        self.file = file
        self.offersLossy = offersLossy
        self.encoding = encoding
        self.isLossy = isLossy
    }

    /// The text of `bytes`, without byte-order mark, every line ended by LF.
    ///
    /// - Throws: `DataError.wrongEncoding` with the position of the first malformed bytes; `.unreadable` for what is no text
    package func text(_ bytes: [UInt8]) throws -> DecodedText {
        let marked = TextDecoding.mark(of: bytes)
        let encoding = self.encoding == .automatic ? marked?.encoding ?? .utf8 : self.encoding
        let start = marked?.encoding == encoding ? marked?.length ?? 0 : 0
        switch encoding {
        case .utf16le, .utf16be: return try utf16(bytes, from: start, isBigEndian: encoding == .utf16be)
        case .automatic, .utf8:
            try refuseBinary(bytes)
            return try utf8(bytes, from: start)
        case .latin1:
            try refuseBinary(bytes)
            var view = String.UnicodeScalarView()
            for byte in TextDecoding.withPlainLineEnds(bytes[...]) { view.append(Windows1252.scalar(byte)) }
            return DecodedText(text: String(view))
        }
    }

    private static func mark(of bytes: [UInt8]) -> (encoding: DocumentEncoding, length: Int)? {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16le, 2) }
        if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16be, 2) }
        return nil
    }

    /// - Throws: `DataError.unreadable` for bytes that no text in an encoding of single bytes has
    private func refuseBinary(_ bytes: [UInt8]) throws {
        if let position = bytes.firstIndex(of: 0) {
            let isMarked = [.utf16le, .utf16be].contains(TextDecoding.mark(of: bytes)?.encoding)
            let reason =
                isMarked
                ? "this is UTF-16 by its byte-order mark: leave --encoding out"
                : "this is a binary file, or UTF-16 without a byte-order mark (--encoding utf16le): byte \(position) is 0"
            throw DataError.unreadable(path: file, reason: reason)
        }
        // Tab, line feed, form feed, carriage return and escape are in texts; of others a few slips are.
        let controls = bytes.count { $0 < 32 && !(9...13).contains($0) && $0 != 27 }
        guard controls * 20 <= bytes.count else {
            throw DataError.unreadable(
                path: file, reason: "this is a binary file: \(controls) of \(bytes.count) bytes are control characters")
        }
    }

    private func utf8(_ bytes: [UInt8], from start: Int) throws -> DecodedText {
        guard let flaw = UTF8Flaw.first(in: bytes, from: start) else {
            return DecodedText(text: String(decoding: TextDecoding.withPlainLineEnds(bytes[start...]), as: UTF8.self))
        }
        guard isLossy else {
            let advice =
                encoding == .automatic || encoding == .utf8
                ? "name the encoding (--encoding latin1)" + (offersLossy ? ", or give --lossy" : "")
                : offersLossy ? "give --lossy" : "correct it"
            throw flawed(bytes, at: flaw.position, "\(flaw.reason) is not UTF-8: \(advice)")
        }
        var replaced = 0
        var position = start
        while let flaw = UTF8Flaw.first(in: bytes, from: position) {
            replaced += 1
            position = flaw.position + flaw.length
        }
        // Swift replaces each maximal run that could have begun a character by one U+FFFD.
        let text = String(decoding: TextDecoding.withPlainLineEnds(bytes[start...]), as: UTF8.self)
        return DecodedText(text: text, replaced: replaced)
    }

    private func utf16(_ bytes: [UInt8], from start: Int, isBigEndian: Bool) throws -> DecodedText {
        var result = DecodedText(text: "")
        var view = String.UnicodeScalarView()
        func unit(_ index: Int) -> UInt32 {
            let (first, second) = (UInt32(bytes[index]), UInt32(bytes[index + 1]))
            return isBigEndian ? first << 8 | second : second << 8 | first
        }
        func flaw(_ index: Int, _ reason: String) throws {
            guard isLossy else {
                let line = view.count { $0 == "\n" } + 1
                throw wrong(
                    line,
                    "byte \(index): \(reason): " + (offersLossy ? "give --lossy, or " : "") + "name another encoding")
            }
            view.append("\u{FFFD}")
            result.replaced += 1
        }
        var index = start
        var follows = false  // a carriage return
        while index < bytes.count {
            guard index + 1 < bytes.count else {
                try flaw(index, "half a character of UTF-16 at the end")
                break
            }
            let code = unit(index)
            index += 2
            if code == 0 {
                throw DataError.unreadable(path: file, reason: "a NUL at byte \(index - 2): this is not text")
            }
            if (0xD800..<0xDC00).contains(code), index + 1 < bytes.count, (0xDC00..<0xE000).contains(unit(index)) {
                let value = 0x10000 + (code - 0xD800) << 10 + unit(index) - 0xDC00
                Unicode.Scalar(value).map { view.append($0) }
                index += 2
            } else if let scalar = Unicode.Scalar(code) {
                if !(scalar == "\n" && follows) { view.append(scalar == "\r" ? "\n" : scalar) }
                follows = scalar == "\r"
                continue
            } else {
                try flaw(index - 2, "a lone surrogate U+\(String(code, radix: 16, uppercase: true))")
            }
            follows = false
        }
        result.text = String(view)
        return result
    }

    private func flawed(_ bytes: [UInt8], at position: Int, _ reason: String) -> DataError {
        wrong(bytes[..<position].count { $0 == 10 } + 1, "byte \(position): \(reason)")
    }

    private func wrong(_ line: Int, _ reason: String) -> DataError {
        .wrongEncoding(file: file, line: line, reason: reason)
    }

    /// CRLF and CR become LF.
    private static func withPlainLineEnds(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard bytes.contains(13) else { return bytes }
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var follows = false
        for byte in bytes {
            if !(byte == 10 && follows) { plain.append(byte == 13 ? 10 : byte) }
            follows = byte == 13
        }
        return plain[...]
    }
}

/// A place at which bytes are not UTF-8.
package struct UTF8Flaw: Equatable {
    /// Of the first byte.
    package let position: Int
    /// How many bytes are one flaw.
    package let length: Int
    /// What is there.
    package let reason: String

    /// The first flaw from `start` on, or nil.
    ///
    /// - Source: The Unicode Standard, table 3-7
    package static func first(in bytes: [UInt8], from start: Int) -> UTF8Flaw? {
        var position = start
        while position < bytes.count {
            let byte = bytes[position]
            if byte < 0x80 {
                position += 1
                continue
            }
            let (length, second): (Int, ClosedRange<UInt8>) =
                switch byte {
                case 0xC2...0xDF: (2, 0x80...0xBF)
                case 0xE0: (3, 0xA0...0xBF)
                case 0xED: (3, 0x80...0x9F)
                case 0xE1...0xEF: (3, 0x80...0xBF)
                case 0xF0: (4, 0x90...0xBF)
                case 0xF1...0xF3: (4, 0x80...0xBF)
                case 0xF4: (4, 0x80...0x8F)
                default: (0, 0x80...0xBF)
                }
            let hex = "0x" + String(byte, radix: 16, uppercase: true)
            guard length > 0 else { return UTF8Flaw(position: position, length: 1, reason: hex) }
            for offset in 1..<length {
                guard position + offset < bytes.count else {
                    return UTF8Flaw(position: position, length: offset, reason: "a character cut off at the end")
                }
                let next = bytes[position + offset]
                let range = offset == 1 ? second : 0x80...0xBF
                guard !range.contains(next) else { continue }
                let isSurrogate = byte == 0xED && offset == 1 && (0xA0...0xBF).contains(next)
                return UTF8Flaw(
                    position: position, length: offset,
                    reason: isSurrogate ? "a lone surrogate (\(hex) \(hex2(next)))" : hex)
            }
            position += length
        }
        return nil
    }

    private static func hex2(_ byte: UInt8) -> String { "0x" + String(byte, radix: 16, uppercase: true) }
}
