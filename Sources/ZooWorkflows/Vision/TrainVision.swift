import Foundation
import ZooData
import ZooKernels
import ZooLearn
import ZooVision

/// Which network to train from scratch, on what, and under which name to keep it.
public struct TrainVisionRequest: TrainingRequest, Sendable {
    /// Name of the data set.
    public var dataset: String
    /// The network.
    public var architecture: ImageArchitecture
    /// How to train.
    public var recipe: VisionTrainingOptions
    /// The side of the images; nil for what the architecture is made for.
    public var size: Int?
    /// Whether the validation images are measured with several views of each in the end, too.
    public var usesTestTimeAugmentation = false
    /// Name to save the model under, or nil to keep nothing.
    public var saveAs: String?
    /// Whether an older model of that name may be replaced.
    public var isReplacing = false
    /// Whether to resume from the checkpoint that `saveAs` names; a size that is not given is then the one it has.
    public var resumes = false
    /// How often a checkpoint is saved; nil for never.
    package var checkpointInterval: Duration? = .seconds(300)
    /// Whether the weights of the trained model are kept with 16 bits, at half the size; nil for no, or as the training that is
    /// resumed was started. Checkpoints keep all bits.
    package var storesFloat16: Bool?
    /// The command line, kept with the model.
    public var command: String

    /// Asks for a model of a data set.
    public init(dataset: String, architecture: ImageArchitecture, recipe: VisionTrainingOptions, command: String) {
        (self.dataset, self.architecture, self.recipe) = (dataset, architecture, recipe)
        self.command = command
    }

    package var savedName: String? { saveAs }

    /// How images become what the network reads, in the end.
    var preprocessing: Preprocessing {
        architecture.usualPreprocessing(size: recipe.sizes.last ?? size ?? architecture.imageSize)
    }
}

/// The result of the training of a network for images.
public struct TrainVisionReport: TrainingReport, Sendable, Encodable {
    /// The network.
    public let architecture: String
    /// Name of the data set.
    public let data: String
    /// How many classes there are.
    public let classes: Int
    /// How many numbers were learned.
    public let parameters: Int
    /// Images that trained and that validated.
    public let trainPictures: Int
    /// See `trainPictures`.
    public let validPictures: Int
    /// How well the validation images are classified; nil without any.
    @StableKey public var valid: VisionScore?
    /// What the frequencies of the classes measure on the same images; nil without any.
    @StableKey package var baseline: Baseline<VisionScore>?
    /// What to know before the result is believed.
    public let warnings: [String]
    /// The same with several views of each image; nil where that was not asked for.
    @StableKey public var validTta: VisionScore?
    /// The epoch whose weights the model has, from 1; nil for a mean over several.
    @StableKey public var keptEpoch: Int?
    /// The epoch with the best validation images, from 1; nil without any.
    @StableKey public var bestEpoch: Int?
    /// How many epochs were planned; training stops early where the best one is long past.
    public let plannedEpochs: Int
    /// Whether the weights are the mean of several epochs' weights.
    public let isAveraged: Bool
    /// Wall time of the training since it was begun or last resumed, validation included.
    public let trainSeconds: Double
    /// Images learned from in a second, without validation.
    public let picturesPerSecond: Double
    /// Every epoch.
    public let epochs: [EpochOutput]
    /// The name it was saved under.
    @StableKey public var saved: String?
    /// The finished model of that name that it replaced.
    @StableKey package var replaced: ReplacedModel? = nil
}

