import ZooKernels
import ZooLearn
import ZooNN

/// Trains a language model over one long text, its state carried from window to window.
///
/// It is owned by one task; what goes across tasks is a `Checkpoint`.
public final class LanguageModelTrainer {
    /// The model.
    public let model: LanguageModel
    /// How it is trained.
    public let options: LanguageModelOptions
    /// What moves the parameters; groups are frozen and their rates set here.
    public let optimizer: Optimizer
    private let paths: [(path: String, parameter: Parameter)]

    /// Creates a trainer.
    ///
    /// - Parameter groups: what is trained at which multiple of the rate; by default everything alike
    /// - Parameter rule: how parameters move
    /// - Precondition: `options.validate()` does not throw.
    public init(
        _ model: LanguageModel, options: LanguageModelOptions, groups: [ParameterGroup]? = nil,
        rule: any UpdateRule = AdamW()
    ) {
        self.model = model
        self.options = options
        let all = [ParameterGroup(model.parameters, weightDecay: options.weightDecay)]
        optimizer = Optimizer(groups ?? all, rule: rule)
        paths = model.namedParameters()
    }

    /// Trains, and keeps the weights of the epoch with the least validation loss unless the options say otherwise.
    ///
    /// - Parameter bestBefore: the validation loss of the weights as they are before the first epoch, which are kept where
    ///   no epoch is better; nil where they are not worth keeping
    /// - Parameter observers: hear of every step (`exampleCount` is the number of its predictions) and every epoch (with
    ///   the metrics `seconds` and `learning_rate`, see `LanguageModelEpoch`), and may end the run
    /// - Parameter shouldStop: asked before every step; true ends the run
    /// - Parameter checkpoint: where to go on from, with the texts and options that it was made with; the run then makes
    ///   the same bits as one that never stopped
    /// - Throws: `TextError` where a text is too short or has an unknown token; `CheckpointError`, `ModuleStateError` or
    ///   `OptimizerStateError` where the checkpoint does not fit; what an observer throws
    @discardableResult
    public func fit(
        training: [Int32], validation: [Int32]? = nil, from checkpoint: Checkpoint? = nil,
        observers: [any Observer] = [], bestBefore: Double? = nil, shouldStop: @escaping () -> Bool = { false }
    ) throws -> LanguageModelFit {
        try model.check(training)
        if let validation { try model.check(validation) }
        var run = try LanguageModelRun(
            trainer: self, training: TextStream(training, batchSize: options.batchSize), validation: validation,
            observers: observers, bestBefore: bestBefore, shouldStop: shouldStop, from: checkpoint)
        return try run.run()
    }

    func checkpoint(
        _ progress: TrainingProgress, _ state: LanguageModelState?, best: [NamedTensor]
    ) -> Checkpoint {
        var result = Checkpoint(
            weights: paths.map { NamedTensor(path: $0.path, tensor: $0.parameter.storedValue.detached()) },
            optimizer: optimizer.state(named: paths), progress: progress, carried: state?.tensors ?? [])
        result.bestEpochWeights = best
        return result
    }

    func restore(_ checkpoint: Checkpoint) throws {
        // With no row behind, the old values can be put back whole.
        optimizer.bringUpToDate()
        let before = model.state()
        try model.load(state: checkpoint.weights)
        do {
            try optimizer.load(state: checkpoint.optimizer, named: paths)
        } catch {
            try model.load(state: before)
            throw error
        }
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
