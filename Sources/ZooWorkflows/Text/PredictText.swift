import Foundation
import ZooData
import ZooRecords
import ZooText

/// What a text classifier says of texts.
public struct PredictTextReport: Sendable, Encodable {
    /// Name of the model.
    public let model: String
    /// One answer a text, in their order; empty when they were written elsewhere.
    public let predictions: [Prediction]
    /// How many texts.
    public let rows: Int
    /// Names of the columns that are written: those to keep, the label, then a probability for each label.
    package let columns: [String]
    /// The file or table that they were written to.
    @StableKey package var written: String?
    /// The column of that table, where only one was written.
    @StableKey package var column: String?
    /// Pieces of the texts that the model does not know; nil where it knows all.
    @StableKey package var note: String?

    /// One answer.
    public struct Prediction: Sendable, Encodable {
        /// The text.
        public let text: String
        /// The likeliest label; ``empty`` for a text without any character but white space.
        public let label: String
        /// Its probability; nil for an empty text.
        @StableKey public var probability: Double?
        /// All labels with their probabilities, the likeliest first; none for an empty text.
        public let probabilities: [Share]
        /// The columns of the input that were to be kept, by name.
        public let kept: [String: PredictedValue]
    }

    /// What stands in place of a label for a text without any character but white space.
    package static let empty = "(empty)"

    /// A label with its probability.
    public struct Share: Sendable, Encodable {
        /// The label.
        public let label: String
        /// Its probability.
        public let probability: Double
    }
}

/// How well a text classifier classifies labelled texts.
package struct EvaluateTextClassifierReport: Evaluation {
    /// Name of the model.
    package let model: String
    /// Name of the data set.
    package let data: String
    /// Which part of it was used: `all`, `train` or `valid`.
    package let split: String
    /// The same in words: `the 48 validation texts of this training ('tales')`.
    package let on: String
    /// How well.
    package let test: ClassReport
    /// What the most frequent label of the training texts measures.
    package let baseline: Baseline<ClassScore>
    /// What to know before the result is believed.
    package let warnings: [String]
    /// Texts whose labels the model does not know; they are not counted above.
    package let unknownLabels: Int
}

extension Workspace {
    /// Classifies texts.
    ///
    /// - Throws: `WorkflowError.invalid` without any texts, `.unsuitable` for other models; as `modelFile`
    public func predict(texts: [String], with name: String) throws -> PredictTextReport {
        try predict(.texts(texts), with: name)
    }

    /// Classifies texts, and returns the predictions or writes them: the columns to keep, the label, then a probability for each label.
    ///
    /// - Parameter keeping: columns of the input that go with the predictions
    /// - Parameter output: nil to get them back
    /// - Throws: `WorkflowError.invalid` without any texts, or for columns that there are not, `.unsuitable` for other models;
    ///   `DataError` for rows or places that will not do; as `modelFile`
    package func predict(
        _ input: TextInput, with name: String, keeping: [String] = [], output: PredictionOutput? = nil
    ) throws -> PredictTextReport {
        let stored = try model(named: name, as: StoredTextClassifier.self).model
        let rows = try TextRows(
            input, keeping: output?.kept(keeping) ?? keeping,
            role: PredictionOutput.keepOption(output), in: data)
        let columns =
            rows.kept + [ResultColumn(name: "label", kind: .text)]
            + stored.labels.map { ResultColumn(name: "p(\($0))", kind: .real, isOptional: true) }
        try output.refuseTwice(columns)
        var (unknown, count) = (UnknownText(), 0)
        func forEach(_ body: (TextRows.Row, [Float]?) throws -> Void) throws {
            // Whole batches, as if all were one part.
            try rows.forEachPart(of: stored.options.batchSize * 8) { part in
                let read = stored.tokens(part.filter { !$0.isEmpty }.map(\.text))
                unknown.merge(read.unknown)
                var shares =
                    read.tokens.isEmpty
                    ? [].makeIterator()
                    : stored.classifier.probabilities(read.tokens, options: stored.options).makeIterator()
                for row in part { try body(row, row.isEmpty ? nil : shares.next()) }
                count += part.count
            }
            guard count > 0 else {
                throw WorkflowError.invalid(what: "the texts", reason: "there are none to classify")
            }
        }
        var predictions: [PredictTextReport.Prediction] = []
        if let output {
            // Among the labels of a table it would be one of them.
            let noLabel: QueryValue = if case .file = output { .text(PredictTextReport.empty) } else { .null }
            try write(columns, to: output, of: name, input: input.path) { add in
                try forEach { row, shares in
                    try add(
                        row.kept
                            + [shares.map { .text(stored.labels[stored.order(of: $0)[0]]) } ?? noLabel]
                            + stored.labels.indices.map { place in shares.map { .real(Double($0[place])) } ?? .null })
                }
            }
        } else {
            try forEach { predictions.append(stored.prediction(of: $0, $1, keeping: rows.kept.map(\.name))) }
        }
        let notes = [unknown.note(of: "the texts"), output?.note(inputs: [rows.column])].compactMap { $0 }
        return PredictTextReport(
            model: name, predictions: predictions, rows: count, columns: columns.map(\.name), written: output?.name,
            column: output?.column,
            note: notes.isEmpty ? nil : notes.joined(separator: "; "))
    }

