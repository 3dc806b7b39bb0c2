import ZooLearn

/// What is known after an epoch.
public struct VisionEpoch: Sendable, Hashable, Codable {
    /// The epoch, from 1.
    public let epoch: Int
    /// The side of the pictures.
    public let size: Int
    /// The mean loss of the pictures as they were learned from, augmented and mixed.
    public let trainLoss: Double
    /// What was measured on the validation pictures; nil without any.
    public let valid: VisionMetrics?
    /// The learning rate of the last step.
    public let learningRate: Double
    /// Pictures learned from in a second; 0 where none were left for the part that went on from a checkpoint.
    public let picturesPerSecond: Double
    /// How long it took, validation included; of an epoch that went on from a checkpoint, its last part.
    public let seconds: Double
}

extension VisionEpoch {
    /// Reads what the trainer reported to its observers.
    public init(_ report: EpochReport) {
        func metric(_ name: String) -> Double { report.metric(name) ?? 0 }
        (epoch, trainLoss, valid) = (report.epoch + 1, report.trainingLoss, VisionMetrics(report))
        size = Int(exactly: metric("size")) ?? 0
        (learningRate, picturesPerSecond) = (metric("learning_rate"), metric("pictures_per_second"))
        seconds = metric("seconds")
    }

    /// The epoch as observers hear of it, and as checkpoints keep it.
    var report: EpochReport {
        let metrics = [
            ("size", Double(size)), ("learning_rate", learningRate), ("pictures_per_second", picturesPerSecond),
            ("seconds", seconds),
        ]
        return EpochReport(
            epoch: epoch - 1, trainingLoss: trainLoss, validationLoss: valid?.loss,
            metrics: metrics.map { MetricValue(name: $0, value: $1) } + (valid?.values ?? []))
    }
}

extension VisionMetrics {
    fileprivate init?(_ report: EpochReport) {
        guard let loss = report.validationLoss, let accuracy = report.metric("accuracy"),
            let pictures = report.metric("pictures").flatMap({ Int(exactly: $0) })
        else { return nil }
        (self.pictures, self.loss, self.accuracy) = (pictures, loss, accuracy)
        f1 = report.metric("f1")
    }

    /// Besides the loss.
    fileprivate var values: [MetricValue] {
        [MetricValue(name: "accuracy", value: accuracy), MetricValue(name: "pictures", value: Double(pictures))]
            + (f1.map { [MetricValue(name: "f1", value: $0)] } ?? [])
    }
}
