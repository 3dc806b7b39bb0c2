import Foundation
import ZooData
import ZooKernels
import ZooTabular

/// The rows that a model is asked about.
public enum TabularInput: Sendable {
    /// A delimited file, and how it is to be read.
    case file(path: String, TableImportOptions = TableImportOptions())
    /// A data set, or any SELECT.
    case stored(TabularData)
    /// One row, by columns; what is not given is as in usual rows.
    case row([(column: String, value: String)])
}

/// Where predictions go.
public enum TabularOutput: Sendable {
    /// A CSV file.
    case file(path: String)
    /// A table of the database.
    case table(String)
}

/// One predicted row for people.
public struct PredictTabularReport: Sendable, Encodable {
    /// Name of the model.
    public let model: String
    /// The column that is predicted.
    public let target: String
    /// How many rows.
    public let rows: Int
    /// Names of the columns of `predictions`.
    public let columns: [String]
    /// The predicted values, row by row; empty when they were written elsewhere.
    public let predictions: [[PredictedValue]]
    /// Where they were written.
    @StableKey public var written: String?
    /// Columns of a single row that were not given, with the usual values that were taken.
    public let assumed: [String: String]
}

/// A predicted value: a number or a text.
public enum PredictedValue: Sendable, Hashable, Encodable {
    /// A number.
    case number(Double)
    /// A text.
    case text(String)
    /// None.
    case missing

    /// Encodes the plain value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .missing: try container.encodeNil()
        }
    }
}

extension Workspace {
    /// Predicts rows: the columns to keep, then the target, then a probability for each class.
    ///
    /// - Parameter keeping: columns of the input that go with the predictions
    /// - Parameter output: nil to get them back
    /// - Throws: as `tabularModel`; `DataError` for rows or places that will not do; `TabularError.missingColumns`
    public func predictTabular(
        model name: String, input: TabularInput, keeping: [String] = [], output: TabularOutput? = nil,
        threads: ThreadCount = .all
    ) throws -> PredictTabularReport {
        let model = try tabularModel(named: name).stored.model
        let (rows, assumed) = try source(of: input, for: model.features, keeping: keeping)
        let writer = try PredictionRows(model, rows, keeping: keeping)
        var count = 0
        func forEachRow(_ body: ([QueryValue]) throws -> Void) throws {
            try model.predict(rows, threads: threads) { block, prediction in
                for row in 0..<block.rowCount { try body(writer.cells(block, prediction, row)) }
                count += block.rowCount
            }
        }
        var predictions: [[PredictedValue]] = []
        var written: String?
        switch output {
        case .file(let path):
            written = path
            try DelimitedWriter.file(path: path, columns: writer.columns.map(\.name)) { file in
                try forEachRow { try file.add($0) }
            }
        case .table(let table):
            written = table
            try data.writeTable(named: table, columns: writer.columns, isReplacing: true) { add in
                try forEachRow { try add($0) }
            }
        case nil: try forEachRow { predictions.append($0.map(PredictedValue.init)) }
        }
        return PredictTabularReport(
            model: name, target: model.features.target.column, rows: count, columns: writer.columns.map(\.name),
            predictions: predictions, written: written, assumed: assumed)
    }

    /// The rows of an input, with the columns that a model needs and those to keep.
    func source(
        of input: TabularInput, for features: FittedFeatures, keeping: [String] = []
    ) throws -> (rows: any RowSource, assumed: [String: String]) {
        switch input {
        case .stored(let data): return (try tabularRows(data, like: features), [:])
        case .file(let path, let options):
            let needed = features.columns
            let kept = keeping.filter { name in !needed.contains { $0.name == name } }
            let columns = needed + kept.map { TableColumn(name: $0, kind: .text) }
            let target = features.target.column
            // A model that looks back at its target has it among the columns it needs; new rows may have none.
            return (
                try FileRows(
                    path: path, columns: columns, optional: keeping.contains(target) ? [] : [target], options: options),
                [:]
            )
        case .row(let given):
            let row = try SingleRow(given, features)
            return (row.rows, row.assumed)
        }
    }
}

