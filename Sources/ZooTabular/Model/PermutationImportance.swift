import ZooKernels

/// How much worse a model's answers are when a column tells nothing: its values are shuffled among the rows.
///
/// - Source: Breiman 2001, "Random Forests", section 10; repeated, so that the spread is known
public struct PermutationImportance: Sendable {
    /// One column.
    public struct Entry: Sendable {
        /// The column.
        public let column: String
        /// The mean rise of the error over the repeats.
        public let mean: Double
        /// The standard deviation of the rise over the repeats.
        public let deviation: Double
    }

    /// What is measured: `rmse`, `rmsle` where the logarithm was learned, `log_loss` for classes.
    public let metric: String
    /// Its value with all columns as they are.
    public let baseline: Double
    /// The columns, the most important first.
    public let entries: [Entry]

    /// Shuffles one column after the other.
    ///
    /// - Precondition: `repeats` is at least 1.
    public init(
        _ model: TabularModel, _ sample: RecordSample, repeats: Int, seed: UInt64, threads: ThreadCount = .all
    ) {
        precondition(repeats >= 1, "PermutationImportance: \(repeats) repeats")
        let metric = model.features.target.lossMetric
        self.metric = metric
        // The error of the logarithm is that of the answer which the logarithm gives.
        let model = model.answering(.median)
        let baseline = Self.error(model, sample.bytes, sample, threads)
        self.baseline = baseline
        var generator = RandomGenerator(seed: seed)
        let entries = model.features.groups.map { group in
            let rises = (0..<repeats).map { _ in
                let order = (0..<sample.count).shuffled(using: &generator)
                var bytes = sample.bytes
                Self.exchange(group, in: &bytes, sample, order)
                return Self.error(model, bytes, sample, threads) - baseline
            }
            let mean = rises.reduce(0, +) / Double(repeats)
            let variance = rises.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, repeats - 1))
            return Entry(column: group.name, mean: mean, deviation: repeats > 1 ? variance.squareRoot() : 0)
        }
        self.entries = entries.sorted { ($1.mean, $0.column) < ($0.mean, $1.column) }
    }

    private static func exchange(
        _ group: FeatureGroup, in bytes: inout [UInt8], _ sample: RecordSample, _ order: [Int]
    ) {
        let stride = sample.record.stride
        bytes.withUnsafeMutableBufferPointer { target in
            sample.bytes.withUnsafeBufferPointer { source in
                guard let to = target.baseAddress, let from = source.baseAddress else { return }
                for (row, other) in order.enumerated() {
                    group.copy(from: from + other * stride, to: to + row * stride, sample.record)
                }
            }
        }
    }

    /// The error over records whose targets are known.
    private static func error(
        _ model: TabularModel, _ bytes: [UInt8], _ sample: RecordSample, _ threads: ThreadCount
    ) -> Double {
        let prediction = model.prediction(of: bytes, count: sample.count, threads: threads)
        return sample.bytes.withUnsafeBytes { raw in
            func target<Value>(_ row: Int, as type: Value.Type) -> Value {
                raw.loadUnaligned(fromByteOffset: row * sample.record.stride + sample.record.targetOffset, as: type)
            }
            switch model.features.target {
            case .number(let number):
                var metrics = NumberMetrics()
                for row in 0..<sample.count {
                    metrics.add(
                        prediction: prediction.numbers[row],
                        actual: number.actual(target(row, as: Float.self)))
                }
                let name = model.features.target.lossMetric
                return metrics.values.first { $0.name == name }?.value ?? .nan
            case .classes(let classes):
                var metrics = ClassMetrics(classes: classes.labels.count)
                prediction.probabilities.withUnsafeBufferPointer { probabilities in
                    guard let base = probabilities.baseAddress else { return }
                    for row in 0..<sample.count {
                        metrics.add(
                            probabilities: base + row * classes.labels.count, actual: Int(target(row, as: Int32.self)))
                    }
                }
                return metrics.values.first { $0.name == "log_loss" }?.value ?? .nan
            }
        }
    }
}
