import Foundation
import ZooData
import ZooText

/// What a text classifier says of texts.
public struct PredictTextReport: Sendable, Encodable {
    /// Name of the model.
    public let model: String
    /// One answer a text, in their order.
    public let predictions: [Prediction]
    /// Pieces of the texts that the model does not know; nil where it knows all.
    @StableKey public var note: String?

    /// One answer.
    public struct Prediction: Sendable, Encodable {
        /// The text.
        public let text: String
        /// The likeliest label.
        public let label: String
        /// Its probability.
        public let probability: Double
        /// All labels with their probabilities, the likeliest first.
        public let probabilities: [Share]
    }

    /// A label with its probability.
    public struct Share: Sendable, Encodable {
        /// The label.
        public let label: String
        /// Its probability.
        public let probability: Double
    }
}

/// How well a text classifier sorts labelled texts.
public struct EvaluateTextClassifierReport: Sendable, Encodable {
    /// Name of the model.
    public let model: String
    /// Name of the data set.
    public let data: String
    /// How well.
    public let test: ClassReport
    /// Texts whose labels the model does not know; they are not counted above.
    public let unknownLabels: Int
}

extension Workspace {
    /// Sorts texts.
    ///
    /// - Throws: `WorkflowError.invalid` without any texts, `.unsuitable` for other models; as `modelFile`
    public func predict(texts: [String], with name: String) throws -> PredictTextReport {
        guard !texts.isEmpty else { throw WorkflowError.invalid(what: "the texts", reason: "there are none to sort") }
        let stored = try textClassifier(named: name)
        let (tokens, unknown) = stored.tokens(texts)
        let rows = stored.classifier.probabilities(tokens, options: stored.options)
        let predictions = zip(texts, rows).map { text, row in
            let order = row.indices.sorted { (row[$1], $0) < (row[$0], $1) }
            let shares = order.map {
                PredictTextReport.Share(label: stored.labels[$0], probability: Double(row[$0]))
            }
            return PredictTextReport.Prediction(
                text: text, label: shares[0].label, probability: shares[0].probability, probabilities: shares)
        }
        return PredictTextReport(model: name, predictions: predictions, note: unknown.note(of: "the texts"))
    }

    /// The texts of a file: its lines, or a column where it is CSV.
    ///
    /// - Throws: `DataError` as an import of that file would
    public static func texts(
        ofFile path: String, column: String?, encoding: TextEncoding = .utf8
    ) throws -> [String] {
        try DataStore.texts(ofFile: path, column: column, encoding: encoding)
    }

    /// Measures a stored text classifier on labelled texts.
    ///
    /// - Parameter source: nil for the data set that it was trained on
    /// - Throws: `DataError`, `WorkflowError` for texts without labels, or with none that the model knows
    public func evaluateTextClassifier(
        model name: String, source: LabelledTextSource?
    ) throws -> EvaluateTextClassifierReport {
        let stored = try textClassifier(named: name)
        guard let source = try source ?? data.model(named: name).dataset.map({ .dataset($0) }) else {
            throw WorkflowError.invalid(what: "model '\(name)'", reason: "it names no data set: give --data or --sql")
        }
        let labelled = try LabelledTexts(source, in: data)
        let numbers = Dictionary(uniqueKeysWithValues: stored.labels.enumerated().map { ($1, Int32($0)) })
        let known = labelled.texts.indices.filter { numbers[labelled.labels[$0]] != nil }
        guard !known.isEmpty else {
            throw WorkflowError.invalid(
                what: "'\(source.name)'",
                reason: "none of its labels is one of the model's: \(stored.labels.prefix(10).joined(separator: ", "))")
        }
        let tokens = LabelledTokens(
            texts: stored.tokens(known.map { labelled.texts[$0] }).tokens,
            classes: known.map { numbers[labelled.labels[$0]] ?? 0 })
        return EvaluateTextClassifierReport(
            model: name, data: source.name, test: stored.report(on: tokens),
            unknownLabels: labelled.texts.count - known.count)
    }
}
