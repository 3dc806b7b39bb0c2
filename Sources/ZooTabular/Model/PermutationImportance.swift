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
        /// The standard deviation of the rise over the repeats.
        package let deviation: Double
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
        let parts = parts.map { (model: $0.model.answering(.median), sample: $0.sample) }
        // Values are exchanged among all rows, also those of other parts.
        let all = parts.flatMap(\.sample.bytes)
        let count = parts.reduce(0) { $0 + $1.sample.count }
        let baseline = Self.error(parts, all, threads)
        (rows, self.baseline) = (count, baseline)
        var generator = RandomGenerator(seed: seed)
        let entries = features.groups.map { group in
            let rises = (0..<repeats).map { _ in
                let order = (0..<count).shuffled(using: &generator)
                var bytes = all
                Self.exchange(group, in: &bytes, from: all, record, order)
                return Self.error(parts, bytes, threads) - baseline
            }
            let mean = rises.reduce(0, +) / Double(repeats)
            let variance = rises.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, repeats - 1))
            return Entry(column: group.name, mean: mean, deviation: repeats > 1 ? variance.squareRoot() : 0)
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

    /// The error over records whose targets are known, the parts' one after the other.
    private static func error(
        _ parts: [(model: TabularModel, sample: RecordSample)], _ bytes: [UInt8], _ threads: ThreadCount
    ) -> Double {
        let target = parts[0].model.features.target
        var numbers = NumberMetrics()
        let classCount = target.classes?.labels.count ?? 1
        var classes = ClassMetrics(classes: classCount)
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
                        numbers.add(
                            prediction: prediction.numbers[row], actual: number.actual(actual(row, as: Float.self)))
                    }
                case .classes:
                    prediction.probabilities.withUnsafeBufferPointer { probabilities in
                        guard let base = probabilities.baseAddress else { return }
                        for row in 0..<sample.count {
                            classes.add(
                                probabilities: base + row * classCount, actual: Int(actual(row, as: Int32.self)))
                        }
                    }
                }
            }
        }
        let values = target.classes == nil ? numbers.values : classes.values
        return values.first { $0.name == target.lossMetric }?.value ?? .nan
    }
}
