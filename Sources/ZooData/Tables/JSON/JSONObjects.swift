import Foundation

/// Reads the objects of a JSON file one by one, in the memory of one of them.
///
/// What is no JSON is a flaw, but for the NaN and Infinity that Python writes.
/// - Source: RFC 8259
final class JSONObjects {
    /// Bytes of the file until now.
    var offset: Int { before + position }
    private let file: String
    private let form: JSONForm
    private let keepsNumberLists: Bool
    private let source: DecodedBytes
    private let buffer: UnsafeMutablePointer<UInt8>
    private static let size = 1 << 16
    private var (before, position, filled) = (0, 0, 0)
    private var line: Int
    private var (count, isInList, isAtEnd) = (0, false, false)

    /// - Parameter keepsNumberLists: whether a list of numbers is a text such as `[1.5,2]`; else it is nested
    /// - Throws: `DataError.unreadable`
    init(source: DecodedBytes, form: JSONForm, skippedLines: Int, keepsNumberLists: Bool = false) throws {
        (file, self.source, self.form, self.keepsNumberLists) = (source.file, source, form, keepsNumberLists)
        line = 1 + (try source.skipLines(skippedLines))
        buffer = .allocate(capacity: Self.size)
    }

    deinit { buffer.deallocate() }

    /// Reads the next object; false behind the last. Of JSON lines, a line with a flaw is a row with a problem.
    ///
    /// - Throws: `DataError.badRow` for a flaw where objects do not each have a line, `.lineTooLong`, `.unreadable`
    func next(_ row: inout JSONRow) throws -> Bool {
        do {
            guard try isAtObject() else { return false }
            row.clear(line: line)
            count += 1
            try object(&row)
            if form == .lines {
                try skipBlanks(over: false)
                guard [10, nil].contains(try peek()) else { throw JSONFlaw("text follows the object on its line") }
            }
        } catch let flaw as JSONFlaw {
            guard form == .lines else {
                throw DataError.badRow(BadRow(file: file, line: line, column: nil, reason: flaw.reason))
            }
            row.problem = flaw.reason
            while let byte = try peek(), byte != 10 { position += 1 }
        }
        return true
    }

    /// Goes to the beginning of the next object; false at the end.
    private func isAtObject() throws -> Bool {
        if isAtEnd { return false }
        try skipBlanks(over: true)
        if form == .free, count == 0, !isInList, try peek() == UInt8(ascii: "[") {
            isInList = true
            position += 1
            try skipBlanks(over: true)
            guard try peek() == UInt8(ascii: "]") else { return true }
        }
        guard isInList else { return try peek() != nil }
        switch try peek() {
        case UInt8(ascii: "]"):
            position += 1
            try skipBlanks(over: true)
            guard try peek() == nil else { throw JSONFlaw("text follows the list of objects") }
            isAtEnd = true
            return false
        case UInt8(ascii: ","):
            position += 1
            try skipBlanks(over: true)
            return true
        case nil: throw JSONFlaw("the list of objects is not closed: the file is cut off")
        default: throw JSONFlaw("a comma is missing between two objects")
        }
    }

