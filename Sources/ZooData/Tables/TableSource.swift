import GRDBSQLite
import ZooRecords

/// The rows of a data set or of a SELECT, as they were when it was opened, to be read in blocks as often as needed.
///
/// It holds a read transaction on a separate connection: what others write meanwhile is not seen. Only one block is
/// in memory at a time.
package final class TableSource {
    /// The SELECT that gives the rows.
    package let sql: String
    /// The data set that they are of, if it is one.
    package let dataset: Dataset?
    /// The columns, with their kinds.
    package private(set) var columns: [ColumnSummary] = []
    /// Texts that stood for missing values, where they were other than the usual ones.
    package private(set) var missingTexts: [String]?
    /// How many rows there are.
    package private(set) var rowCount = 0
    /// SHA-256 of the rows; a data set and a SELECT with the same rows have the same.
    package private(set) var fingerprint = ""
    /// What was decided of how values are read, with the option that says otherwise.
    package private(set) var notes: [String] = []
    private let connection: ReadOnlyConnection
    private let watch: QueryWatch
    private let limits: QueryLimits
    private let statement: OpaquePointer
    private let names: [String]
    private let rules: ValueRules
    private let markers: MissingMarkers
    private var formats: [NumberFormat]
    private var hidesBlobs: [Bool]
    private var clocks: [TableClock?] = []
    /// The clocks of a data set's times, where they are read on other ones.
    private var storedClocks: [String: String] = [:]
    private var raw: RawCells?

    /// Opens a SELECT; `inspect` or a data set's summary gives the columns.
    init(
        path: String, busyTimeout: Double, sql: String, dataset: Dataset?, rules: ValueRules, limits: QueryLimits
    ) throws {
        self.sql = sql
        self.dataset = dataset
        self.rules = rules
        self.limits = limits
        markers = MissingMarkers(rules.missing)
        missingTexts = dataset == nil ? rules.otherMissing : nil
        connection = try ReadOnlyConnection(path: path, busyTimeout: busyTimeout, holdsSnapshot: true)
        watch = QueryWatch(seconds: limits.secondsToRow)
        connection.interrupt(when: watch)
        statement = try connection.prepareOnly(sql)
        let given = (0..<sqlite3_column_count(statement)).map { [statement] in
            sqlite3_column_name(statement, $0).map { String(cString: $0) } ?? ""
        }
        names = ColumnNames.distinct(given).names
        formats = names.map { _ in .plain }
        hidesBlobs = names.map { _ in false }
        guard sqlite3_bind_parameter_count(statement) == 0 else {
            throw DataError.query(reason: "parameters have no values here: write them out", line: nil, column: nil)
        }
    }

    deinit { sqlite3_finalize(statement) }

    /// Stops a read that is under way; from any thread.
    package func cancel() { watch.cancel() }

    /// Keeps the cells of some columns beside what is read of them.
    package func keepingCells(of columns: [Int]) -> RawCells {
        let kinds = columns.map { column in
            sqlite3_column_decltype(statement, Int32(column)).flatMap {
                ColumnAffinity.kind(ofType: String(cString: $0))
            }
        }
        let raw = RawCells(columns: columns, kinds: kinds)
        self.raw = raw
        return raw
    }

    /// The columns of the tables that the columns of the SELECT come from, as they are named there.
    var origins: [(name: String, origin: ColumnOrigin?)] {
        names.enumerated().map { [statement] in ($1, ColumnOrigin(statement, column: Int32($0))) }
    }

    /// Takes the clocks of the times of data sets that a SELECT reads, by its columns.
    func take(storedClocks: [String: String]) { self.storedClocks = storedClocks }

    /// Takes the columns from the summary of a data set.
    ///
    /// - Parameter clocks: those on which the times of columns are to be read, as a model knows them
    func take(_ summary: TableSummary, fingerprint: String, clocks: [String: String]) {
        (columns, missingTexts) = (summary.columns, summary.missingTexts)
        if summary.keepsClocks == nil,
            let time = columns.first(where: { $0.kind == .datetime && $0.storedClock == nil })
        {
            notes.append(
                "\(time.name): this data set is of an earlier version, in which times with an offset became UTC: import it "
                    + "again if its file has offsets")
        }
        for (place, column) in columns.enumerated() where column.kind.isDate {
            guard let clock = clocks[column.name], clock != column.clock else { continue }
            storedClocks[column.name] = column.storedClock
            columns[place].clock = clock
        }
        rowCount = summary.rows
        self.fingerprint = fingerprint
    }

    /// Goes through all rows to find out what is in the columns.
    ///
    /// - Throws: `DataError.query` for a SELECT that fails, does not end, or gives no rows
    func inspect(progress: (Int) -> Void) throws {
        var scans = try scanned(progress: progress)
        let places = names.indices.filter { !rules.textColumns.contains(names[$0]) }
        let found = places.map { (name: names[$0], scan: scans[$0]) }
        let numbers = NumberFormats(found, rules: rules, delimiter: nil, isQuery: true).spread(
            over: names.count, at: places)
        notes = numbers.notes
        if numbers.areOther {
            formats = numbers.formats
            scans = try scanned { _ in }
        }
        columns = names.enumerated().map { index, name in
            let declaration = sqlite3_column_decltype(statement, Int32(index)).map { String(cString: $0) }
            return rules.textColumns.contains(name)
                ? scans[index].textSummary(name: name)
                : scans[index].summary(name: name, rules: rules, declaration: declaration, isQuery: true)
        }
        hidesBlobs = columns.map { $0.holdsBlobs ?? false }
    }

    /// What is in the columns, read in their formats.
    private func scanned(progress: (Int) -> Void) throws -> [ColumnScan] {
        let bound = min(10_000, max(64, 2_000_000 / max(1, names.count)))
        var scans = zip(names, formats).map {
            ColumnScan(distinctBound: bound, format: $1, zone: rules.localZone(of: $0))
        }
        var hash = RowHash(columns: names)
        var rows = 0
        try forEachRow {
            rows += 1
            if rows % 65_536 == 0 { progress(rows) }
            for column in names.indices { try inspect(column, row: rows, &scans[column], &hash) }
        }
        guard rows > 0 else { throw DataError.query(reason: "it gives no rows", line: nil, column: nil) }
        rowCount = rows
        fingerprint = hash.finish()
        return scans
    }

    private func inspect(_ column: Int, row: Int, _ scan: inout ColumnScan, _ hash: inout RowHash) throws {
        let index = Int32(column)
        switch sqlite3_column_type(statement, index) {
        case SQLITE_INTEGER:
            let value = sqlite3_column_int64(statement, index)
            hash.add(integer: value)
            if markers.contains(Double(value)) { scan.addMissing() } else { scan.add(integer: value, row: row) }
        case SQLITE_FLOAT:
            let value = sqlite3_column_double(statement, index)
            hash.add(real: value)
            if markers.contains(value) { scan.addMissing() } else { scan.add(real: value, row: row) }
        case SQLITE_TEXT:
            let text = self.text(index)
            hash.add(text: text)
            // What is not UTF-8 is read with replacement characters; SQLite does not mind either.
            _ = scan.add(Blanks.trimmed(text), line: row, markers: markers)
        case SQLITE_BLOB:
            let blob = self.blob(index)
            hash.add(blob: blob.count == 16 ? blob : UnsafeRawBufferPointer(rebasing: blob[..<0]))
            scan.add(blob: blob)
        default:
            hash.addNull()
            scan.addMissing()
        }
    }

    /// Goes through all rows from the first to the last.
    ///
    /// - Parameter rows: the most rows of a block
    /// - Throws: `DataError.query`, and what `body` throws, at once
    package func forEachBlock(rows: Int = 8192, _ body: (TableBlock) throws -> Void) throws {
        let kinds = columns.map(\.kind)
        let isDayFirst = columns.map { $0.isDayFirst ?? false }
        clocks = columns.map { [rules, storedClocks] column in
            let stored = storedClocks[column.name].flatMap { TimeZoneRule($0) }
            return column.clock.map { TableClock(name: $0, assumed: rules.assumedZone(of: column.name) ?? stored) }
        }
        raw?.clear()
        let builder = TableBlockBuilder(kinds: kinds, capacity: rows)
        func give() throws {
            try body(builder.take())
            raw?.clear()
        }
        try forEachRow {
            // Before they are read: SQLite converts them then.
            if let raw { raw.add(raw.columns.map { value(Int32($0)) }) }
            for column in kinds.indices { read(column, kinds[column], isDayFirst[column], into: builder) }
            builder.endRow()
            if builder.isFull { try give() }
        }
        if builder.rows > 0 { try give() }
    }

    private func value(_ index: Int32) -> QueryValue {
        switch sqlite3_column_type(statement, index) {
        case SQLITE_INTEGER: .integer(sqlite3_column_int64(statement, index))
        case SQLITE_FLOAT: .real(sqlite3_column_double(statement, index))
        case SQLITE_TEXT: .text(String(decoding: text(index), as: UTF8.self))
        case SQLITE_BLOB: .blob(Array(blob(index)))
        default: .null
        }
    }

    @inline(__always)
    private func read(_ column: Int, _ kind: ValueKind, _ isDayFirst: Bool, into builder: TableBlockBuilder) {
        let index = Int32(truncatingIfNeeded: column)
        let type = sqlite3_column_type(statement, index)
        if kind == .text {
            // Of numbers in a column of texts, SQLite gives the digits.
            if type == SQLITE_NULL || hidesBlobs[column] { return builder.set(nil, in: column) }
            if type == SQLITE_BLOB {
                let blob = blob(index)
                guard blob.count == 16 else { return builder.set(nil, in: column) }
                return UUIDText.bytes(blob).withUnsafeBufferPointer { builder.set($0, in: column) }
            }
            let text = Blanks.trimmed(text(index))
            return builder.set(markers.contains(text) ? nil : text, in: column)
        }
        switch type {
        case SQLITE_INTEGER, SQLITE_FLOAT:
            let value = sqlite3_column_double(statement, index)
            guard kind.isDate, let clock = clocks[column], value.isFinite else {
                return builder.set(value.isFinite && !markers.contains(value) ? value : .nan, in: column)
            }
            builder.set(clock.moment(clock: value, offset: 0).number, in: column)
        case SQLITE_TEXT:
            let text = Blanks.trimmed(text(index))
            let value = ValueReading.number(
                text, kind: kind, format: formats[column], dayFirst: isDayFirst, clock: clocks[column])
            let isMissing = markers.contains(text) || !kind.isDate && value.map(markers.contains) == true
            builder.set(isMissing ? .nan : value ?? .nan, in: column)
        default: builder.set(.nan, in: column)
        }
    }

    private func blob(_ index: Int32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: sqlite3_column_blob(statement, index), count: Int(sqlite3_column_bytes(statement, index)))
    }

    private func text(_ index: Int32) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(
            start: sqlite3_column_text(statement, index), count: Int(sqlite3_column_bytes(statement, index)))
    }

    /// Runs the statement from its beginning.
    private func forEachRow(_ body: () throws -> Void) throws {
        sqlite3_reset(statement)
        defer { sqlite3_reset(statement) }
        var rows = 0
        watch.rowCame()
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw failure(code) }
            watch.rowCame()
            rows += 1
            guard rows <= limits.rows else {
                let reason = "it gives more than \(limits.rows) rows; does it end?"
                throw DataError.query(reason: reason, line: nil, column: nil)
            }
            try body()
        }
    }

    private func failure(_ code: Int32) -> DataError {
        guard code == SQLITE_INTERRUPT else { return connection.error(code) }
        if watch.wasCancelled { return .query(reason: "it was stopped", line: nil, column: nil) }
        let reason = "no row came for \(limits.secondsToRow.formatted()) s: does it end?"
        return .query(reason: reason, line: nil, column: nil)
    }
}

/// Blanks at the ends of a text.
enum Blanks {
    /// The text without them.
    @inline(__always)
    static func trimmed(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var (start, end) = (0, text.count)
        while start < end, text[start] == 32 || text[start] == 9 { start &+= 1 }
        while end > start, text[end &- 1] == 32 || text[end &- 1] == 9 { end &-= 1 }
        if start == 0 && end == text.count { return text }
        return UnsafeBufferPointer(rebasing: text[start..<end])
    }
}
