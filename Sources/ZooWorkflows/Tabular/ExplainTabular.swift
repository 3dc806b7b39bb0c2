import ZooData
import ZooKernels
import ZooPlots
import ZooTabular

/// A question about what a model makes of a table.
package struct ExplainTabularRequest: Sendable {
    /// Name of the model.
    package var model: String
    /// The rows to compare with; nil for those that the model was trained on.
    package var data: TabularData?
    /// How many of them, chosen by chance.
    package var sample: Int
    /// The class whose probability is explained; nil for the second one.
    package var label: String?
    /// Decides every random choice.
    package var seed: UInt64

    /// Asks about a model.
    package init(model: String, data: TabularData?, sample: Int, label: String?, seed: UInt64) {
        self.model = model
        self.data = data
        self.sample = sample
        self.label = label
        self.seed = seed
    }
}

/// The mean answer by the values of a column.
package struct ExplainColumnReport: Sendable, Encodable {
    /// Name of the model.
    package let model: String
    /// The column.
    package let column: String
    /// What is averaged: the target, or `p(class)`.
    package let answer: String
    /// Rows that were used.
    package let rows: Int
    /// The values.
    package let values: [Value]

    /// One value of the column.
    package struct Value: Sendable, Encodable {
        /// The value as it is called.
        package let label: String
        /// The value as a number.
        @StableKey package var value: Double?
        /// The mean answer.
        package let mean: Double
    }
}

/// What each column adds to one answer.
package struct ExplainRowReport: Sendable, Encodable {
    /// Name of the model.
    package let model: String
    /// What is explained: the target, or `p(class)`.
    package let answer: String
    /// The answer for the row.
    package let value: Double
    /// The mean answer of the rows compared with.
    package let baseline: Double
    /// The columns' parts, the greatest first; they add up to `value - baseline`.
    package let parts: [Part]
    /// Columns of a given row that were not set and were taken from the real row that agrees best.
    package let filled: [String]
    /// Where that row is from.
    @StableKey package var matchedFrom: RowOrigin?
    /// Given columns in which it does not agree, as none agrees in all.
    package let ignored: [String]
    /// Columns that were not set, with the usual values that were taken as there are no real rows.
    package let assumed: [String: String]
    /// Values of a given row that the model has not seen.
    package let unknown: [UnknownValue]

    /// One column.
    package struct Part: Sendable, Encodable {
        /// Its name.
        package let column: String
        /// What it adds.
        package let value: Double
    }
}

/// A row to be explained.
package enum ExplainedRow: Sendable {
    /// A row of the data, counted from 1.
    case number(Int)
    /// A row of your own.
    case given([(column: String, value: String)])
}

extension Workspace {
    /// A model's mean answer over a table's rows for every value of a column.
    ///
    /// - Throws: as `evaluateTabular`; `TabularError.unknownColumn` for a column that is no input
    package func explainColumn(
        _ request: ExplainTabularRequest, column: String
    ) throws -> (report: ExplainColumnReport, plot: LinePlot) {
        let (model, sample) = try explained(request)
        let found = try PartialDependence(model, column: column, label: request.label, sample)
        let answer = found.label.map { "p(\($0))" } ?? model.features.target.column
        let points = found.entries.enumerated().map {
            PlotPoint(x: $1.value ?? Double($0 + 1), y: $1.mean)
        }
        let plot = LinePlot(
            titles: PlotTitles(title: "\(request.model): mean \(answer) by \(column)", x: column, y: answer),
            series: [LinePlot.Series(name: answer, points: points)])
        let report = ExplainColumnReport(
            model: request.model, column: column, answer: answer, rows: sample.count,
            values: found.entries.map {
                ExplainColumnReport.Value(label: $0.label, value: $0.value, mean: $0.mean)
            })
        return (report, plot)
    }

    /// What each column adds to a model's answer for one row.
    ///
    /// - Throws: as `evaluateTabular`; `WorkflowError.invalid` for a row that is not there
    package func explainRow(_ request: ExplainTabularRequest, row: ExplainedRow) throws -> ExplainRowReport {
        let (model, sample) = try explained(request)
        let asked = try encoded(row, request)
        let labels = model.features.target.classes?.labels ?? []
        if let label = request.label, !labels.contains(label) {
            throw WorkflowError.unknown(
                kind: "class", name: label,
                advice: labels.isEmpty ? "the model predicts numbers" : "there are \(labels.joined(separator: ", "))")
        }
        let found = RowContributions(
            model, record: asked.record, against: sample, label: request.label, seed: request.seed)
        return ExplainRowReport(
            model: request.model, answer: found.label.map { "p(\($0))" } ?? model.features.target.column,
            value: found.answer, baseline: found.baseline,
            parts: found.entries.map { ExplainRowReport.Part(column: $0.column, value: $0.value) },
            filled: asked.question?.answer?.filled ?? [], matchedFrom: asked.question?.answer?.from,
            ignored: asked.question?.answer?.ignored ?? [], assumed: asked.question?.assumed ?? [:],
            unknown: asked.question?.unknown ?? [])
    }

    private func explained(_ request: ExplainTabularRequest) throws -> (model: TabularModel, sample: RecordSample) {
        let (stored, entry) = try model(named: request.model, as: StoredTabular.self)
        let rows = try tabularRows(request.data, of: stored, entry).rows
        let encoded = try EncodedRows.encoding(rows, features: stored.model.features).rows
        return (stored.model, try RecordSample(encoded, limit: request.sample, seed: request.seed))
    }

    private func encoded(
        _ row: ExplainedRow, _ request: ExplainTabularRequest
    ) throws -> (record: [UInt8], question: TabularQuestion?) {
        let (stored, entry) = try model(named: request.model, as: StoredTabular.self)
        switch row {
        case .number(let number):
            let rows = try tabularRows(request.data, of: stored, entry).rows
            return (try Self.record(number, of: rows, stored.model.features), nil)
        case .given(let values):
            let question = try question(.row(values), of: stored, entry)
            let own = try Self.record(1, of: question.rows, stored.model.features)
            return (question.answer?.nearest ?? own, question)
        }
    }

    private static func record(
        _ number: Int, of source: any RowSource, _ features: FittedFeatures
    ) throws -> [UInt8] {
        let derived = try features.derived(source)
        var encoder = try RowEncoder(features, columns: derived.columns)
        var found: [UInt8] = []
        var first = 0
        try derived.forEachBlock { block in
            defer { first += block.rowCount }
            guard first < number, number <= first + block.rowCount else { return }
            encoder.encode(block) { row, record, _ in if first + row + 1 == number { found = Array(record) } }
        }
        guard !found.isEmpty else {
            throw WorkflowError.invalid(what: "row \(number)", reason: "there are \(first.counting("row"))")
        }
        return found
    }
}
