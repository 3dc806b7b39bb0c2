import Foundation

/// Splits a delimited text file (RFC 4180) or the objects of a JSON file into blocks of records, in bounded memory.
///
/// Accepts LF and CRLF, a byte-order mark, quoted fields with line breaks and doubled quotes, and blanks around fields,
/// which are taken off. Blank lines are skipped. Where blanks part the fields, several of them are one delimiter.
final class RecordScanner: @unchecked Sendable {  // used by one thread at a time
    /// The path as it was given, for messages.
    var file: String { source.file }
    /// About how many bytes the file has.
    var size: Int { source.size }
    /// Whether the file is UTF-16.
    var isUTF16: Bool { source.isUTF16 }
    /// Lines of comment until now.
    private(set) var commentLines = 0
    private let source: DecodedBytes
    private let json: JSONRecords?
    private let dialect: TableDialect
    private let lineLimit: Int
    /// By byte, in its lower two bits: 0 is ordinary, 1 the delimiter, 2 a line feed, 3 a NUL or what escapes; 4 is added to
    /// blanks, 8 to what is taken off the end of a field.
    private let classes: UnsafeMutablePointer<UInt8>
    private var rest: [UInt8] = []
    private var isAtEnd = false
    private var nextLine = 1
    private var offset = 0
    private var hasStarted = false
    /// Fields of the current record in which quotes are doubled or bytes escaped, and whether they stand in quotes.
    private var doubled: [(field: Int, isQuoted: Bool)] = []
    /// The longest record that is taken, in bytes.
    static let usualLimit = 1 << 25

    /// Opens the file.
    ///
    /// - Throws: `DataError.unreadable`
    init(path: String, dialect: TableDialect, lineLimit: Int = RecordScanner.usualLimit) throws {
        source = try DecodedBytes(path: path, encoding: dialect.encoding)
        json = try dialect.json.map { [source] in try JSONRecords($0, source: source) }
        self.dialect = dialect
        self.lineLimit = lineLimit
        classes = .allocate(capacity: 256)
        classes.initialize(repeating: 0, count: 256)
        for byte in [9, 32] { classes[byte] = 12 }
        classes[13] = 8
        classes[Int(dialect.delimiter)] = 1
        classes[10] = 2
        classes[0] = 3
        if dialect.escape != 0 { classes[Int(dialect.escape)] = 3 }
    }

    deinit { classes.deallocate() }

    /// Puts the next records into the block.
    ///
    /// - Returns: false at the end of the file, the block being empty then
    /// - Throws: `DataError.lineTooLong`, `.unclosedQuote`, `.unreadable`, `.wrongEncoding` for flaws of UTF-16
    func fill(_ block: RecordBlock) throws -> Bool {
        block.clear()
        if let json { return try json.fill(block) }
        if !hasStarted { try start() }
        var filled = rest.count
        if block.capacity < filled { block.grow(to: filled, keeping: 0) }
        rest.withUnsafeBufferPointer { if let base = $0.baseAddress { block.bytes.update(from: base, count: filled) } }
        rest.removeAll(keepingCapacity: true)
        while true {
            try read(into: block, filled: &filled)
            let used = scan(block, filled: filled)
            // The records before it are given first.
            if used < filled && isAtEnd && block.records.isEmpty {
                throw DataError.unclosedQuote(file: file, line: nextLine)
            }
            if !block.records.isEmpty || isAtEnd {
                rest.append(contentsOf: UnsafeBufferPointer(start: block.bytes + used, count: filled - used))
                offset += used
                block.endOffset = offset
                return !block.records.isEmpty
            }
            // Not one whole record (or nothing but blank lines).
            block.bytes.update(from: block.bytes + used, count: filled - used)
            filled -= used
            offset += used
            if block.capacity - filled < DecodedBytes.leastRoom {
                guard block.capacity < lineLimit else {
                    throw DataError.lineTooLong(file: file, line: nextLine, limit: lineLimit)
                }
                block.grow(to: min(block.capacity * 4, lineLimit), keeping: filled)
            }
        }
    }

    /// Passes over lines that are none of the table.
    private func start() throws {
        hasStarted = true
        nextLine += try source.skipLines(dialect.skippedLines)
    }

    /// Fills the block up with the bytes that follow.
    private func read(into block: RecordBlock, filled: inout Int) throws {
        while block.capacity - filled >= DecodedBytes.leastRoom && !isAtEnd {
            let count = try source.read(into: block.bytes + filled, room: block.capacity - filled)
            if count == 0 { isAtEnd = true }
            filled += count
        }
    }

