import Foundation

/// A delimited file whose columns are looked up by name and read as kinds that are known, such as those of a model.
package struct TableFile: Sendable {
    /// A column that is wanted.
    package struct Column: Sendable, Equatable {
        /// Its name in the header; capitals do not matter where they are not needed.
        package let name: String
        /// What its values are.
        package let kind: ValueKind
        /// Whether it may be missing; it is left out then.
        package let isOptional: Bool
        /// The clock of its times, as in a column's summary; nil for that on which they were written.
        package let clock: String?

        /// Asks for a column.
        package init(name: String, kind: ValueKind, isOptional: Bool = false, clock: String? = nil) {
            self.name = name
            self.kind = kind
            self.isOptional = isOptional
            self.clock = clock
        }
    }

    /// The file.
    package let path: String
    /// The names of all its columns.
    package let header: [String]
    /// The columns that are read, in the order in which they were asked for.
    package let columns: [Column]
    private let places: [Int]
    /// What was decided of how values are read, with the option that says otherwise.
    package let notes: [String]
    private let isDayFirst: [Bool]
    private let clocks: [TableClock?]
    private let formats: [NumberFormat]
    private let layout: TableLayout
    private let rules: ValueRules
    private let markers: MissingMarkers

    /// Finds the columns.
    ///
    /// - Throws: `DataError.missingColumns`, `.emptyTable`, `.unreadable`, and for damaged rows as `importTable`
    package init(path: String, columns wanted: [Column], options: TableImportOptions = TableImportOptions()) throws {
        var options = options
        options.skipsBadRows = false  // every row is to be answered
        self.path = path
        rules = options.rules
        markers = MissingMarkers(rules.missing)
        layout = try TableLayout.find(path: path, options: options)
        header = layout.names
        let places = wanted.map { [header] in TableFile.place(of: $0.name, in: header) }
        let missing = zip(wanted, places).filter { $0.1 == nil && !$0.0.isOptional }.map(\.0.name)
        guard missing.isEmpty else {
            throw DataError.missingColumns(file: path, missing: missing, present: layout.names)
        }
        columns = zip(wanted, places).filter { $0.1 != nil }.map(\.0)
        self.places = places.compactMap { $0 }
        clocks = columns.map { [rules] column in
            if let clock = column.clock { return TableClock(name: clock, assumed: rules.timeZone) }
            return rules.timeZone.map { TableClock(name: $0.name) }
        }
        let fields = zip(columns, self.places).map { (column: $0, place: $1) }
        let orders = try TableFile.dayFirst(path, fields, layout, rules)
        isDayFirst = orders.isDayFirst
        let numbers = try TableFile.numbers(path, fields, layout, rules)
        formats = numbers?.formats ?? columns.map { _ in .plain }
        let found = layout.notes
        notes =
            try found + layout.dialectNotes(options).filter { !found.contains($0) } + orders.notes
            + (numbers?.notes ?? []) + TableFile.changes(path, fields, layout, isDayFirst, clocks)
    }

    private static func place(of name: String, in header: [String]) -> Int? {
        if let exact = header.firstIndex(of: name) { return exact }
        return header.firstIndex { $0.lowercased() == name.lowercased() }  // names differ in more than capitals
    }

    /// Which columns of dates have the day first; the whole column says, else the model, else it is said.
    private static func dayFirst(
        _ path: String, _ fields: [(column: Column, place: Int)], _ layout: TableLayout, _ rules: ValueRules
    ) throws -> (isDayFirst: [Bool], notes: [String]) {
        if let given = rules.isDayFirst { return (fields.map { _ in given }, []) }
        var votes = [Int](repeating: 0, count: fields.count)
        var guessed: Set<Int> = []
        let dates = fields.indices.filter { fields[$0].column.kind.isDate }
        if !dates.isEmpty {
            try forEachRecord(path, layout) { record, block in
                for index in dates {
                    switch DateReading(block[record.firstField + fields[index].place]).order {
                    case .dayFirst: votes[index] += 1
                    case .monthFirst: votes[index] -= 1
                    case .open where rules.usualDayFirst[fields[index].column.name] == nil: guessed.insert(index)
                    default: break
                    }
                }
            }
        }
        let isDayFirst = zip(votes, fields).map { votes, field in
            votes == 0 ? rules.usualDayFirst[field.column.name] ?? false : votes > 0
        }
        let notes = fields.indices.compactMap { index -> String? in
            let name = fields[index].column.name
            if votes[index] == 0 { return guessed.contains(index) ? "\(name): \(OpenDates.note)" : nil }
            guard let usual = rules.usualDayFirst[name], usual != isDayFirst[index] else { return nil }
            return "\(name): \(OpenDates.note(dayFirst: isDayFirst[index]))"
        }
        return (isDayFirst, notes)
    }

    /// How the numbers are written; the whole file says. Nil where no number has a mark other than a decimal point.
    private static func numbers(
        _ path: String, _ fields: [(column: Column, place: Int)], _ layout: TableLayout, _ rules: ValueRules
    ) throws -> NumberFormats? {
        // The numbers of JSON have no marks but the point, however training had them; only columns of texts alone may.
        let numeric = fields.indices.filter {
            let json = layout.dialect.json?.columns[fields[$0].place]
            return [.integer, .real].contains(fields[$0].column.kind) && json?.isQuoted != false
                && json?.isMixed != true
        }
        guard !numeric.isEmpty else { return nil }
        let isSettled = rules.decimal == .point && rules.thousands == .none
        var isPlain =
            isSettled || rules.decimal == .auto && rules.thousands == .auto && rules.usualNumbers.isEmpty
        if isPlain, !isSettled {
            try forEachRecord(path, layout) { record, block in
                guard isPlain else { return }
                for index in numeric {
                    let field = block[record.firstField + fields[index].place]
                    // Where training had whole numbers, 1.234 may be one.
                    if fields[index].column.kind == .integer, field.count > 4, field[field.count - 4] == 46 {
                        isPlain = false
                    }
                    if field.contains(where: { $0 == 32 || $0 == 39 || $0 == 44 || $0 > 127 }) { isPlain = false }
                }
            }
        }
        if isPlain { return nil }
        let markers = MissingMarkers(rules.missing)
        var scans = numeric.map { _ in ColumnScan(distinctBound: 0) }
        try forEachRecord(path, layout) { record, block in
            for (scan, index) in numeric.enumerated() {
                let field = Blanks.trimmed(block[record.firstField + fields[index].place])
                _ = scans[scan].add(field, line: record.line, markers: markers)
            }
        }
        let found = zip(numeric, scans).map { (name: fields[$0].column.name, scan: $1) }
        return NumberFormats(found, rules: rules, delimiter: layout.dialect.delimiter)
            .spread(over: fields.count, at: numeric)
    }

    /// Says of which times the clocks of places make two or none.
    private static func changes(
        _ path: String, _ fields: [(column: Column, place: Int)], _ layout: TableLayout, _ isDayFirst: [Bool],
        _ clocks: [TableClock?]
    ) throws -> [String] {
        var changes = zip(fields, clocks).map { ClockChanges($0.column.kind == .datetime ? $1?.local : nil) }
        let places = changes.indices.filter { changes[$0].isNeeded }
        guard !places.isEmpty else { return [] }
        try forEachRecord(path, layout) { record, block in
            for index in places {
                let field = Blanks.trimmed(block[record.firstField + fields[index].place])
                changes[index].see(DateReading(field), dayFirst: isDayFirst[index])
            }
        }
        return places.compactMap { index in changes[index].note.map { "\(fields[index].column.name): \($0)" } }
    }

    private static func forEachRecord(
        _ path: String, _ layout: TableLayout, _ body: (RecordBlock.Record, RecordBlock) throws -> Void
    ) throws {
        let scanner = try RecordScanner(path: path, dialect: layout.dialect)
        let block = RecordBlock(capacity: 1 << 18)
        var isFirst = layout.header != nil
        while try scanner.fill(block) {
            for record in block.records {
                if isFirst {
                    isFirst = false
                    continue
                }
                if let reason = layout.reasonToRefuse(record, block) {
                    throw DataError.badRow(BadRow(file: path, line: record.line, column: nil, reason: reason))
                }
                try body(record, block)
            }
        }
    }

    /// Goes through all rows from the first to the last.
    ///
    /// - Parameter raw: gets the cells of its columns as they stand there
    /// - Throws: `DataError.badRow` for a value that is not of its column's kind, and as `init`
    package func forEachBlock(rows: Int = 8192, raw: RawCells? = nil, _ body: (TableBlock) throws -> Void) throws {
        let builder = TableBlockBuilder(kinds: columns.map(\.kind), capacity: rows)
        func give() throws {
            try body(builder.take())
            raw?.clear()
        }
        raw?.clear()
        try TableFile.forEachRecord(path, layout) { record, block in
            if let raw {
                raw.add(
                    try raw.columns.map { index in
                        let field = try checked(block[record.firstField + places[index]], record, columns[index])
                        return field.isEmpty ? .null : .text(String(decoding: field, as: UTF8.self))
                    })
            }
            for (index, column) in columns.enumerated() {
                // Blanks within quotes, too, are taken off, as where the rows were learned from.
                let field = Blanks.trimmed(block[record.firstField + places[index]])
                if markers.contains(field) {
                    if column.kind == .text { builder.set(nil, in: index) } else { builder.set(.nan, in: index) }
                } else if column.kind == .text {
                    builder.set(try checked(field, record, column), in: index)
                } else {
                    builder.set(try number(field, record, index), in: index)
                }
            }
            builder.endRow()
            if builder.isFull { try give() }
        }
        if builder.rows > 0 { try give() }
    }

    /// To keep the cells of some columns as they stand there; those of numbers and truth values are kept as what they mean.
    package func cells(of places: [Int]) -> RawCells {
        let places = places.filter { $0 < columns.count && (columns[$0].kind == .text || columns[$0].kind.isDate) }
        return RawCells(columns: places, kinds: places.map { _ in .text })
    }

    private func checked(
        _ field: UnsafeBufferPointer<UInt8>, _ record: RecordBlock.Record, _ column: Column
    ) throws -> UnsafeBufferPointer<UInt8> {
        guard field.allSatisfy({ $0 < 0x80 }) || String(validating: field, as: UTF8.self) != nil else {
            throw DataError.notUTF8(file: path, line: record.line)
        }
        return field
    }

    private func number(
        _ field: UnsafeBufferPointer<UInt8>, _ record: RecordBlock.Record, _ index: Int
    ) throws -> Double {
        let column = columns[index]
        if let value = ValueReading.number(
            field, kind: column.kind, format: formats[index], dayFirst: isDayFirst[index], clock: clocks[index])
        {
            return !column.kind.isDate && markers.contains(value) ? .nan : value
        }
        let text = String(decoding: field.prefix(40), as: UTF8.self)
        // What is short and has no digit may stand for a value that is missing.
        let isMark = field.count <= 12 && !text.contains(where: \.isNumber)
        let advice = isMark ? " (--missing \(text.shellQuoted) reads it as a missing value)" : ""
        throw DataError.badRow(
            BadRow(
                file: path, line: record.line, column: column.name,
                reason: "'\(text)' is not a \(column.kind.noun)\(advice)"))
    }

    /// The rows of one column as they are written, such as the identifiers that an answer has to repeat.
    ///
    /// - Throws: `DataError.missingColumns`, and as `init`
    package func texts(of name: String) throws -> [String] {
        guard let place = TableFile.place(of: name, in: header) else {
            throw DataError.missingColumns(file: path, missing: [name], present: header)
        }
        var texts: [String] = []
        let column = Column(name: name, kind: .text)
        try TableFile.forEachRecord(path, layout) { record, block in
            texts.append(String(decoding: try checked(block[record.firstField + place], record, column), as: UTF8.self))
        }
        return texts
    }
}

extension ValueKind {
    /// What one value is called.
    var noun: String {
        switch self {
        case .integer, .real: "number"
        case .text: "text"
        case .boolean: "truth value: write true or false"
        case .date, .datetime: "date"
        }
    }
}
