import Foundation
import ZooData
import ZooKernels
import ZooLearn
import ZooRecords
import ZooText

/// Which texts to train a classifier on, and under which name to save it.
public struct TrainTextClassifierRequest: TrainingRequest, Sendable {
    /// The labelled texts: a data set that was imported with labels, or a table with the columns `text` and `label`; or a
    /// SELECT whose columns are the text and its label.
    public var source: TabularData
    /// The language model to build on.
    public var encoder: String
    /// How to train.
    public var options = TextClassifierTrainingOptions()
    /// The part of each label's texts that is kept for validation, 0 ..< 1.
    public var validShare = 0.2
    /// Name to save the classifier under, or nil to keep nothing.
    public var saveAs: String?
    /// Whether an older model of that name may be replaced.
    public var isReplacing = false
    /// Whether to resume from the checkpoint that `saveAs` names.
    public var resumes = false
    /// How often the training is kept on its way; nil for never.
    package var checkpointInterval: Duration? = .seconds(300)
    /// The command line, kept with the model.
    public var command: String

    /// Asks for a classifier on top of a language model.
    public init(source: TabularData, encoder: String, command: String) {
        self.source = source
        self.encoder = encoder
        self.command = command
    }

    package var savedName: String? { saveAs }
}

/// The result of training a text classifier.
public struct TrainTextClassifierReport: TrainingReport, Sendable, Encodable {
    /// The language model that it was built on.
    public let encoder: String
    /// Name of the data set, or the query.
    public let data: String
    /// The labels.
    public let labels: [String]
    /// Texts that trained and that validated.
    public let trainTexts: Int
    /// See `trainTexts`.
    public let validTexts: Int
    /// How well the validation texts are classified; nil without any.
    @StableKey public var valid: ClassReport?
    /// The epoch whose weights the model has, from 1; nil without any.
    @StableKey public var keptEpoch: Int?
    /// The epoch with the least validation loss, from 1; nil without validation.
    @StableKey public var bestEpoch: Int?
    /// How many epochs were planned; training stops early where the best one is long past.
    public let plannedEpochs: Int
    /// What the most frequent label of the training texts measures on the validation texts; nil without any.
    @StableKey package var baseline: Baseline<ClassScore>?
    /// What to know before the result is believed.
    public let warnings: [String]
    /// Every epoch.
    public let epochs: [EpochOutput]
    /// Wall time of the training.
    public let trainSeconds: Double
    /// The name it was saved under.
    @StableKey public var saved: String?
    /// The finished model of that name that it replaced.
    @StableKey package var replaced: ReplacedModel? = nil
}

