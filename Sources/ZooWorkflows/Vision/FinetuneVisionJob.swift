import Foundation
import ZooData
import ZooLearn
import ZooNN
import ZooVision

/// A stored network that is to be fitted to other images: the images, and where it begins or resumes.
struct FinetuneVisionJob: RequestedTraining {
    private let request: FinetuneVisionRequest
    private let parent: VisionFileConfiguration
    /// How the network is trained once its head is fitted.
    private let recipe: VisionTrainingOptions
    private let data: VisionData
    private let preprocessing: Preprocessing
    /// The network with a head for the new classes, before the first step or where it resumes.
    private let tuning: VisionTuning

    init(
        _ request: FinetuneVisionRequest, in workspace: Workspace, onProgress: @escaping (JobProgress) -> Void
    ) throws {
        self.request = request
        var recipe = request.recipe
        recipe.epochs = request.epochs > 0 ? request.epochs : request.isWorldClass ? 7 : 1
        try recipe.validate()
        self.recipe = recipe
        let stored = try workspace.model(named: request.model, as: StoredVision.self).model
        var parent = stored.configuration
        parent.lacksHead = nil
        self.parent = parent
        data = try VisionData(request.dataset, in: workspace)
        var preprocessing = parent.preprocessing
        preprocessing.size = recipe.sizes.last ?? request.size ?? preprocessing.size
        self.preprocessing = preprocessing
        if request.resumes {
            let (stopped, checkpoint) = try workspace.stoppedVision(named: request.saveAs)
            try Self.check(stopped.configuration, checkpoint, request, recipe, preprocessing, data)
            tuning = VisionTuning(
                stopped.network, data, preprocessing, keepsBestStep: request.isWorldClass, from: checkpoint,
                onProgress: onProgress)
        } else {
            tuning = VisionTuning(
                try stored.withNewHead(classes: data.classes.count), data, preprocessing,
                keepsBestStep: request.isWorldClass, onProgress: onProgress)
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
        guard let finetuning = checkpoint.state.settings else {
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

    var examplesPerEpoch: Int { data.training.count }

    var epochs: Int { recipe.epochs }

    /// Goes through the steps, and takes the best of them where that is kept.
    ///
    /// - Returns: where the last training stands; without epochs where the head alone is fitted
    /// - Throws: `TrainingStopped` and `ImageBatchError` where it ended before the head was fitted
    func fit(observers: [any Observer], shouldStop: @escaping () -> Bool) throws -> FitReport {
        tuning.shouldStop = shouldStop
        var stopReason: StopReason?
        do {
            if request.isWorldClass {
                try tuning.runWorldClass(recipe, observers: observers)
            } else {
                try tuning.fitHead(1, copies: request.copies, recipe.imageChanges, seed: recipe.seed)
                guard request.epochs > 0 else { return .withoutEpochs }
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
            ending: TrainingEnding(usesTestTimeAugmentation: request.usesTestTimeAugmentation),
            bestStepWeights: done.best?.weights ?? [], model: model)
    }

    func save(
        _ fit: FitReport, _ report: FinetuneVisionReport?, as name: String, _ status: RunStatus, _ started: Date,
        in workspace: Workspace
    ) throws -> SaveOutcome {
        let done = tuning.done
        var (epochs, valid, checkpoint) = (done.trainings, tuning.valid, VisionCheckpoint?.none)
        switch status {
        case .running:
            epochs.append(fit.epochs)
            valid = request.isWorldClass ? done.bestValid : fit.imageMetrics(recipe)
            checkpoint = stopped(fit.checkpoint, done, model: done.best?.weights)
        case .stopped:
            checkpoint = tuning.resumePoint.map { stopped($0.checkpoint, $0.done, model: tuning.network.state()) }
        case .finished: break
        }
        var configuration = parent
        configuration.preprocessing = preprocessing
        configuration.isMultiLabel = data.training.isMultiLabel
        configuration.trainedOn = data.trainingImages
        configuration.recipe = epochs.joined().isEmpty && checkpoint == nil ? nil : recipe
        let stored = StoredVision(network: tuning.network, classes: data.classes, configuration: configuration)
        var provenance = ModelProvenance(
            request.command, seed: recipe.seed, started: started, epochs: EpochReport.numbered(epochs), status: status,
            data: (request.dataset, data.fingerprint), parent: request.model)
        provenance.metrics = try VisionCatalogueMetrics(valid.map { VisionScore($0) }, report?.validTta).json()
        return try workspace.save(
            try stored.contents(checkpoint?.weights ?? tuning.network.state()), as: name, at: checkpoint,
            provenance: provenance)
    }

    func report(_ fit: FitReport, seconds: Double) throws -> FinetuneVisionReport {
        let (valid, baseline) = (tuning.valid.map { VisionScore($0) }, data.baseline)
        let tta =
            try request.usesTestTimeAugmentation
            ? data.testTimeAugmentationScore(tuning.network, preprocessing, recipe) : nil
        return FinetuneVisionReport(
            parent: request.model, data: request.dataset, classes: data.classes, trainPictures: data.training.count,
            validPictures: data.validation?.count ?? 0, valid: valid, baseline: baseline,
            warnings: [valid.flatMap { baseline?.warning($0) }].compactMap { $0 },
            validTta: tta, steps: tuning.done.reports, keptStep: tuning.keptStep,
            keptEpoch: tuning.modelStep?.keptEpoch, bestEpoch: tuning.modelStep?.bestEpoch,
            plannedEpochs: request.isWorldClass ? recipe.epochs + VisionTuning.headEpochs : request.epochs,
            epochs: EpochReport.numbered(tuning.done.trainings).map { EpochOutput(images: $0) },
            seconds: seconds, saved: request.saveAs)
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
        guard let finetuning = checkpoint.state.settings, let recipe = stored.configuration.recipe else {
            throw WorkflowError.unsuitable(
                model: name, reason: "is not a fine-tuning: 'zoo train vision … --resume' resumes it")
        }
        request.recipe = recipe
        request.isWorldClass = finetuning.isWorldClass
        request.epochs = finetuning.isWorldClass ? 0 : recipe.epochs
        (request.copies, request.size) = (finetuning.copies, stored.configuration.preprocessing.size)
        request.usesTestTimeAugmentation = checkpoint.state.ending?.usesTestTimeAugmentation ?? false
        return request
    }
}
