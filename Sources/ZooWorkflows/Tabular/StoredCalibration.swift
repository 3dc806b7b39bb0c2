import ZooTabular
import ZooWeights

extension TabularCalibration {
    private static let path = "residuals"

    /// What the model's configuration holds of it; nil where there were no validation rows.
    var configuration: TabularFileConfiguration.Calibration? {
        guard rows > 0 else { return nil }
        return TabularFileConfiguration.Calibration(
            rows: rows, temperature: temperature, meanFactor: meanFactor, residuals: residuals?.count)
    }

    /// The residuals as the file's statistics hold them.
    var entries: [WeightEntry] {
        residuals.map { [WeightEntry(path: Self.path, shape: [$0.kept.count], values: .float32($0.kept))] } ?? []
    }

    /// Reads what a file holds.
    ///
    /// - Parameter stored: nil for a model without validation rows or of an earlier version
    /// - Throws: `WeightError.malformed`
    init(_ stored: TabularFileConfiguration.Calibration?, _ file: ModelFile) throws {
        self.init()
        guard let stored else { return }
        (rows, temperature, meanFactor) = (stored.rows, stored.temperature, stored.meanFactor)
        guard rows > 0, temperature.map({ $0.isFinite && $0 > 0 }) ?? true,
            meanFactor.map({ $0.isFinite && $0 > 0 }) ?? true
        else {
            throw WeightError.malformed(location: "/config", reason: "its calibration has values out of range")
        }
        guard let count = stored.residuals else { return }
        guard let kept = file.statistic(Self.path)?.values.floats,
            let residuals = ConformalResiduals(kept: kept, count: count)
        else { throw WeightError.malformed(location: "/statistics/residuals", reason: "missing or in disorder") }
        self.residuals = residuals
    }
}
