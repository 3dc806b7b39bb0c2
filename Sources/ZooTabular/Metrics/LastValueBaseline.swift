import ZooRecords

/// The answer of a series that needs no model: the last value that is known.
package struct LastValueBaseline: Sendable, Hashable, Codable {
    /// The column of dates that orders the rows.
    package let time: String
    /// The column whose values have a series each; nil for one series.
    package let group: String?
    /// How many rows before, as far as the model may look back at its target; nil for the last training row of the series.
    package let distance: Int?
    /// The last so many seconds validate.
    package let seconds: Double

    /// The last value as far as a model's settings let it look back; nil where the split is not by time.
    package init?(_ settings: FeatureSettings, split: DataSplit) {
        guard case .last(let seconds, let column) = split else { return nil }
        let ordered = settings.ordered
        let lags = ordered.lags.filter { $0.column == settings.target }.map(\.rows)
        let means = ordered.means.contains { $0.column == settings.target } ? [1] : []
        (time, group, distance, self.seconds) = (column, ordered.group, (lags + means).min(), seconds)
    }

    /// What the answer is called.
    package var name: String { distance.map { $0 > 1 ? "value \($0) rows before" : "last value" } ?? "last value" }

    /// Metrics over the validation rows, by the names that a model's have; nil where two rows of a series have the same
    /// time, so that there is no last one. A row whose series has no value yet is answered with `mean`.
    ///
    /// Takes 12 bytes a row.
    ///
    /// - Throws: what reading throws, `TabularError.unknownColumn`
    package func metrics(
        of source: any RowSource, target: FittedTarget.FittedNumber, mean: Double
    ) throws -> [(name: String, value: Double)]? {
        var settings = OrderedSettings()
        settings.time = time
        settings.group = group
        settings.lags = [OrderedSettings.Window(column: target.column, rows: 1)]
        let rows = try OrderedRows(source, settings)
        let cut = (rows.times.lazy.filter(\.isFinite).max() ?? 0) - seconds
        let values = rows.columns[0]
        func isKnown(_ row: Int) -> Bool { values[row].isFinite && (!target.isLog || values[row] > -1) }
        var metrics = NumberMetrics()
        for series in rows.series {
            var last: Float?
            for (place, row) in series.rows.enumerated() {
                if place > 0, rows.times[series.rows[place - 1]] == rows.times[row] { return nil }
                if rows.times[row] > cut, isKnown(row) {
                    metrics.add(
                        prediction: answer(values, series.rows, place) ?? last.map(Double.init) ?? mean,
                        actual: Double(values[row]))
                }
                if rows.times[row] <= cut, isKnown(row) { last = values[row] }
            }
        }
        return metrics.values
    }

    private func answer(_ values: [Float], _ rows: [Int], _ place: Int) -> Double? {
        guard let distance, place >= distance else { return nil }
        let value = values[rows[place - distance]]
        return value.isFinite ? Double(value) : nil
    }
}
