import Foundation

/// Finds out how a file is written, as far as it was not said.
struct DialectDetection {
    private(set) var dialect: TableDialect
    /// What is to be said of it.
    private(set) var notes: [String] = []
    private let path: String

    /// Looks at the first records, and for escaped quotes at the whole file.
    ///
    /// - Throws: `DataError.unreadable`, `.wrongEncoding`
    init(path: String, options: TableImportOptions) throws {
        self.path = path
        dialect = TableDialect(delimiter: options.delimiter ?? UInt8(ascii: ","))
        dialect.delimiterRest = options.delimiterRest
        dialect.skippedLines = options.skippedLines
        dialect.encoding = options.encoding
        dialect.trimmedEnds = options.trimmedEnds
        if let table = try JSONTable(path: path, options: options) {
            dialect.json = table
            notes = table.notes
            return
        }
        dialect.escape = options.escape ?? 0
        dialect.comment = options.comment ?? 0
        var isDelimiterKnown = options.delimiter != nil
        if let separator = try separatorLine() {
            dialect.skippedLines += 1
            if !isDelimiterKnown { dialect.delimiter = separator }
            isDelimiterKnown = true
        }
        if options.comment == nil { dialect.comment = UInt8(ascii: "#") }
        if !isDelimiterKnown { dialect.delimiter = delimiter(of: dialect) }
        if options.escape == nil, try holdsEscapedQuote() {
            var escaping = dialect
            escaping.escape = UInt8(ascii: "\\")
            if !isDelimiterKnown { escaping.delimiter = delimiter(of: escaping) }
            if problems(escaping) < problems(dialect) {
                dialect = escaping
                notes.append(Self.escapeNote)
            }
        }
        if options.comment == nil, !hasComments { dialect.comment = 0 }
        if options.comment == nil, dialect.comment == 0, !isDelimiterKnown {
            dialect.delimiter = delimiter(of: dialect)
        }
        if !isDelimiterKnown, isBlankDelimited {
            dialect.delimiter = UInt8(ascii: " ")
            notes.append(
                "fields are taken to be separated by blanks: --delimiter says otherwise (--delimiter tab: each line is one field)"
            )
        }
    }

    static let escapeNote =
        "a backslash makes the quote behind it a part of the text (--escape none: it does not)"

    /// Whether blanks part the fields, as R's `write.table` leaves them: the delimiter that was found makes nonsense of the quotes,
    /// or one column of which blanks would make a column of numbers behind names of rows, or else mostly numbers.
    private var isBlankDelimited: Bool {
        let found = try? TableSample(path: path, dialect: dialect)
        guard found?.width ?? 1 == 1 else { return false }
        var blank = dialect
        blank.delimiter = UInt8(ascii: " ")
        guard let sample = try? TableSample(path: path, dialect: blank) else { return false }
        let (rows, width) = (sample.rows.dropFirst(), sample.width)
        guard !rows.isEmpty, width > 1, rows.allSatisfy({ $0.count == width }) else { return false }
        let numeric = (0..<width).filter { column in
            rows.allSatisfy { $0[column] == "NA" || Double($0[column]) != nil }
        }
        if sample.isShortHeaded { return rows.count > 1 && (found == nil || numeric.contains { $0 > 0 }) }
        // Blanks between thousands are those of one number.
        let areThousands = rows.allSatisfy { row in row.dropFirst().allSatisfy { $0.utf8.count == 3 && Int($0) != nil }
        }
        return sample.rows[0].count == width
            && (found == nil || numeric.count > 1 && 2 * numeric.count > width && !areThousands)
    }

    /// The delimiter that a first line `sep=;` names, as Excel writes and reads it.
    private func separatorLine() throws -> UInt8? {
        let source = try DecodedBytes(path: path, encoding: dialect.encoding)
        _ = try source.skipLines(dialect.skippedLines)
        let head = try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { room in
            try room.baseAddress.map { Array(room[..<(try source.read(into: $0, room: room.count))]) } ?? []
        }
        let line = head.prefix { $0 != 10 && $0 != 13 }.filter { $0 != UInt8(ascii: "\"") }
        guard line.count < head.count, line.count == 5,
            String(decoding: line.prefix(4), as: UTF8.self).lowercased() == "sep="
        else { return nil }
        return line[4]
    }

    /// The delimiter that cuts the first records into the same number of fields, and that into more than one.
    private func delimiter(of dialect: TableDialect) -> UInt8 {
        var best: (delimiter: UInt8, score: Double) = (UInt8(ascii: ","), 0)
        for candidate in [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|")] {
            var trial = dialect
            trial.delimiter = candidate
            // A wrong delimiter can make nonsense of the quotes; what is wrong with the right one is said later.
            guard let sample = try? TableSample(path: path, dialect: trial), sample.width > 1 else { continue }
            let agreeing = sample.rows.count { $0.count == sample.width }
            let share = Double(agreeing) / Double(sample.rows.count)
            let score = share * share * (1 + Double(sample.width).squareRoot() / 100)
            if score > best.score { best = (candidate, score) }
        }
        return best.delimiter
    }

    /// Whether there are lines with `#` at the beginning that are no rows.
    private var hasComments: Bool {
        var plain = dialect
        plain.comment = 0
        guard let without = try? TableSample(path: path, dialect: dialect) else { return false }
        // Where such lines make nonsense of the quotes, they are no rows either.
        guard let with = try? TableSample(path: path, dialect: plain) else { return true }
        let lines = with.rows.filter { $0.first?.hasPrefix("#") == true }
        return !without.rows.isEmpty && lines.contains { $0.count != without.width }
    }

    /// Whether there is a quote behind a backslash anywhere in the file.
    private func holdsEscapedQuote() throws -> Bool {
        guard dialect.quote != 0 else { return false }
        let source = try DecodedBytes(path: path, encoding: dialect.encoding)
        let size = 1 << 18
        let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size + 1)
        defer { buffer.deallocate() }
        var kept = 0
        while true {
            let count = try source.read(into: buffer + kept, room: size)
            if count == 0 { return false }
            let end = kept + count
            var place = 0
            while place < end, let found = memchr(buffer + place, Int32(UInt8(ascii: "\\")), end - place) {
                place = found - UnsafeMutableRawPointer(buffer) + 1
                if place < end, buffer[place] == dialect.quote { return true }
            }
            // A backslash at the end may have its quote in what comes next.
            kept = buffer[end - 1] == UInt8(ascii: "\\") ? 1 : 0
            if kept == 1 { buffer[0] = UInt8(ascii: "\\") }
        }
    }

    /// How many records of the whole file are damaged.
    private func problems(_ dialect: TableDialect) -> Int {
        guard let scanner = try? RecordScanner(path: path, dialect: dialect) else { return .max }
        let block = RecordBlock(capacity: 1 << 18)
        var problems = 0
        var width: Int?
        do {
            while try scanner.fill(block) {
                for record in block.records {
                    if record.problem != nil || record.fieldCount != width ?? record.fieldCount { problems += 1 }
                    width = width ?? record.fieldCount
                }
            }
        } catch { return .max }
        return problems
    }
}
