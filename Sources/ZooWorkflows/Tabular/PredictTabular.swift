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
    /// One row, by columns; what is not given is as in real rows that agree with it. The values of `numbers` are those of JSON,
    /// which have no marks but the point, however training had them.
    case row([(column: String, value: String)], numbers: Set<String> = [])
}

extension TabularInput {
    /// The file, if it is one.
    var path: String? { if case .file(let path, _) = self { path } else { nil } }
    /// Whether it is a row by itself, without those before it.
    var isOneRow: Bool { if case .row = self { true } else { false } }
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
    package let columns: [String]
    /// The predicted values, row by row; empty when they were written elsewhere.
    public let predictions: [[PredictedValue]]
    /// Where they were written.
    @StableKey package var written: String?
    /// The column of that table, where only one was written.
    @StableKey public var column: String?
    /// Which number is given where the logarithm was learned: `mean` or `median`; null for all others.
    @StableKey public var answer: String?
    /// What the columns `…_low` and `…_high` are; null where none were asked for.
    @StableKey package var interval: PredictionInterval?
    /// Columns of a single row that were not given, with the usual values that were taken; empty where real rows were.
    package let assumed: [String: String]
    /// Where what was not given of a single row comes from: a data set, or the rows in the model's file.
    @StableKey package var matchedFrom: RowOrigin?
    /// How many real rows the answer is the mean over.
    @StableKey package var matchedRows: Int?
    /// How the answers for these rows spread: an entry for a number, one a class.
    package let spread: [PredictionSpread]
    /// Columns that were not given and were taken from these rows.
    package let filled: [String]
    /// Given columns that the rows do not agree with, as none agrees with all.
    package let ignored: [String]
    /// Values that the model has not seen, three a column at most.
    package let unknown: [UnknownValue]
    /// How many rows have such a value, by column.
    package let unknownRows: [String: Int]
    /// What was decided of how the input is read.
    public let inputNotes: [String]
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
    /// - Parameter isStrict: whether values that the model has not seen are an error; nothing is written then
    /// - Parameter interval: the part of all targets, above 0 and below 1, that is to lie between the further columns `…_low`
    ///   and `…_high`; nil for none
    /// - Parameter givesMedian: whether a model that learned the logarithm answers with medians, not means
    /// - Parameter timeZone: of a SELECT or a single row, the clock of times that name none: `+02:00`, `Europe/Berlin`; nil for
    ///   the model's
    /// - Throws: as `model(named:as:)`; `DataError` for rows or places that will not do; `TabularError.missingColumns`;
    ///   `WorkflowError.invalid` for unknown values, for intervals of classes, of rows of which columns are missing, and of a
    ///   model with too few validation rows; for medians of a model that did not learn the logarithm
    public func predictTabular(
        model name: String, input: TabularInput, keeping: [String] = [], output: PredictionOutput? = nil,
        isStrict: Bool = false, interval: Double? = nil, givesMedian: Bool = false, timeZone: String? = nil,
        threads: ThreadCount = .all
    ) throws -> PredictTabularReport {
        let (stored, entry) = try model(named: name, as: StoredTabular.self)
        let answers = TabularAnswers(interval: interval, givesMedian: givesMedian)
        let model = try answers.applied(to: stored.model, named: name)
        let keeping = output?.kept(keeping) ?? keeping
        let question = try question(
            input, of: stored, entry, keeping: keeping, isStrict: isStrict, timeZone: timeZone,
            threads: threads)
        if interval != nil { try question.refuseFilled(isOneRow: input.isOneRow) }
        let rows = question.rows
        let writer = try PredictionRows(
            model, rows, keeping: keeping, raw: question.kept, role: PredictionOutput.keepOption(output))
        try output.refuseTwice(writer.columns)
        var count = 0
        func forEachRow(_ body: ([QueryValue]) throws -> Void) throws {
            if let answer = question.answer {
                count = 1
                return try rows.forEachBlock { try body(writer.cells($0, answer.mean, 0)) }
            }
            try model.predict(rows, threads: threads) { block, prediction in
                for row in 0..<block.rowCount { try body(writer.cells(block, prediction, row)) }
                count += block.rowCount
            }
            guard count > 0 else { throw WorkflowError.invalid(what: "the rows", reason: "there are none to predict") }
        }
        var predictions: [[PredictedValue]] = []
        if let output {
            try write(
                writer.columns, to: output, of: name, input: input.path, hasIntervals: interval != nil, rows: forEachRow
            )
        } else {
            try forEachRow { predictions.append($0.map(PredictedValue.init)) }
        }
        return PredictTabularReport(
            model: name, target: model.features.target.column, rows: count, columns: writer.columns.map(\.name),
            predictions: predictions, written: output?.name, column: output?.column, answer: model.answerName,
            interval: interval.map { PredictionInterval(level: $0, rows: model.calibration.residuals?.count ?? 0) },
            assumed: question.assumed,
            matchedFrom: question.answer?.from, matchedRows: question.answer?.rows,
            spread: question.answer?.spread ?? [],
            filled: question.answer?.filled ?? [], ignored: question.answer?.ignored ?? [],
            unknown: question.unknown, unknownRows: question.unknownRows,
            inputNotes: question.inputNotes + question.offsetNotes
                + [
                    output?.note(
                        inputs: model.features.columns.map(\.name).filter { $0 != model.features.target.column },
                        target: model.features.target.column)
                ].compactMap { $0 })
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
        case .boolean: "true or false, also written yes or no, 1 or 0"
        }
    }
}

