import ZooData
import ZooWorkflows

extension PredictTabularReport {
    /// What the reader has to know of the predictions, a line each.
    var notes: [String] {
        UnknownValue.notes(unknown, unknownRows, isOneRow: rows == 1)
            + FilledText.notes(
                assumed: assumed, filled: filled, ignored: ignored, from: matchedFrom, taken: answerText)
            + intervalNotes
    }

    private var intervalNotes: [String] {
        guard let interval else { return [] }
        let ends = "\(target)_low to \(target)_high"
        let missing = unknown.filter { $0.value == .missing }.map(\.column)
        return ["\(ends): \(interval.text)"]
            + (missing.isEmpty
                ? []
                : [
                    "\(ends) say too little of rows with missing values in \(missing.joined(separator: ", ")): "
                        + "training had none, or few, missing"
                ])
    }

    /// Over how many rows the answer is the mean, and how it spreads; of classes, the likeliest.
    private var answerText: String {
        guard let matchedRows, let matchedFrom else { return "" }
        let text =
            "the answer is the mean over \(matchedRows.counting("row")) of \(matchedFrom.text) which agree best with what is set"
        let likeliest = predictions.first?.compactMap { cell in
            if case .text(let label) = cell { "p(\(label))" } else { nil }
        }
        guard matchedRows > 1,
            let shown = spread.first(where: { likeliest?.contains($0.column) ?? false }) ?? spread.first
        else { return text }
        let range = "\(PredictedValue.number(shown.p10).shown) to \(PredictedValue.number(shown.p90).shown)"
        return "\(text) (10th to 90th percentile of \(shown.column): \(range))"
    }
}

extension PredictionInterval {
    /// What is between the ends, for people.
    var text: String {
        "about \((level * 100).fixed(level * 100 == (level * 100).rounded() ? 0 : 2)) % of targets lie between, as on "
            + rows.counting("validation row")
    }
}

extension UnknownValue {
    /// One line for a single row, a line a column for more.
    static func notes(_ unknown: [UnknownValue], _ rows: [String: Int], isOneRow: Bool) -> [String] {
        let found = messages(unknown, rows)
        guard isOneRow, !found.isEmpty else { return found.map { "the model does not know \($0)" } }
        return ["the model does not know \(found.joined(separator: "; "))"]
    }
}

/// Which number a model gives that learned the logarithm.
enum AnswerText {
    /// - Parameter answer: `mean` or `median`; nil where the logarithm was not learned
    /// - Parameter isAsked: whether the median was asked for
    static func notes(_ answer: String?, isAsked: Bool) -> [String] {
        guard let answer, !isAsked else { return [] }
        return [
            answer == "mean"
                ? "predictions are means: --median gives medians, for RMSLE, RMSPE and MAE"
                : "predictions are medians: the model holds no factor for means, which takes 50 validation rows in training"
        ]
    }
}

/// What was done for columns that were not set.
enum FilledText {
    /// - Parameter taken: what the answer was taken from
    static func notes(
        assumed: [String: String], filled: [String], ignored: [String], from: RowOrigin?, taken: String
    ) -> [String] {
        if !assumed.isEmpty {
            let usual = assumed.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return [
                "not set, taken as usual: \(usual.joined(separator: ", ")) (the usual value of each column by itself: "
                    + "together they may not fit; set them, or import the data that the model was trained on)"
            ]
        }
        guard let from, !filled.isEmpty else { return [] }
        var notes = ["not set: \(filled.joined(separator: ", ")): \(taken)"]
        if !ignored.isEmpty {
            notes.append(
                "no row of \(from.text) agrees with all that is set: \(ignored.joined(separator: ", ")) did not choose the rows"
            )
        }
        return notes
    }
}

extension RowOrigin {
    /// The rows for people.
    var text: String {
        switch self {
        case .dataset(let name): "'\(name)'"
        case .select: "the model's SELECT"
        case .modelFile: "the sample in the model's file"
        }
    }
}
