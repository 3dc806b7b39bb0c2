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
    /// What is to be said of comments and escapes that nobody named, where their lines are not counted.
    func dialectNotes(_ options: TableImportOptions) -> [String] {
        var notes: [String] = []
        if options.comment == nil, dialect.comment != 0 {
            notes.append("lines with '#' at the beginning are left out as comments (--comment none: they are rows)")
        }
        if options.escape == nil, dialect.escape != 0 { notes.append(DialectDetection.escapeNote) }
        return notes
    }

    /// The most columns that SQLite can be built for.
    static let mostColumns = 32_767

    /// Looks at the first records of a file.
    ///
    /// - Throws: `DataError.emptyTable`, `.unreadable`, `.wrongEncoding`, `.tooManyColumns`, `.invalid` for names that do not fit
    static func find(path: String, options: TableImportOptions) throws -> TableLayout {
        let found = try DialectDetection(path: path, options: options)
        let dialect = found.dialect
        let sample = try TableSample(path: path, dialect: dialect)
        guard let first = sample.rows.first else { throw DataError.emptyTable(file: path, hasHeader: false) }
        guard first.count <= mostColumns else {
            throw DataError.tooManyColumns(file: path, count: first.count, limit: mostColumns)
        }
        let isHeader: Bool
        switch options.header {
        case _ where dialect.json != nil: isHeader = true
        case .first: isHeader = true
        case .none: isHeader = false
        case .auto: isHeader = sample.isShortHeaded || sample.looksHeaded(rules: options.rules)
        }
        var notes = found.notes
        if let names = options.columnNames {
            guard names.count == (isHeader ? sample.width : first.count) else {
                throw DataError.invalid(
                    "\(path): \(names.count.counting("name")) \(names.count == 1 ? "is" : "are") given, but the first row has \(first.count.counting("field"))"
                )
            }
        } else if !isHeader {
            notes.append(
                "the first row is taken for data: the columns are called column_1 to column_\(first.count); "
                    + "--columns gives names, --header first takes them from the row")
        }
        var given = options.columnNames ?? (isHeader ? first : first.indices.map { "column_\($0 + 1)" })
        if isHeader, options.columnNames == nil, sample.isShortHeaded {
            if sample.rows.dropFirst().allSatisfy({ $0.last == "" }) {
                given.append("")
                notes.append("every row ends in a delimiter: the last column is empty")
            } else {
                given.insert("row_name", at: 0)
                notes.append(
                    "the header has one name fewer than the rows have fields: the first column holds the names of rows, "
                        + "as R writes them, and is called 'row_name' (--columns names all)")
            }
        }
        let names = ColumnNames.distinct(given)
        notes += names.notes
        return TableLayout(dialect: dialect, header: isHeader ? first : nil, names: names.names, notes: notes)
    }
}