/// The cells of predicted rows.
struct PredictionRows {
    let columns: [ResultColumn]
    private let kept: [(place: Int, kind: ValueKind?, raw: Int?)]
    private let raw: RawCells?
    private let labels: [String]

    /// - Parameter raw: the cells of kept columns as they stand in the rows
    init(
        _ model: TabularModel, _ source: any RowSource, keeping: [String], raw: RawCells?, role: String
    ) throws {
        self.raw = raw
        let names = source.columns.map(\.name)
        kept = try keeping.map { name in
            guard let place = names.named(name).flatMap({ names.firstIndex(of: $0) }) else {
                throw TabularError.unknownColumn(name, role: role, present: names)
            }
            guard source.columns[place].holdsBlobs == nil else {
                throw WorkflowError.invalid(
                    what: "\(role) \(name)", reason: "it holds BLOBs: hex(\(name)) is their text")
            }
            guard let raw, let column = raw.columns.firstIndex(of: place) else {
                return (place, ValueKind(source.columns[place].kind), nil)
            }
            return (place, raw.kinds[column], column)
        }
        labels = model.features.target.classes?.labels ?? []
        let target = model.features.target.column
        columns =
            zip(keeping, kept).map { ResultColumn(name: $0, kind: $1.kind) }
            + [ResultColumn(name: target, kind: labels.isEmpty ? .real : .text)]
            + labels.map { ResultColumn(name: "p(\($0))", kind: .real, isOptional: true) }
            + (model.halfWidth == nil ? [] : ["_low", "_high"]).map {
                ResultColumn(name: target + $0, kind: .real, isOptional: true)
            }
    }

    func cells(_ block: RowBlock, _ prediction: TabularPrediction, _ row: Int) -> [QueryValue] {
        var cells = kept.map { column in
            if let raw, let place = column.raw { return raw.rows[row][place] }
            return block.columns[column.place].stored(row, as: column.kind ?? .text)
        }
        guard !labels.isEmpty else {
            cells.append(.real(prediction.numbers[row]))
            if !prediction.intervals.isEmpty {
                cells += [.real(prediction.intervals[row].low), .real(prediction.intervals[row].high)]
            }
            return cells
        }
        cells.append(.text(prediction.label(of: row)))
        let start = row * labels.count
        return cells + prediction.probabilities[start..<start + labels.count].map { .real(Double($0)) }
    }
}

extension [String] {
    /// The column of that name, as SQLite finds it: without regard to case where none is written alike.
    func named(_ name: String) -> String? {
        contains(name) ? name : first { $0.lowercased() == name.lowercased() }
    }
}

extension PredictedValue {
    init(_ value: QueryValue) {
        switch value {
        case .integer(let integer): self = .number(Double(integer))
        case .real(let real): self = .number(real)
        case .text(let text): self = .text(text)
        case .blob(let bytes) where bytes.count == 16: self = .text(value.plainText)
        case .null, .blob: self = .missing
        }
    }
}
