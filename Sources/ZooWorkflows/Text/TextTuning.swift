import ZooLearn
import ZooNN
import ZooText

/// The stages of a language model's fine-tuning.
struct TextTuning {
    private let job: FinetuneJob
    private let unfreezing: GradualUnfreezing
    private let layers: [[Parameter]]
    private let stages: [GradualUnfreezing.Stage]
    /// The epochs of every stage that is finished.
    private(set) var finished: [[LanguageModelEpoch]]
    /// Whether the best epoch is kept, as the finished stages have it.
    private var keepsBest: Bool
    /// Steps taken in finished stages of this run.
    private(set) var finishedSteps = 0

    /// - Throws: `TextError.setting`; `WorkflowError.unsuitable` for a checkpoint of other stages
    init(_ job: FinetuneJob, _ request: FinetuneTextRequest) throws {
        self.job = job
        unfreezing = request.unfreezing
        let parts = job.model.parameterLayers
        // Embeddings are trained with the decoder: new tokens have to find their place first.
        layers = Array(parts.dropFirst().dropLast() + [(parts.first ?? []) + (parts.last ?? [])])
        stages = unfreezing.stages(layerCount: layers.count)
        finished = job.start?.position.finetuning?.finished ?? []
        keepsBest = job.validation != nil && job.recipe.training.keepsLast != true
        try job.recipe.training.validate()
        guard finished.count < stages.count else {
            throw WorkflowError.unsuitable(model: request.saveAs, reason: "has more stages behind it than there are")
        }
    }

    /// Every pass of the finished stages.
    var epochs: [TrainTextReport.Epoch] {
        var all: [TrainTextReport.Epoch] = []
        for stage in finished {
            let before = all.count
            all += stage.map { TrainTextReport.Epoch($0, after: before) }
        }
        return all
    }

    /// The pass of the least validation loss, from 1; nil where the last is kept.
    var keptEpoch: Int? {
        guard keepsBest else { return nil }
        let losses = epochs.map { $0.validNats ?? .infinity }
        return losses.indices.min { (losses[$0], $0) < (losses[$1], $1) }.map { $0 + 1 }
    }

    /// Nats a token of the validation text with the weights that are kept.
    var validNats: Double? { (keptEpoch.map { epochs[$0 - 1] } ?? epochs.last)?.validNats }

    /// How many layers, from the top, each of those passes trained.
    var trainedLayers: [Int] {
        zip(stages, finished).flatMap { stage, epochs in epochs.map { _ in stage.trainedLayers } }
    }

    /// Trains stage after stage.
    ///
    /// - Parameter observers: those of a stage, given what is finished before it
    /// - Returns: the fit of the stage in which it was stopped; nil when it ran to the end
    mutating func run(
        onProgress: @escaping (TextProgress) -> Void, shouldStop: @escaping () -> Bool,
        observers: (TextTuning) -> [any Observer]
    ) throws -> LanguageModelFit? {
        let total = stages.reduce(0) { $0 + $1.epochs }
        var start = job.start?.checkpoint
        for (index, stage) in stages.enumerated().dropFirst(finished.count) {
            var options = job.recipe.training
            options.epochs = stage.epochs
            options.learningRate = stage.learningRate
            options.seed = job.recipe.training.seed &+ UInt64(index)
            let groups = unfreezing.groups(layers, of: stage, weightDecay: options.weightDecay)
            let trainer = LanguageModelTrainer(job.model, options: options, groups: groups)
            let reporter = TextReporter(
                epochs: total, tokensPerEpoch: job.training.count, finishedEpochs: finished.joined().count,
                onProgress: onProgress)
            let fit = try trainer.fit(
                training: job.training, validation: job.validation, from: start,
                observers: [reporter] + observers(self), bestBefore: keepsBest ? validNats : nil, shouldStop: shouldStop
            )
            if fit.keptEpoch == nil { keepsBest = false }
            if fit.stopReason != nil { return fit }
            finished.append(fit.epochs)
            finishedSteps += fit.steps
            start = nil
        }
        for parameter in job.model.parameters { parameter.isTrainable = true }
        return nil
    }
}
