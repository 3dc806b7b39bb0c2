import ZooData
import ZooKernels
import ZooTabular

/// How well a stored model predicts the rows of a table.
public struct EvaluateTabularReport: Sendable, Encodable {
    /// Name of the model.
    public let model: String
    /// Name of the data set, or `SELECT`.
    public let data: String
    /// Rows that were predicted.
    public let rows: Int
    /// Rows whose target is missing, or a class that training did not have.
    public let rowsWithoutTarget: Int
    /// The metrics by their lower-case names.
    public let test: [String: Double]
}

extension Workspace {
    /// A stored model of a table with its catalogue row; a shipped one is installed when it is asked for first.
    ///
    /// - Throws: `DataError.unknown`, `WorkflowError.unsuitable` for a model of another kind, `WeightError`
    public func tabularModel(named name: String) throws -> (stored: StoredTabular, entry: CatalogueModel) {
        let (file, entry) = try modelFile(named: name)
        try ModelKind.tabular.check(entry)
        return (try StoredTabular(file), entry)
    }

    /// The rows that a question about a model is answered with: those named, or those that it was trained on.
    ///
    /// - Throws: `WorkflowError.invalid` for a model that names no data set
    func tabularRows(
        _ data: TabularData?, of stored: StoredTabular, _ entry: CatalogueModel
    ) throws -> (rows: StoredRows, name: String) {
        guard let data = data ?? entry.dataset.map({ .dataset($0) }) ?? stored.sql.map({ .sql($0) }) else {
            throw WorkflowError.invalid(what: "model '\(entry.name)'", reason: "it names no data set: give --data")
        }
        return (try tabularRows(data, like: stored.model.features), data.name)
    }

    /// Measures a stored model on all rows of a table.
    ///
    /// - Parameter data: nil for the data that the model was trained on
    /// - Throws: as `tabularModel`; `DataError`; `TabularError.missingColumns`
    public func evaluateTabular(
        model name: String, data: TabularData?, threads: ThreadCount = .all
    ) throws -> EvaluateTabularReport {
        let (stored, entry) = try tabularModel(named: name)
        let (rows, dataName) = try tabularRows(data, of: stored, entry)
        let (encoded, without) = try EncodedRows.encoding(rows, features: stored.model.features)
        guard encoded.count > 0 else {
            throw WorkflowError.invalid(
                what: "'\(dataName)'",
                reason: "no row has a known '\(stored.model.features.target.column)' to compare with")
        }
        let metrics = try stored.model.metrics(of: encoded, threads: threads)
        return EvaluateTabularReport(
            model: name, data: dataName, rows: encoded.count, rowsWithoutTarget: without,
            test: Dictionary(metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }))
    }
}
