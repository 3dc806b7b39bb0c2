import Foundation
import ZooKernels

extension TabularModel {
    /// The model with what its validation rows say once its weights are fixed: a temperature for classes; the residuals of
    /// numbers, with the factor of the mean where the logarithm was learned.
    ///
    /// - Parameter rows: rows that did not train; without any nothing is fitted
    /// - Throws: `TabularError.temporaryFile`
    package func calibrated(on rows: EncodedRows, threads: ThreadCount = .all) throws -> TabularModel {
        var calibration = TabularCalibration()
        calibration.rows = rows.count
        switch features.target {
        case .classes(let classes):
            if rows.count >= TabularCalibration.leastRows {
                calibration.temperature = try temperature(classes.labels.count, rows, threads)
            }
        case .number(let number):
            let residuals = try residuals(of: rows, number, threads)
            calibration.residuals = ConformalResiduals(residuals)
            if number.isLog, rows.count >= TabularCalibration.leastRows {
                let factor = residuals.reduce(0) { $0 + exp(Double($1)) } / Double(residuals.count)
                // Residuals of hundreds come from a model that learned nothing.
                calibration.meanFactor = factor > 0 && factor.isFinite ? factor : nil
            }
        }
        return calibrated(calibration)
    }

    /// So many scores are held for the temperature: 64 MB. Of more rows, evenly spaced ones are taken.
    private static let scoreLimit = 1 << 24

    private func temperature(_ classes: Int, _ rows: EncodedRows, _ threads: ThreadCount) throws -> Double? {
        let step = max(1, (rows.count * classes + Self.scoreLimit - 1) / Self.scoreLimit)
        var scores: [Float] = []
        var labels: [Int32] = []
        var place = 0
        try rows.forEachBatch(of: 4096) { records in
            logProbabilities(of: records, threads: threads) { found in
                for row in 0..<records.count {
                    if (place + row) % step == 0 {
                        scores += UnsafeBufferPointer(start: found + row * classes, count: classes)
                        labels.append(records.label(row, rows.record))
                    }
                }
            }
            place += records.count
        }
        return TemperatureFit(scores: scores, labels: labels, classes: classes).temperature
    }

    /// What each row's number is above what the network says, in the unit of what is learned.
    private func residuals(
        of rows: EncodedRows, _ number: FittedTarget.FittedNumber, _ threads: ThreadCount
    ) throws -> [Float] {
        var residuals: [Float] = []
        residuals.reserveCapacity(rows.count)
        try rows.forEachBatch(of: 4096) { records in
            outputs(of: records, threads: threads) { outputs in
                for row in 0..<records.count {
                    let difference = Double(records.target(row, rows.record)) - Double(outputs[row])
                    residuals.append(Float(difference * number.deviation))
                }
            }
        }
        return residuals
    }
}
