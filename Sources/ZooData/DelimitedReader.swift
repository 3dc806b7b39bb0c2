import Foundation

/// Reads the records of a delimited text file, one by one, in bounded memory (RFC 4180 where quotes are on).
///
/// Accepts LF and CRLF, a byte-order mark, quoted fields with line breaks and doubled quotes. Blank lines are skipped.
/// Unquoted fields lose the blanks around them.
struct DelimitedReader: ~Copyable {
    /// The path as it was given, for messages.
    let file: String
    /// The line on which the current record begins, from 1.
    private(set) var line = 0
    private let descriptor: Int32
    private let delimiter: UInt8
    private let isQuoting: Bool
    private let lineLimit: Int
    private var buffer: UnsafeMutablePointer<UInt8>
    private var capacity = 1 << 18
    private var cursor = 0  // start of the next record
    private var filled = 0
    private var isAtEnd = false
    private var hasStarted = false
    private var nextLine = 1
    private var fields: [Field] = []

    private struct Field {
        var start: Int
        var end: Int
        var isQuoted = false
        var hasDoubledQuotes = false
    }

    /// Opens the file.
    ///
    /// - Throws: `DataError.unreadable`
    init(path: String, delimiter: UInt8, isQuoting: Bool, lineLimit: Int = 1 << 20) throws {
        descriptor = try openForReading(path)
        file = path
        self.delimiter = delimiter
        self.isQuoting = isQuoting
        self.lineLimit = lineLimit
        buffer = .allocate(capacity: capacity)
    }

    /// Skips a byte-order mark.
    private mutating func start() throws {
        hasStarted = true
        while filled < 3 && !isAtEnd { try fill() }
        if filled >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { cursor = 3 }
        if filled >= 2, (buffer[0] == 0xFF && buffer[1] == 0xFE) || (buffer[0] == 0xFE && buffer[1] == 0xFF) {
            throw DataError.wrongEncoding(file: file, line: 1, reason: "this is UTF-16: save the file as UTF-8")
        }
    }

    deinit {
        buffer.deallocate()
        close(descriptor)
    }

    /// The number of fields of the current record.
    var fieldCount: Int { fields.count }

    /// The bytes of a field of the current record, valid until the next one is read.
    subscript(_ index: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: buffer + fields[index].start, count: fields[index].end - fields[index].start)
    }

    /// Goes to the next record; false at the end of the file.
    ///
    /// - Throws: `DataError.badRow` (reading can go on behind it), `.lineTooLong`, `.unclosedQuote`, `.unreadable`,
    ///   `.wrongEncoding` for UTF-16
    mutating func next() throws -> Bool {
        if !hasStarted { try start() }
        while true {
            switch try scan() {
            case .incomplete:
                if cursor == filled { return false }
                throw DataError.unclosedQuote(file: file, line: nextLine)
            case .record(let problem):
                if let problem {
                    throw DataError.badRow(BadRow(file: file, line: line, column: nil, reason: problem))
                }
                if fields.count == 1 && fields[0].start == fields[0].end && !fields[0].isQuoted { continue }
                for i in fields.indices where fields[i].hasDoubledQuotes { unescape(i) }
                return true
            }
        }
    }

    private enum Scan { case record(problem: String?), incomplete }

    /// Finds the end of the record at `cursor`, reading more of the file as often as needed.
    private mutating func scan() throws -> Scan {
        while true {
            if let scan = scanBuffered() { return scan }
            if isAtEnd { return .incomplete }
            if cursor > 0 {
                buffer.update(from: buffer + cursor, count: filled - cursor)
                filled -= cursor
                cursor = 0
            } else if filled == capacity {
                guard capacity < lineLimit else {
                    throw DataError.lineTooLong(file: file, line: nextLine, limit: lineLimit)
                }
                let larger = min(capacity * 4, lineLimit)
                let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
                grown.update(from: buffer, count: filled)
                buffer.deallocate()
                (buffer, capacity) = (grown, larger)
            }
            try fill()
        }
    }

    /// Splits the record at `cursor` into fields; nil if its end is not in the buffer yet.
    private mutating func scanBuffered() -> Scan? {
        if cursor == filled { return nil }
        fields.removeAll(keepingCapacity: true)
        var problem: String?
        var breaks = 0
        var position = cursor
        let (bytes, filled) = (buffer, filled)
        while true {
            var field = Field(start: position, end: position)
            if isQuoting && position < filled && bytes[position] == UInt8(ascii: "\"") {
                position += 1
                field.start = position
                field.isQuoted = true
                while true {
                    if position >= filled { return nil }
                    let byte = bytes[position]
                    if byte == UInt8(ascii: "\"") {
                        if position + 1 >= filled && !isAtEnd { return nil }
                        if position + 1 < filled && bytes[position + 1] == UInt8(ascii: "\"") {
                            field.hasDoubledQuotes = true
                            position += 2
                            continue
                        }
                        break
                    }
                    if byte == 10 { breaks += 1 }
                    if byte == 0 { problem = "a NUL byte" }
                    position += 1
                }
                field.end = position
                position += 1
            }
            let unquoted = position
            while position < filled, bytes[position] != delimiter, bytes[position] != 10 {
                if bytes[position] == 0 { problem = "a NUL byte" }
                position += 1
            }
            if position == filled && !isAtEnd { return nil }
            var end = position
            if (position == filled || bytes[position] == 10) && end > unquoted && bytes[end - 1] == 13 { end -= 1 }
            if field.isQuoted {
                if end != unquoted { problem = problem ?? "text follows the closing quote of a field" }
            } else {
                field.end = end
                while field.start < field.end, isBlank(bytes[field.start]) { field.start += 1 }
                while field.end > field.start, isBlank(bytes[field.end - 1]) { field.end -= 1 }
            }
            fields.append(field)
            if position < filled && bytes[position] == delimiter {
                position += 1
                continue
            }
            line = nextLine
            nextLine += breaks + 1
            cursor = min(position + 1, filled)
            return .record(problem: problem)
        }
    }

    private func isBlank(_ byte: UInt8) -> Bool { (byte == 32 || byte == 9) && byte != delimiter }

    private mutating func unescape(_ index: Int) {
        var target = fields[index].start
        var source = target
        while source < fields[index].end {
            buffer[target] = buffer[source]
            source += buffer[source] == UInt8(ascii: "\"") ? 2 : 1
            target += 1
        }
        fields[index].end = target
    }

    private mutating func fill() throws {
        while filled < capacity {
            let count = read(descriptor, buffer + filled, capacity - filled)
            if count > 0 {
                filled += count
                return
            }
            if count == 0 {
                isAtEnd = true
                return
            }
            if errno != EINTR { throw DataError.unreadable(path: file, reason: String(cString: strerror(errno))) }
        }
    }
}

/// An open descriptor of a file that is one.
///
/// - Throws: `DataError.unreadable`
func openForReading(_ path: String) throws -> Int32 {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw DataError.unreadable(path: path, reason: String(cString: strerror(errno))) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
        close(descriptor)
        throw DataError.unreadable(path: path, reason: "it is a folder, not a file")
    }
    return descriptor
}
