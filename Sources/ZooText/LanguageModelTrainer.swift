import ZooKernels
import ZooLearn
import ZooNN

/// Trains a language model over one long text, its state kept from window to window.
///
/// It is owned by one task; across tasks goes a `Checkpoint`.
public struct LanguageModelTrainer {
    /// The model.
    public let model: LanguageModel
    /// What is trained one after the other.
    package let stages: [LanguageModelStage]
    private let rule: any UpdateRule

    /// Creates a trainer of several stages.
    ///
    /// - Parameter rule: how parameters are updated
    /// - Precondition: at least one stage, and `options.validate()` of none throws.
    package init(_ model: LanguageModel, stages: [LanguageModelStage], rule: any UpdateRule = AdamW()) {
        (self.model, self.stages, self.rule) = (model, stages, rule)
    }

    /// Creates a trainer of one stage.
    ///
    /// - Parameter groups: what is trained at which multiple of the rate; by default everything alike
    public init(
        _ model: LanguageModel, options: LanguageModelTrainingOptions, groups: [ParameterGroup]? = nil,
        rule: any UpdateRule = AdamW()
    ) {
        let all = [ParameterGroup(model.parameters, weightDecay: options.weightDecay)]
        self.init(model, stages: [LanguageModelStage(options: options, groups: groups ?? all)], rule: rule)
    }

    /// Trains, and keeps the weights of the epoch with the least validation loss unless the options say otherwise.
    ///
    /// - Parameter checkpoint: where to resume, with the texts and options that it was made with
    /// - Parameter observers: hear of every step (`exampleCount` is the number of its predictions) and every epoch, and may
    ///   end the training
    /// - Parameter shouldStop: asked before every step; true ends the training
    /// - Throws: `TextError` where a text is too short or has an unknown token; `CheckpointError`, `ModuleStateError` or
    ///   `OptimizerStateError` where the checkpoint does not fit; what an observer throws
    @discardableResult
    public func fit(
        training: [Int32], validation: [Int32]? = nil, from checkpoint: Checkpoint? = nil,
        observers: [any Observer] = [], shouldStop: @escaping () -> Bool = { false }
    ) throws -> FitReport {
        let text = try stream(training)
        if let validation { try model.check(validation) }
        let keepsBest = validation != nil && stages[0].options.keepsLast != true
        let longest = stages.max { $0.options.epochs < $1.options.epochs }?.options ?? stages[0].options
        let best = KeptWeights.best(
            patience: longest.patience, epochs: longest.epochs,
            lastPeak: longest.schedule.lastPeak(epochs: longest.epochs))
        let plan = TrainingPlan(stages: stages.map { $0.plan(text) }, keeping: keepsBest ? best : .last)
        let task = LanguageModelTask(model, stages: stages, rule: rule, text: text, validation: validation)
        return try Learner(task, seed: stages[0].options.seed)
            .fit(plan, observers: observers, from: checkpoint, shouldStop: shouldStop)
    }

    /// Tries rising learning rates, one a window, and leaves the model as it was.
    ///
    /// - Parameters:
    ///   - steps: how many rates are tried; the text is gone through again when it ends before
    ///   - onStep: hears how many have been tried
    /// - Throws: `TextError` where the text is too short or has an unknown token
    public func findLearningRate(
        _ training: [Int32], from low: Double = 1e-5, to high: Double = 1, steps: Int = 100,
        onStep: (Int) -> Void = { _ in }, shouldStop: () -> Bool = { false }
    ) throws -> LearningRateCurve {
        let task = LanguageModelTask(
            model, stages: stages, rule: rule, text: try stream(training), validation: nil)
        return try Learner(task, seed: stages[0].options.seed)
            .findLearningRate(from: low, to: high, steps: steps, onStep: onStep, shouldStop: shouldStop)
    }

    private func stream(_ training: [Int32]) throws -> TextStream {
        try model.check(training)
        return try TextStream(training, batchSize: stages[0].options.batchSize)
    }
}

extension LanguageModelStage {
    /// The stage over a text.
    fileprivate func plan(_ text: TextStream) -> TrainingStage {
        let steps = (0..<options.epochs).reduce(0) { $0 + text.windows(options, epoch: $1).count }
        return TrainingStage(
            epochs: options.epochs,
            rate: options.schedule.rate(options.learningRate, epochs: options.epochs, steps: steps),
            momentum: options.schedule.momentum, seed: options.seed)
    }
}

extension LanguageModel {
    /// Checks that every token is in the vocabulary.
    ///
    /// - Throws: `TextError.unknownToken` for the first that is not.
    func check(_ tokens: [Int32]) throws(TextError) {
        let size = Int32(configuration.vocabularySize)
        if let position = tokens.firstIndex(where: { $0 < 0 || $0 >= size }) {
            throw .unknownToken(tokens[position], position: position, vocabularySize: Int(size))
        }
    }
}
