import ZooKernels
import ZooTabular

/// Which columns a model lives on.
public struct ImportanceReport: Sendable, Encodable {
    /// Name of the model.
    public let model: String
    /// Name of the data set, or `SELECT`.
    public let data: String
    /// Rows that were looked at.
    public let rows: Int
    /// How often each column was shuffled.
    public let repeats: Int
    /// The error that is measured: `rmse`, `rmsle`, `log_loss`.
    public let metric: String
    /// The error with all columns in place.
    public let baseline: Double
    /// The columns, the most important first.
    public let columns: [Column]

    /// One column.
    public struct Column: Sendable, Encodable {
        /// Its name.
        public let column: String
        /// How much the error rises without it, on average over the repeats.
        public let importance: Double
        /// The standard deviation of that rise over the repeats.
        public let spread: Double
    }
}

extension Workspace {
    /// Measures how much a model's error rises when one column after the other is shuffled.
    ///
    /// - Parameter data: nil for the data that the model was trained on
    /// - Throws: as `evaluateTabular`
    public func tabularImportance(
        model name: String, data: TabularData?, repeats: Int, sample limit: Int, seed: UInt64,
        threads: ThreadCount = .all
    ) throws -> ImportanceReport {
        let (stored, entry) = try tabularModel(named: name)
        let (rows, dataName) = try tabularRows(data, of: stored, entry)
        let encoded = try EncodedRows.encoding(rows, features: stored.model.features).rows
        let sample = try RecordSample(encoded, limit: limit, seed: seed)
        let found = PermutationImportance(stored.model, sample, repeats: repeats, seed: seed, threads: threads)
        return ImportanceReport(
            model: name, data: dataName, rows: sample.count, repeats: repeats, metric: found.metric,
            baseline: found.baseline,
            columns: found.entries.map {
                ImportanceReport.Column(column: $0.column, importance: $0.mean, spread: $0.deviation)
            })
    }
}
