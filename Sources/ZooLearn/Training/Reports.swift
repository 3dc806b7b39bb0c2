/// What is known after one training step.
public struct StepReport: Sendable, Hashable, Codable {
    /// The epoch, from 0.
    public let epoch: Int
    /// The step, from 0, counted over the whole run.
    public let step: Int
    /// The step within the epoch, from 0.
    public let stepInEpoch: Int
    /// Steps an epoch.
    public let stepsPerEpoch: Int
    /// Examples in the batch.
    public let exampleCount: Int
    /// Loss of the batch, before the update.
    public let loss: Double
    /// The learning rate of the step, before the groups' multipliers.
    public let learningRate: Double

    /// Creates a report.
    public init(
        epoch: Int, step: Int, stepInEpoch: Int, stepsPerEpoch: Int, exampleCount: Int, loss: Double,
        learningRate: Double
    ) {
        self.epoch = epoch
        self.step = step
        self.stepInEpoch = stepInEpoch
        self.stepsPerEpoch = stepsPerEpoch
        self.exampleCount = exampleCount
        self.loss = loss
        self.learningRate = learningRate
    }
}

/// What is known after one epoch.
public struct EpochReport: Sendable, Hashable, Codable {
    /// The epoch, from 0.
    public let epoch: Int
    /// Mean loss over the examples of the epoch, each measured when its batch came.
    public let trainingLoss: Double
    /// Mean loss over the validation examples; nil when there are none.
    public let validationLoss: Double?
    /// Metrics of the validation examples, in the learner's order.
    public let metrics: [MetricValue]

    /// Creates a report.
    public init(epoch: Int, trainingLoss: Double, validationLoss: Double? = nil, metrics: [MetricValue] = []) {
        self.epoch = epoch
        self.trainingLoss = trainingLoss
        self.validationLoss = validationLoss
        self.metrics = metrics
    }

    /// The metric of that name; nil where there is none.
    public func metric(_ name: String) -> Double? { metrics.first { $0.name == name }?.value }
}

/// One metric's outcome.
public struct MetricValue: Sendable, Hashable, Codable {
    /// The metric's name.
    public let name: String
    /// The figure.
    public let value: Double

    /// Pairs a name with a figure.
    public init(name: String, value: Double) {
        self.name = name
        self.value = value
    }
}

/// How a run went.
public struct FitReport: Sendable, Hashable, Codable {
    /// Every epoch that was finished, those before a resumed checkpoint included.
    public let epochs: [EpochReport]
    /// Steps taken, those before a resumed checkpoint included.
    public let steps: Int
    /// Why it ended before its time; nil when it ran to the end.
    public let stopReason: String?

    /// Creates a report.
    public init(epochs: [EpochReport], steps: Int, stopReason: String?) {
        self.epochs = epochs
        self.steps = steps
        self.stopReason = stopReason
    }
}
