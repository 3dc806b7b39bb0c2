import ZooData
import ZooKernels
import ZooRecords
import ZooTabular

/// How well a stored model predicts the rows of a table.
package struct EvaluateTabularReport: Evaluation {
    /// Name of the model.
    package let model: String
    /// Name of the data set, or `SELECT`.
    package let data: String
    /// Rows that were predicted.
    package let rows: Int
    /// Which rows of the data: `train`, `valid` or `all`.
    package let split: String
    /// Which rows these are to the model's training, as people read it.
    package let on: String
    /// Rows whose target is missing, or a class that training did not have.
    package let rowsWithoutTarget: Int
    /// The metrics by their lower-case names.
    package let test: [String: Double]
    /// What the answer that is the same for all rows reaches on the same rows.
    @StableKey package var baseline: TabularBaselineReport?
    /// What the last value of the series reaches; nil for rows that are no validation rows by time.
    @StableKey package var lastValue: TabularBaselineReport?
    /// Why the figures say less than they seem to, and where the model is not better than a baseline.
    package let warnings: [String]
}

extension Workspace {
    /// The rows that a question about a model is answered with: those named, or those that it was trained on.
    ///
    /// - Throws: `WorkflowError.invalid` for a model that names no data set
    func tabularRows(
        _ data: TabularData?, of stored: StoredTabular, _ entry: CatalogueModel
    ) throws -> (rows: StoredRows, name: String) {
        guard let data = try data ?? trainingDataset(of: entry).map({ .dataset($0) }) ?? stored.sql.map({ .sql($0) })
        else {
            throw WorkflowError.invalid(what: "model '\(entry.name)'", reason: "it names no data set: give --data")
        }
        let features = stored.model.features
        return (try tabularRows(data, like: features).holding(features.checkedColumns), data.name)
    }

    /// Measures a stored model on rows of a table.
    ///
    /// - Parameters:
    ///   - data: nil for the data that the model was trained on
    ///   - split: which of its rows; nil for the validation rows of the training, or for all rows of other data
    /// - Throws: as `model(named:as:)`; `DataError`; `TabularError.missingColumns`; `WorkflowError.invalid` for a part that the
    ///   data does not have
    package func evaluateTabular(
        model name: String, data: TabularData?, split: DataSplit? = nil, threads: ThreadCount = .all
    ) throws -> EvaluateTabularReport {
        let (stored, entry) = try model(named: name, as: StoredTabular.self)
        let rows = try evaluatedRows(data, split: split, of: stored, entry)
        let metrics = try rows.heldOut(by: stored.model).metrics(threads: threads)
        let baselines = try TabularBaselines(
            stored.baseline, on: rows.encoded, source: rows.split == .part(.valid) ? rows.source : nil,
            target: stored.model.features.target, model: metrics)
        return EvaluateTabularReport(
            model: name, data: rows.data, rows: rows.encoded.count, split: rows.split.name, on: rows.description,
            rowsWithoutTarget: rows.withoutTarget,
            test: Dictionary(metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
            baseline: baselines.constant, lastValue: baselines.lastValue,
            warnings: [rows.warning].compactMap { $0 } + baselines.warnings)
    }
}
