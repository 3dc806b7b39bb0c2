import Foundation
import ZooData
import ZooKernels
import ZooLearn
import ZooVision
import ZooWeights

/// The training of one network for images: its data, its network, and where it begins or resumes.
struct VisionJob {
    private let request: TrainVisionRequest
    private let data: VisionData
    private let preprocessing: Preprocessing
    private let network: any ImageNetwork
    private let start: Checkpoint?

    /// Reads the data and makes the network, or takes it out of the checkpoint.
    init(_ request: TrainVisionRequest, in workspace: Workspace) throws {
        self.request = request
        try request.recipe.validate()
        data = try VisionData(request.dataset, in: workspace)
        if request.resumes {
            let (stored, checkpoint) = try Self.resumed(request, data, in: workspace)
            (network, preprocessing) = (stored.network, stored.configuration.preprocessing)
            start = checkpoint
        } else {
            var generator = RandomGenerator(seed: request.recipe.seed)
            network = request.architecture.network(classes: data.classes.count, using: &generator)
            (preprocessing, start) = (request.preprocessing, nil)
        }
    }

    /// - Throws: `WorkflowError.unsuitable` for a checkpoint of another training
    private static func resumed(_ request: TrainVisionRequest, _ data: VisionData, in workspace: Workspace) throws
        -> (StoredVision, Checkpoint)
    {
        let name = request.saveAs ?? ""
        func refusal(_ reason: String) -> WorkflowError { .unsuitable(model: name, reason: reason) }
        let (stored, checkpoint) = try workspace.stoppedVision(named: name)
        if let finetuning = checkpoint.state.finetuning {
            throw refusal(
                "is the fine-tuning of another model: 'zoo finetune vision \(finetuning.parent) … --resume' resumes it")
        }
        let configuration = stored.configuration
        guard configuration.architecture == request.architecture else {
            throw refusal(
                "is not of '\(request.architecture.rawValue)': give --arch \(configuration.architecture.rawValue)")
        }
        let size = request.recipe.sizes.last ?? request.size ?? configuration.preprocessing.size
        try checkpoint.check(
            configuration, named: name, request.recipe, data,
            before: ImageTrainingSettings(size: configuration.preprocessing.size),
            now: ImageTrainingSettings(size: size))
        return (stored, checkpoint.checkpoint)
    }

    /// Training images.
    var imageCount: Int { data.training.count }

    /// Trains to the end, or until something stops it.
    func fit(observers: [any Observer], shouldStop: @escaping () -> Bool) throws -> FitReport {
        try VisionTrainer(network, recipe: request.recipe, preprocessing: preprocessing).fit(
            data.training, validation: data.validation, from: start, observers: observers, shouldStop: shouldStop)
    }

    /// What the validation images measure with several views of each; nil without any.
    func testTimeAugmentationScore() throws -> VisionScore? {
        try data.testTimeAugmentationScore(network, preprocessing, request.recipe)
    }

    private func score(_ fit: FitReport) -> VisionScore? { fit.imageMetrics(request.recipe).map { VisionScore($0) } }

    /// The report of a complete training.
    func report(_ fit: FitReport, tta: VisionScore?, seconds: Double) -> TrainVisionReport {
        let trainingSeconds = fit.epochs.reduce(0) { $0 + $1.trainingSeconds }
        let (valid, baseline) = (score(fit), data.baseline)
        return TrainVisionReport(
            architecture: request.architecture.rawValue, data: request.dataset, classes: data.classes.count,
            parameters: network.parameters.reduce(0) { $0 + $1.shape.count }, trainPictures: data.training.count,
            validPictures: data.validation?.count ?? 0, valid: valid, baseline: baseline,
            warnings: [valid.flatMap { baseline?.warning($0) }].compactMap { $0 }, validTta: tta,
            keptEpoch: request.recipe.averagedEpochs > 0 ? nil : fit.keptOrLast,
            bestEpoch: request.recipe.bestEpoch(in: fit.epochs), plannedEpochs: request.recipe.epochs,
            isAveraged: request.recipe.averagedEpochs > 0, trainSeconds: seconds,
            picturesPerSecond: Double(fit.epochs.reduce(0) { $0 + $1.exampleCount }) / max(trainingSeconds, 1e-9),
            epochs: fit.epochs.map { EpochOutput(images: $0) }, saved: request.saveAs)
    }

    /// Saves the model; one whose training is not complete with all that is needed to resume it.
    func save(
        _ fit: FitReport, tta: VisionScore?, as name: String, in workspace: Workspace, _ status: RunStatus,
        _ started: Date
    ) throws -> SaveOutcome {
        var configuration = VisionFileConfiguration(
            architecture: request.architecture, preprocessing: preprocessing, isMultiLabel: data.training.isMultiLabel)
        configuration.recipe = request.recipe
        configuration.trainedOn = data.trainingImages
        let stored = StoredVision(network: network, classes: data.classes, configuration: configuration)
        let checkpoint =
            status == .finished ? nil : VisionCheckpoint(fit.checkpoint, dataFingerprint: data.fingerprint)
        var provenance = ModelProvenance(
            request.command, seed: request.recipe.seed, started: started, epochs: fit.epochs, status: status)
        provenance.dataset = request.dataset
        provenance.datasetFingerprint = data.fingerprint
        provenance.metrics = try VisionCatalogueMetrics(score(fit), tta).json()
        return try workspace.save(
            try stored.contents(checkpoint?.weights ?? network.state()), as: name, at: checkpoint,
            storesFloat16: request.storesFloat16, provenance: provenance)
    }
}

extension Workspace {
    /// The model whose training was stopped, and where.
    ///
    /// - Throws: `WorkflowError.unsuitable` for one whose training has ended, or of another kind
    func stoppedVision(named name: String) throws -> (StoredVision, VisionCheckpoint) {
        let (stored, state, file) = try stopped(
            named: name, as: StoredVision.self, state: ResumeState<VisionFinetuning>.self,
            advice: " ('zoo finetune vision' trains it on other data)")
        return (stored, try VisionCheckpoint(file, state, weights: stored.network.state()))
    }
}