extension Workspace {
    /// Trains a network for images from scratch, with validation after every epoch, and saves it if a name is given.
    ///
    /// On the way, a checkpoint is saved every few minutes: beside a finished model of that name, else under it.
    /// - Parameter shouldStop: asked before every step; when true, a checkpoint is saved
    /// - Throws: `DataError`, `WorkflowError.invalid` for data that will not do; `VisionTrainingError` for settings;
    ///   `WorkflowError.unsuitable` for a checkpoint of another training; `TrainingStopped` when it was stopped, an image
    ///   could not be read or its loss was NaN; `WeightError` when it cannot be saved
    public func trainVision(
        _ request: TrainVisionRequest, onProgress: @escaping (JobProgress) -> Void = { _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> TrainVisionReport {
        try checkSave(request)
        let training = try VisionJob(request, in: self)
        return try train(training, request, onProgress: onProgress, shouldStop: shouldStop)
    }

    /// The settings of the training that was stopped and saved as `name`.
    ///
    /// - Throws: `WorkflowError.unsuitable` for a model whose training has ended, or of another kind
    package func visionRecipeOfStoppedTraining(named name: String) throws -> VisionTrainingOptions {
        let (stored, _) = try stoppedVision(named: name)
        return stored.configuration.recipe ?? VisionTrainingOptions()
    }
}

/// The training of one network for images: its data, its network, and where it begins or resumes.
struct VisionJob: RequestedTraining {
    private let request: TrainVisionRequest
    private let data: VisionData
    private let preprocessing: Preprocessing
    private let network: any ImageNetwork
    private let start: Checkpoint?
    private let ending: TrainingEnding

    /// Reads the data and makes the network, or takes it out of the checkpoint.
    init(_ request: TrainVisionRequest, in workspace: Workspace) throws {
        self.request = request
        try request.recipe.validate()
        data = try VisionData(request.dataset, in: workspace)
        var before: TrainingEnding?
        if request.resumes {
            let (stored, checkpoint) = try Self.resumed(request, data, in: workspace)
            (network, preprocessing) = (stored.network, stored.configuration.preprocessing)
            start = checkpoint.checkpoint
            before = checkpoint.state.ending
        } else {
            var generator = RandomGenerator(seed: request.recipe.seed)
            network = request.architecture.network(classes: data.classes.count, using: &generator)
            (preprocessing, start) = (request.preprocessing, nil)
        }
        ending = TrainingEnding(
            storesFloat16: request.storesFloat16 ?? before?.storesFloat16 ?? false,
            usesTestTimeAugmentation: request.usesTestTimeAugmentation || before?.usesTestTimeAugmentation == true)
    }

    /// - Throws: `WorkflowError.unsuitable` for a checkpoint of another training
    private static func resumed(_ request: TrainVisionRequest, _ data: VisionData, in workspace: Workspace) throws
        -> (StoredVision, VisionCheckpoint)
    {
        let name = request.saveAs ?? ""
        func refusal(_ reason: String) -> WorkflowError { .unsuitable(model: name, reason: reason) }
        let (stored, checkpoint) = try workspace.stoppedVision(named: name)
        if let finetuning = checkpoint.state.settings {
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
        return (stored, checkpoint)
    }

    var examplesPerEpoch: Int { data.training.count }

    var epochs: Int { request.recipe.epochs }

    func fit(observers: [any Observer], shouldStop: @escaping () -> Bool) throws -> FitReport {
        try VisionTrainer(network, recipe: request.recipe, preprocessing: preprocessing).fit(
            data.training, validation: data.validation, from: start, observers: observers, shouldStop: shouldStop)
    }

    private func score(_ fit: FitReport) -> VisionScore? { fit.imageMetrics(request.recipe).map { VisionScore($0) } }

    func report(_ fit: FitReport, seconds: Double) throws -> TrainVisionReport {
        let (valid, baseline) = (score(fit), data.baseline)
        let tta =
            try ending.usesTestTimeAugmentation
            ? data.testTimeAugmentationScore(network, preprocessing, request.recipe) : nil
        let trainingSeconds = fit.epochs.reduce(0) { $0 + $1.trainingSeconds }
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

    func save(
        _ fit: FitReport, _ report: TrainVisionReport?, as name: String, _ status: RunStatus, _ started: Date,
        in workspace: Workspace
    ) throws -> SaveOutcome {
        var configuration = VisionFileConfiguration(
            architecture: request.architecture, preprocessing: preprocessing, isMultiLabel: data.training.isMultiLabel)
        (configuration.recipe, configuration.trainedOn) = (request.recipe, data.trainingImages)
        let stored = StoredVision(network: network, classes: data.classes, configuration: configuration)
        let checkpoint =
            status == .finished
            ? nil : VisionCheckpoint(fit.checkpoint, dataFingerprint: data.fingerprint, ending: ending)
        var provenance = ModelProvenance(
            request.command, seed: request.recipe.seed, started: started, epochs: fit.epochs, status: status,
            data: (request.dataset, data.fingerprint))
        provenance.metrics = try VisionCatalogueMetrics(score(fit), report?.validTta).json()
        return try workspace.save(
            try stored.contents(checkpoint?.weights ?? network.state()), as: name, at: checkpoint,
            storesFloat16: ending.storesFloat16, provenance: provenance)
    }
}
