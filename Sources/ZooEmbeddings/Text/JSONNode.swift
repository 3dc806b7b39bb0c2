/// A JSON document whose names keep their order and their bytes.
///
/// The names of a vocabulary may be texts that Swift's `String` takes for one, such as the two forms of `é`, so they cannot be
/// keys of a dictionary.
package indirect enum JSONNode: Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case array([JSONNode])
    case object([(name: String, value: JSONNode)])

    /// How deep arrays and objects may lie in each other.
    private static let mostLevels = 64

    /// Reads a document.
    ///
    /// - Throws: `JSONError`
    package init(_ bytes: [UInt8]) throws(JSONError) {
        var parser = JSONParser(bytes: bytes, place: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
        self = try parser.value(levels: Self.mostLevels)
        parser.skipBlanks()
        guard parser.place == bytes.count else { throw parser.error("something follows the document") }
    }

    /// The first member of that name; nil where there is none, or this is no object.
    package subscript(name: String) -> JSONNode? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text, where it is one.
    package var text: String? { if case .text(let text) = self { text } else { nil } }
    /// The truth value, where it is one.
    package var bool: Bool? { if case .bool(let bool) = self { bool } else { nil } }
    /// The number, where it is one.
    package var number: Double? { if case .number(let number) = self { number } else { nil } }
    /// The whole number from 0, where it is one.
    package var index: Int? { number.flatMap { Int(exactly: $0) }.flatMap { $0 >= 0 ? $0 : nil } }
    /// The items, where it is an array.
    package var items: [JSONNode]? { if case .array(let items) = self { items } else { nil } }
    /// Whether it is `null`.
    package var isNull: Bool { if case .null = self { true } else { false } }
}

/// What is no JSON.
package struct JSONError: Error, Hashable, CustomStringConvertible {
    /// The byte, from 0, and what is wrong there.
    package let description: String
}

/// Reads JSON from its bytes (RFC 8259).
private struct JSONParser {
    let bytes: [UInt8]
    var place: Int

    func error(_ reason: String) -> JSONError { JSONError(description: "at byte \(place): \(reason)") }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    mutating func skipBlanks() {
        while let byte = next, byte == 32 || byte == 10 || byte == 13 || byte == 9 { place += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard next == byte else { return false }
        place += 1
        return true
    }

    mutating func value(levels: Int) throws(JSONError) -> JSONNode {
        guard levels > 0 else { throw error("arrays and objects lie too deep in each other") }
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"):
            place += 1
            var members: [(name: String, value: JSONNode)] = []
            if take(UInt8(ascii: "}")) { return .object(members) }
            repeat {
                skipBlanks()
                let name = try string()
                guard take(UInt8(ascii: ":")) else { throw error("a colon is missing") }
                members.append((name, try value(levels: levels - 1)))
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "}")) else { throw error("a brace is missing") }
            return .object(members)
        case UInt8(ascii: "["):
            place += 1
            var items: [JSONNode] = []
            if take(UInt8(ascii: "]")) { return .array(items) }
            repeat { items.append(try value(levels: levels - 1)) } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "]")) else { throw error("a bracket is missing") }
            return .array(items)
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONNode) throws(JSONError) -> JSONNode {
        let end = place + word.utf8CodeUnitCount
        guard end <= bytes.count, word.withUTF8Buffer({ bytes[place..<end].elementsEqual($0) }) else {
            throw error("a value is missing")
        }
        place = end
        return value
    }

    private mutating func number() throws(JSONError) -> Double {
        let start = place
        while let byte = next, (48...57).contains(byte) || [43, 45, 46, 69, 101].contains(byte) { place += 1 }
        guard start < place, let number = Double(String(decoding: bytes[start..<place], as: UTF8.self)) else {
            place = start
            throw error("a value is missing")
        }
        return number
    }

    private mutating func string() throws(JSONError) -> String {
        guard next == UInt8(ascii: "\"") else { throw error("a name is missing") }
        place += 1
        let start = place
        var units: [UInt8] = []
        var copied = start
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 32 else { throw error("a control character in a text") }
            guard byte == UInt8(ascii: "\\") else {
                place += 1
                continue
            }
            units += bytes[copied..<place]
            units += try escape()
            copied = place
        }
        guard next != nil else { throw error("a text has no end") }
        let text = units.isEmpty ? Self.text(bytes[start..<place]) : Self.text(units + bytes[copied..<place])
        guard let text else { throw error("a text that is no UTF-8 ends") }
        place += 1
        return text
    }

    private static func text(_ units: some Collection<UInt8>) -> String? { String(validating: units, as: UTF8.self) }

    /// What an escape stands for, as UTF-8.
    private mutating func escape() throws(JSONError) -> [UInt8] {
        place += 1
        guard let letter = next else { throw error("a text has no end") }
        place += 1
        let plain: [UInt8: UInt8] = [34: 34, 92: 92, 47: 47, 98: 8, 102: 12, 110: 10, 114: 13, 116: 9]
        if let byte = plain[letter] { return [byte] }
        guard letter == UInt8(ascii: "u") else { throw error("an escape that JSON does not have") }
        var value = try unit()
        if (0xD800..<0xDC00).contains(value) {
            guard place + 1 < bytes.count, bytes[place] == 92, bytes[place + 1] == UInt8(ascii: "u") else {
                throw error("half a surrogate pair")
            }
            place += 2
            let low = try unit()
            guard (0xDC00..<0xE000).contains(low) else { throw error("half a surrogate pair") }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw error("half a surrogate pair") }
        return Array(UTF8.encode(scalar) ?? UTF8.EncodedScalar())
    }

    private mutating func unit() throws(JSONError) -> UInt32 {
        guard place + 4 <= bytes.count, bytes[place..<place + 4].allSatisfy({ $0 != 43 && $0 != 45 }),
            let value = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
        else { throw error("an escape without four digits") }
        place += 4
        return value
    }
}
