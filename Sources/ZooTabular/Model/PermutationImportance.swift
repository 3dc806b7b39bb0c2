import ZooKernels

/// How much worse a model's answers are when a column tells nothing: its values are shuffled among the rows.
///
/// - Source: Breiman 2001, "Random Forests", section 10; repeated, so that the spread is known
package struct PermutationImportance: Sendable {
    /// One column.
    package struct Entry: Sendable {
        /// The column.
        package let column: String
        /// The mean rise of the error over the repeats.
        package let mean: Double
        /// The standard error of that mean: what other rows and other shuffles would change.
        ///
        /// A column of noise that happens to help on these rows helps in every shuffle, so that shuffles alone would say too little.
        package let standardError: Double
    }

    /// What is measured: `rmse`, `rmsle` where the logarithm was learned, `log_loss` for classes.
    package let metric: String
    /// Its value with all columns as they are.
    package let baseline: Double
    /// The columns, the most important first.
    package let entries: [Entry]
    /// How many rows were used.
    package let rows: Int

    /// Shuffles one column after the other.
    ///
    /// - Precondition: `repeats` is at least 1.
    package init(
        _ model: TabularModel, _ sample: RecordSample, repeats: Int, seed: UInt64, threads: ThreadCount = .all
    ) {
        self.init([(model, sample)], repeats: repeats, seed: seed, threads: threads)
    }

    /// The same on rows that took no part in the training: every row by the networks that did not see it.
    ///
    /// - Parameter limit: rows at most, of every part its share
    /// - Throws: `TabularError.temporaryFile`
    /// - Precondition: there is a part.
    package init(
        _ heldOut: [HeldOut], limit: Int, repeats: Int, seed: UInt64, threads: ThreadCount = .all
    ) throws {
        let total = heldOut.rowCount
        let parts = try heldOut.filter { $0.rows.count > 0 }.map { part in
            let share = total > limit ? max(1, limit * part.rows.count / total) : part.rows.count
            return (part.model, try RecordSample(part.rows, limit: share, seed: seed))
        }
        self.init(parts, repeats: repeats, seed: seed, threads: threads)
    }

    private init(
        _ parts: [(model: TabularModel, sample: RecordSample)], repeats: Int, seed: UInt64, threads: ThreadCount
    ) {
        precondition(repeats >= 1 && !parts.isEmpty, "PermutationImportance: \(repeats) repeats, \(parts.count) parts")
        let (features, record) = (parts[0].model.features, parts[0].sample.record)
        metric = features.target.lossMetric
        // The error of the logarithm is that of the answer which the logarithm gives.
        let sampled = parts.map { (model: $0.model.answering(.median), sample: $0.sample) }
        // Values are exchanged among all rows, also those of other parts.
        let all = sampled.flatMap(\.sample.bytes)
        let count = sampled.reduce(0) { $0 + $1.sample.count }
        let isRoot = features.target.classes == nil
        let usual = Self.losses(sampled, all, threads)
        let baseline = RowLosses(usual, isRoot: isRoot)
        (rows, self.baseline) = (count, baseline.error)
        var generator = RandomGenerator(seed: seed)
        let entries = features.groups.map { group in
            // Of every row, how much it raises the error, on average over the repeats.
            var shares = [Double](repeating: 0, count: count)
            let rises = (0..<repeats).map { _ in
                let order = (0..<count).shuffled(using: &generator)
                var bytes = all
                Self.exchange(group, in: &bytes, from: all, record, order)
                let shuffled = RowLosses(Self.losses(sampled, bytes, threads), isRoot: isRoot)
                for row in 0..<count {
                    shares[row] += (shuffled.share(of: row) - baseline.share(of: row)) / Double(repeats)
                }
                return shuffled.error - baseline.error
            }
            return Entry(
                column: group.name, mean: rises.reduce(0, +) / Double(repeats),
                standardError: (Self.varianceOfMean(shares) + (repeats > 1 ? Self.varianceOfMean(rises) : 0))
                    .squareRoot())
        }
        self.entries = entries.sorted { ($1.mean, $0.column) < ($0.mean, $1.column) }
    }

    private static func exchange(
        _ group: FeatureGroup, in bytes: inout [UInt8], from all: [UInt8], _ record: RecordLayout, _ order: [Int]
    ) {
        let stride = record.stride
        bytes.withUnsafeMutableBufferPointer { target in
            all.withUnsafeBufferPointer { source in
                guard let to = target.baseAddress, let from = source.baseAddress else { return }
                for (row, other) in order.enumerated() {
                    group.copy(from: from + other * stride, to: to + row * stride, record)
                }
            }
        }
    }

    private static func varianceOfMean(_ values: [Double]) -> Double {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, count - 1) / count
    }

    /// The loss of every record whose target is known, the parts' one after the other: the squared error, the logarithm's where that
    /// was learned, or the log loss.
    private static func losses(
        _ parts: [(model: TabularModel, sample: RecordSample)], _ bytes: [UInt8], _ threads: ThreadCount
    ) -> [Double] {
        let target = parts[0].model.features.target
        var losses: [Double] = []
        var place = 0
        for (model, sample) in parts {
            let own = Array(bytes[place..<place + sample.bytes.count])
            place += own.count
            let prediction = model.prediction(of: own, count: sample.count, threads: threads)
            sample.bytes.withUnsafeBytes { raw in
                func actual<Value>(_ row: Int, as type: Value.Type) -> Value {
                    raw.loadUnaligned(
                        fromByteOffset: row * sample.record.stride + sample.record.targetOffset, as: type)
                }
                switch target {
                case .number(let number):
                    for row in 0..<sample.count {
                        let (told, actual) = (prediction.numbers[row], number.actual(actual(row, as: Float.self)))
                        let error =
                            number.isLog ? NumberMetrics.logError(prediction: told, actual: actual) : told - actual
                        losses.append(error * error)
                    }
                case .classes(let classes):
                    for row in 0..<sample.count {
                        let place = row * classes.labels.count + Int(actual(row, as: Int32.self))
                        losses.append(ClassMetrics.logLoss(prediction.probabilities[place]))
                    }
                }
            }
        }
        return losses
    }

    /// Losses of rows, and the error that they amount to: their mean, or its root.
    private struct RowLosses {
        let error: Double
        private let values: [Double]
        private let isRoot: Bool

        init(_ values: [Double], isRoot: Bool) {
            (self.values, self.isRoot) = (values, isRoot)
            let mean = values.reduce(0, +) / Double(values.count)
            error = isRoot ? mean.squareRoot() : mean
        }

        /// What a row adds to the error, but for the number of rows; of a root to first order.
        func share(of row: Int) -> Double {
            isRoot && error > 0 ? values[row] / (2 * error) : values[row]
        }
    }
}
