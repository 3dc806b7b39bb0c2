import ZooData
import ZooTabular

/// A value that a model has not seen in training.
package struct UnknownValue: Sendable, Encodable {
    /// The column.
    package let column: String
    /// The value; null for a missing one, where training had none missing.
    package let value: PredictedValue
    /// How many rows have it.
    package let rows: Int
    /// Of texts, the known one with the least edit distance.
    @StableKey package var nearest: String?
    /// Of numbers and dates, the least and the greatest value of training.
    @StableKey package var range: [PredictedValue]?
    /// For people: the value, and what is known.
    private let texts: (value: String, known: String)

    private enum CodingKeys: CodingKey { case column, value, rows, nearest, range }

    /// The values of a column, the most frequent first.
    static func all(of found: UnknownColumn) -> [UnknownValue] {
        let kind = found.column.kind
        func cell(_ number: Double) -> PredictedValue {
            kind == .date ? .text(found.column.text(of: number)) : .number(number)
        }
        return found.values.map { value in
            let range = value.isMissing ? nil : found.known.range
            let text = value.text ?? value.number.map { found.column.text(of: $0) } ?? "(missing)"
            return UnknownValue(
                column: found.column.name, value: value.text.map { .text($0) } ?? value.number.map(cell) ?? .missing,
                rows: value.rows, nearest: value.nearest, range: range.map { [cell($0.minimum), cell($0.maximum)] },
                texts: (text, known(found, value)))
        }
    }

    /// A lag, mean or day since an event that rows lack.
    init(lacking column: String, rows: Int) {
        self.init(
            column: column, value: .missing, rows: rows, texts: ("(missing)", "it needs earlier rows of the series"))
    }

    private init(
        column: String, value: PredictedValue, rows: Int, nearest: String? = nil, range: [PredictedValue]? = nil,
        texts: (value: String, known: String)
    ) {
        (self.column, self.value, self.rows, self.texts) = (column, value, rows, texts)
        self.nearest = nearest
        self.range = range
    }

    private static func known(_ found: UnknownColumn, _ value: UnknownColumn.Value) -> String {
        if value.isMissing { return "training had none missing" }
        func text(_ number: Double) -> String { found.column.text(of: number) }
        switch found.known {
        case .texts: return value.nearest.map { "the nearest known is \($0)" } ?? "it knows none"
        case .numbers(let numbers):
            if numbers.count <= 12 { return "training had \(numbers.map(text).joined(separator: ", "))" }
            let range = "\(text(numbers[0])) to \(text(numbers[numbers.count - 1]))"
            return "training had \(numbers.count) values from \(range)"
        case .range(let range): return "training had \(text(range.minimum)) to \(text(range.maximum))"
        }
    }

    /// What was found for people, an entry a column: `category=lmps (the nearest known is lamps)`.
    ///
    /// - Parameter rows: how many rows have unknown values, by column
    package static func messages(_ values: [UnknownValue], _ rows: [String: Int]) -> [String] {
        var columns: [String] = []
        for value in values where !columns.contains(value.column) { columns.append(value.column) }
        return columns.map { column in
            let found = values.filter { $0.column == column }
            let count = rows[column] ?? 1
            if count == 1, let only = found.first { return "\(column)=\(only.texts.value) (\(only.texts.known))" }
            let listed = found.map { value in
                "\(value.texts.value) (\(value.rows.counting("row"))"
                    + (value.range == nil ? ", \(value.texts.known))" : ")")
            }
            let range = found.first { $0.range != nil }.map { "; \($0.texts.known)" } ?? ""
            return "\(column) of \(count.counting("row")): \(listed.joined(separator: ", "))\(range)"
        }
    }
}
