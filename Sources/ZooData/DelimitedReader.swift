import Foundation

/// Reads the records of a delimited text file, one by one, in bounded memory (RFC 4180 where quotes are on).
///
/// It is a `RecordScanner` for those who want one record at a time; fields are the bytes of the file, whatever their encoding.
struct DelimitedReader: ~Copyable {
    /// The path as it was given, for messages.
    let file: String
    private let scanner: RecordScanner
    private let block = RecordBlock(capacity: 1 << 18)
    private var position = 0
    private var record = RecordBlock.Record(line: 0, firstField: 0, fieldCount: 0, problem: nil)

    /// Opens the file.
    ///
    /// - Throws: `DataError.unreadable`
    init(path: String, dialect: TableDialect) throws {
        scanner = try RecordScanner(path: path, dialect: dialect)
        file = path
    }

    /// Whether the file is UTF-16; its fields are UTF-8.
    var isUTF16: Bool { scanner.isUTF16 }

    /// Lines of comment until now.
    var commentLines: Int { scanner.commentLines }

    /// Opens a file of a known delimiter.
    ///
    /// - Throws: `DataError.unreadable`
    init(path: String, delimiter: UInt8, isQuoting: Bool) throws {
        var dialect = TableDialect(delimiter: delimiter)
        if !isQuoting { dialect.quote = 0 }
        try self.init(path: path, dialect: dialect)
    }

    /// The line on which the current record begins, from 1.
    var line: Int { record.line }

    /// The number of fields of the current record.
    var fieldCount: Int { record.fieldCount }

    /// The bytes of a field of the current record, valid until the next one is read.
    subscript(_ index: Int) -> UnsafeBufferPointer<UInt8> { block[record.firstField + index] }

    /// Goes to the next record; false at the end of the file.
    ///
    /// - Throws: `DataError.badRow` (reading can continue after it), `.lineTooLong`, `.unclosedQuote`, `.unreadable`,
    ///   `.wrongEncoding` for flaws of UTF-16
    mutating func next() throws -> Bool {
        if position == block.records.count {
            position = 0
            guard try scanner.fill(block) else { return false }
        }
        record = block.records[position]
        position += 1
        if let problem = record.problem {
            throw DataError.badRow(BadRow(file: file, line: record.line, column: nil, reason: problem))
        }
        return true
    }
}

/// An open descriptor of a regular file, which is no other program's table: tables are read more than once.
///
/// - Throws: `DataError.unreadable`, for pipes and the like before they are opened, which could wait for ever
func openForReading(_ path: String) throws -> Int32 {
    var status = stat()
    guard stat(path, &status) == 0 else {
        throw DataError.unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    if let reason = reasonNotToRead(status.st_mode) { throw DataError.unreadable(path: path, reason: reason) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw DataError.unreadable(path: path, reason: String(cString: strerror(errno))) }
    if let foreign = ForeignTable(descriptor) {
        close(descriptor)
        throw DataError.unreadable(path: path, reason: foreign.reason(path))
    }
    return descriptor
}

/// Why a file of this mode cannot be read twice, or nil.
func reasonNotToRead(_ mode: mode_t) -> String? {
    switch mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "it is a folder, not a file"
    case S_IFIFO:
        "it is a pipe, which can be read only once: write it to a file first, or send it to stdin and name '-'"
    default: "it is not a regular file"
    }
}
