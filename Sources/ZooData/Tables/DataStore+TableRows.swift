extension DataStore {
    /// Stores rows that a program made as a data set of the kind table, in one transaction.
    ///
    /// - Parameters:
    ///   - source: where they come from, for people
    ///   - body: is given a closure that adds a row; dates are texts like `2011-01-31` or `2011-01-31 13:00:00`
    /// - Throws: `DataError.invalid` for no rows or columns, `.exists`, `.locked`, `.database`, and what `body` throws
    @discardableResult
    package func importTable(
        name: String, source: String, columns: [ResultColumn], isReplacing: Bool = false,
        body: (([QueryValue]) throws -> Void) throws -> Void
    ) throws -> Dataset {
        try check(name: name)
        guard !columns.isEmpty, ColumnNames.distinct(columns.map(\.name)).notes.isEmpty else {
            throw DataError.invalid("a table needs columns, each with a name of its own")
        }
        return try write { db in
            let plain = columns.map { ColumnSummary(name: $0.name, kind: $0.kind ?? .text) }
            let new = NewTable(name: name, source: source, columns: plain, notes: [], isReplacing: isReplacing)
            return try store(new, db) { insert in
                var scan = StoredRowScan(columns: columns)
                try body { row in
                    precondition(
                        row.count == columns.count, "importTable: \(row.count) cells in \(columns.count) columns")
                    for (index, cell) in row.enumerated() { insert.bind(cell, at: Int32(index + 1)) }
                    try insert.run()
                    scan.add(row)
                }
                guard scan.rows > 0 else { throw DataError.invalid("there are no rows to store") }
                return FilledTable(rows: scan.rows, fingerprint: scan.finish(), columns: scan.summaries)
            }
        }
    }
}

/// Looks at rows on their way into a table.
private struct StoredRowScan {
    private let columns: [ResultColumn]
    private var scans: [ColumnScan]
    private var hash: RowHash
    private(set) var rows = 0

    init(columns: [ResultColumn]) {
        self.columns = columns
        scans = columns.map { _ in ColumnScan(distinctBound: 10_000) }
        hash = RowHash(columns: columns.map(\.name))
    }

    mutating func add(_ row: [QueryValue]) {
        rows += 1
        for (index, cell) in row.enumerated() {
            switch cell {
            case .null:
                hash.addNull()
                scans[index].addMissing()
            case .integer(let value):
                hash.add(integer: value)
                scans[index].add(integer: value, row: rows)
            case .real(let value):
                hash.add(real: value)
                scans[index].add(real: value, row: rows)
            case .text(var text):
                text.withUTF8 { bytes in
                    hash.add(text: bytes)
                    _ = scans[index].add(bytes, line: rows, markers: MissingMarkers([]))
                }
            case .blob(let bytes): bytes.withUnsafeBytes { hash.add(blob: $0) }
            }
        }
    }

    mutating func finish() -> String { hash.finish() }

    /// The columns as they were said to be, with what was found in them.
    var summaries: [ColumnSummary] {
        zip(columns, scans).map { column, scan in
            guard let kind = column.kind, kind != .text else { return scan.textSummary(name: column.name) }
            let declaration = kind == .boolean ? kind.declaration : nil
            var summary = scan.summary(name: column.name, rules: ValueRules(), declaration: declaration)
            summary.kind = kind
            return summary
        }
    }
}
