import ZooRecords

/// Makes columns of numbers out of a column of dates: what a calendar knows of a moment.
package enum DatePart: String, Sendable, Hashable, Codable, CaseIterable {
    case year, month, week, day, weekday
    case dayOfYear = "day_of_year"
    case isMonthStart = "is_month_start"
    case isMonthEnd = "is_month_end"
    case isQuarterStart = "is_quarter_start"
    case isQuarterEnd = "is_quarter_end"
    case isYearStart = "is_year_start"
    case isYearEnd = "is_year_end"
    case hour
    /// Days since 1970-01-01, with fractions: what a trend hangs on.
    case elapsed

    /// What its column holds.
    var kind: ColumnKind {
        switch self {
        case .year, .month, .week, .day, .weekday, .dayOfYear, .hour: .integer
        case .isMonthStart, .isMonthEnd, .isQuarterStart, .isQuarterEnd, .isYearStart, .isYearEnd: .boolean
        case .elapsed: .real
        }
    }

    /// The part of a date; weeks are those of ISO 8601, weekdays run from 0 (Monday).
    ///
    /// - Parameter instant: seconds since 1970, UTC
    func value(of date: CivilDate, instant: Double) -> Double {
        switch self {
        case .year: Double(date.year)
        case .month: Double(date.month)
        case .week: Double(date.week)
        case .day: Double(date.day)
        case .weekday: Double(date.weekday)
        case .dayOfYear: Double(date.dayOfYear)
        case .isMonthStart: date.isMonthStart ? 1 : 0
        case .isMonthEnd: date.isMonthEnd ? 1 : 0
        case .isQuarterStart: date.isQuarterStart ? 1 : 0
        case .isQuarterEnd: date.isQuarterEnd ? 1 : 0
        case .isYearStart: date.isYearStart ? 1 : 0
        case .isYearEnd: date.isYearEnd ? 1 : 0
        case .hour: (date.secondOfDay / 3600).rounded(.down)
        case .elapsed: instant / 86_400
        }
    }

    /// The name of the part's column.
    package func name(of column: String) -> String { "\(column)_\(rawValue)" }
}

extension TableColumn {
    /// Seconds since 1970, UTC, of the values of a column of dates: what order and differences are taken by.
    func instants(_ values: ColumnValues) -> [Double] {
        clock == nil ? values.asNumbers : values.asNumbers.map { Moment(number: $0).instant }
    }
}

/// A source with the parts of its date columns added.
package struct DatePartsSource: RowSource {
    private let source: any RowSource
    private let dates: [Int]
    /// The source's columns, then the parts of each date column in turn.
    package let columns: [TableColumn]

    /// Adds the parts of the named columns.
    ///
    /// - Parameter names: date columns; others, and names that are not there, are passed over
    package init(_ source: any RowSource, of names: [String]) {
        self.source = source
        dates = source.columns.indices.filter {
            source.columns[$0].kind == .date && names.contains(source.columns[$0].name)
        }
        columns =
            source.columns
            + dates.flatMap { index in
                DatePart.allCases.map {
                    TableColumn(name: $0.name(of: source.columns[index].name), kind: $0.kind)
                }
            }
    }

    /// Goes through all rows.
    package func forEachBlock(_ body: (RowBlock) throws -> Void) throws {
        try source.forEachBlock { block in
            try body(RowBlock(rowCount: block.rowCount, columns: block.columns + dates.flatMap { parts(block, $0) }))
        }
    }

    private func parts(_ block: RowBlock, _ column: Int) -> [ColumnValues] {
        let values = block.columns[column].asNumbers
        let hasClock = columns[column].clock != nil
        var parts = Array(
            repeating: Array(repeating: Double.nan, count: block.rowCount), count: DatePart.allCases.count)
        // Sorted tables repeat a day over many rows.
        var known = Double.nan
        var knownParts: [Double] = []
        for (row, value) in values.enumerated() where !value.isNaN {
            if value != known {
                let moment = hasClock ? Moment(number: value) : Moment(clock: value, offset: 0)
                knownParts =
                    CivilDate(secondsSince1970: moment.clock)
                    .map { date in DatePart.allCases.map { $0.value(of: date, instant: moment.instant) } } ?? []
                known = value
            }
            for (index, part) in knownParts.enumerated() { parts[index][row] = part }
        }
        return parts.map { .numbers($0) }
    }
}
