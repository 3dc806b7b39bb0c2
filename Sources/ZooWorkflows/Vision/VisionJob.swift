import Foundation
import ZooData
import ZooKernels
import ZooLearn
import ZooVision
import ZooWeights

/// The training of one network for pictures: its data, its network, and where it begins.
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
        if let finetuning = checkpoint.position.finetuning {
            throw refusal(
                "was being fine-tuned on other images: 'zoo finetune vision \(finetuning.parent) … --resume' continues it")
        }
        let configuration = stored.configuration
        guard configuration.architecture == request.architecture else {
            throw refusal(
                "is not of '\(request.architecture.rawValue)': give --arch \(configuration.architecture.rawValue)")
        }
        let size = request.recipe.sizes.last ?? request.size ?? configuration.preprocessing.size
        try checkpoint.check(
            configuration, named: name, request.recipe, data, isSame: size == configuration.preprocessing.size)
        return (stored, checkpoint.checkpoint)
    }

    /// Trains to the end, or until something stops it.
    ///
    /// - Parameter observers: hear of it besides those who show the progress
    func fit(
        observers: [any Observer], onProgress: @escaping (VisionProgress) -> Void, shouldStop: @escaping () -> Bool
    ) throws -> VisionFit {
        let trainer = try VisionTrainer(network, recipe: request.recipe, preprocessing: preprocessing)
        let reporter = VisionReporter(
            epochs: request.recipe.epochs, imagesPerEpoch: data.training.count, onProgress: onProgress)
        return try trainer.fit(
            data.training, validation: data.validation, from: start, observers: [reporter] + observers,
            shouldStop: shouldStop)
    }

    /// What a checkpoint has come to.
    func fit(at checkpoint: Checkpoint) -> VisionFit { VisionFit(checkpoint, recipe: request.recipe) }

    /// - Parameter looksTwice: whether the validation pictures are looked at several times
    func report(_ fit: VisionFit, seconds: Double, looksTwice: Bool) throws -> TrainVisionReport {
        let epochs = fit.epochs.map { VisionEpochReport($0) }
        // An epoch of which nothing was left to train after a checkpoint has no rate.
        let rates = epochs.map(\.picturesPerSecond).filter { $0 > 0 }
        let meanSeconds = rates.reduce(0) { $0 + 1 / $1 } / Double(max(rates.count, 1))
        let (valid, baseline) = (fit.valid.map { VisionScore($0) }, data.baseline)
        return TrainVisionReport(
            architecture: request.architecture.rawValue, data: request.dataset, classes: data.classes.count,
            parameters: network.parameters.reduce(0) { $0 + $1.shape.count }, trainPictures: data.training.count,
            validPictures: data.validation?.count ?? 0, valid: valid, baseline: baseline,
            warnings: [valid.flatMap { baseline?.warning($0) }].compactMap { $0 },
            validTta: looksTwice
                ? try data.scoreOfSeveralLooks(network, preprocessing, request.recipe) : nil,
            keptEpoch: fit.keptEpoch, isAveraged: request.recipe.averagedEpochs > 0 && fit.stopReason == nil,
            trainSeconds: seconds, picturesPerSecond: meanSeconds > 0 ? 1 / meanSeconds : 0, epochs: epochs,
            saved: request.saveAs)
    }

    /// Saves the model; one whose training has not ended with all that is needed to go on.
    func save(
        _ report: TrainVisionReport, _ fit: VisionFit, as name: String, in workspace: Workspace, status: RunStatus,
        started: Date
    ) throws -> SaveOutcome {
        var configuration = VisionConfiguration(
            architecture: request.architecture, preprocessing: preprocessing, isMultiLabel: data.training.isMultiLabel)
        configuration.recipe = request.recipe
        configuration.trainedOn = data.trainingPictures
        let stored = StoredVision(network: network, classes: data.classes, configuration: configuration)
        let checkpoint =
            status == .finished ? nil : VisionCheckpoint(fit.checkpoint, dataFingerprint: data.fingerprint)
        var provenance = ModelProvenance(started: started)
        provenance.dataset = request.dataset
        provenance.datasetFingerprint = data.fingerprint
        provenance.command = request.command
        provenance.seed = request.recipe.seed
        provenance.metrics = try VisionCatalogueMetrics(report.valid, report.validTta).json()
        provenance.epochs = report.epochs.map(TrainingRun.Epoch.init)
        provenance.status = status
        var file = try stored.file(created: Date().formatted(.iso8601), at: checkpoint)
        if request.halvesWeights, status == .finished { file = try file.halved() }
        return try workspace.save(
            file, as: name,
            embeddings: stored.embeddingRows(checkpoint?.weights ?? network.state()), provenance: provenance)
    }
}

extension Workspace {
    /// The model whose training was stopped, and where.
    ///
    /// - Throws: `WorkflowError.unsuitable` for one whose training has ended, or of another kind
    func stoppedVision(named name: String) throws -> (StoredVision, VisionCheckpoint) {
        let (file, entry) = try resumableFile(named: name)
        try ModelKind.vision.check(entry)
        let stored = try StoredVision(file)
        guard let checkpoint = try VisionCheckpoint(file, stored.configuration.checkpoint) else {
            throw WorkflowError.unsuitable(
                model: name,
                reason: "has been trained to the end, or in steps that begin anew: there is nothing to resume "
                    + "('zoo finetune vision' trains it on other data)")
        }
        return (stored, checkpoint)
    }
}
