/// A training step that was taken.
public struct StepReport: Sendable, Hashable {
    /// The epoch, from 1, over all stages.
    package let epoch: Int
    /// Epochs of all stages.
    package let epochs: Int
    /// The step, from 1, over all stages.
    package let step: Int
    /// The step, from 1, within the epoch.
    package let stepInEpoch: Int
    /// Steps of the epoch.
    package let stepsPerEpoch: Int
    /// Examples in the batch.
    package let exampleCount: Int
    /// Loss of the batch, before the update.
    package let loss: Double
    /// The learning rate of the step, before the multipliers of parameter groups.
    package let learningRate: Double

    /// How much of all epochs is done, 0 ... 1.
    package var share: Double {
        (Double(epoch - 1) + Double(stepInEpoch) / Double(max(stepsPerEpoch, 1))) / Double(max(epochs, 1))
    }
}

/// One epoch's measurements.
public struct EpochReport: Sendable, Hashable {
    /// The epoch, from 1, over all stages.
    public let epoch: Int
    /// The stage, from 0.
    public let stage: Int
    /// Mean loss over the examples of the epoch, each measured when its batch came.
    public let trainingLoss: Double
    /// Mean loss over the validation examples; nil when there are none.
    public let validationLoss: Double?
    /// Metrics of the validation examples, and what else the task reports.
    public let metrics: [MetricValue]
    /// The learning rate of the last step.
    public let learningRate: Double
    /// Examples learned from; in an epoch that was resumed, those of its last part.
    public let exampleCount: Int
    /// Wall time of the training, in seconds; of an epoch that was resumed, of its last part.
    public let trainingSeconds: Double
    /// Wall time with validation, in seconds.
    public let seconds: Double

    /// Creates a report.
    package init(
        epoch: Int, stage: Int = 0, trainingLoss: Double, validationLoss: Double? = nil, metrics: [MetricValue] = [],
        learningRate: Double = 0, exampleCount: Int = 0, trainingSeconds: Double = 0, seconds: Double = 0
    ) {
        self.epoch = epoch
        self.stage = stage
        self.trainingLoss = trainingLoss
        self.validationLoss = validationLoss
        self.metrics = metrics
        self.learningRate = learningRate
        self.exampleCount = exampleCount
        self.trainingSeconds = trainingSeconds
        self.seconds = seconds
    }

    /// The same measurements as another epoch.
    package func numbered(_ epoch: Int, stage: Int? = nil) -> EpochReport {
        EpochReport(
            epoch: epoch, stage: stage ?? self.stage, trainingLoss: trainingLoss, validationLoss: validationLoss,
            metrics: metrics, learningRate: learningRate, exampleCount: exampleCount,
            trainingSeconds: trainingSeconds, seconds: seconds)
    }

    /// The metric of that name; nil where there is none.
    public func metric(_ name: String) -> Double? { metrics.first { $0.name == name }?.value }

    /// Examples learned from in a second, without validation; 0 where none were.
    public var examplesPerSecond: Double { exampleCount > 0 ? Double(exampleCount) / max(trainingSeconds, 1e-9) : 0 }
}

extension EpochReport: Codable {
    private enum CodingKeys: String, CodingKey {
        case epoch, number, stage, trainingLoss, validationLoss, metrics, learningRate, exampleCount, trainingSeconds
        case seconds
    }

    /// Reads a report; those of checkpoints of earlier versions count epochs from 0 and keep rate and time as metrics.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let metrics = try values.decode([MetricValue].self, forKey: .metrics)
        func metric(_ name: String) -> Double { metrics.first { $0.name == name }?.value ?? 0 }
        func number(_ key: CodingKeys, _ metricName: String) throws -> Double {
            try values.decodeIfPresent(Double.self, forKey: key) ?? metric(metricName)
        }
        let seconds = try number(.seconds, "seconds")
        let isEarlier = !values.contains(.number)
        let number =
            isEarlier ? try values.decode(Int.self, forKey: .epoch) + 1 : try values.decode(Int.self, forKey: .number)
        self.init(
            epoch: number, stage: try values.decodeIfPresent(Int.self, forKey: .stage) ?? 0,
            trainingLoss: try values.decode(Double.self, forKey: .trainingLoss),
            validationLoss: try values.decodeIfPresent(Double.self, forKey: .validationLoss),
            metrics: isEarlier ? metrics.filter { !Self.earlierMetrics.contains($0.name) } : metrics,
            learningRate: try values.decodeIfPresent(Double.self, forKey: .learningRate) ?? metric("learning_rate"),
            exampleCount: try values.decodeIfPresent(Int.self, forKey: .exampleCount)
                ?? Int(exactly: (metric("pictures_per_second") * seconds).rounded()) ?? 0,
            trainingSeconds: try values.decodeIfPresent(Double.self, forKey: .trainingSeconds) ?? seconds,
            seconds: seconds)
    }

    /// What reports of earlier versions kept as metrics.
    private static let earlierMetrics: Set<String> = ["seconds", "learning_rate", "pictures_per_second"]

    /// Writes the report.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(epoch, forKey: .number)
        try values.encode(stage, forKey: .stage)
        try values.encode(trainingLoss, forKey: .trainingLoss)
        try values.encodeIfPresent(validationLoss, forKey: .validationLoss)
        try values.encode(metrics, forKey: .metrics)
        try values.encode(learningRate, forKey: .learningRate)
        try values.encode(exampleCount, forKey: .exampleCount)
        try values.encode(trainingSeconds, forKey: .trainingSeconds)
        try values.encode(seconds, forKey: .seconds)
    }
}

/// One metric's value.
public struct MetricValue: Sendable, Hashable, Codable {
    /// The metric's name.
    public let name: String
    /// The value.
    public let value: Double

    /// Pairs a name with a value.
    public init(name: String, value: Double) {
        self.name = name
        self.value = value
    }
}

/// How a training ended.
public struct FitReport: Sendable {
    /// Every epoch that was completed, those before a resumed checkpoint included.
    public let epochs: [EpochReport]
    /// Steps taken, those before a resumed checkpoint included.
    public let steps: Int
    /// The epoch, from 1, whose weights the model has; nil where they are the last ones, whatever they measured.
    public let keptEpoch: Int?
    /// What the final weights measure, where they are those of no epoch.
    public let final: EpochMeasures?
    /// Why it ended before its time; nil when it ran to the end.
    public let stopReason: StopReason?
    /// Where training can resume. Its weights are those that are trained, whichever were kept.
    package let checkpoint: Checkpoint
}

extension FitReport {
    /// The training that stands at a checkpoint.
    ///
    /// - Parameter stopReason: why it ended; nil for one that continues
    package init(_ checkpoint: Checkpoint, stopReason: StopReason? = nil) {
        self.init(
            epochs: checkpoint.progress.epochs, steps: checkpoint.progress.steps, keptEpoch: nil, final: nil,
            stopReason: stopReason, checkpoint: checkpoint)
    }

    /// Of what is fitted at once, in no epochs.
    package static var withoutEpochs: FitReport {
        let data = LoaderState(count: 0, batchSize: 1, shuffleSeed: nil, dropsPartialBatch: false)
        return FitReport(
            Checkpoint(weights: [], optimizer: [], progress: TrainingProgress(generator: .silent, data: data)))
    }
}