    private func object(_ row: inout JSONRow) throws {
        guard try peek() == UInt8(ascii: "{") else { throw JSONFlaw("an object in braces is expected") }
        position += 1
        try skipBlanks()
        if try peek() == UInt8(ascii: "}") {
            position += 1
            return
        }
        while true {
            guard try peek() == UInt8(ascii: "\"") else { throw JSONFlaw("a name in quotes is expected") }
            let name = try string(&row.bytes)
            try skipBlanks()
            guard try peek() == UInt8(ascii: ":") else { throw JSONFlaw("a colon is missing behind a name") }
            position += 1
            try skipBlanks()
            let start = row.bytes.count
            let kind = try value(&row.bytes)
            row.fields.append(JSONRow.Field(name: name, value: start..<row.bytes.count, kind: kind))
            try skipBlanks()
            let byte = try peek()
            guard let byte, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") else {
                throw JSONFlaw(
                    byte == nil || byte == 10 ? "the object is not closed" : "a comma is missing behind a value")
            }
            position += 1
            if byte == UInt8(ascii: "}") { return }
            try skipBlanks()
        }
    }

    /// Appends what a value says to `bytes`.
    private func value(_ bytes: inout [UInt8]) throws -> JSONRow.Kind {
        switch try peek() {
        case UInt8(ascii: "\""):
            _ = try string(&bytes)
            return .text
        case UInt8(ascii: "{"), UInt8(ascii: "["): return try nested(&bytes)
        default: return try word(&bytes)
        }
    }

    /// A number, a truth value or null.
    private func word(_ bytes: inout [UInt8]) throws -> JSONRow.Kind {
        let start = bytes.count
        while let byte = try peek(), byte > 32, byte != UInt8(ascii: ","), byte != UInt8(ascii: "}"),
            byte != UInt8(ascii: "]")
        {
            bytes.append(byte)
            position += 1
            if bytes.count - start > 400 { break }
        }
        let word = bytes[start...]
        switch true {
        case word.elementsEqual("true".utf8), word.elementsEqual("false".utf8): return .truth
        case word.elementsEqual("Infinity".utf8), word.elementsEqual("-Infinity".utf8): return .number
        case word.elementsEqual("null".utf8), word.elementsEqual("NaN".utf8):
            bytes.removeLast(word.count)
            return .null
        case word.isJSONNumber: return .number
        default:
            throw JSONFlaw(
                word.isEmpty
                    ? "a value is missing" : "'\(String(decoding: word.prefix(40), as: UTF8.self))' is not a value")
        }
    }

    /// Passes over an object or a list; of a list of texts, appends those to `bytes` with bars between.
    private func nested(_ bytes: inout [UInt8]) throws -> JSONRow.Kind {
        let start = bytes.count
        var closing: [UInt8] = []
        var (kind, hasTexts, isCut): (JSONRow.Kind?, Bool, Bool) = (nil, false, false)
        while true {
            try skipBlanks()
            guard let byte = try peek(), byte != 10 else { throw JSONFlaw("an object or a list is not closed") }
            if byte == UInt8(ascii: "\"") {
                let text = try string(&bytes)
                if bytes[text].contains(UInt8(ascii: "|")) { isCut = true }
                hasTexts = true
                continue
            }
            position += 1
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if closing == [UInt8(ascii: "]")] { kind = .rows(areLists: byte == UInt8(ascii: "[")) }
                if closing.isEmpty, byte == UInt8(ascii: "{") { kind = .nested }
                closing.append(byte + 2)  // '}' and ']' stand two places behind
                guard closing.count <= 1000 else { throw JSONFlaw("objects and lists are nested more than 1000 deep") }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard closing.popLast() == byte else {
                    throw JSONFlaw("an object or a list is closed by another bracket")
                }
                guard closing.isEmpty else { continue }
                if kind == nil, hasTexts { return .list(isCut: isCut) }
                let isEmpty = bytes.count == start
                if kind == nil, !isEmpty, keepsNumberLists {
                    let numbers = bytes[start...].map { $0 == UInt8(ascii: "|") ? UInt8(ascii: ",") : $0 }
                    bytes.replaceSubrange(start..., with: Array("[".utf8) + numbers + Array("]".utf8))
                    return .text
                }
                bytes.removeLast(bytes.count - start)
                return kind ?? (isEmpty ? .null : .nested)
            default:
                bytes.append(byte == UInt8(ascii: ",") ? UInt8(ascii: "|") : byte)
                try checkLength(bytes)
            }
        }
    }

    /// - Throws: `DataError.lineTooLong`
    private func checkLength(_ bytes: [UInt8]) throws {
        guard bytes.count <= RecordScanner.usualLimit else {
            throw DataError.lineTooLong(file: file, line: line, limit: RecordScanner.usualLimit)
        }
    }

    /// Appends what a text in quotes says to `bytes`.
    private func string(_ bytes: inout [UInt8]) throws -> Range<Int> {
        let start = bytes.count
        position += 1
        while true {
            guard let byte = try peek() else { throw JSONFlaw("a text is not closed: the file is cut off") }
            if byte == UInt8(ascii: "\"") {
                position += 1
                return start..<bytes.count
            }
            if byte == UInt8(ascii: "\\") {
                position += 1
                try escape(&bytes)
                continue
            }
            guard byte >= 32 else {
                throw JSONFlaw(byte == 10 ? "a text is not closed on its line" : "a control character in a text")
            }
            var end = position
            while end < filled, buffer[end] >= 32, buffer[end] != UInt8(ascii: "\""), buffer[end] != UInt8(ascii: "\\")
            { end += 1 }
            bytes.append(contentsOf: UnsafeBufferPointer(start: buffer + position, count: end - position))
            position = end
            try checkLength(bytes)
        }
    }

    private func escape(_ bytes: inout [UInt8]) throws {
        let meant: UInt8? =
            switch try peek() {
            case 34: 34  // a quote
            case 92: 92  // a backslash
            case UInt8(ascii: "/"): UInt8(ascii: "/")
            case UInt8(ascii: "b"): 8
            case UInt8(ascii: "f"): 12
            case UInt8(ascii: "n"): 10
            case UInt8(ascii: "r"): 13
            case UInt8(ascii: "t"): 9
            case UInt8(ascii: "u"): nil
            default: throw JSONFlaw("a backslash escapes what needs none")
            }
        if let meant {
            bytes.append(meant)
            position += 1
            return
        }
        var code = try unit()
        if (0xD800..<0xDC00).contains(code), try peek() == UInt8(ascii: "\\") {
            position += 1
            guard try peek() == UInt8(ascii: "u") else { throw JSONFlaw("half a surrogate pair in a text") }
            let low = try unit()
            guard (0xDC00..<0xE000).contains(low) else { throw JSONFlaw("half a surrogate pair in a text") }
            code = 0x10000 + (code - 0xD800) << 10 + low - 0xDC00
        }
        guard code != 0 else { throw JSONFlaw("a NUL character in a text") }
        guard let scalar = Unicode.Scalar(code) else { throw JSONFlaw("half a surrogate pair in a text") }
        bytes.append(contentsOf: String(scalar).utf8)
    }

    /// The four digits behind `\u`.
    private func unit() throws -> UInt32 {
        position += 1
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = try peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw JSONFlaw("four hexadecimal digits are expected behind \\u")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    /// Passes over blanks, and over line ends where an object may have several lines.
    private func skipBlanks() throws { try skipBlanks(over: form == .free) }

    private func skipBlanks(over lines: Bool) throws {
        while let byte = try peek(), JSONForm.isBlank(byte), lines || byte != 10 {
            if byte == 10 { line += 1 }
            position += 1
        }
    }

    /// The byte that is read next, or nil at the end of the file.
    @inline(__always)
    private func peek() throws -> UInt8? {
        if position == filled {
            before += filled
            (position, filled) = (0, try source.read(into: buffer, room: Self.size))
            if filled == 0 { return nil }
        }
        return buffer[position]
    }
}
