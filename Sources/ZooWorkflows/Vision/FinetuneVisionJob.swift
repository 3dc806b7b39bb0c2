import Foundation
import ZooData
import ZooLearn
import ZooNN
import ZooVision

/// A stored network that is to be fitted to other images: the images, and where it begins or resumes.
struct FinetuneVisionJob {
    /// The network with a head for the new classes.
    let network: any ImageNetwork
    /// How it is trained once its head is fitted.
    let recipe: VisionTrainingOptions
    let data: VisionData
    let preprocessing: Preprocessing
    /// Where it resumes; nil where it begins.
    let start: VisionCheckpoint?
    private let request: FinetuneVisionRequest
    private let parent: VisionFileConfiguration

    init(_ request: FinetuneVisionRequest, in workspace: Workspace) throws {
        self.request = request
        var recipe = request.recipe
        recipe.epochs = request.epochs > 0 ? request.epochs : request.isWorldClass ? 7 : 1
        try recipe.validate()
        self.recipe = recipe
        let stored = try workspace.model(named: request.model, as: StoredVision.self).model
        parent = stored.configuration
        data = try VisionData(request.dataset, in: workspace)
        var preprocessing = parent.preprocessing
        preprocessing.size = recipe.sizes.last ?? request.size ?? preprocessing.size
        self.preprocessing = preprocessing
        if request.resumes {
            let (stopped, checkpoint) = try workspace.stoppedVision(named: request.saveAs)
            try Self.check(stopped.configuration, checkpoint, request, recipe, preprocessing, data)
            (network, start) = (stopped.network, checkpoint)
        } else {
            (network, start) = (try stored.withNewHead(classes: data.classes.count), nil)
        }
    }

    /// - Throws: `WorkflowError.unsuitable` for a checkpoint of another training
    private static func check(
        _ configuration: VisionFileConfiguration, _ checkpoint: VisionCheckpoint, _ request: FinetuneVisionRequest,
        _ recipe: VisionTrainingOptions, _ preprocessing: Preprocessing, _ data: VisionData
    ) throws {
        func refusal(_ reason: String) -> WorkflowError { .unsuitable(model: request.saveAs, reason: reason) }
        guard request.epochs > 0 || request.isWorldClass else {
            throw WorkflowError.invalid(
                what: "--resume", reason: "needs --epochs or --recipe: a head alone starts over without it")
        }
        guard let finetuning = checkpoint.state.finetuning else {
            throw refusal("is not a fine-tuning: 'zoo train vision … --resume' resumes it")
        }
        guard finetuning.parent == request.model else { throw refusal("was started from '\(finetuning.parent)'") }
        func name(_ isWorldClass: Bool) -> String? { isWorldClass ? "world-class" : nil }
        try checkpoint.check(
            configuration, named: request.saveAs, recipe, data,
            before: ImageTrainingSettings(
                size: configuration.preprocessing.size, copies: finetuning.copies,
                recipe: name(finetuning.isWorldClass)),
            now: ImageTrainingSettings(
                size: preprocessing.size, copies: request.copies, recipe: name(request.isWorldClass)))
    }

    /// The fine-tuning, before its first step or where it resumes.
    func tuning(
        onProgress: @escaping (JobProgress) -> Void, shouldStop: @escaping () -> Bool
    ) -> VisionTuning {
        VisionTuning(
            network, data, preprocessing, keepsBestStep: request.isWorldClass, from: start, onProgress: onProgress,
            shouldStop: shouldStop)
    }

    /// Goes through the steps that have a training among them, and takes the best of them where that is kept.
    ///
    /// - Returns: where the last training stands
    /// - Throws: `TrainingStopped` and `ImageBatchError` where it ended before the head was fitted
    func run(_ tuning: VisionTuning, observers: [any Observer]) throws -> FitReport {
        var stopReason: StopReason?
        do {
            if request.isWorldClass {
                try tuning.runWorldClass(recipe, observers: observers)
            } else {
                try fitHead(tuning)
                try tuning.train(2, recipe, name: "unfrozen", detail: recipe.trained, observers: observers)
            }
        } catch let error as VisionTuning.Interrupted {
            stopReason = error.reason
        } catch let error as ImageBatchError where tuning.resumePoint != nil {
            stopReason = .unreadable(error.description)
        }
        guard let point = tuning.resumePoint else {
            throw TrainingStopped(description: "\(stopReason?.description ?? ""); nothing was saved")
        }
        try tuning.takeBestStep()
        // The head is fitted, whatever its training led to.
        if let reason = stopReason, reason.leavesNothing { stopReason = .observer(reason.description) }
        return FitReport(point.checkpoint, stopReason: stopReason)
    }

    /// Fits the head, which is the first step.
    func fitHead(_ tuning: VisionTuning) throws {
        try tuning.fitHead(1, copies: request.copies, recipe.imageChanges, seed: recipe.seed)
    }

