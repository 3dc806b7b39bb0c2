import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// How a text classifier is trained.
public struct TextClassifierOptions: Sendable, Hashable, Codable {
    /// The stages.
    public var unfreezing = GradualUnfreezing()
    /// Texts a step.
    public var batchSize = 32
    /// The most tokens of a text that are read: its last ones.
    public var maximumTokens = 500
    /// The decoupled weight decay of AdamW.
    public var weightDecay = 0.01
    /// Between the head's layers.
    public var headDropout: Float = 0.2
    /// What the language model's own dropouts are multiplied by.
    public var dropoutMultiplier: Float = 0.5
    /// Decides the head's first weights, the order of texts and dropout.
    public var seed: UInt64 = 0

    /// The usual options.
    public init() {
        unfreezing.learningRate = 1e-2
        unfreezing.epochs = 4
    }
}

/// What is known after one pass over labelled texts.
public struct TextClassifierEpoch: Sendable, Hashable, Codable {
    /// The pass, from 1, counted over all stages.
    public let epoch: Int
    /// How many passes there are in all stages.
    public let epochs: Int
    /// How many layers are trained in this stage.
    public let trainedLayers: Int
    /// Mean cross-entropy in nats a text of the training texts.
    public let trainLoss: Double
    /// The same of the validation texts; nil without any.
    public let validLoss: Double?
    /// The part of validation texts that are sorted right; nil without any.
    public let validAccuracy: Double?
    /// How long it took.
    public let seconds: Double
}

/// Labelled texts as tokens.
public struct LabelledTokens: Sendable {
    /// The texts.
    public let texts: [[Int32]]
    /// The class of each.
    public let classes: [Int32]

    /// Pairs texts with their classes.
    ///
    /// - Precondition: as many classes as texts.
    public init(texts: [[Int32]], classes: [Int32]) {
        precondition(texts.count == classes.count, "LabelledTokens: \(texts.count) texts, \(classes.count) classes")
        self.texts = texts
        self.classes = classes
    }

    /// The loader of its batches; a last batch that is not full is left out in training, where the order changes.
    func loader(_ options: TextClassifierOptions, shuffles: Bool) -> DataLoader<TextBatch> {
        DataLoader(
            count: texts.count, batchSize: min(options.batchSize, max(texts.count, 1)),
            shuffleSeed: shuffles ? options.seed : nil, dropsPartialBatch: shuffles
        ) { rows in
            TextBatch(
                rows.map { Array(texts[$0].suffix(options.maximumTokens)) }, classes: rows.map { classes[$0] })
        }
    }
}

extension TextClassifier {
    /// Trains the classifier in stages.
    ///
    /// - Parameter onEpoch: hears of every pass; false ends the training
    /// - Returns: why it ended before its time; nil when it ran to the end
    /// - Throws: nothing of its own; what a learner throws
    /// - Precondition: at least two training texts, none of them empty.
    public func fit(
        _ training: LabelledTokens, validation: LabelledTokens?, options: TextClassifierOptions,
        onEpoch: @escaping (TextClassifierEpoch) -> Bool = { _ in true }
    ) throws -> String? {
        let unfreezing = options.unfreezing
        let layers = parameterLayers
        let stages = unfreezing.stages(layerCount: layers.count)
        let total = stages.reduce(0) { $0 + $1.epochs }
        var finished = 0
        for (index, stage) in stages.enumerated() {
            let groups = unfreezing.groups(layers, of: stage, weightDecay: options.weightDecay)
            let learner = Learner<TextBatch>(
                self, optimizer: Optimizer(groups, rule: AdamW(beta1: 0.9, beta2: 0.99, epsilon: 1e-5)),
                seed: options.seed &+ UInt64(index), metrics: [.accuracy(of: \.classes)],
                predict: { [unowned self] batch, mode, generator in self(batch, mode: mode, using: &generator) },
                loss: { crossEntropy($0, $1.classes) })
            let observer = StageObserver(stage: stage, finished: finished, epochs: total, onEpoch: onEpoch)
            let plan = TrainingPlan.oneCycle(
                epochs: stage.epochs, maximumRate: stage.learningRate, clipping: .globalNorm(1))
            let report = try learner.fit(
                training.loader(options, shuffles: true),
                validation: validation.map { $0.loader(options, shuffles: false) }, plan: plan, observers: [observer])
            finished += stage.epochs
            if let reason = report.stopReason { return reason }
        }
        return nil
    }

    /// The probability of every class for each text.
    ///
    /// - Precondition: no text is empty.
    public func probabilities(_ texts: [[Int32]], options: TextClassifierOptions) -> [[Float]] {
        let all = LabelledTokens(texts: texts, classes: [Int32](repeating: 0, count: texts.count))
        var generator = RandomGenerator(seed: 0)
        return withoutGradients {
            all.loader(options, shuffles: false).batches(epoch: 0).flatMap { batch, count in
                let rows = self(batch, using: &generator).softmax(axis: -1).floats
                return (0..<count).map { Array(rows[$0 * classCount..<($0 + 1) * classCount]) }
            }
        }
    }
}

/// Tells of the passes of a stage.
private final class StageObserver: Observer {
    private let stage: GradualUnfreezing.Stage
    private let finished: Int
    private let epochs: Int
    private let onEpoch: (TextClassifierEpoch) -> Bool
    private var start = ContinuousClock.now

    init(
        stage: GradualUnfreezing.Stage, finished: Int, epochs: Int, onEpoch: @escaping (TextClassifierEpoch) -> Bool
    ) {
        self.stage = stage
        self.finished = finished
        self.epochs = epochs
        self.onEpoch = onEpoch
    }

    func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
        guard case .epochEnded(let history) = event, let report = history.last else { return .continue }
        let now = ContinuousClock.now
        let epoch = TextClassifierEpoch(
            epoch: finished + history.count, epochs: epochs, trainedLayers: stage.trainedLayers,
            trainLoss: report.trainingLoss,
            validLoss: report.validationLoss, validAccuracy: report.metric("accuracy"),
            seconds: (now - start) / .seconds(1))
        start = now
        return onEpoch(epoch) ? .continue : .stop(reason: "stopped before the end")
    }
}
