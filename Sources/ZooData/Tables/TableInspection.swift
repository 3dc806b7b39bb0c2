/// What reading a whole file has shown: the columns, and the rows that cannot be taken.
struct TableInspection {
    let layout: TableLayout
    private(set) var columns: [ColumnSummary] = []
    private(set) var rows = 0
    private(set) var badRows: BadRows
    private var scans: [ColumnScan]
    /// Lines of comment that were left out.
    private(set) var commentLines = 0
    private let options: TableImportOptions
    private let file: String
    private let markers: MissingMarkers
    private var numbers: NumberFormats?
    /// What the values of each column say, as they were first looked at.
    private(set) var evidence: [ColumnEvidence] = []
    /// How the numbers of each column are written.
    var formats: [NumberFormat] { scans.map(\.format) }

    /// Reads the file.
    ///
    /// - Throws: `DataError.badRow`, unless bad rows are skipped; `.emptyTable`, `.wrongEncoding`, and as `RecordScanner`
    init(
        path: String, layout: TableLayout, options: TableImportOptions, progress: (TableImportProgress) -> Void
    ) throws {
        self.layout = layout
        self.options = options
        file = path
        badRows = BadRows(isSkipping: options.skipsBadRows)
        markers = MissingMarkers(options.rules.missing)
        // All columns together keep no more than a few hundred MB of values.
        let bound = min(options.distinctBound, max(64, 2_000_000 / max(1, layout.names.count)))
        scans = layout.names.map { ColumnScan(distinctBound: bound, zone: options.rules.localZone(of: $0)) }
        try run(progress)
        guard rows > 0 else { throw DataError.emptyTable(file: path, hasHeader: layout.header != nil) }
        try settleNumbers(distinctBound: bound)
        try summarise()
    }

    /// Goes through the file.
    private mutating func run(_ progress: (TableImportProgress) -> Void) throws {
        let scanner = try RecordScanner(path: file, dialect: layout.dialect)
        var isFirst = true
        try BlockPipe.run((0..<4).map { _ in RecordBlock(capacity: 1 << 18) }, produce: scanner.fill) { block in
            try take(block, isFirst: isFirst)
            isFirst = false
            let total = Double(rows) * Double(scanner.size) / Double(max(1, block.endOffset))
            progress(TableImportProgress(phase: .inspecting, rows: rows, totalRows: Int(total)))
        }
        commentLines = scanner.commentLines
    }

    /// Settles how numbers are written, and reads the columns again whose numbers are written in another way than was thought.
    private mutating func settleNumbers(distinctBound: Int) throws {
        let places = layout.names.indices.filter {
            !isText($0) && !isQuoted($0) && layout.dialect.json?.columns[$0].isMixed != true
        }
        let found = places.map { (name: layout.names[$0], scan: scans[$0]) }
        let numbers = NumberFormats(found, rules: options.rules, delimiter: layout.dialect.delimiter)
            .spread(over: layout.names.count, at: places)
        self.numbers = numbers
        evidence = zip(layout.names, scans).map { $1.evidence(of: $0, kind: .text) }
        guard numbers.areOther else { return }
        var again = self
        again.scans = zip(layout.names, numbers.formats).map {
            ColumnScan(distinctBound: distinctBound, format: $1, zone: options.rules.localZone(of: $0))
        }
        (again.rows, again.badRows) = (0, BadRows(isSkipping: true))
        try again.run { _ in }
        for (column, format) in numbers.formats.enumerated() where format != .plain {
            scans[column] = again.scans[column]
        }
    }

    private static func holds(_ names: [String], _ name: String) -> Bool {
        names.contains { $0.lowercased() == name.lowercased() }
    }

    /// Whether a column was said to be text.
    private func isText(_ column: Int) -> Bool { Self.holds(options.textColumns, layout.names[column]) }

    /// Whether the values of a column stand in quotes in JSON, and are not to be read as though they did not.
    private func isQuoted(_ column: Int) -> Bool {
        layout.dialect.json?.columns[column].isQuoted ?? false
            && !Self.holds(options.numberColumns, layout.names[column])
    }

