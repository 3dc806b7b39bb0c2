import CSQLiteExtension
import Foundation
import ZooData
import ZooTabular
import ZooWorkflows

/// A call of `zoo_predict` or `zoo_probability` as it stands in a statement: its columns are found once.
final class PredictionCall {
    private let predictor: RowPredictor
    /// The names that stand before the values, and the columns of the model that they name.
    private let names: [[UInt8]]
    private let columns: [Column]
    /// The classes; nil where the model predicts a number.
    private let classes: FittedTarget.FittedClasses?
    /// The last text of a column of dates, and what it means.
    private var dates: [(text: [UInt8], number: Double)]
    private let first: Int

    private struct Column {
        let place: Int
        let isText: Bool
        let isDate: Bool
        let isTruth: Bool
        let missing: MissingMarkers
    }

    /// - Parameter first: the argument that names the first column
    /// - Throws: `CallError` for columns that are missing, unknown or there twice
    init(_ predictor: RowPredictor, _ arguments: [HostValue], first: Int) throws {
        self.predictor = predictor
        self.first = first
        guard (arguments.count - first).isMultiple(of: 2) else {
            throw CallError(description: "a name and a value for each column are needed, as 'price', price")
        }
        let columns = predictor.columns.map(\.name)
        var (names, places) = ([[UInt8]](), [Int]())
        for argument in stride(from: first, to: arguments.count, by: 2) {
            guard let name = arguments[argument].text else {
                throw CallError(description: "argument \(argument + 1) must be the name of a column")
            }
            guard let place = columns.firstIndex(of: name) else {
                throw CallError(
                    description: "the model has no column '\(name.prefix(100))'; it has \(Self.list(columns))")
            }
            guard !places.contains(place) else { throw CallError(description: "column '\(name)' is there twice") }
            names.append(Array(arguments[argument].bytes))
            places.append(place)
        }
        let missing = columns.indices.filter { !places.contains($0) }.map { columns[$0] }
        guard missing.isEmpty else {
            throw CallError(
                description:
                    "\(Self.list(missing)) missing: name every column of the model, with NULL where a value is not known"
            )
        }
        self.names = names
        self.columns = places.map {
            let kind = predictor.columns[$0].kind
            return Column(
                place: $0, isText: kind == .text, isDate: kind == .date, isTruth: kind == .boolean,
                missing: predictor.columns[$0].missingMarkers)
        }
        classes = predictor.model.features.target.classes
        dates = Array(repeating: ([], .nan), count: names.count)
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(20).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 20 ? ", …" : "")
    }

    /// Whether the arguments still name the same columns.
    func fits(_ count: Int, _ values: UnsafeMutablePointer<OpaquePointer?>) -> Bool {
        guard count == first + names.count * 2 else { return false }
        for index in names.indices {
            guard let value = values[first + index * 2] else { return false }
            let bytes = HostValue(pointer: value).bytes
            guard bytes.count == names[index].count, let start = bytes.baseAddress,
                memcmp(start, names[index], bytes.count) == 0
            else { return false }
        }
        return true
    }

    /// Sets the columns of a row.
    func set(_ values: UnsafeMutablePointer<OpaquePointer?>) throws {
        for index in columns.indices {
            guard let pointer = values[first + index * 2 + 1] else { continue }
            let (value, column) = (HostValue(pointer: pointer), columns[index])
            switch value.type {
            case SQLITE_INTEGER where !column.isDate, SQLITE_FLOAT where !column.isDate:
                let number = value.double
                predictor.set(column.place, try known(number, column) ? number : .nan)
            case SQLITE_TEXT:
                let bytes = value.bytes
                if column.missing.contains(bytes.assumingMemoryBound(to: UInt8.self)) {
                    predictor.set(column.place, .nan)
                } else if column.isText {
                    predictor.set(column.place, bytes.assumingMemoryBound(to: UInt8.self))
                } else {
                    let number = try number(value, bytes, predictor.columns[column.place], index)
                    predictor.set(column.place, try column.isDate || known(number, column) ? number : .nan)
                }
            case SQLITE_NULL: predictor.set(column.place, .nan)
            default:
                throw refusal(predictor.columns[column.place], value.type == SQLITE_BLOB ? "a BLOB" : value.text ?? "")
            }
        }
    }

    /// Whether a number is a value, not one that stands for a missing one.
    ///
    /// - Throws: `CallError` for one that the column cannot have
    private func known(_ number: Double, _ column: Column) throws -> Bool {
        if column.missing.contains(number) { return false }
        guard column.isText || number.isFinite, !column.isTruth || number == 0 || number == 1 else {
            throw refusal(predictor.columns[column.place], "\(number)")
        }
        return true
    }

    /// The number that a text means in a column of numbers, dates or truth values.
    private func number(
        _ value: HostValue, _ bytes: UnsafeRawBufferPointer, _ column: TableColumn, _ index: Int
    ) throws -> Double {
        if column.kind != .date, column.numbers == nil, sqlite.pointee.value_numeric_type(value.pointer) != SQLITE_TEXT
        {
            return value.double
        }
        if bytes.elementsEqual(dates[index].text) { return dates[index].number }
        let text = String(decoding: bytes, as: UTF8.self)
        guard
            let number = column.kind.number(
                parsing: text, dayFirst: column.isDayFirst ?? false, clock: column.clock, numbers: column.numbers)
        else { throw refusal(column, "'\(text.prefix(100))'") }
        dates[index] = (Array(bytes), number)
        return number
    }

    private func refusal(_ column: TableColumn, _ value: String) -> CallError {
        let kind =
            column.kind == .date
            ? "dates and times as text, such as '2011-01-31'" : "values of the kind \(column.kind.rawValue)"
        return CallError(description: "\(value) in column '\(column.name)', which holds \(kind)")
    }

    /// The number, or the most probable class, of the row that was set.
    var prediction: QueryValue {
        guard let classes else { return .real(predictor.number()) }
        return predictor.probabilities { scores in
            var best = 0
            for index in classes.labels.indices where scores[index] > scores[best] { best = index }
            return .text(classes.written(classes.labels[best]))
        }
    }

    /// The probability of a class of the row that was set.
    func probability(of label: String) throws -> Double {
        guard let classes else {
            throw CallError(description: "the model predicts a number, which has no probability")
        }
        guard let index = classes.labels.firstIndex(where: { $0 == label || classes.written($0) == label }) else {
            throw CallError(
                description: "there is no class '\(label.prefix(100))'; there are \(Self.list(classes.labels))")
        }
        return predictor.probabilities { Double($0[index]) }
    }
}

