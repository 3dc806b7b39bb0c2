import ZooData
import ZooTabular

/// The rows of a data set or of a SELECT as the application reads them.
package struct StoredRows: RowSource {
    /// The columns of every block.
    package private(set) var columns: [TableColumn]
    /// Columns of another kind than a model knows them, as it does.
    private var known: [Int: TableColumn] = [:]
    /// The rows in the store, as they were when it was opened.
    package let source: TableSource

    init(_ source: TableSource) {
        self.source = source
        // Whole numbers without marks follow the decimal comma of all others.
        let isCommas =
            source.columns.contains { $0.numberFormat?.decimal == .comma }
            && source.columns.allSatisfy { $0.kind != .real || $0.numberFormat?.decimal == .comma }
        columns = source.columns.map { column in
            let numbers =
                column.numberFormat?.example
                ?? (isCommas && column.kind == .integer ? Self.decimalComma : nil)
            return TableColumn(
                name: column.name, kind: ColumnKind(column.kind), isDayFirst: column.isDayFirst,
                clock: column.storedClock, numbers: numbers, missing: source.missingTexts,
                holdsBlobs: column.holdsBlobs == true ? true : nil, offsets: column.offsets)
        }
    }

    private static let decimalComma = "1234,5"

    /// The rows with columns of the kinds that a model knows: another value is refused, as in a file; a column without any value is
    /// of every kind.
    func holding(_ known: [TableColumn]) -> StoredRows {
        var rows = self
        for (place, column) in columns.enumerated() where column.holdsBlobs == nil {
            guard let wanted = known.first(where: { $0.name == column.name }), wanted.kind != .text,
                column.kind == .text || (column.kind == .date) != (wanted.kind == .date)
                    || wanted.kind == .boolean && column.kind != .boolean
            else { continue }
            rows.columns[place] = wanted
            rows.known[place] = wanted
        }
        return rows
    }

    /// Refuses infinite numbers in the inputs of a model, as those of a file or of a single row are.
    ///
    /// - Throws: `WorkflowError.invalid` naming the column
    func refuseInfinities(of known: [TableColumn]) throws {
        for column in source.columns {
            guard let count = column.infinities, known.contains(where: { $0.name == column.name && $0.kind != .text })
            else { continue }
            throw WorkflowError.invalid(
                what: "the SELECT, column '\(column.name)'",
                reason:
                    "infinity is not a number, and \(count.counting("row")) \(count == 1 ? "has" : "have") it (NULL is a missing value)"
            )
        }
    }

    /// What was decided of how the rows of a SELECT are read; what a data set has was said by its import, if that was of this version.
    ///
    /// - Parameter isUsed: whether anything is to be said of a column
    func inputNotes(where isUsed: (String) -> Bool) -> [String] {
        guard source.dataset == nil else { return source.notes }
        let columns = source.columns.filter { column in
            isUsed(column.name)
                && (column.holdsBlobs != nil || column.clock != nil || column.isDayFirst != nil || column.kind == .text)
        }
        return source.notes + columns.flatMap { column in column.notes.map { "\(column.name): \($0)" } }
    }

    /// Goes through all rows from the first to the last.
    package func forEachBlock(_ body: (RowBlock) throws -> Void) throws {
        var adapter = BlockAdapter(columnCount: columns.count)
        var before = 0
        try source.forEachBlock { block in
            var rows = adapter.block(block)
            if !known.isEmpty {
                var columns = rows.columns
                for (place, column) in known {
                    columns[place] = try numbers(
                        columns[place], of: column, wasDate: source.columns[place].kind.isDate, behind: before)
                }
                rows = RowBlock(rowCount: rows.rowCount, columns: columns)
            }
            before += block.rowCount
            try body(rows)
        }
    }

    /// The values of a column as a model knows it.
    ///
    /// - Parameter wasDate: whether the rows have dates there
    /// - Parameter before: how many rows come before these
    /// - Throws: `WorkflowError.invalid` for the first that is no such value
    private func numbers(
        _ values: ColumnValues, of column: TableColumn, wasDate: Bool, behind before: Int
    ) throws -> ColumnValues {
        func refusal(_ text: String, _ row: Int) -> WorkflowError {
            let rows = source.dataset.map { "'\($0.name)'" } ?? "the SELECT"
            return .invalid(
                what: "row \(before + row + 1) of \(rows), column '\(column.name)'",
                reason: "'\(text.prefix(40))' among \(column.kind.plural) (NULL is a missing value)")
        }
        switch values {
        case .numbers(let numbers):
            let areTruths = column.kind == .boolean && !wasDate
            if let row = numbers.firstIndex(where: { !$0.isNaN && !(areTruths && ($0 == 0 || $0 == 1)) }) {
                throw refusal((wasDate ? ColumnKind.date : .real).text(of: numbers[row]), row)
            }
            return values
        case .texts(let codes, let dictionary):
            var meant: [Int32: Double] = [-1: .nan]
            return .numbers(
                try codes.enumerated().map { row, code in
                    if let number = meant[code] { return number }
                    let text = dictionary.entries[Int(code)]
                    guard let number = column.number(parsing: text) else { throw refusal(text, row) }
                    // Of a column of marks alone, numbers come as texts.
                    let value = column.means(missing: number) ? .nan : number
                    meant[code] = value
                    return value
                })
        }
    }
}

