/// What reading a whole file has shown: the columns, and the rows that cannot be taken.
struct TableInspection {
    let layout: TableLayout
    private(set) var columns: [ColumnSummary] = []
    private(set) var rows = 0
    private(set) var badRows: BadRows
    private var scans: [ColumnScan]
    private let options: TableImportOptions
    private let file: String
    private let markers: MissingMarkers

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
        scans = Array(repeating: ColumnScan(distinctBound: bound), count: layout.names.count)
        let scanner = try RecordScanner(path: path, dialect: layout.dialect)
        var isFirst = true
        try BlockPipe.run((0..<4).map { _ in RecordBlock(capacity: 1 << 18) }, produce: scanner.fill) { block in
            try take(block, isFirst: isFirst)
            isFirst = false
            let total = Double(rows) * Double(scanner.size) / Double(max(1, block.endOffset))
            progress(TableImportProgress(phase: .inspecting, rows: rows, totalRows: Int(total)))
        }
        guard rows > 0 else { throw DataError.emptyTable(file: path, hasHeader: layout.header != nil) }
        try summarise()
    }

    private mutating func summarise() throws {
        let asTexts = options.textColumns.map { $0.lowercased() }
        let unknown = options.textColumns.filter { name in
            !layout.names.contains { $0.lowercased() == name.lowercased() }
        }
        guard unknown.isEmpty else {
            throw DataError.missingColumns(file: file, missing: unknown, present: layout.names)
        }
        columns = zip(layout.names, scans).map { name, scan in
            asTexts.contains(name.lowercased())
                ? scan.textSummary(name: name) : scan.summary(name: name, rules: options.rules)
        }
    }

    /// What is to be said of the file besides its columns.
    var notes: [String] {
        let firstLine = layout.dialect.skippedLines + 1
        let isNamed = scans.contains { $0.texts.count == 1 && $0.texts.line == firstLine && $0.hasNumbers }
        guard layout.header == nil, isNamed else { return layout.notes }
        return layout.notes + ["the first row looks like a header among the data: --header first takes it for one"]
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
        let point = options.rules.point
        for column in 0..<record.fieldCount {
            let field = block[record.firstField &+ column]
            if !scans[column].add(field, line: record.line, markers: markers, point: point) {
                let reason = "this is not UTF-8; if it is Latin-1, say so (--encoding latin1)"
                throw DataError.wrongEncoding(file: file, line: record.line, reason: reason)
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
            return
                "\(record.fieldCount.counting("field")) where \(header == nil ? "the first row" : "the header") has \(names.count)"
        }
        guard let header, header.count > 1 else { return nil }
        for (column, name) in header.enumerated() {
            guard block[record.firstField + column].elementsEqual(name.utf8) else { return nil }
        }
        return "the header again"
    }
}