    /// Splits all whole records of the block; returns where the first one begins that is not whole.
    private func scan(_ block: RecordBlock, filled: Int) -> Int {
        // In locals: what belongs to an object is looked up again for every byte.
        let (bytes, starts, ends) = (block.bytes, block.starts, block.ends)
        let (classes, quote, trimmedEnds) = (classes, dialect.quote, dialect.trimmedEnds)
        let (comment, escape) = (dialect.comment, dialect.escape)
        let isTrimming = !trimmedEnds.isEmpty
        let delimiterLength = dialect.delimiterRest.count + 1
        let hasRuns = dialect.delimiter == UInt8(ascii: " ") && delimiterLength == 1
        bytes[filled] = 10
        var count = block.fieldCount
        var start = 0
        while start < filled {
            if comment != 0, bytes[start] == comment {
                var end = start
                while bytes[end] != 10 { end &+= 1 }
                if end == filled && !isAtEnd { break }
                commentLines += 1
                nextLine += 1
                start = min(end &+ 1, filled)
                continue
            }
            let firstField = count
            var position = start
            var breaks = 0
            var problem: String?
            var isBlankLine = true
            var hasDoubled = false
            var isWhole = true
            if hasRuns { Self.passBlanks(bytes, &position) }
            record: while true {
                // Blanks before a field are not part of it.
                while classes[Int(bytes[position])] & 4 != 0 { position &+= 1 }
                if bytes[position] == quote && quote != 0 {
                    isBlankLine = false
                    guard let field = quoted(bytes, from: position, filled) else {
                        isWhole = false
                        break record
                    }
                    starts[count] = UInt32(truncatingIfNeeded: position + 1)
                    ends[count] = UInt32(truncatingIfNeeded: field.close)
                    position = field.end
                    breaks += field.breaks
                    problem = problem ?? field.problem
                    if field.hasDoubled {
                        hasDoubled = true
                        doubled.append((count, true))
                    }
                } else {
                    let begin = position
                    while classes[Int(bytes[position])] & 3 == 0 { position &+= 1 }
                    // A NUL is ordinary, but for the complaint, and so is the beginning of a longer delimiter alone.
                    while classes[Int(bytes[position])] == 3 || delimiterLength > 1 && isOrdinary(bytes + position) {
                        if bytes[position] == 0 {
                            problem = "a NUL byte"
                        } else if bytes[position] == escape, position &+ 1 < filled {
                            if doubled.last?.field != count { doubled.append((count, false)) }
                            hasDoubled = true
                            position &+= 1  // what follows is of the field, whatever it is
                            if bytes[position] == 10 { breaks += 1 }
                        }
                        position &+= 1
                        while classes[Int(bytes[position])] & 3 == 0 { position &+= 1 }
                    }
                    var end = position
                    while end > begin, classes[Int(bytes[end &- 1])] & 8 != 0 { end &-= 1 }
                    if isTrimming { while end > begin, trimmedEnds.contains(bytes[end &- 1]) { end &-= 1 } }
                    if end > begin { isBlankLine = false }
                    starts[count] = UInt32(truncatingIfNeeded: begin)
                    ends[count] = UInt32(truncatingIfNeeded: end)
                }
                count &+= 1
                if position >= filled {
                    isWhole = isAtEnd
                    break record
                }
                if bytes[position] == 10 { break record }
                position &+= delimiterLength
                guard hasRuns else { continue }
                // A run of blanks is one delimiter, and none at the end of a line.
                Self.passBlanks(bytes, &position)
                guard position < filled else {
                    isWhole = isAtEnd
                    break record
                }
                if bytes[position] == 10 { break record }
            }
            guard isWhole else {
                doubled.removeAll(keepingCapacity: true)
                block.fieldCount = firstField
                return start
            }
            if hasDoubled {
                // Only now: the bytes of a record whose end is missing are scanned again.
                for (field, isQuoted) in doubled {
                    block.unescape(field, quote: isQuoted ? quote : 0, escape: escape, delimiter: dialect.delimiter)
                }
                doubled.removeAll(keepingCapacity: true)
            }
            if isBlankLine && count &- firstField == 1 {
                count = firstField
            } else {
                block.add(
                    RecordBlock.Record(
                        line: nextLine, firstField: firstField, fieldCount: count &- firstField, problem: problem))
            }
            nextLine += breaks + 1
            start = min(position &+ 1, filled)
        }
        block.fieldCount = count
        return start
    }

    /// Goes on behind blanks; a line feed stops it.
    @inline(__always)
    private static func passBlanks(_ bytes: UnsafeMutablePointer<UInt8>, _ position: inout Int) {
        while bytes[position] == 32 || bytes[position] == 9 || bytes[position] == 13 { position &+= 1 }
    }

    /// Whether the delimiter only seems to begin here: not all of its bytes follow. A line feed is in none of them.
    private func isOrdinary(_ bytes: UnsafeMutablePointer<UInt8>) -> Bool {
        guard bytes[0] == dialect.delimiter else { return false }
        for (place, byte) in dialect.delimiterRest.enumerated() where bytes[place + 1] != byte { return true }
        return false
    }

    /// A quoted field.
    private struct QuotedField {
        /// Where its closing quote is.
        let close: Int
        /// Where the delimiter or the line's end is.
        let end: Int
        let breaks: Int
        let hasDoubled: Bool
        let problem: String?
    }

    /// Reads a field from its opening quote up to the delimiter or the line's end; nil if that is not in the block yet.
    private func quoted(_ bytes: UnsafeMutablePointer<UInt8>, from start: Int, _ filled: Int) -> QuotedField? {
        let (quote, escape) = (dialect.quote, dialect.escape)
        var position = start + 1
        var breaks = 0
        var hasDoubled = false
        var problem: String?
        while true {
            if position >= filled { return nil }
            let byte = bytes[position]
            if byte == quote {
                if position + 1 >= filled && !isAtEnd { return nil }
                if position + 1 >= filled || bytes[position + 1] != quote { break }
                hasDoubled = true
                position &+= 1
            } else if byte == escape && escape != 0 {
                if position + 1 >= filled { return nil }
                hasDoubled = true
                position &+= 1
                if bytes[position] == 10 { breaks &+= 1 }
            } else if byte == 10 {
                breaks &+= 1
            } else if byte == 0 {
                problem = "a NUL byte"
            }
            position &+= 1
        }
        let close = position
        position &+= 1
        let behind = position
        while position < filled, bytes[position] != 10,
            classes[Int(bytes[position])] != 1 || isOrdinary(bytes + position)
        { position &+= 1 }
        if position >= filled && !isAtEnd { return nil }
        var end = position
        while end > behind, classes[Int(bytes[end &- 1])] & 8 != 0 { end &-= 1 }
        if end != behind { problem = problem ?? "text follows the closing quote of a field" }
        return QuotedField(close: close, end: position, breaks: breaks, hasDoubled: hasDoubled, problem: problem)
    }
}
