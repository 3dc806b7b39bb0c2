/// The first records of a file.
struct TableSample {
    let rows: [[String]]

    /// - Throws: `DataError.badRow` for a damaged first record, and as `RecordScanner`
    init(path: String, dialect: TableDialect) throws {
        // A header has no megabytes; many delimiters are tried.
        let scanner = try RecordScanner(path: path, dialect: dialect, lineLimit: 1 << 20)
        let block = RecordBlock(capacity: 1 << 16)
        _ = try scanner.fill(block)
        try Self.checkLineEnds(path, block)
        if let first = block.records.first, let reason = first.problem {
            throw DataError.badRow(BadRow(file: path, line: first.line, column: nil, reason: reason))
        }
        rows = try block.records.prefix(100).map { record in
            try (0..<record.fieldCount).map { field in
                guard let text = String(validating: block[record.firstField + field], as: UTF8.self) else {
                    throw DataError.notUTF8(file: path, line: record.line)
                }
                return text
            }
        }
    }

    /// How many columns the table has.
    var width: Int { isShortHeaded ? rows[1].count : rows.first?.count ?? 0 }

    /// Whether all rows have a field more than the first of them, which names the columns: R leaves out the name of the
    /// first one, and some programs end rows in a delimiter.
    var isShortHeaded: Bool {
        guard let first = rows.first, rows.count > 1 else { return false }
        return rows.dropFirst().allSatisfy { $0.count == first.count + 1 }
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
            let isValue = Self.isValue(cell)
            if isValue || (column > 0 && cell.isEmpty) || (!cell.isEmpty && Self.isMissing(cell, markers)) {
                hasValue = true
            }
            let below = rows.dropFirst().compactMap { $0.count == first.count ? $0[column] : nil }
                .filter { !Self.isMissing($0, markers) }
            if !isValue && !cell.isEmpty && !below.isEmpty && below.allSatisfy({ Self.isValue($0) }) { return true }
        }
        return !hasValue && Set(first).count == first.count
    }

    private static func isMissing(_ text: String, _ markers: MissingMarkers) -> Bool {
        Array(text.utf8).withUnsafeBufferPointer { markers.contains($0) }
    }

    private static func isValue(_ text: String) -> Bool {
        Array(text.utf8).withUnsafeBufferPointer { bytes in
            NumberReading(bytes) != .none || NumberForm(bytes) != nil || DateReading(bytes).order != .none
        }
    }
}