/// One row out of `column=value` pairs.
struct SingleRow {
    let rows: MemoryRows
    /// What was not given.
    private(set) var assumed: [String: String] = [:]

    init(_ given: [(column: String, value: String)], _ features: FittedFeatures) throws {
        let names = features.columns.map(\.name)
        for (column, _) in given where !names.contains(column) {
            throw TabularError.unknownColumn(column, role: "an input of the model", present: names)
        }
        let values = Dictionary(given.map { ($0.column, $0.value) }, uniquingKeysWith: { _, last in last })
        var columns: [(column: TableColumn, values: MemoryColumn)] = []
        for column in features.columns {
            if let value = values[column.name] {
                columns.append((column, try Self.parsed(value, column)))
                continue
            }
            switch features.typical[column.name] {
            case .number(let number):
                columns.append((column, .numbers([number])))
                assumed[column.name] = Self.text(number, column.kind)
            case .text(let text):
                columns.append((column, .texts([text])))
                assumed[column.name] = text
            case nil:
                columns.append((column, column.kind == .text ? .texts([nil]) : .numbers([.nan])))
                assumed[column.name] = ""
            }
        }
        rows = MemoryRows(columns)
    }

    private static func parsed(_ value: String, _ column: TableColumn) throws -> MemoryColumn {
        if column.kind == .text { return .texts([value.isEmpty ? nil : value]) }
        if value.isEmpty { return .numbers([.nan]) }
        guard let number = column.kind.number(parsing: value, dayFirst: column.isDayFirst ?? false) else {
            throw WorkflowError.invalid(
                what: "\(column.name)=\(value.prefix(100))", reason: "the column holds \(column.kind.plural)")
        }
        return .numbers([number])
    }

    private static func text(_ number: Double, _ kind: ColumnKind) -> String {
        kind == .date
            ? Date(timeIntervalSince1970: number).formatted(.iso8601)
            : number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : "\(number)"
    }
}

extension ColumnKind {
    /// What such a column holds, for messages.
    var plural: String {
        switch self {
        case .integer: "whole numbers"
        case .real: "numbers"
        case .text: "texts"
        case .date: "dates, as 2012-12-31 or 2012-12-31 18:00"
        case .boolean: "yes or no"
        }
    }
}

/// The cells of predicted rows.
struct PredictionRows {
    let columns: [ResultColumn]
    private let kept: [(place: Int, kind: ValueKind)]
    private let labels: [String]

    init(_ model: TabularModel, _ source: any RowSource, keeping: [String]) throws {
        let names = source.columns.map(\.name)
        kept = try keeping.map { name in
            guard let place = names.firstIndex(of: name) else {
                throw TabularError.unknownColumn(name, role: "--keep", present: names)
            }
            return (place, ValueKind(source.columns[place].kind))
        }
        labels = model.features.target.classes?.labels ?? []
        let target = model.features.target.column
        columns =
            zip(keeping, kept).map { ResultColumn(name: $0, kind: $1.kind) }
            + [ResultColumn(name: target, kind: labels.isEmpty ? .real : .text)]
            + labels.map { ResultColumn(name: "p(\($0))", kind: .real) }
    }

    func cells(_ block: RowBlock, _ prediction: TabularPrediction, _ row: Int) -> [QueryValue] {
        var cells = kept.map { block.columns[$0.place].stored(row, as: $0.kind) }
        guard !labels.isEmpty else { return cells + [.real(prediction.numbers[row])] }
        cells.append(.text(prediction.label(of: row)))
        let start = row * labels.count
        return cells + prediction.probabilities[start..<start + labels.count].map { .real(Double($0)) }
    }
}

extension PredictedValue {
    init(_ value: QueryValue) {
        switch value {
        case .integer(let integer): self = .number(Double(integer))
        case .real(let real): self = .number(real)
        case .text(let text): self = .text(text)
        case .null, .blob: self = .missing
        }
    }
}