/// The rows of a delimited file as the application reads them, with columns whose kinds are known.
package struct FileRows: RowSource {
    /// The columns of every block: those asked for that the file has, then those that it may lack, without any value.
    package let columns: [TableColumn]
    private let lacking: Int
    /// The file.
    package let file: TableFile
    /// Gets the cells of columns that are kept as they stand there.
    var raw: RawCells?

    /// Finds the columns in the file's header.
    ///
    /// - Parameter optional: names of columns that may be missing, such as a target
    /// - Throws: `DataError.missingColumns`, and as `TableFile`
    package init(
        path: String, columns wanted: [TableColumn], optional: Set<String> = [],
        options: TableImportOptions = TableImportOptions()
    ) throws {
        var options = options
        options.rules.usualDayFirst = wanted.usualDayFirst
        options.rules.usualNumbers = wanted.usualNumbers
        if let missing = wanted.missing { options.rules.takeMissing(of: missing) }
        file = try TableFile(
            path: path,
            columns: wanted.map {
                TableFile.Column(
                    name: $0.name, kind: ValueKind($0.kind), isOptional: optional.contains($0.name),
                    clock: $0.clock)
            }, options: options)
        let present = file.columns.map { TableColumn(name: $0.name, kind: ColumnKind($0.kind), clock: $0.clock) }
        let lacking = wanted.filter { column in !present.contains { $0.name == column.name } }
        columns = present + lacking
        self.lacking = lacking.count
    }

    /// Goes through all rows from the first to the last.
    ///
    /// - Throws: `DataError.badRow` for a value that is not of its column's kind
    package func forEachBlock(_ body: (RowBlock) throws -> Void) throws {
        var adapter = BlockAdapter(columnCount: columns.count - lacking)
        try file.forEachBlock(raw: raw) {
            let block = adapter.block($0)
            guard lacking > 0 else { return try body(block) }
            let none = ColumnValues.numbers(Array(repeating: .nan, count: block.rowCount))
            try body(
                RowBlock(rowCount: block.rowCount, columns: block.columns + Array(repeating: none, count: lacking)))
        }
    }
}

extension Workspace {
    /// The rows of a data set of the kind table, in one snapshot.
    ///
    /// - Parameter columns: columns as a model knows them, which decide on which clock times are read
    /// - Throws: `DataError.unknown`, `.otherKind`, `.locked`, `.database`
    package func rows(dataset name: String, like columns: [TableColumn] = []) throws -> StoredRows {
        StoredRows(try data.tableSource(dataset: name, clocks: columns.usualClock))
    }

    /// The rows of any SELECT, in one snapshot; it is gone through once to find out what is in its columns.
    ///
    /// - Parameter columns: columns as a model knows them, which decide what is text although it looks like something else, and
    ///   how dates are read that could be read both ways
    /// - Parameter timeZone: the clock on which times are read of which no model knows it
    /// - Parameter progress: called with the number of rows until now, every few thousand
    /// - Throws: `DataError.query`, `.locked`, `.database`
    package func rows(
        sql: String, like columns: [TableColumn] = [], timeZone: String? = nil, progress: (Int) -> Void = { _ in }
    ) throws -> StoredRows {
        var rules = ValueRules()
        rules.usualDayFirst = columns.usualDayFirst
        rules.usualClock = columns.usualClock
        rules.usualNumbers = columns.usualNumbers
        if let missing = columns.missing { rules.takeMissing(of: missing) }
        rules.timeZone = timeZone.flatMap { TimeZoneRule($0) }
        rules.textColumns = Set(columns.filter { $0.kind == .text }.map(\.name))
        return StoredRows(try data.tableSource(sql: sql, rules: rules, progress: progress))
    }
}

/// Turns the blocks of the store into those of the application.
private struct BlockAdapter {
    /// The dictionary of the application that stands for one of the store.
    private struct Copy {
        let original: TextNumbers
        let dictionary: TextDictionary
        /// By number of the store: the code.
        var codes: [Int32] = []
        /// Whether numbers and codes are the same. Texts that differ only in how their accents are encoded make them differ.
        var isSame = true
    }

    private var copies: [Copy?]

    init(columnCount: Int) { copies = Array(repeating: nil, count: columnCount) }

    mutating func block(_ block: TableBlock) -> RowBlock {
        RowBlock(
            rowCount: block.rowCount,
            columns: block.columns.enumerated().map { column, values in
                switch values {
                case .numbers(let numbers): return .numbers(numbers)
                case .texts(let numbers, let texts):
                    let copy = copy(of: texts, in: column)
                    let codes = copy.isSame ? numbers : numbers.map { $0 < 0 ? -1 : copy.codes[Int($0)] }
                    return .texts(codes: codes, dictionary: copy.dictionary)
                }
            })
    }

    private mutating func copy(of texts: TextNumbers, in column: Int) -> Copy {
        var copy =
            copies[column].flatMap { $0.original === texts ? $0 : nil }
            ?? Copy(original: texts, dictionary: TextDictionary())
        for text in texts.entries.dropFirst(copy.codes.count) {
            let code = copy.dictionary.code(for: text)
            if Int(code) != copy.codes.count { copy.isSame = false }
            copy.codes.append(code)
        }
        copies[column] = copy
        return copy
    }
}
