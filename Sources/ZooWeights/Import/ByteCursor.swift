/// Reads little-endian numbers and pieces of a file one after the other, and never beyond its end.
struct ByteCursor {
    let bytes: FileBytes
    private(set) var position: Int
    let end: Int
    /// What errors call the place.
    let location: String
    /// The bytes from `windowStart` on that were read at once.
    private var window: [UInt8] = []
    private var windowStart = 0
    private static let windowBytes = 1 << 16

    /// A cursor over a part of a file.
    ///
    /// - Precondition: the range lies within the bytes.
    init(_ bytes: FileBytes, _ range: Range<Int>, location: String) {
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

    /// The next `count` bytes, which are then behind the cursor.
    mutating func piece(_ count: Int) throws -> ArraySlice<UInt8> {
        let range = try take(count)
        guard count <= Self.windowBytes else { return try bytes.read(range)[...] }
        if range.lowerBound < windowStart || range.upperBound > windowStart + window.count {
            window = try bytes.read(range.lowerBound..<min(range.lowerBound + Self.windowBytes, end))
            windowStart = range.lowerBound
        }
        return window[range.lowerBound - windowStart..<range.upperBound - windowStart]
    }

    mutating func byte() throws -> UInt8 {
        let byte = try piece(1)
        return byte[byte.startIndex]
    }

    /// An unsigned number of so many bytes, at most 8.
    ///
    /// - Throws: `ForeignError.malformed` too for one that is no `Int`
    mutating func unsigned(_ count: Int) throws -> Int {
        let value = try piece(count).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard let number = Int(exactly: value) else {
            throw ForeignError.malformed(location: location, reason: "a size of \(value) bytes")
        }
        return number
    }

    /// A signed number of at most 8 bytes.
    mutating func signed(_ count: Int) throws -> Int {
        if count == 0 { return 0 }
        let value = try piece(count).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        let unused = 64 - 8 * count
        return Int(truncatingIfNeeded: Int64(bitPattern: value << UInt64(unused)) >> Int64(unused))
    }

    /// Text of so many bytes.
    mutating func text(_ count: Int) throws -> String {
        try text(piece(count))
    }

    private func text(_ bytes: some Collection<UInt8>) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ForeignError.malformed(location: location, reason: "a name is not UTF-8")
        }
        return text
    }

    /// Text up to a line break, which is left out.
    mutating func line() throws -> String {
        var line: [UInt8] = []
        while case let byte = try byte(), byte != UInt8(ascii: "\n") { line.append(byte) }
        return try text(line)
    }
}
