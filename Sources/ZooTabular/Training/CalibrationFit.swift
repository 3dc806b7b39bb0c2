import Foundation
import ZooKernels

extension TabularModel {
    /// The model with what its validation rows say once its weights are fixed: see `[HeldOut].calibration`.
    ///
    /// - Parameter rows: rows that did not train; without any nothing is fitted
    /// - Throws: `TabularError.temporaryFile`
    package func calibrated(on rows: EncodedRows, threads: ThreadCount = .all) throws -> TabularModel {
        calibrated(try [HeldOut(self, RowSelection(rows))].calibration(threads: threads))
    }
}

extension [HeldOut] {
    /// What rows that did not train say once the weights are fixed: a temperature for classes; the residuals of
    /// numbers, with the factor of the mean where the logarithm was learned.
    ///
    /// - Throws: `TabularError.temporaryFile`
    package func calibration(threads: ThreadCount = .all) throws -> TabularCalibration {
        var calibration = TabularCalibration()
        calibration.rows = rowCount
        guard let target = first?.model.features.target else { return calibration }
        switch target {
        case .classes(let classes):
            if rowCount >= TabularCalibration.leastRows {
                calibration.temperature = try temperature(classes.labels.count, threads)
                // In a cross-validation this is the temperature of networks that answer alone. Their mean is less sure than
                // they are: half way to 1 was best on average of eight tables.
                if count > 1 { calibration.temperature = calibration.temperature.map { $0.squareRoot() } }
            }
        case .number(let number):
            let residuals = try residuals(of: number, threads)
            calibration.residuals = ConformalResiduals(residuals)
            if number.isLog, rowCount >= TabularCalibration.leastRows {
                let factor = residuals.reduce(0) { $0 + exp(Double($1)) } / Double(residuals.count)
                // Residuals of hundreds come from a model that learned nothing.
                calibration.meanFactor = factor > 0 && factor.isFinite ? factor : nil
            }
        }
        return calibration
    }

    /// So many scores are held for the temperature: 64 MB. Of more rows, evenly spaced ones are taken.
    private static var scoreLimit: Int { 1 << 24 }

    private func temperature(_ classes: Int, _ threads: ThreadCount) throws -> Double? {
        let step = Swift.max(1, (rowCount * classes + Self.scoreLimit - 1) / Self.scoreLimit)
        var scores: [Float] = []
        var labels: [Int32] = []
        var place = 0
        for part in self {
            try part.rows.forEachBatch(of: 4096) { records in
                part.model.logProbabilities(of: records, threads: threads) { found in
                    for row in 0..<records.count where (place + row) % step == 0 {
                        scores += UnsafeBufferPointer(start: found + row * classes, count: classes)
                        labels.append(records.label(row, part.rows.record))
                    }
                }
                place += records.count
            }
        }
        return TemperatureFit(scores: scores, labels: labels, classes: classes).temperature
    }

    /// What each row's number is above what the network says, in the unit of what is learned.
    private func residuals(of number: FittedTarget.FittedNumber, _ threads: ThreadCount) throws -> [Float] {
        var residuals: [Float] = []
        residuals.reserveCapacity(rowCount)
        for part in self {
            try part.rows.forEachBatch(of: 4096) { records in
                part.model.outputs(of: records, threads: threads) { outputs in
                    for row in 0..<records.count {
                        let difference = Double(records.target(row, part.rows.record)) - Double(outputs[row])
                        residuals.append(Float(difference * number.deviation))
                    }
                }
            }
        }
        return residuals
    }
}
