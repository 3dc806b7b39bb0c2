import ZooData
import ZooTabular

extension TableColumn {
    /// Whether a text stands for a missing value, by what did so in training.
    func means(missing text: String) -> Bool {
        missingMarkers.contains(text)
    }

    /// Whether a number does, however it is written.
    func means(missing number: Double) -> Bool {
        [.integer, .real].contains(kind) && missingMarkers.contains(number)
    }

    /// What stood for missing values in training.
    package var missingMarkers: MissingMarkers { MissingMarkers(missing ?? ValueRules.usualMissing) }
}

extension FittedFeatures {
    /// The columns whose values are refused where they are of another kind: classes that training did not have are counted.
    var checkedColumns: [TableColumn] { target.classes == nil ? knownColumns : columns }

    /// The columns that are known beforehand: those of the inputs, and the target.
    var knownColumns: [TableColumn] {
        switch target {
        case .classes(let classes): columns + [TableColumn(name: classes.column, kind: classes.kind)]
        case .number(let number):
            columns.contains { $0.name == number.column }
                ? columns : columns + [TableColumn(name: number.column, kind: .real, numbers: number.numbers)]
        }
    }
}

extension [TableColumn] {
    /// The clock of times, by column, where it is known.
    var usualClock: [String: String] {
        Dictionary(compactMap { column in column.clock.map { (column.name, $0) } }, uniquingKeysWith: { $1 })
    }

    /// The texts of missing values, where they are other than the usual ones.
    var missing: [String]? { lazy.compactMap(\.missing).first }

    /// How numbers are written, by column, where it is known.
    var usualNumbers: [String: NumberFormat] {
        Dictionary(
            compactMap { column in column.numbers.map { (column.name, NumberFormat(example: $0)) } },
            uniquingKeysWith: { $1 })
    }

    /// The order of day and month, by column, where it is known.
    var usualDayFirst: [String: Bool] {
        Dictionary(compactMap { column in column.isDayFirst.map { (column.name, $0) } }, uniquingKeysWith: { $1 })
    }
}

extension ColumnKind {
    /// The kind as the application sees it: a day is a moment.
    init(_ kind: ValueKind) {
        switch kind {
        case .integer: self = .integer
        case .real: self = .real
        case .text: self = .text
        case .boolean: self = .boolean
        case .date, .datetime: self = .date
        }
    }

    /// The number that a value means, as it is typed on a command line; nil for an empty one or one that is no such.
    ///
    /// - Parameter dayFirst: of dates like `1/2/2011`, whether the day comes first
    /// - Parameter clock: of a column's times
    /// - Parameter assumed: the clock of times that say none, if another
    /// - Parameter numbers: how the column's numbers are written, as an example
    /// - Returns: seconds since 1970 of a date, 1 or 0 of a truth value; nil for texts
    package func number(
        parsing text: String, dayFirst: Bool = false, clock: String? = nil, assumed: TimeZoneRule? = nil,
        numbers: String? = nil
    ) -> Double? {
        ValueKind(self).number(parsing: text, dayFirst: dayFirst, clock: clock, assumed: assumed, numbers: numbers)
    }
}

extension ValueKind {
    /// The kind as the store sees it.
    init(_ kind: ColumnKind) {
        switch kind {
        case .integer: self = .integer
        case .real: self = .real
        case .text: self = .text
        case .boolean: self = .boolean
        case .date: self = .datetime
        }
    }
}
