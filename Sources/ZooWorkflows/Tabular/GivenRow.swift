import Foundation
import ZooData
import ZooRecords
import ZooTabular

/// One row out of `column=value` pairs.
struct GivenRow {
    /// What was given.
    let cells: [String: CellValue]
    /// Columns that were not given, in the order of the model's, without those that it only looks back at, as at a target.
    let missing: [String]
    /// What was decided of given values: of those that are not used, and of marks in numbers.
    private(set) var notes: [String] = []
    private let features: FittedFeatures

    /// - Parameter numbers: columns whose values are numbers of JSON
    /// - Parameter timeZone: the clock of times that name none, as for the rows of a file
    /// - Throws: `TabularError.unknownColumn`, `WorkflowError.invalid` for a value that is not of its column's kind, or a
    ///   column that is given twice
    init(
        _ given: [(column: String, value: String)], _ features: FittedFeatures, numbers: Set<String> = [],
        timeZone: String? = nil
    ) throws {
        let zone = timeZone.flatMap { TimeZoneRule($0) }
        self.features = features
        let columns = Dictionary(features.columns.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var cells: [String: CellValue] = [:]
        // Capitals do not matter where they are not needed, as in the header of a file.
        let given = given.map { name, value in
            let alike = features.columns.map(\.name).filter { $0.lowercased() == name.lowercased() }
            return (column: columns[name] == nil && alike.count == 1 ? alike[0] : name, value: value)
        }
        for (name, value) in given {
            guard let column = columns[name] else {
                throw TabularError.unknownColumn(
                    name, role: "an input of the model", present: features.columns.map(\.name))
            }
            guard
                cells.updateValue(try Self.parsed(value, column, zone, isJSON: numbers.contains(name)), forKey: name)
                    == nil
            else {
                throw WorkflowError.invalid(what: name, reason: "it is given twice")
            }
        }
        self.cells = cells
        let used = Set(features.knownValues.keys).union(features.ordered?.settings.names ?? [])
        let unused = Set(
            features.columns.map(\.name).filter { name in
                !used.contains(name)
                    && (name == features.target.column || features.ordered?.looksBack(at: name) == true)
            })
        missing = features.columns.map(\.name).filter { cells[$0] == nil && !unused.contains($0) }
        for (name, value) in given {
            guard let column = columns[name], let cell = cells[name] else { continue }
            if unused.contains(name) {
                let looksBack = features.ordered?.looksBack(at: name) == true
                notes.append(
                    "\(name) is not used: "
                        + (looksBack
                            ? "the model looks at its values in earlier rows alone" : "it is what is predicted"))
            } else if case .number(let number) = cell {
                notes += Self.note(value, number, column, zone)
            }
        }
    }

    /// How a number or a date was read that could be read otherwise.
    private static func note(
        _ value: String, _ number: Double, _ column: TableColumn, _ zone: TimeZoneRule?
    ) -> [String] {
        if column.kind == .date {
            let local = zone ?? column.clock.flatMap { TimeZoneRule($0) }
            if let note = local?.note(ofTime: value, dayFirst: column.isDayFirst ?? false) {
                return ["\(column.name)=\(value): \(note)"]
            }
            guard column.isDayFirst == nil, OpenDates.contains(value) else { return [] }
            let read = "\(column.name)=\(value) is read as \(column.text(of: number)), with the month first"
            return ["\(read), as training had no dates of this form: write year-month-day"]
        }
        if let numbers = column.numbers, let plain = Double(value), plain != number {
            let text = Int(exactly: number).map(String.init) ?? number.plainText
            return ["\(column.name)=\(value) is read as \(text), as training had numbers as '\(numbers)'"]
        }
        if column.numbers == nil, Double(value) == nil, value.contains(where: { ",'".contains($0) }) {
            let text = Int(exactly: number).map(String.init) ?? number.plainText
            return ["\(column.name)=\(value) is read as \(text), as training had plain numbers"]
        }
        guard column.kind == .integer, number != number.rounded() else { return [] }
        return ["\(column.name)=\(number.plainText) is read with a decimal point, and training had whole numbers"]
    }

    /// The row as it was given, without the other values.
    var rows: MemoryRows { MemoryRows(row: cells, columns: features.columns) }

    /// The row with the usual value of each missing column by itself, and these values as texts.
    var usual: (rows: MemoryRows, assumed: [String: String]) {
        var cells = cells
        var assumed: [String: String] = [:]
        for column in features.columns where missing.contains(column.name) {
            switch features.typical[column.name] {
            case .number(let number):
                cells[column.name] = .number(number)
                assumed[column.name] = column.text(of: number)
            case .text(let text):
                cells[column.name] = .text(text)
                assumed[column.name] = text
            case nil: assumed[column.name] = ""
            }
        }
        return (MemoryRows(row: cells, columns: features.columns), assumed)
    }

    private static func parsed(
        _ value: String, _ column: TableColumn, _ zone: TimeZoneRule?, isJSON: Bool
    ) throws -> CellValue {
        if column.means(missing: value) { return .missing }
        if column.kind == .text { return .text(value) }
        guard let number = column.number(parsing: value, zone: zone, isJSON: isJSON) else {
            throw WorkflowError.invalid(
                what: "\(column.name)=\(value.prefix(100))", reason: "the column holds \(column.kind.plural)")
        }
        return column.means(missing: number) ? .missing : .number(number)
    }
}

extension TableColumn {
    /// The number that a text means in this column; nil for none.
    ///
    /// - Parameters:
    ///   - zone: the clock of times that name none
    ///   - isJSON: whether it was a number before it was a text
    func number(parsing text: String, zone: TimeZoneRule? = nil, isJSON: Bool = false) -> Double? {
        if kind == .boolean, let truth = ["yes": 1.0, "y": 1, "no": 0, "n": 0][text.lowercased()] { return truth }
        return kind.number(
            parsing: text, dayFirst: isDayFirst ?? false, clock: clock ?? zone?.name,
            assumed: clock == nil ? nil : zone, numbers: isJSON ? nil : numbers)
    }

    /// A value as people write it; a time as its clock showed it.
    func text(of number: Double) -> String {
        kind.text(of: clock == nil ? number : Moment(number: number).clock)
    }
}

extension ColumnKind {
    /// A value of such a column as people write it: a whole number without a point, a day without a time.
    func text(of number: Double) -> String {
        if self == .date {
            let isDay = number.truncatingRemainder(dividingBy: 86_400) == 0
            return (isDay ? ValueKind.date : .datetime).text(ofSeconds: number)
        }
        return number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : number.plainText
    }
}
