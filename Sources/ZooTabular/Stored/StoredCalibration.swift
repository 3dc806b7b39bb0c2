import ZooNN

extension TabularCalibration {
    private static let path = "residuals"

    /// What the model's configuration holds of it; nil where there were no validation rows.
    var configuration: TabularFileConfiguration.Calibration? {
        guard rows > 0 else { return nil }
        return TabularFileConfiguration.Calibration(
            rows: rows, temperature: temperature, meanFactor: meanFactor, residuals: residuals?.count)
    }

    /// The residuals, as the statistics of a model hold them.
    var statistics: [ModelStatistic] {
        residuals.map { [ModelStatistic(path: Self.path, values: .means($0.kept))] } ?? []
    }

    /// Reads what the contents hold.
    ///
    /// - Parameter stored: nil for a model without validation rows or of an earlier version
    /// - Throws: `ModelContentsError`
    init(_ stored: TabularFileConfiguration.Calibration?, _ contents: ModelContents) throws {
        self.init()
        guard let stored else { return }
        (rows, temperature, meanFactor) = (stored.rows, stored.temperature, stored.meanFactor)
        guard rows > 0, temperature.map({ $0.isFinite && $0 > 0 }) ?? true,
            meanFactor.map({ $0.isFinite && $0 > 0 }) ?? true
        else {
            throw ModelContentsError(location: "/config", reason: "its calibration has values out of range")
        }
        guard let count = stored.residuals else { return }
        guard case .means(let kept)? = contents.statistic(Self.path),
            let residuals = ConformalResiduals(kept: kept, count: count)
        else { throw ModelContentsError(location: "/statistics/residuals", reason: "missing or in disorder") }
        self.residuals = residuals
    }
}