    /// Dates are dates in quotes, too: JSON has no others.
    private func summary(_ column: Int) -> ColumnSummary {
        let (name, scan) = (layout.names[column], scans[column])
        if isText(column) { return scan.textSummary(name: name) }
        var found = scan.summary(name: name, rules: options.rules)
        // The years 2000 to 2100.
        if layout.dialect.json != nil, found.kind == .integer, let least = found.minimum, let greatest = found.maximum,
            least >= 946_684_800_000, greatest < 4_102_444_800_000
        {
            found.notes.append(
                "these may be milliseconds since 1970, read as numbers: to have times, write them as ISO 8601, as pandas does "
                    + "with date_format='iso'")
        }
        guard isQuoted(column), !found.kind.isDate, found.kind != .text else { return found }
        var text = scan.textSummary(name: name)
        let noun = found.kind == .boolean ? "truth values" : "numbers"
        text.notes.append("\(noun) in quotes: kept as text (--number '\(name)' reads \(noun))")
        return text
    }

    private mutating func summarise() throws {
        try options.checkNames(in: layout.names, of: file)
        columns = scans.indices.map(summary)
        evidence = zip(evidence, columns).map { ColumnEvidence(column: $0.column, kind: $1.kind, counts: $0.counts) }
    }

    /// What is to be said of the file besides its columns.
    var notes: [String] {
        let firstLine = layout.dialect.skippedLines + 1
        let isNamed = scans.contains { $0.texts.count == 1 && $0.texts.line == firstLine && $0.hasNumbers }
        var notes = layout.notes + (numbers?.notes ?? [])
        if commentLines > 0, options.comment == nil {
            notes.append(
                "\(commentLines.counting("line")) with '#' at the beginning \(commentLines == 1 ? "is" : "are") left out as "
                    + "comments (--comment none: they are rows)")
        }
        guard layout.header == nil, isNamed else { return notes }
        return notes + ["the first row looks like a header among the data: --header first takes it for one"]
    }

    private mutating func take(_ block: RecordBlock, isFirst: Bool) throws {
        // Taken out for the while, so that the scans are changed in place.
        var scans = self.scans
        self.scans = []
        for (index, record) in block.records.enumerated() {
            if isFirst && index == 0 && layout.header != nil { continue }
            if let reason = layout.reasonToRefuse(record, block) {
                try badRows.report(BadRow(file: file, line: record.line, column: nil, reason: reason))
                continue
            }
            rows += 1
            try scans.withUnsafeMutableBufferPointer { try take(record, of: block, into: $0) }
        }
        self.scans = scans
    }

    private func take(
        _ record: RecordBlock.Record, of block: RecordBlock, into scans: UnsafeMutableBufferPointer<ColumnScan>
    ) throws {
        let isBlankDelimited = layout.dialect.delimiter == 32 || layout.dialect.delimiter == 9
        for column in 0..<record.fieldCount {
            let field = block[record.firstField &+ column]
            if !isBlankDelimited, let around = block.blanks(around: record.firstField &+ column) {
                scans[column].seeBlanks(around, line: record.line)
            }
            if !scans[column].add(field, line: record.line, markers: markers) {
                throw DataError.notUTF8(file: file, line: record.line)
            }
        }
    }
}

extension TableLayout {
    /// Why a record is no row of the table, or nil.
    @inline(__always)
    func reasonToRefuse(_ record: RecordBlock.Record, _ block: RecordBlock) -> String? {
        if let problem = record.problem { return problem }
        guard record.fieldCount == names.count else {
            let given = header == nil ? "the first row" : "the header"
            let isComment = dialect.comment == 0 && block[record.firstField].first == UInt8(ascii: "#")
            return "\(record.fieldCount.counting("field")) where \(given) has \(names.count)"
                + (isComment ? "; if it is a comment, say so (--comment '#')" : "")
        }
        guard let header, header.count > 1 else { return nil }
        for (column, name) in header.enumerated() {
            guard block[record.firstField + column].elementsEqual(name.utf8) else { return nil }
        }
        return "the header again"
    }
}
