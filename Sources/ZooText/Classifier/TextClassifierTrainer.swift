import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// How a text classifier is trained.
public struct TextClassifierTrainingOptions: Sendable, Hashable, Codable {
    /// The stages.
    public var unfreezing = GradualUnfreezing()
    /// Texts a step.
    public var batchSize = 32
    /// The most tokens of a text that are read: its last ones.
    public var maximumTokens = 500
    /// Whether of a longer text its first tokens are read, not its last ones, as in models of other programs; nil for false.
    package var readsBeginning: Bool?
    /// The decoupled weight decay of AdamW.
    public var weightDecay = 0.01
    /// Between the head's layers.
    public var headDropout: Float = 0.2
    /// What the language model's own dropouts are multiplied by.
    public var dropoutMultiplier: Float = 0.5
    /// Whether the weights of the last pass are kept, not those of the best by validation loss; nil for false.
    public var keepsLast: Bool?
    /// Passes without a better one after which a stage ends, where the best is kept; 0 for never; nil for half of the passes of
    /// the longest stage, at least 5.
    public var patience: Int?
    /// Decides the head's first weights, the order of texts and dropout.
    public var seed: UInt64 = 0

    /// The usual options.
    public init() {
        unfreezing.learningRate = 1e-2
        unfreezing.epochs = 4
    }
}

/// Labelled texts as tokens.
package struct LabelledTokens: Sendable {
    /// The texts.
    package let texts: [[Int32]]
    /// The class of each.
    package let classes: [Int32]

    /// Pairs texts with their classes.
    ///
    /// - Precondition: as many classes as texts.
    package init(texts: [[Int32]], classes: [Int32]) {
        precondition(texts.count == classes.count, "LabelledTokens: \(texts.count) texts, \(classes.count) classes")
        self.texts = texts
        self.classes = classes
    }

    /// What is read of a text.
    private static func read(_ text: [Int32], _ options: TextClassifierTrainingOptions) -> [Int32] {
        let most = options.maximumTokens
        return Array(options.readsBeginning == true ? text.prefix(most) : text.suffix(most))
    }

    /// The loader of its batches; a last batch that is not full is left out in training, where the order changes.
    func loader(_ options: TextClassifierTrainingOptions, shuffles: Bool) -> DataLoader<TextBatch> {
        DataLoader(
            count: texts.count, batchSize: min(options.batchSize, max(texts.count, 1)),
            shuffleSeed: shuffles ? options.seed : nil, dropsPartialBatch: shuffles
        ) { rows in
            TextBatch(
                rows.map { Self.read(texts[$0], options) }, classes: rows.map { classes[$0] })
        }
    }
}

extension TextClassifier {
    /// Trains the classifier in stages, each of which unfreezes one more layer from the top.
    ///
    /// - Parameter checkpoint: where to resume, with the texts and options that it was made with
    /// - Parameter observers: hear of every step and every epoch (with the metric `accuracy`), and may end the training
    /// - Parameter shouldStop: asked before every step; true ends the training
    /// - Throws: `CheckpointError`, `ModuleStateError` or `OptimizerStateError` where the checkpoint does not fit; what an
    ///   observer throws
    /// - Precondition: at least two training texts, none of them empty.
    @discardableResult
    package func fit(
        _ training: LabelledTokens, validation: LabelledTokens?, options: TextClassifierTrainingOptions,
        from checkpoint: Checkpoint? = nil, observers: [any Observer] = [],
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> FitReport {
        let (layers, unfreezing) = (parameterLayers, options.unfreezing)
        let stages = unfreezing.stages(layerCount: layers.count)
        func optimizer(_ stage: Int) -> Optimizer {
            Optimizer(
                unfreezing.groups(layers, of: stages[stage], weightDecay: options.weightDecay),
                rule: AdamW(beta1: 0.9, beta2: 0.99, epsilon: 1e-5))
        }
        let task = SupervisedTask<TextBatch>(
            self, optimizer: optimizer(0), training: training.loader(options, shuffles: true),
            validation: validation.map { $0.loader(options, shuffles: false) }, metrics: [.accuracy(of: \.classes)],
            clipping: .globalNorm(1), stageOptimizer: optimizer,
            predict: { [unowned self] batch, mode, generator in self(batch, mode: mode, using: &generator) },
            loss: { crossEntropy($0, $1.classes) })
        let longest = stages.map(\.epochs).max() ?? 0
        let best = KeptWeights.best(
            patience: options.patience, epochs: longest,
            lastPeak: LearningRateSchedule.oneCycle.lastPeak(epochs: longest))
        let plan = TrainingPlan(
            stages: stages.enumerated().map { index, stage in
                TrainingStage(
                    epochs: stage.epochs, rate: OneCycle(maximumRate: stage.learningRate),
                    momentum: OneCycle.momentum(), seed: options.seed &+ UInt64(index))
            }, keeping: validation != nil && options.keepsLast != true ? best : .last)
        return try Learner(task, seed: options.seed)
            .fit(plan, observers: observers, from: checkpoint, shouldStop: shouldStop)
    }

    /// The probability of every class for each text.
    ///
    /// - Precondition: no text is empty.
    package func probabilities(_ texts: [[Int32]], options: TextClassifierTrainingOptions) -> [[Float]] {
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
