import Foundation

/// How the objects of a JSON file follow one another.
enum JSONForm {
    /// Each on its line: JSON lines.
    case lines
    /// In any way: in a list, or over several lines.
    case free

    /// The form of a file that begins as JSON objects do, or is named as JSON lines; nil for other files.
    ///
    /// - Throws: `DataError.unreadable`, for a list of lists as well, and for a file named `.json` that is none; `.wrongEncoding`
    static func find(path: String, options: TableImportOptions, offersDelimiter: Bool = true) throws -> JSONForm? {
        guard options.delimiter == nil else { return nil }
        let source = try DecodedBytes(path: path, encoding: options.encoding)
        var line = 1 + (try source.skipLines(options.skippedLines))
        /// The form of a file that does not begin as JSON objects do: of JSON lines, the flaws of single lines are told later.
        func other() throws -> JSONForm? {
            switch URL(fileURLWithPath: path).pathExtension.lowercased() {
            case "jsonl", "ndjson": return .lines
            case "json":
                let reason =
                    "an object in braces, or a list of such objects, is expected in a file of this name"
                    + (offersDelimiter ? " (--delimiter: as delimited text)" : "")
                throw DataError.badRow(BadRow(file: path, line: line, column: nil, reason: reason))
            default: return nil
            }
        }
        let room = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 16)
        defer { room.deallocate() }
        var (first, second, last): (UInt8?, UInt8?, UInt8?)
        while let base = room.baseAddress {
            let count = try source.read(into: base, room: room.count)
            if count == 0 { break }
            for byte in room.prefix(count) {
                if byte == 10, first != nil, second != nil { return last == UInt8(ascii: "}") ? .lines : .free }
                if byte == 10 { line += 1 }
                if isBlank(byte) { continue }
                if first == nil {
                    guard byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") else { return try other() }
                    first = byte
                } else if second == nil {
                    let isObject =
                        first == UInt8(ascii: "{") && (byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "}"))
                    let isList = first == UInt8(ascii: "[") && (byte == UInt8(ascii: "{") || byte == UInt8(ascii: "]"))
                    if first == UInt8(ascii: "["), byte == first {
                        let reason =
                            "it is a JSON list of lists: write an object a row, as pandas does with orient='records'"
                        throw DataError.unreadable(path: path, reason: reason)
                    }
                    guard isObject || isList else { return try other() }
                    if isList { return .free }
                    second = byte
                }
                last = byte
            }
        }
        guard second != nil else { return first == nil ? nil : try other() }
        return last == UInt8(ascii: "}") ? .lines : .free
    }

    /// Whether JSON has such a byte between its parts.
    static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...10).contains(byte) || byte == 13 }
}
