import ZooData
import ZooTabular

/// What was fitted on the validation rows once the weights were fixed.
package struct TabularCalibrationReport: Sendable, Encodable {
    /// The validation rows.
    package let rows: Int
    /// What divides the logits of classes; null for numbers.
    @StableKey package var temperature: Double?
    /// The mean of 1 + y over exp of the mean logarithm, where the logarithm was learned; else null.
    @StableKey package var meanFactor: Double?

    /// Nil where nothing was fitted but the residuals, which every number has.
    init?(_ calibration: TabularCalibration) {
        guard calibration.temperature != nil || calibration.meanFactor != nil else { return nil }
        rows = calibration.rows
        (temperature, meanFactor) = (calibration.temperature, calibration.meanFactor)
    }
}

extension TabularCalibration {
    /// Why nothing was fitted that the target asks for.
    func notes(_ target: FittedTarget) -> [String] {
        let few = "\(rows.counting("validation row")), at least \(Self.leastRows) are needed"
        switch target {
        case .classes:
            guard temperature == nil else { return [] }
            return [
                "no calibration of the probabilities: "
                    + (rows < Self.leastRows
                        ? few
                        : "all \(rows.counting("validation row")) are classified correctly, so that no temperature is best")
            ]
        case .number(let number):
            guard number.isLog, meanFactor == nil else { return [] }
            return [
                "predictions will be medians, not means: \(rows < Self.leastRows ? few : "the residuals are too large")"
            ]
        }
    }
}