extension Workspace {
    /// Trains a classifier on top of a stored language model: new layers, then the old ones unfrozen from the top.
    ///
    /// - Parameter shouldStop: asked before every step; when true, a checkpoint is saved
    /// - Throws: `DataError`, `WorkflowError` for texts that will not do, and for a checkpoint of another training;
    ///   `TrainingStopped` when it was stopped or its loss became NaN
    public func trainTextClassifier(
        _ request: TrainTextClassifierRequest, onProgress: @escaping (JobProgress) -> Void = { _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> TrainTextClassifierReport {
        try checkSave(request)
        let training = try TextClassifierJob(request, in: self)
        return try train(training, request, onProgress: onProgress, shouldStop: shouldStop)
    }
}

/// The training of one text classifier: its texts, its layers, and where it begins.
struct TextClassifierJob: RequestedTraining {
    private let request: TrainTextClassifierRequest
    private let labelled: LabelledTexts
    private let stored: StoredTextClassifier
    private let start: Checkpoint?
    private let training: LabelledTokens
    private let validation: LabelledTokens?
    private let baseline: Baseline<ClassScore>?
    private let stages: [GradualUnfreezing.Stage]

    init(_ request: TrainTextClassifierRequest, in workspace: Workspace) throws {
        self.request = request
        let labelled = try LabelledTexts(request.source, in: workspace.data)
        let labels = try labelled.classes()
        var stored: StoredTextClassifier
        if request.resumes {
            let (stopped, checkpoint) = try workspace.stoppedClassifier(named: request.saveAs ?? "")
            try checkpoint.check(request, stopped.options, labelled)
            (stored, start) = (stopped, checkpoint.checkpoint)
            stored.options = request.options
        } else {
            let parent = try workspace.model(named: request.encoder, as: StoredLanguageModel.self).model
            (stored, start) = (StoredTextClassifier(on: parent, labels: labels, options: request.options), nil)
        }
        let (rows, validRows) = labelled.parts(.random(share: request.validShare), seed: request.options.seed)
        guard rows.count > 1 else {
            throw WorkflowError.invalid(
                what: "the labelled texts", reason: "\(rows.count) to train on; 2 at least are needed")
        }
        stored.trainedOn = StoredTextClassifier.TrainingTexts(
            fingerprint: labelled.fingerprint, validShare: request.validShare,
            labelCounts: labels.map { label in rows.count { labelled.labels[$0] == label } })
        let classifier = stored
        let numbers = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, Int32($0)) })
        func tokens(_ rows: [Int]) -> LabelledTokens {
            LabelledTokens(
                texts: classifier.tokens(rows.map { labelled.texts[$0] }).tokens,
                classes: rows.map { numbers[labelled.labels[$0]] ?? 0 })
        }
        (training, validation) = (tokens(rows), validRows.isEmpty ? nil : tokens(validRows))
        (self.labelled, self.stored) = (labelled, classifier)
        baseline = validation.map { classifier.baseline(on: $0) }
        stages = request.options.unfreezing.stages(layerCount: classifier.classifier.parameterLayers.count)
    }

    var examplesPerEpoch: Int { training.texts.count }

    var epochs: Int { stages.reduce(0) { $0 + $1.epochs } }

    func fit(observers: [any Observer], shouldStop: @escaping () -> Bool) throws -> FitReport {
        try stored.classifier.fit(
            training, validation: validation, options: request.options, from: start, observers: observers,
            shouldStop: shouldStop)
    }

    func report(_ fit: FitReport, seconds: Double) -> TrainTextClassifierReport {
        let valid = validation.map { stored.report(on: $0) }
        return TrainTextClassifierReport(
            encoder: request.encoder, data: request.source.text, labels: stored.labels,
            trainTexts: training.texts.count, validTexts: validation?.texts.count ?? 0, valid: valid,
            keptEpoch: fit.keptOrLast, bestEpoch: fit.leastLossEpoch, plannedEpochs: epochs, baseline: baseline,
            warnings: [valid.flatMap { baseline?.warning($0) }].compactMap { $0 },
            epochs: fit.epochs.map { EpochOutput(classifier: $0, trainedLayers: stages[$0.stage].trainedLayers) },
            trainSeconds: seconds, saved: request.saveAs)
    }

    func save(
        _ fit: FitReport, _ report: TrainTextClassifierReport?, as name: String, _ status: RunStatus, _ started: Date,
        in workspace: Workspace
    ) throws -> SaveOutcome {
        var provenance = ModelProvenance(
            request.command, seed: request.options.seed, started: started, epochs: fit.epochs, status: status,
            data: (labelled.dataset?.name, labelled.dataset?.fingerprint), parent: request.encoder)
        provenance.metrics = try JSONText.encode(
            ["valid_accuracy": report?.valid?.accuracy, "valid_macro_f1": report?.valid?.macroF1])
        let checkpoint =
            status == .finished
            ? nil
            : ClassifierCheckpoint(
                fit.checkpoint, dataFingerprint: labelled.fingerprint,
                settings: ClassifierFinetuning(encoder: request.encoder, validShare: request.validShare))
        let contents = try checkpoint.map { try stored.contents($0.checkpoint.weights) } ?? stored.contents()
        return try workspace.save(contents, as: name, at: checkpoint, provenance: provenance)
    }
}

extension StoredTextClassifier {
    /// A classifier on top of a language model, before its training.
    init(on language: StoredLanguageModel, labels: [String], options: TextClassifierTrainingOptions) {
        var generator = RandomGenerator(seed: options.seed)
        self.init(
            classifier: TextClassifier(
                language.model.withDropout(multipliedBy: options.dropoutMultiplier), classCount: labels.count,
                dropout: options.headDropout, using: &generator),
            tokenizer: language.tokenizer, labels: labels, options: options, counts: language.counts)
    }
}

extension EpochOutput {
    /// An epoch of a text classifier.
    init(classifier report: EpochReport, trainedLayers: Int) {
        self.init(
            report,
            [
                "trained_layers": .integer(Int64(trainedLayers)), "train_loss": .number(report.trainingLoss),
                "valid_loss": JSONValue(report.validationLoss),
                "valid_accuracy": JSONValue(report.metric("accuracy")),
            ])
    }
}

extension TabularData {
    /// As reports on texts name it.
    var text: String { sql ?? name }
}
