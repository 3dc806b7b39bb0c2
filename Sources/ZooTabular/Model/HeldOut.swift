import Foundation
import ZooKernels

/// Rows that took no part in the training of a model, with that model.
///
/// Validation rows are one such part; in cross-validation there is one for every fold, each with the networks that did not
/// train on it.
package struct HeldOut {
    let model: TabularModel
    let rows: RowSelection

    /// Rows that a model is measured on.
    package init(_ model: TabularModel, _ rows: RowSelection) { (self.model, self.rows) = (model, rows) }

    /// The same with what held-out rows said.
    package func calibrated(_ calibration: TabularCalibration) -> HeldOut {
        HeldOut(model.calibrated(calibration), rows)
    }
}

extension TabularModel {
    /// Every fold with the networks that left it out: network i leaves out fold i modulo the number of folds.
    package func heldOut(_ folds: RowFolds) -> [HeldOut] {
        (0..<folds.count).compactMap { fold in
            let own = members.indices.filter { $0 % folds.count == fold }
            guard !own.isEmpty else { return nil }
            return HeldOut(restricted(to: own), folds.selection(of: fold, isHeldOut: true))
        }
    }
}

extension [HeldOut] {
    /// How many rows.
    package var rowCount: Int { reduce(0) { $0 + $1.rows.count } }

    /// Metrics over all rows, by their lower-case names: see `TabularModel.metrics`.
    ///
    /// - Throws: `TabularError.temporaryFile`
    package func metrics(threads: ThreadCount = .all) throws -> [(name: String, value: Double)] {
        guard let target = first?.model.features.target else { return [] }
        switch target {
        case .number(let number):
            var (means, medians) = (NumberMetrics(), NumberMetrics())
            try forEachBatch(threads: threads) { model, records, record, outputs in
                for row in 0..<records.count {
                    let actual = number.actual(records.target(row, record))
                    means.add(prediction: model.number(outputs[row], number, .mean), actual: actual)
                    medians.add(prediction: model.number(outputs[row], number, .median), actual: actual)
                }
            }
            return zip(means.values, medians.values).map { ["rmse", "r2"].contains($0.name) ? $0 : $1 }
        case .classes(let classes):
            let count = classes.labels.count
            var metrics = ClassMetrics(classes: count)
            try forEachBatch(threads: threads) { _, records, record, outputs in
                for row in 0..<records.count {
                    metrics.add(
                        probabilities: outputs + row * count, actual: Int(records.label(row, record)))
                }
            }
            return metrics.values
        }
    }

    private func forEachBatch(
        threads: ThreadCount,
        _ body: (TabularModel, Records, RecordLayout, UnsafeMutablePointer<Float>) throws -> Void
    ) throws {
        guard count > 1 else {
            for part in self {
                try part.rows.forEachBatch(of: Self.batch) { records in
                    try part.model.outputs(of: records, threads: threads) {
                        try body(part.model, records, part.rows.record, $0)
                    }
                }
            }
            return
        }
        // The parts of a cross-validation are small: each has one thread.
        let answers = [Result<FloatBuffer, any Error>](unsafeUninitializedCapacity: count) { buffer, initialized in
            parallel(count, threads: threads) { index in
                (buffer.baseAddress! + index).initialize(to: Result { try self[index].outputs() })
            }
            initialized = count
        }
        for (part, answer) in zip(self, answers) {
            var outputs = try answer.get().address
            try part.rows.forEachBatch(of: Self.batch) { records in
                try body(part.model, records, part.rows.record, outputs)
                outputs += records.count * part.model.architecture.outputs
            }
        }
    }

    fileprivate static var batch: Int { 4096 }
}

extension HeldOut {
    /// What the model says of all rows, [rows, outputs].
    fileprivate func outputs() throws -> FloatBuffer {
        let width = model.architecture.outputs
        let all = FloatBuffer(rows.count * width)
        var place = all.address
        try rows.forEachBatch(of: [HeldOut].batch) { records in
            model.outputs(of: records) { place.update(from: $0, count: records.count * width) }
            place += records.count * width
        }
        return all
    }
}
