/// Reads little-endian numbers and pieces of a file one after the other, and never beyond its end.
struct ByteCursor {
    let bytes: [UInt8]
    private(set) var position: Int
    let end: Int
    /// What errors call the place.
    let location: String

    /// A cursor over a part of a file.
    ///
    /// - Precondition: the range lies within the bytes.
    init(_ bytes: [UInt8], _ range: Range<Int>, location: String) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "ByteCursor: \(range)")
        (self.bytes, position, end) = (bytes, range.lowerBound, range.upperBound)
        self.location = location
    }

    /// How many bytes are left.
    var rest: Int { end - position }

    /// The range of the next `count` bytes, which are then behind the cursor.
    mutating func take(_ count: Int) throws -> Range<Int> {
        guard count >= 0, count <= rest else {
            throw ForeignError.malformed(location: location, reason: "it ends early")
        }
        defer { position += count }
        return position..<position + count
    }

    mutating func skip(_ count: Int) throws { _ = try take(count) }

    mutating func byte() throws -> UInt8 { bytes[try take(1).lowerBound] }

    /// An unsigned number of so many bytes, at most 8.
    ///
    /// - Throws: `ForeignError.malformed` too for one that is no `Int`
    mutating func unsigned(_ count: Int) throws -> Int {
        let value = bytes[try take(count)].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard let number = Int(exactly: value) else {
            throw ForeignError.malformed(location: location, reason: "a size of \(value) bytes")
        }
        return number
    }

    /// A signed number of at most 8 bytes.
    mutating func signed(_ count: Int) throws -> Int {
        if count == 0 { return 0 }
        let value = bytes[try take(count)].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        let unused = 64 - 8 * count
        return Int(truncatingIfNeeded: Int64(bitPattern: value << UInt64(unused)) >> Int64(unused))
    }

    /// Text of so many bytes.
    mutating func text(_ count: Int) throws -> String {
        guard let text = String(validating: bytes[try take(count)], as: UTF8.self) else {
            throw ForeignError.malformed(location: location, reason: "a name is not UTF-8")
        }
        return text
    }

    /// Text up to a line break, which is left out.
    mutating func line() throws -> String {
        guard let length = bytes[position..<end].firstIndex(of: UInt8(ascii: "\n")).map({ $0 - position }) else {
            throw ForeignError.malformed(location: location, reason: "it ends early")
        }
        defer { position += 1 }
        return try text(length)
    }
}
