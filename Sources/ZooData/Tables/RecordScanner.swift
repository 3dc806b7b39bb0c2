import Foundation

/// Splits a delimited text file into blocks of records, in bounded memory (RFC 4180).
///
/// Accepts LF and CRLF, a byte-order mark, quoted fields with line breaks and doubled quotes, and blanks around fields,
/// which are taken off. Blank lines are skipped.
final class RecordScanner: @unchecked Sendable {  // used by one thread at a time
    /// The path as it was given, for messages.
    let file: String
    /// How many bytes the file has.
    let size: Int
    private let descriptor: Int32
    private let dialect: TableDialect
    private let lineLimit: Int
    /// By byte, in its lower two bits: 0 is ordinary, 1 the delimiter, 2 a line feed, 3 a NUL; 4 is added to blanks, 8 to
    /// what is taken off the end of a field.
    private let classes: UnsafeMutablePointer<UInt8>
    private var rest: [UInt8] = []
    private var isAtEnd = false
    private var nextLine = 1
    private var offset = 0
    private var hasStarted = false
    /// Fields of the current record in which quotes are doubled.
    private var doubled: [Int] = []

    /// Opens the file.
    ///
    /// - Throws: `DataError.unreadable`
    init(path: String, dialect: TableDialect, lineLimit: Int = 1 << 20) throws {
        descriptor = try openForReading(path)
        var status = stat()
        fstat(descriptor, &status)
        size = Int(status.st_size)
        file = path
        self.dialect = dialect
        self.lineLimit = lineLimit
        classes = .allocate(capacity: 256)
        classes.initialize(repeating: 0, count: 256)
        for byte in [9, 32] { classes[byte] = 12 }
        classes[13] = 8
        classes[Int(dialect.delimiter)] = 1
        classes[10] = 2
        classes[0] = 3
    }

    deinit {
        classes.deallocate()
        close(descriptor)
    }

    /// Puts the next records into the block.
    ///
    /// - Returns: false at the end of the file, the block being empty then
    /// - Throws: `DataError.lineTooLong`, `.unclosedQuote`, `.unreadable`, `.wrongEncoding` for UTF-16
    func fill(_ block: RecordBlock) throws -> Bool {
        block.clear()
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
            if block.capacity - filled < 2 {  // no room for a byte of Latin-1, which can become two
                guard block.capacity < lineLimit else {
                    throw DataError.lineTooLong(file: file, line: nextLine, limit: lineLimit)
                }
                block.grow(to: min(block.capacity * 4, lineLimit), keeping: filled)
            }
        }
    }

    /// Skips a byte-order mark, and lines that are none of the table.
    private func start() throws {
        hasStarted = true
        var head = [UInt8](repeating: 0, count: 3)
        let count = pread(descriptor, &head, 3, 0)
        if count >= 2, (head[0] == 0xFF && head[1] == 0xFE) || (head[0] == 0xFE && head[1] == 0xFF) {
            throw DataError.wrongEncoding(file: file, line: 1, reason: "this is UTF-16: save the file as UTF-8")
        }
        if count == 3, head == [0xEF, 0xBB, 0xBF] { offset = 3 }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while nextLine <= dialect.skippedLines {
            let count = pread(descriptor, &buffer, buffer.count, off_t(offset))
            guard count > 0 else { break }
            let end = buffer[..<count].firstIndex(of: 10)
            offset += end.map { $0 + 1 } ?? count
            if end != nil { nextLine += 1 }
        }
        lseek(descriptor, off_t(offset), SEEK_SET)
    }

    /// Fills the block up with the bytes that follow; Latin-1 becomes UTF-8 on the way.
    private func read(into block: RecordBlock, filled: inout Int) throws {
        while filled < block.capacity && !isAtEnd {
            let room = block.capacity - filled
            let isWide = dialect.encoding == .latin1  // a byte can become two
            if isWide && room < 2 { return }
            let start = block.bytes + filled
            let count = Glibc.read(descriptor, start, isWide ? room / 2 : room)
            if count < 0 {
                if errno == EINTR { continue }
                throw DataError.unreadable(path: file, reason: String(cString: strerror(errno)))
            }
            if count == 0 { isAtEnd = true }
            filled += isWide ? Self.widen(start, count: count) : count
        }
    }

    /// Turns Latin-1 into UTF-8 in place, from the end; there is room for it.
    private static func widen(_ bytes: UnsafeMutablePointer<UInt8>, count: Int) -> Int {
        var wide = 0
        for position in 0..<count where bytes[position] >= 0x80 { wide += 1 }
        var (source, target) = (count, count + wide)
        while source < target {
            source -= 1
            target -= 1
            if bytes[source] < 0x80 {
                bytes[target] = bytes[source]
            } else {
                bytes[target] = bytes[source] & 0x3F | 0x80
                target -= 1
                bytes[target] = bytes[source] >> 6 | 0xC0
            }
        }
        return count + wide
    }

    /// Splits all whole records of the block; returns where the first one begins that is not whole.
    private func scan(_ block: RecordBlock, filled: Int) -> Int {
        // In locals: what belongs to an object is looked up again for every byte.
        let (bytes, starts, ends) = (block.bytes, block.starts, block.ends)
        let (classes, quote, trimmedEnds) = (classes, dialect.quote, dialect.trimmedEnds)
        let isTrimming = !trimmedEnds.isEmpty
        let delimiterLength = dialect.delimiterRest.count + 1
        bytes[filled] = 10
        var count = block.fieldCount
        var start = 0
        while start < filled {
            let firstField = count
            var position = start
            var breaks = 0
            var problem: String?
            var isBlankLine = true
            var hasDoubled = false
            var isWhole = true
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
                        doubled.append(count)
                    }
                } else {
                    let begin = position
                    while classes[Int(bytes[position])] & 3 == 0 { position &+= 1 }
                    // A NUL is ordinary, but for the complaint, and so is the beginning of a longer delimiter alone.
                    while classes[Int(bytes[position])] == 3 || delimiterLength > 1 && isOrdinary(bytes + position) {
                        if bytes[position] == 0 { problem = "a NUL byte" }
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
            }
            guard isWhole else {
                doubled.removeAll(keepingCapacity: true)
                block.fieldCount = firstField
                return start
            }
            if hasDoubled {
                // Only now: the bytes of a record whose end is missing are scanned again.
                for field in doubled { block.unescape(field, quote: quote) }
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
        let quote = dialect.quote
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
        while position < filled,
            classes[Int(bytes[position])] & 3 == 0 || bytes[position] == 0 || isOrdinary(bytes + position)
        { position &+= 1 }
        if position >= filled && !isAtEnd { return nil }
        var end = position
        while end > behind, classes[Int(bytes[end &- 1])] & 8 != 0 { end &-= 1 }
        if end != behind { problem = problem ?? "text follows the closing quote of a field" }
        return QuotedField(close: close, end: position, breaks: breaks, hasDoubled: hasDoubled, problem: problem)
    }
}
