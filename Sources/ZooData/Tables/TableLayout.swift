import Foundation

/// How a delimited file is to be read: its dialect and its columns, given or found out from its beginning.
struct TableLayout: Sendable {
    let dialect: TableDialect
    /// The fields of the header as they stand there; nil if there is none.
    let header: [String]?
    /// The names of the columns as they will be in SQLite.
    let names: [String]
    /// What is to be said of how it was found.
    let notes: [String]

    /// Looks at the first records of a file.
    ///
    /// - Throws: `DataError.empty`, `.unreadable`, `.wrongEncoding`, `.invalid` for names that do not fit
    static func find(path: String, options: TableImportOptions) throws -> TableLayout {
        var dialect = TableDialect(delimiter: options.delimiter ?? UInt8(ascii: ","))
        dialect.skippedLines = options.skippedLines
        dialect.encoding = options.encoding
        dialect.trimmedEnds = options.trimmedEnds
        dialect.delimiterRest = options.delimiterRest
        if options.delimiter == nil { dialect.delimiter = try sniffDelimiter(path, dialect) }
        let sample = try Sample(path: path, dialect: dialect)
        guard let first = sample.rows.first else { throw DataError.emptyTable(file: path, hasHeader: false) }
        let isHeader: Bool
        switch options.header {
        case .first: isHeader = true
        case .none: isHeader = false
        case .auto: isHeader = sample.looksHeaded(rules: options.rules)
        }
        var notes: [String] = []
        if let names = options.columnNames {
            guard names.count == first.count else {
                throw DataError.invalid(
                    "\(path): \(names.count) names are given, but the first row has \(first.count.counting("field"))")
            }
        } else if !isHeader {
            notes.append(
                "the first row is taken for data: the columns are called column_1 to column_\(first.count); "
                    + "--columns gives names, --header first takes them from the row")
        }
        let given = options.columnNames ?? (isHeader ? first : first.indices.map { "column_\($0 + 1)" })
        let names = ColumnNames.distinct(given)
        notes += names.notes
        return TableLayout(dialect: dialect, header: isHeader ? first : nil, names: names.names, notes: notes)
    }

    /// The delimiter that cuts the first records into the same number of fields, and that into more than one.
    private static func sniffDelimiter(_ path: String, _ dialect: TableDialect) throws -> UInt8 {
        var best: (delimiter: UInt8, score: Double) = (UInt8(ascii: ","), 0)
        for candidate in [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|")] {
            var trial = dialect
            trial.delimiter = candidate
            // A wrong delimiter can make nonsense of the quotes; what is wrong with the right one is said later.
            guard let sample = try? Sample(path: path, dialect: trial), let first = sample.rows.first else { continue }
            guard first.count > 1 else { continue }
            let agreeing = sample.rows.count { $0.count == first.count }
            let share = Double(agreeing) / Double(sample.rows.count)
            let score = share * share * (1 + Double(first.count).squareRoot() / 100)
            if score > best.score { best = (candidate, score) }
        }
        return best.delimiter
    }

    /// The first records of a file.
    private struct Sample {
        let rows: [[String]]

        init(path: String, dialect: TableDialect) throws {
            let scanner = try RecordScanner(path: path, dialect: dialect)
            let block = RecordBlock(capacity: 1 << 16)
            _ = try scanner.fill(block)
            try Sample.checkLineEnds(path, block)
            if let first = block.records.first, let reason = first.problem {
                throw DataError.badRow(BadRow(file: path, line: first.line, column: nil, reason: reason))
            }
            rows = try block.records.prefix(100).map { record in
                try (0..<record.fieldCount).map { field in
                    guard let text = String(validating: block[record.firstField + field], as: UTF8.self) else {
                        let reason = "this is not UTF-8; if it is Latin-1, say so (--encoding latin1)"
                        throw DataError.wrongEncoding(file: path, line: record.line, reason: reason)
                    }
                    return text
                }
            }
        }

        private static func checkLineEnds(_ path: String, _ block: RecordBlock) throws {
            guard block.records.count == 1, block.fieldCount > 0 else { return }
            let bytes = UnsafeBufferPointer(start: block.bytes, count: block.capacity)
            let length = min(block.endOffset, block.capacity)
            guard bytes.prefix(length).count(where: { $0 == 13 }) > 2 else { return }
            throw DataError.unreadable(
                path: path, reason: "its lines end in CR alone: save it with the line ends of today (LF or CRLF)")
        }

        /// Whether the first record names the columns: nothing in it is a number or a date, or somewhere below a name all is.
        func looksHeaded(rules: ValueRules) -> Bool {
            guard let first = rows.first else { return false }
            let markers = MissingMarkers(rules.missing)
            var hasValue = false
            for (column, cell) in first.enumerated() {
                let isValue = Sample.isValue(cell, rules)
                if isValue || (column > 0 && cell.isEmpty) || (!cell.isEmpty && Sample.isMissing(cell, markers)) {
                    hasValue = true
                }
                let below = rows.dropFirst().compactMap { $0.count == first.count ? $0[column] : nil }
                    .filter { !Sample.isMissing($0, markers) }
                if !isValue && !cell.isEmpty && !below.isEmpty && below.allSatisfy({ Sample.isValue($0, rules) }) {
                    return true
                }
            }
            return !hasValue && Set(first).count == first.count
        }

        private static func isMissing(_ text: String, _ markers: MissingMarkers) -> Bool {
            Array(text.utf8).withUnsafeBufferPointer { markers.contains($0) }
        }

        private static func isValue(_ text: String, _ rules: ValueRules) -> Bool {
            Array(text.utf8).withUnsafeBufferPointer { bytes in
                NumberReading(bytes, point: rules.point) != .none || DateReading(bytes).order != .none
            }
        }
    }
}
