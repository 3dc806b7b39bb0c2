/// A source with the columns added that look along its series: lags, means of the rows before, days since and until
/// events. No value comes from the row itself or, the days until an event apart, from a later one.
///
/// Takes four bytes a row and added column, and eight a row for the time.
package struct OrderedSource: RowSource {
    private let source: any RowSource
    private let added: [[Float]]
    /// The source's columns, then the added ones.
    package let columns: [TableColumn]

    /// Reads the source once and computes.
    ///
    /// - Throws: what reading throws, and `TabularError` where columns are missing
    package init(_ source: any RowSource, _ fitted: FittedOrdered) throws {
        self.source = source
        columns = source.columns + fitted.derived
        let rows = try OrderedRows(source, fitted.settings)
        var computing = SeriesColumns(rows, fitted)
        for series in rows.series { computing.add(series) }
        added = computing.columns
    }

    /// How many rows have no value in an added column, by column.
    ///
    /// The days until an event are left out: where none is to come, there are none in training either.
    func rowsWithout() -> [(column: TableColumn, rows: Int)] {
        zip(columns.suffix(added.count), added).compactMap { column, values in
            let rows = column.name.hasSuffix("_until") ? 0 : values.count(where: { !$0.isFinite })
            return rows > 0 ? (column, rows) : nil
        }
    }

    /// Goes through all rows.
    package func forEachBlock(_ body: (RowBlock) throws -> Void) throws {
        var first = 0
        try source.forEachBlock { block in
            let range = first..<first + block.rowCount
            first = range.upperBound
            try body(
                RowBlock(
                    rowCount: block.rowCount,
                    columns: block.columns + added.map { .numbers($0[range].map { Double($0) }) }))
        }
    }
}

/// The added columns of all rows, filled series by series.
private struct SeriesColumns {
    let rows: OrderedRows
    let fitted: FittedOrdered
    private(set) var columns: [[Float]]

    init(_ rows: OrderedRows, _ fitted: FittedOrdered) {
        self.rows = rows
        self.fitted = fitted
        columns = Array(
            repeating: Array(repeating: .nan, count: rows.times.count), count: fitted.derived.count)
    }

    mutating func add(_ series: OrderedRows.Series) {
        guard let first = series.rows.first else { return }
        let settings = fitted.settings
        let start = rows.times[first]
        let tail = fitted.tails[rows.groups[series.group]]
        // What training saw before these rows; nothing where they are the rows that it saw.
        let earlier = tail.map { tail in tail.times.prefix { $0 < start }.count } ?? 0
        var column = 0
        for (kind, windows) in [(0, settings.lags), (1, settings.means)] {
            for window in windows {
                let place = settings.valueColumns.firstIndex(of: window.column) ?? 0
                let before = tail.map { $0.values[place].prefix(earlier).map { $0.map { Float($0) } ?? .nan } } ?? []
                let values = before + series.rows.map { rows.columns[place][$0] }
                let result = kind == 0 ? Self.lag(values, window.rows) : Self.mean(values, window.rows)
                for (row, value) in zip(series.rows, result.dropFirst(before.count)) { columns[column][row] = value }
                column += 1
            }
        }
        for (place, _) in settings.events.enumerated() {
            let last = tail?.lastEvents[place].flatMap { $0 < start ? $0 : nil }
            addEvent(place, series, last: last, to: column)
            column += 2
        }
    }

    /// The value `distance` places before.
    private static func lag(_ values: [Float], _ distance: Int) -> [Float] {
        values.indices.map { $0 >= distance ? values[$0 - distance] : .nan }
    }

    /// The mean of up to `length` values before, missing ones passed over.
    private static func mean(_ values: [Float], _ length: Int) -> [Float] {
        // Prefix sums in Float64 stay exact enough, and no value is added and taken away again.
        var sums = [0.0]
        var counts = [0]
        for value in values {
            sums.append((sums.last ?? 0) + (value.isFinite ? Double(value) : 0))
            counts.append((counts.last ?? 0) + (value.isFinite ? 1 : 0))
        }
        return values.indices.map { index in
            let from = max(0, index - length)
            let count = counts[index] - counts[from]
            return count > 0 ? Float((sums[index] - sums[from]) / Double(count)) : .nan
        }
    }

    /// Days since the last event and until the next; 0 in a row of an event itself.
    private mutating func addEvent(_ place: Int, _ series: OrderedRows.Series, last: Double?, to column: Int) {
        var last = last
        for row in series.rows {
            if rows.events[place][row] { last = rows.times[row] }
            if let last { columns[column][row] = Float((rows.times[row] - last) / 86_400) }
        }
        var next: Double?
        for row in series.rows.reversed() {
            if rows.events[place][row] { next = rows.times[row] }
            if let next { columns[column + 1][row] = Float((next - rows.times[row]) / 86_400) }
        }
    }
}