    /// - Parameter done: what was done before the training that stands at `checkpoint`
    /// - Parameter model: see `VisionCheckpoint`
    private func stopped(
        _ checkpoint: Checkpoint, _ done: VisionTuning.Done, model: [NamedTensor]?
    ) -> VisionCheckpoint {
        VisionCheckpoint(
            checkpoint, dataFingerprint: data.fingerprint,
            finetuning: VisionFinetuning(
                parent: request.model, copies: request.copies, isWorldClass: request.isWorldClass, steps: done.steps,
                trainings: done.trainings, bestStep: done.best?.step),
            bestStepWeights: done.best?.weights ?? [], model: model)
    }

    /// Saves the model; one whose training is not complete with all that is needed to resume it.
    ///
    /// - Parameter fit: the training that continues, of one that is running
    func save(
        _ tuning: VisionTuning, _ fit: FitReport?, tta: VisionScore?, in workspace: Workspace, _ status: RunStatus,
        _ started: Date
    ) throws -> SaveOutcome {
        let done = tuning.done
        switch (status, fit) {
        case (.running, let fit?):
            return try save(
                EpochReport.numbered(done.trainings + [fit.epochs]),
                request.isWorldClass ? done.bestValid : fit.imageMetrics(recipe), nil,
                at: stopped(fit.checkpoint, done, model: done.best?.weights), in: workspace, status, started)
        default:
            let point = status == .finished ? nil : tuning.resumePoint
            return try save(
                EpochReport.numbered(done.trainings), tuning.valid, tta,
                at: point.map { stopped($0.checkpoint, $0.done, model: network.state()) }, in: workspace, status,
                started)
        }
    }

    private func save(
        _ epochs: [EpochReport], _ valid: VisionMetrics?, _ tta: VisionScore?,
        at checkpoint: VisionCheckpoint?, in workspace: Workspace, _ status: RunStatus, _ started: Date
    ) throws -> SaveOutcome {
        var configuration = parent
        configuration.preprocessing = preprocessing
        configuration.isMultiLabel = data.training.isMultiLabel
        configuration.trainedOn = data.trainingImages
        configuration.recipe = epochs.isEmpty && checkpoint == nil ? nil : recipe
        let stored = StoredVision(network: network, classes: data.classes, configuration: configuration)
        var provenance = ModelProvenance(
            request.command, seed: recipe.seed, started: started, epochs: epochs, status: status)
        provenance.dataset = request.dataset
        provenance.datasetFingerprint = data.fingerprint
        provenance.parent = request.model
        provenance.metrics = try VisionCatalogueMetrics(valid.map { VisionScore($0) }, tta).json()
        return try workspace.save(
            try stored.contents(checkpoint?.weights ?? network.state()), as: request.saveAs, at: checkpoint,
            provenance: provenance)
    }

    func report(_ tuning: VisionTuning, _ tta: VisionScore?, _ started: Date) -> FinetuneVisionReport {
        let (valid, baseline) = (tuning.valid.map { VisionScore($0) }, data.baseline)
        return FinetuneVisionReport(
            parent: request.model, data: request.dataset, classes: data.classes, trainPictures: data.training.count,
            validPictures: data.validation?.count ?? 0, valid: valid, baseline: baseline,
            warnings: [valid.flatMap { baseline?.warning($0) }].compactMap { $0 },
            validTta: tta, steps: tuning.done.reports, keptStep: tuning.keptStep,
            keptEpoch: tuning.modelStep?.keptEpoch, bestEpoch: tuning.modelStep?.bestEpoch,
            plannedEpochs: request.isWorldClass ? recipe.epochs + VisionTuning.headEpochs : request.epochs,
            epochs: EpochReport.numbered(tuning.done.trainings).map { EpochOutput(images: $0) },
            seconds: Date().timeIntervalSince(started), saved: request.saveAs)
    }
}

extension VisionTrainingOptions {
    /// What is trained and how, in words.
    fileprivate func trained(_ epochs: String) -> String {
        let layers = trainedGroups.map { "the last \($0) layer groups" } ?? "all layers"
        return "\(layers), \(epochs), \(rule.rawValue), \(augmentation.rawValue)"
    }
}

extension Workspace {
    /// The request that repeats the fine-tuning that was stopped and saved as `name`.
    ///
    /// - Throws: `DataError.unknown`; `WorkflowError.unsuitable` for a model whose training is complete, or is no fine-tuning
    package func requestOfStoppedImageFinetuning(
        named name: String, model: String, dataset: String, command: String
    ) throws -> FinetuneVisionRequest {
        let (stored, checkpoint) = try stoppedVision(named: name)
        var request = FinetuneVisionRequest(model: model, dataset: dataset, saveAs: name, command: command)
        request.resumes = true
        guard let finetuning = checkpoint.state.finetuning, let recipe = stored.configuration.recipe else {
            throw WorkflowError.unsuitable(
                model: name, reason: "is not a fine-tuning: 'zoo train vision … --resume' resumes it")
        }
        request.recipe = recipe
        request.isWorldClass = finetuning.isWorldClass
        request.epochs = finetuning.isWorldClass ? 0 : recipe.epochs
        (request.copies, request.size) = (finetuning.copies, stored.configuration.preprocessing.size)
        return request
    }
}