    /// The texts of a file: its lines, or a column where it is CSV.
    ///
    /// - Throws: `DataError` as an import of that file would
    package static func texts(
        ofFile path: String, column: String?, encoding: TextEncoding = .utf8
    ) throws -> [String] {
        try DataStore.texts(ofFile: path, column: column, encoding: encoding)
    }

    /// Measures a stored text classifier on labelled texts.
    ///
    /// - Parameter source: nil for the data set that it was trained on
    /// - Parameter split: `train` or `valid` as its training cut the texts, or `all`; nil for the validation part, or all
    ///   where there is none
    /// - Throws: `DataError`, `WorkflowError` for texts without labels, or with none that the model knows
    package func evaluateTextClassifier(
        model name: String, source: TabularData?, split: DataSplit? = nil
    ) throws -> EvaluateTextClassifierReport {
        let (stored, entry) = try model(named: name, as: StoredTextClassifier.self)
        guard let source = try source ?? trainingDataset(of: entry).map({ .dataset($0) }) else {
            throw WorkflowError.invalid(what: "model '\(name)'", reason: "it names no data set: give --data or --sql")
        }
        let labelled = try LabelledTexts(source, in: data)
        let numbers = Dictionary(uniqueKeysWithValues: stored.labels.enumerated().map { ($1, Int32($0)) })
        var (part, rows) = try Self.part(split, of: labelled, stored, entry, named: source.text)
        if !part.isTrainingData, let known = trainingTexts(of: stored, entry) {
            part.known = rows.count { known.contains(labelled.texts[$0]) }
        }
        let known = rows.filter { numbers[labelled.labels[$0]] != nil }
        guard !known.isEmpty else {
            throw WorkflowError.invalid(
                what: "'\(source.text)'",
                reason: "none of its labels is one of the model's: \(stored.labels.prefix(10).joined(separator: ", "))")
        }
        let tokens = LabelledTokens(
            texts: stored.tokens(known.map { labelled.texts[$0] }).tokens,
            classes: known.map { numbers[labelled.labels[$0]] ?? 0 })
        let (test, baseline) = (stored.report(on: tokens), stored.baseline(on: tokens))
        return EvaluateTextClassifierReport(
            model: name, data: source.text, split: part.split.name, on: part.text(known.count, "text"),
            test: test, baseline: baseline,
            warnings: [part.warning("texts"), baseline.warning(test)].compactMap { $0 },
            unknownLabels: rows.count - known.count)
    }

    /// The texts that a classifier was trained on; nil where they are not there any more or have changed.
    private func trainingTexts(of stored: StoredTextClassifier, _ entry: CatalogueModel) -> Set<String>? {
        guard let trainedOn = stored.trainedOn, let name = entry.dataset,
            let labelled = try? LabelledTexts(.dataset(name), in: data), labelled.fingerprint == trainedOn.fingerprint
        else { return nil }
        let rows = labelled.parts(.random(share: trainedOn.validShare), seed: stored.options.seed).training
        return Set(rows.map { labelled.texts[$0] })
    }

    /// The part of labelled texts to measure on, and its rows.
    private static func part(
        _ split: DataSplit?, of labelled: LabelledTexts, _ stored: StoredTextClassifier, _ entry: CatalogueModel,
        named name: String
    ) throws -> (EvaluatedPart, [Int]) {
        let part: EvaluatedPart
        guard let trainedOn = stored.trainedOn else {
            part = try EvaluatedPart(
                split, of: name, kind: "texts",
                isTrainingData: labelled.dataset.map { $0.fingerprint == entry.datasetFingerprint } ?? false,
                validation: .unknown)
            return (part, Array(labelled.texts.indices))
        }
        part = try EvaluatedPart(
            split, of: name, kind: "texts", isTrainingData: trainedOn.fingerprint == labelled.fingerprint,
            validation: trainedOn.validShare > 0 ? .kept : .none)
        let (training, validation) = labelled.parts(.random(share: trainedOn.validShare), seed: stored.options.seed)
        switch part.split {
        case .part(.train): return (part, training)
        case .part(.valid): return (part, validation)
        default: return (part, Array(labelled.texts.indices))
        }
    }
}

extension StoredTextClassifier {
    /// The places of the labels, the likeliest first.
    fileprivate func order(of shares: [Float]) -> [Int] {
        shares.indices.sorted { (shares[$1], $0) < (shares[$0], $1) }
    }

    fileprivate func prediction(
        of row: TextRows.Row, _ shares: [Float]?, keeping: [String]
    ) -> PredictTextReport.Prediction {
        let all = shares.map { shares in
            order(of: shares).map { PredictTextReport.Share(label: labels[$0], probability: Double(shares[$0])) }
        }
        return PredictTextReport.Prediction(
            text: row.text, label: all?[0].label ?? PredictTextReport.empty, probability: all?[0].probability,
            probabilities: all ?? [],
            kept: Dictionary(zip(keeping, row.kept.map(PredictedValue.init)), uniquingKeysWith: { first, _ in first }))
    }
}
