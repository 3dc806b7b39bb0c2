import ZooKernels
import ZooRecords
import ZooTabular

/// Which columns a model depends on.
package struct ImportanceReport: Sendable, Encodable {
    /// Name of the model.
    package let model: String
    /// Name of the data set, or `SELECT`.
    package let data: String
    /// Rows that were used.
    package let rows: Int
    /// Which rows of the data: `train`, `valid` or `all`.
    package let split: String
    /// Which rows these are to the model's training, as people read it.
    package let on: String
    /// How many of these there are; of more than the sample's size as many as that.
    package let onRows: Int
    /// Why the figures say less than they seem to.
    package let warnings: [String]
    /// How often each column was shuffled.
    package let repeats: Int
    /// The error that is measured: `rmse`, `rmsle`, `log_loss`.
    package let metric: String
    /// The error with all columns in place.
    package let baseline: Double
    /// The columns, the most important first.
    package let columns: [Column]

    /// One column.
    package struct Column: Sendable, Encodable {
        /// Its name.
        package let column: String
        /// How much the error rises without it, on average over the repeats.
        package let importance: Double
        /// The standard error of that rise: what other rows and other shuffles would change.
        package let standardError: Double
    }
}

extension Workspace {
    /// Measures how much a model's error rises when one column after the other is shuffled.
    ///
    /// - Parameters:
    ///   - data: nil for the data that the model was trained on
    ///   - split: which of its rows; nil for the validation rows of the training, or for all rows of other data
    /// - Throws: as `evaluateTabular`
    package func tabularImportance(
        model name: String, data: TabularData?, split: DataSplit? = nil, repeats: Int, sample limit: Int,
        seed: UInt64,
        threads: ThreadCount = .all
    ) throws -> ImportanceReport {
        let (stored, entry) = try model(named: name, as: StoredTabular.self)
        let rows = try evaluatedRows(data, split: split, of: stored, entry)
        let found = try PermutationImportance(
            rows.heldOut(by: stored.model), limit: limit, repeats: repeats, seed: seed, threads: threads)
        return ImportanceReport(
            model: name, data: rows.data, rows: found.rows, split: rows.split.name, on: rows.description,
            onRows: rows.encoded.count,
            warnings: [rows.warning].compactMap { $0 }, repeats: repeats, metric: found.metric,
            baseline: found.baseline,
            columns: found.entries.map {
                ImportanceReport.Column(column: $0.column, importance: $0.mean, standardError: $0.standardError)
            })
    }
}
