import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// A part of a language model's training: how, and which parameters.
package struct LanguageModelStage {
    /// How it is trained.
    package var options: LanguageModelTrainingOptions
    /// What is trained at which multiple of the rate.
    package var groups: [ParameterGroup]

    /// Creates a stage.
    package init(options: LanguageModelTrainingOptions, groups: [ParameterGroup]) {
        self.options = options
        self.groups = groups
    }
}

/// The training of a language model over one long text, its state kept from window to window.
final class LanguageModelTask: TrainingTask {
    private let model: LanguageModel
    private let stages: [LanguageModelStage]
    private let rule: any UpdateRule
    private let text: TextStream
    private let validation: [Int32]?
    private let paths: [(path: String, parameter: Parameter)]
    private var options: LanguageModelTrainingOptions
    private var optimizer: Optimizer
    private var recurrentState: LanguageModelState?

    /// - Precondition: at least one stage.
    init(
        _ model: LanguageModel, stages: [LanguageModelStage], rule: any UpdateRule, text: TextStream,
        validation: [Int32]?
    ) {
        precondition(!stages.isEmpty, "LanguageModelTask: no stage")
        (self.model, self.stages, self.rule, self.text, self.validation) = (model, stages, rule, text, validation)
        paths = model.namedParameters()
        options = stages[0].options
        optimizer = Optimizer(stages[0].groups, rule: rule)
    }

    var data: LoaderState {
        LoaderState(
            count: text.tokens.count, batchSize: text.batchSize, shuffleSeed: options.seed, dropsPartialBatch: true)
    }

    func beginStage(_ stage: Int) {
        options = stages[stage].options
        optimizer = Optimizer(stages[stage].groups, rule: rule)
        recurrentState = nil
    }

    func stepCount(epoch: Int) -> Int { text.windows(options, epoch: epoch).count }

    func forEachBatch(epoch: Int, from step: Int, _ body: (Range<Int>, Int) throws -> Bool) throws {
        for window in text.windows(options, epoch: epoch).dropFirst(step) {
            guard try body(window, window.count * text.batchSize) else { return }
        }
    }

    func forEachTrialBatch(pass: Int, steps: Int, _ body: (Range<Int>, Int) throws -> Bool) throws {
        recurrentState = nil
        for window in text.windows(length: options.bptt) {
            guard try body(window, window.count * text.batchSize) else { return }
        }
    }

    func step(_ window: Range<Int>, _ settings: StepSettings, using generator: inout RandomGenerator) -> Double {
        let parameters = optimizer.trainableParameters
        guard let (loss, norm, gradients) = lossAndGradients(window, parameters, &generator) else { return .nan }
        // Short windows give noisier gradients of fewer tokens (Merity et al. 2018, section 3).
        let scale = options.variesWindows ? Double(window.count) / Double(options.bptt) : 1
        let clipping = options.clipping.map { GradientClipping.globalNorm($0) }
        optimizer.step(
            clipping?.clipped(gradients, norm: norm) ?? gradients, rate: settings.learningRate * scale,
            momentum: settings.momentum)
        return loss
    }

    /// In its own function: the record of the forward pass is gone before the step, so that parameters change in place.
    ///
    /// - Returns: nil, and nothing changed, where the loss or the gradient is NaN or infinite
    private func lossAndGradients(
        _ window: Range<Int>, _ parameters: [Parameter], _ generator: inout RandomGenerator
    ) -> (loss: Double, norm: Double, gradients: [Gradient?])? {
        let (inputs, targets) = text.window(window)
        let output = model(inputs, state: recurrentState, mode: .training, using: &generator)
        let (entropy, total) = model.loss(output, targets: targets)
        let loss = entropy.item
        guard loss.isFinite, total.item.isFinite else { return nil }
        let found = gradients(of: total, withRespectTo: parameters.map(\.storedValue))
        let norm = GradientClipping.norm(of: found)
        guard norm.isFinite else { return nil }
        recurrentState = output.state
        return (loss, norm, found)
    }

    func endEpoch(_ epoch: Int) throws -> EpochMeasures {
        recurrentState = nil  // the next epoch begins at the start of the rows
        return EpochMeasures(
            validationLoss: try validation.map { try model.evaluate($0, batchSize: text.batchSize).nats })
    }

    func finish() -> EpochMeasures? {
        for parameter in model.parameters { parameter.isTrainable = true }
        return nil
    }

    func state() -> TrainingState {
        TrainingState(
            weights: paths.map { NamedTensor(path: $0.path, tensor: $0.parameter.storedValue.detached()) },
            optimizer: optimizer.state(named: paths), auxiliary: recurrentState?.tensors ?? [])
    }

    func restore(_ saved: TrainingState) throws {
        var state: LanguageModelState?
        if !saved.auxiliary.isEmpty {
            state = LanguageModelState(saved.auxiliary, of: model, batchSize: text.batchSize)
            if state == nil { throw CheckpointError.otherState }
        }
        try optimizer.restore(saved, model, paths)
        recurrentState = state
    }

    func applyPendingUpdates() { optimizer.bringUpToDate() }

    func weights() -> [NamedTensor] { model.state() }

    func load(weights: [NamedTensor]) throws { try model.load(state: weights) }
}

extension TextStream {
    /// The windows of an epoch, as the options want them.
    func windows(_ options: LanguageModelTrainingOptions, epoch: Int) -> [Range<Int>] {
        options.variesWindows
            ? windows(around: options.bptt, epoch: epoch, seed: options.seed) : windows(length: options.bptt)
    }
}
