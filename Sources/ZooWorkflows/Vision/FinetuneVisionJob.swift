import Foundation
import ZooData
import ZooLearn
import ZooVision

/// A stored network that is to be fitted to other pictures: the pictures, and where it begins.
struct FinetuneVisionJob {
    /// The network with a head for the new classes.
    let network: any ImageNetwork
    /// How it is trained once its head is fitted.
    let recipe: VisionRecipe
    let data: VisionData
    let preprocessing: Preprocessing
    /// Where it goes on; nil where it begins.
    let start: VisionCheckpoint?
    private let request: FinetuneVisionRequest
    private let parent: VisionConfiguration

    init(_ request: FinetuneVisionRequest, in workspace: Workspace) throws {
        self.request = request
        var recipe = request.recipe
        recipe.epochs = request.epochs > 0 ? request.epochs : request.isWorldClass ? 7 : 1
        try recipe.validate()
        self.recipe = recipe
        let stored = try workspace.visionModel(named: request.model)
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
        _ configuration: VisionConfiguration, _ checkpoint: VisionCheckpoint, _ request: FinetuneVisionRequest,
        _ recipe: VisionRecipe, _ preprocessing: Preprocessing, _ data: VisionData
    ) throws {
        func refusal(_ reason: String) -> WorkflowError { .unsuitable(model: request.saveAs, reason: reason) }
        guard request.epochs > 0, !request.isWorldClass else {
            throw WorkflowError.invalid(
                what: "--resume", reason: "goes on with --epochs; a head alone and the eight steps begin anew")
        }
        guard let finetuning = checkpoint.position.finetuning else {
            throw refusal("is no fine-tuning: 'zoo train vision … --resume' goes on with it")
        }
        guard finetuning.parent == request.model else { throw refusal("was begun from '\(finetuning.parent)'") }
        try checkpoint.check(
            configuration, named: request.saveAs, recipe, data,
            isSame: finetuning.copies == request.copies && configuration.preprocessing == preprocessing)
    }

    /// A checkpoint of the training that goes on from the fitted head.
    private func stopped(_ checkpoint: Checkpoint, _ tuning: VisionTuning) -> VisionCheckpoint {
        let finetuning = tuning.head.map {
            VisionCheckpoint.Finetuning(
                parent: request.model, copies: request.copies, detail: $0.detail, valid: $0.valid,
                seconds: $0.seconds)
        }
        return VisionCheckpoint(checkpoint, dataFingerprint: data.fingerprint, finetuning: finetuning)
    }

    /// Watches a training, so that it is kept on its way.
    ///
    /// - Parameter tuning: as it is with the head fitted
    func observers(_ keeper: CheckpointKeeper, _ tuning: VisionTuning, in workspace: Workspace, _ started: Date)
        -> [any Observer]
    {
        keeper.observers { checkpoint, _ in
            let fit = VisionFit(checkpoint, recipe: recipe)
            return try save(
                fit.epochs.map { VisionEpochReport($0) }, fit.valid, nil, at: stopped(checkpoint, tuning),
                in: workspace, .running, started)
        }
    }

    /// Saves the model.
    ///
    /// - Parameter fit: where its training stands; nil for a finished model, and for one that cannot be gone on with
    func save(
        _ tuning: VisionTuning, _ severalLooks: VisionScore?, at fit: VisionFit?, in workspace: Workspace,
        _ status: RunStatus, _ started: Date
    ) throws -> SaveOutcome {
        try save(
            tuning.epochs, tuning.valid, severalLooks, at: fit.map { stopped($0.checkpoint, tuning) }, in: workspace,
            status, started)
    }

    private func save(
        _ epochs: [VisionEpochReport], _ valid: VisionMetrics?, _ severalLooks: VisionScore?,
        at checkpoint: VisionCheckpoint?, in workspace: Workspace, _ status: RunStatus, _ started: Date
    ) throws -> SaveOutcome {
        var configuration = parent
        configuration.preprocessing = preprocessing
        configuration.isMultiLabel = data.training.isMultiLabel
        configuration.trainedOn = data.trainingPictures
        configuration.recipe = epochs.isEmpty && checkpoint == nil ? nil : recipe
        let stored = StoredVision(network: network, classes: data.classes, configuration: configuration)
        var provenance = ModelProvenance(started: started)
        provenance.dataset = request.dataset
        provenance.datasetFingerprint = data.fingerprint
        provenance.parent = request.model
        provenance.command = request.command
        provenance.seed = recipe.seed
        provenance.metrics = try VisionCatalogueMetrics(valid.map { VisionScore($0) }, severalLooks).json()
        provenance.epochs = epochs.map(TrainingRun.Epoch.init)
        provenance.status = status
        return try workspace.save(
            try stored.file(created: Date().formatted(.iso8601), at: checkpoint), as: request.saveAs,
            embeddings: stored.embeddingRows(checkpoint?.weights ?? network.state()), provenance: provenance)
    }

    func report(_ tuning: VisionTuning, _ severalLooks: VisionScore?, _ started: Date) -> FinetuneVisionReport {
        let (valid, baseline) = (tuning.valid.map { VisionScore($0) }, data.baseline)
        return FinetuneVisionReport(
            parent: request.model, data: request.dataset, classes: data.classes, trainPictures: data.training.count,
            validPictures: data.validation?.count ?? 0, valid: valid, baseline: baseline,
            warnings: [valid.flatMap { baseline?.warning($0) }].compactMap { $0 },
            validTta: severalLooks, steps: tuning.steps, keptStep: tuning.keptStep, epochs: tuning.epochs,
            seconds: Date().timeIntervalSince(started), saved: request.saveAs)
    }
}
