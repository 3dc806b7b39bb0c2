import ZooKernels

/// What each column adds to a model's answer for one row, compared with other rows: sampled Shapley values.
///
/// Columns change from another row's values to the row's own in random order; what the answer moves at each change is the
/// column's. The parts add up to the row's answer minus the mean answer of the rows compared with.
/// - Source: Štrumbelj & Kononenko 2014, "Explaining prediction models and individual predictions with feature
///   contributions", Algorithm 1
package struct RowContributions: Sendable {
    /// One column's part.
    package struct Entry: Sendable {
        /// The column.
        package let column: String
        /// What it adds.
        package let value: Double
    }

    /// The answer for the row: the number, or the probability of `label`.
    package let answer: Double
    /// The class whose probability is explained; nil where the target is a number.
    package let label: String?
    /// The mean answer of the rows compared with.
    package let baseline: Double
    /// The columns, the greatest part first.
    package let entries: [Entry]

    /// Explains one record.
    ///
    /// - Parameter record: an encoded row
    /// - Parameter wanted: the class that is explained; nil for the likeliest
    /// - Parameter orders: how many random orders, each against another row
    package init(
        _ model: TabularModel, record: [UInt8], against sample: RecordSample, label wanted: String? = nil,
        orders: Int = 256, seed: UInt64, threads: ThreadCount = .all
    ) {
        let groups = model.features.groups
        let stride = sample.record.stride
        var generator = RandomGenerator(seed: seed)
        var paths: [[Int]] = []
        var bytes: [UInt8] = []
        for order in 0..<orders {
            let path = groups.indices.shuffled(using: &generator)
            paths.append(path)
            // Every row is compared with as often as any other.
            let other = order % sample.count
            var current = Array(sample.bytes[other * stride..<(other + 1) * stride])
            bytes += current
            for group in path {
                current.withUnsafeMutableBufferPointer { target in
                    record.withUnsafeBufferPointer { source in
                        if let to = target.baseAddress, let from = source.baseAddress {
                            groups[group].copy(from: from, to: to, sample.record)
                        }
                    }
                }
                bytes += current
            }
        }
        let steps = groups.count + 1
        let own = model.prediction(of: record, count: 1, threads: .one)
        let label = own.labels.isEmpty ? nil : wanted ?? own.label(of: 0)
        let index = label.flatMap { own.labels.firstIndex(of: $0) } ?? 0
        let prediction = model.prediction(of: bytes, count: orders * steps, threads: threads)
        func answer(_ prediction: TabularPrediction, _ row: Int) -> Double {
            prediction.labels.isEmpty
                ? prediction.numbers[row] : Double(prediction.probabilities[row * prediction.labels.count + index])
        }
        var parts = Array(repeating: 0.0, count: groups.count)
        var start = 0.0
        for (order, path) in paths.enumerated() {
            start += answer(prediction, order * steps)
            for (step, group) in path.enumerated() {
                let row = order * steps + step
                parts[group] += answer(prediction, row + 1) - answer(prediction, row)
            }
        }
        let count = Double(orders)
        self.answer = answer(own, 0)
        self.label = label
        baseline = start / count
        entries = zip(groups, parts).map { Entry(column: $0.name, value: $1 / count) }
            .sorted { (abs($1.value), $0.column) < (abs($0.value), $1.column) }
    }
}
