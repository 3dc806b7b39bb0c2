import Foundation
import ZooKernels

/// The answers that need no model: one for all rows, as learned from the training rows.
///
/// A number is answered with the constant that fits the metric: the mean for `rmse` and `r2`, the median for `mae`, for
/// `rmsle` and `rmspe` the mean of log(1 + x), or the mean where some number is -1 or less. Classes are answered with
/// their frequencies, so that the most frequent one is the label.
package struct TabularBaseline: Sendable, Hashable, Codable {
    /// The mean of the target; nil where it names classes.
    package let mean: Double?
    /// Its median.
    package let median: Double?
    /// exp(m) - 1 for the mean m of log(1 + x); nil where some number is -1 or less.
    package let logMean: Double?
    /// Beside it, of rows in the order of time: the last value of the series.
    package var lastValue: LastValueBaseline?

    /// So many targets are used for the median.
    private static let medianLimit = 1_000_000

    /// Learns from training rows.
    ///
    /// - Throws: `TabularError.temporaryFile`
    package init(_ training: EncodedRows, target: FittedTarget) throws {
        guard case .number(let number) = target else {
            (mean, median, logMean) = (nil, nil, nil)
            return
        }
        var sum = 0.0
        var logSum: Double? = 0
        var values: [Double] = []
        var seen = 0
        let step = max(1, training.count / Self.medianLimit)
        try training.forEachBatch(of: 4096) { records in
            for row in 0..<records.count {
                let value = number.actual(records.target(row, training.record))
                sum += value
                logSum = value > -1 ? logSum.map { $0 + log1p(value) } : nil
                if seen % step == 0 { values.append(value) }
                seen += 1
            }
        }
        let count = Double(max(1, seen))
        values.sort()
        mean = sum / count
        median = values.isEmpty ? 0 : (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
        logMean = logSum.map { expm1($0 / count) }
    }

    /// As well as a model knows its target that kept no baseline: the mean of what was learned.
    package init(target: FittedTarget) {
        guard case .number(let number) = target else {
            (mean, median, logMean) = (nil, nil, nil)
            return
        }
        let value = number.isLog ? expm1(number.mean) : number.mean
        (mean, median, logMean) = (value, value, value > -1 ? value : nil)
    }

    /// What the answers are called.
    package var name: String { mean == nil ? "class frequencies" : "mean" }

    /// Metrics over encoded rows, by the names that a model's have.
    ///
    /// - Throws: `TabularError.temporaryFile`
    package func metrics(of rows: EncodedRows, target: FittedTarget) throws -> [(name: String, value: Double)] {
        switch target {
        case .classes(let classes): return try metrics(of: rows, classes: classes)
        case .number(let number): return try metrics(of: rows, number: number)
        }
    }

    private func metrics(
        of rows: EncodedRows, number: FittedTarget.FittedNumber
    ) throws -> [(name: String, value: Double)] {
        let mean = mean ?? number.mean
        let answers = [mean, median ?? mean, logMean ?? mean]
        var metrics = answers.map { _ in NumberMetrics() }
        try rows.forEachBatch(of: 4096) { records in
            for row in 0..<records.count {
                let actual = number.actual(records.target(row, rows.record))
                for (place, answer) in answers.enumerated() { metrics[place].add(prediction: answer, actual: actual) }
            }
        }
        let places = ["rmse": 0, "r2": 0, "mae": 1, "rmsle": 2, "rmspe": 2]
        let all = metrics.map(\.values)
        return all[0].map { name, value in
            (name, all[places[name] ?? 0].first { $0.name == name }?.value ?? value)
        }
    }

    private func metrics(
        of rows: EncodedRows, classes: FittedTarget.FittedClasses
    ) throws -> [(name: String, value: Double)] {
        let total = Float(max(1, classes.counts.reduce(0, +)))
        let frequencies = classes.counts.map { Float($0) / total }
        var metrics = ClassMetrics(classes: classes.labels.count)
        try rows.forEachBatch(of: 4096) { records in
            frequencies.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                for row in 0..<records.count {
                    metrics.add(probabilities: base, actual: Int(records.label(row, rows.record)))
                }
            }
        }
        return metrics.values
    }
}

extension EncodedRows {
    /// A note on the targets that predictions within limits cannot reach; nil where there are none.
    ///
    /// - Throws: `TabularError.temporaryFile`
    package func remark(outside range: TabularArchitecture.Range, _ target: FittedTarget) throws -> String? {
        guard case .number(let number) = target else { return nil }
        let (low, high) = (Double(range.low), Double(range.high))
        let tolerance = 1e-5 * (high - low)  // targets are kept with 32 bits
        var outside = 0
        try forEachBatch(of: 4096) { records in
            for row in 0..<records.count {
                let value = number.actual(records.target(row, record))
                if value < low - tolerance || value > high + tolerance { outside += 1 }
            }
        }
        guard outside > 0 else { return nil }
        return
            "the target lies outside --range \(NumberLabel.text(low)),\(NumberLabel.text(high)) in \(outside) of \(count) "
            + "training rows, and predictions do not reach it there"
    }
}

extension Records {
    /// The target of a row, a number as it is learned.
    func target(_ row: Int, _ layout: RecordLayout) -> Float {
        UnsafeRawPointer(record(row) + layout.targetOffset).loadUnaligned(as: Float.self)
    }

    /// The target of a row, the place of its class.
    func label(_ row: Int, _ layout: RecordLayout) -> Int32 {
        UnsafeRawPointer(record(row) + layout.targetOffset).loadUnaligned(as: Int32.self)
    }
}
