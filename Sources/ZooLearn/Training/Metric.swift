import ZooTensor

/// A figure of merit over a whole data set: a mean over examples or elements.
public struct Metric<Batch> {
    /// What it is called in reports.
    public let name: String
    let measure: (_ predictions: Tensor, _ batch: Batch) -> (total: Double, count: Int)

    /// Creates a metric.
    ///
    /// - Parameter measure: the sum over a batch, and how many numbers were added
    public init(
        _ name: String, measure: @escaping (_ predictions: Tensor, _ batch: Batch) -> (total: Double, count: Int)
    ) {
        self.name = name
        self.measure = measure
    }

    /// The mean absolute difference over all elements.
    public static func meanAbsoluteError(of targets: KeyPath<Batch, Tensor>) -> Metric {
        Metric("mae") { predictions, batch in
            let difference = predictions.detached() - batch[keyPath: targets]
            return (difference.abs().sum().item, difference.count)
        }
    }

    /// The part of examples whose greatest logit is that of their class; the first of equals counts.
    ///
    /// - Shapes: predictions [batch, classes], targets int32 [batch]
    public static func accuracy(of targets: KeyPath<Batch, Tensor>) -> Metric {
        Metric("accuracy") { predictions, batch in
            let targets = batch[keyPath: targets].int32s
            let hits = zip(predictions.detached().argmax(axis: -1).int32s, targets).count { $0 == $1 }
            return (Double(hits), targets.count)
        }
    }
}

/// A metric's sums while batches come in.
struct MetricSum<Batch> {
    let metric: Metric<Batch>
    private var total = 0.0
    private var count = 0

    init(_ metric: Metric<Batch>) { self.metric = metric }

    mutating func add(_ predictions: Tensor, _ batch: Batch) {
        let (total, count) = metric.measure(predictions, batch)
        self.total += total
        self.count += count
    }

    var value: MetricValue {
        MetricValue(name: metric.name, value: count > 0 ? total / Double(count) : .nan)
    }
}