extension ZooConnection {
    /// Answers `zoo_predict(model, name, value, …)`, or `zoo_probability(model, class, name, value, …)`.
    func predict(
        _ context: OpaquePointer?, _ count: Int, _ values: UnsafeMutablePointer<OpaquePointer?>, ofClass: Bool
    ) {
        let (name, result) = (ofClass ? "zoo_probability" : "zoo_predict", HostResult(context: context))
        do {
            let first = ofClass ? 2 : 1
            // SQLite keeps what belongs to an argument as long as that is the same constant.
            var call = sqlite.pointee.get_auxdata(context, 0).map {
                Unmanaged<PredictionCall>.fromOpaque($0).takeUnretainedValue()
            }
            if call?.fits(count, values) != true {
                let arguments = (0..<count).compactMap { values[$0].map { HostValue(pointer: $0) } }
                guard arguments.count >= first else { throw CallError(description: "model is missing") }
                let made = try PredictionCall(
                    predictor(text(arguments[0], "model")), arguments, first: first)
                sqlite.pointee.set_auxdata(context, 0, Unmanaged.passRetained(made).toOpaque()) {
                    $0.map { Unmanaged<PredictionCall>.fromOpaque($0).release() }
                }
                call = made
            }
            guard let call else { return }
            try call.set(values)
            if ofClass {
                let label = try text(values[1].map { HostValue(pointer: $0) }, "class")
                sqlite.pointee.result_double(context, try call.probability(of: label))
            } else {
                result.give(call.prediction)
            }
        } catch { result.fail("\(name): \(error)") }
    }

    private func predictor(_ name: String) throws -> RowPredictor {
        let entry = try entry(name)
        if let known = predictors[name], known.sha256 == entry.sha256 { return known.predictor }
        let stored = try model(entry, as: StoredTabular.self, noun: "model of a table")
        let predictor = try RowPredictor(stored.model)
        predictors[name] = (entry.sha256, predictor)
        return predictor
    }
}
