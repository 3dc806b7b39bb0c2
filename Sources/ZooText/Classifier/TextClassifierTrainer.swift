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
    /// Whether the weights of the last pass are kept, not those of the best by validation loss; nil for false.
    public var keepsLast: Bool?
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

/// How far the training of a classifier is after a step.
public struct TextClassifierStep: Sendable, Hashable {
    /// The pass, from 1, counted over all stages.
    public let epoch: Int
    /// How many passes there are in all stages.
    public let epochs: Int
    /// The part of the pass that is done, 0 ... 1.
    public let part: Double
    /// Nats a text of the batch.
    public let loss: Double
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

/// Where the training of a classifier can go on from.
public struct TextClassifierCheckpoint: Sendable {
    /// The stage that is under way, from 0.
    public var stage: Int
    /// Every pass that is finished, those of earlier stages included.
    public var epochs: [TextClassifierEpoch]
    /// Where that stage stands.
    public var checkpoint: Checkpoint

    /// Puts a checkpoint together, as when it is read from a file.
    public init(stage: Int, epochs: [TextClassifierEpoch], checkpoint: Checkpoint) {
        self.stage = stage
        self.epochs = epochs
        self.checkpoint = checkpoint
    }
}

/// How the training of a classifier ended.
public struct TextClassifierFit: Sendable {
    /// Every pass that was finished, those before a resumed checkpoint included.
    public let epochs: [TextClassifierEpoch]
    /// The pass, from 1, whose weights the classifier has because its validation loss was the least; nil for the last.
    public let keptEpoch: Int?
    /// Why it ended before its time; nil when it ran to the end.
    public let stopReason: String?
    /// Where it can go on: where it was stopped, or after the last pass before its loss became no number; nil when it ran to
    /// the end, or when there is nothing worth going on from.
    public let checkpoint: TextClassifierCheckpoint?
}

extension [TextClassifierEpoch] {
    /// The pass, from 1, of the least validation loss, the first of equals; nil where none was measured.
    var bestPass: Int? {
        let losses = map { $0.validLoss ?? .infinity }
        let best = losses.indices.min { (losses[$0], $0) < (losses[$1], $1) }
        return best.flatMap { losses[$0] < .infinity ? $0 + 1 : nil }
    }
}

extension TextClassifier {
    /// Trains the classifier in stages.
    ///
    /// - Parameter start: where to go on from, with the texts and options that it was made with; the run then makes the same
    ///   bits as one that never stopped
    /// - Parameter interval: how often `onCheckpoint` is called; nil for never
    /// - Parameter onStep: hears of every step
    /// - Parameter onEpoch: hears of every pass; false ends the training
    /// - Parameter shouldStop: asked after every step; true ends the training
    /// - Throws: `CheckpointError`, `ModuleStateError` or `OptimizerStateError` where the checkpoint does not fit
    /// - Precondition: at least two training texts, none of them empty.
    public func fit(
        _ training: LabelledTokens, validation: LabelledTokens?, options: TextClassifierOptions,
        from start: TextClassifierCheckpoint? = nil, checkpointEvery interval: Duration? = nil,
        onCheckpoint: @escaping (TextClassifierCheckpoint) -> Void = { _ in },
        onEpoch: @escaping (TextClassifierEpoch) -> Bool = { _ in true },
        onStep: @escaping (TextClassifierStep) -> Void = { _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> TextClassifierFit {
        let unfreezing = options.unfreezing
        let layers = parameterLayers
        let stages = unfreezing.stages(layerCount: layers.count)
        var epochs = start?.epochs ?? []
        var best = start?.checkpoint.bestEpochWeights ?? []
        // Checkpoints of earlier versions have no best weights.
        let keepsBest = validation != nil && options.keepsLast != true && (epochs.isEmpty || !best.isEmpty)
        for (index, stage) in stages.enumerated().dropFirst(start?.stage ?? 0) {
            let groups = unfreezing.groups(layers, of: stage, weightDecay: options.weightDecay)
            let learner = Learner<TextBatch>(
                self, optimizer: Optimizer(groups, rule: AdamW(beta1: 0.9, beta2: 0.99, epsilon: 1e-5)),
                seed: options.seed &+ UInt64(index), metrics: [.accuracy(of: \.classes)],
                predict: { [unowned self] batch, mode, generator in self(batch, mode: mode, using: &generator) },
                loss: { crossEntropy($0, $1.classes) })
            let observer = ClassifierStageObserver(
                index, of: stages, epochs: epochs, best: keepsBest ? best : nil, onEpoch: onEpoch, onStep: onStep,
                shouldStop: shouldStop)
            let timed = interval.map { interval in
                TimedCheckpoint(every: interval) { onCheckpoint(observer.checkpoint($0)) }
            }
            let plan = TrainingPlan.oneCycle(
                epochs: stage.epochs, maximumRate: stage.learningRate, clipping: .globalNorm(1))
            let report = try learner.fit(
                training.loader(options, shuffles: true),
                validation: validation.map { $0.loader(options, shuffles: false) }, plan: plan,
                observers: [observer] + [timed].compactMap { $0 },
                from: index == start?.stage ? start?.checkpoint : nil)
            epochs = observer.epochs
            if let reason = report.stopReason {
                return TextClassifierFit(epochs: epochs, keptEpoch: nil, stopReason: reason, checkpoint: observer.end)
            }
            best = observer.best ?? []
            // The next stage begins with the best weights, too.
            if !best.isEmpty, epochs.bestPass != epochs.count { try load(state: best) }
        }
        return TextClassifierFit(
            epochs: epochs, keptEpoch: best.isEmpty ? nil : epochs.bestPass, stopReason: nil, checkpoint: nil)
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
