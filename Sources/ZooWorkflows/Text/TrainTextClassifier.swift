import Foundation
import ZooData
import ZooKernels
import ZooText

/// What to teach a language model to sort, and under which name to keep it.
public struct TrainTextClassifierRequest: Sendable {
    /// The labelled texts.
    public var source: LabelledTextSource
    /// The language model to build on.
    public var encoder: String
    /// How to train.
    public var options = TextClassifierOptions()
    /// The part of each label's texts that is kept for validation, 0 ..< 1.
    public var validShare = 0.2
    /// Name to save the classifier under, or nil to keep nothing.
    public var saveAs: String?
    /// Whether an older model of that name may be replaced.
    public var isReplacing = false
    /// Whether to go on from the checkpoint that `saveAs` names.
    public var resumes = false
    /// Whether a training that is gone on with may have another learning rate than it was begun with.
    public var changesRate = false
    /// How often the training is kept on its way; nil for never.
    public var checkpointInterval: Duration? = .seconds(300)
    /// The command line, kept with the model.
    public var command: String

    /// Asks for a classifier on top of a language model.
    public init(source: LabelledTextSource, encoder: String, command: String) {
        self.source = source
        self.encoder = encoder
        self.command = command
    }
}

/// What came of the training of a text classifier.
public struct TrainTextClassifierReport: Sendable, Encodable {
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
    /// How well the validation texts are sorted; nil without any.
    @StableKey public var valid: ClassReport?
    /// The pass whose weights were kept because its validation loss was the least; nil for the last.
    @StableKey public var keptEpoch: Int?
    /// What the most frequent label of the training texts measures on the validation texts; nil without any.
    @StableKey public var baseline: Baseline<ClassScore>?
    /// What to know before the result is believed.
    public let warnings: [String]
    /// Every pass over the training texts.
    public let epochs: [Epoch]
    /// Wall time of the training.
    public let trainSeconds: Double
    /// The name it was saved under.
    @StableKey public var saved: String?
    /// The finished model of that name that it replaced.
    @StableKey public var replaced: ReplacedModel? = nil

    /// One pass.
    public struct Epoch: Sendable, Encodable {
        /// 1, 2, ...
        public let epoch: Int
        /// How many layers, from the top, were trained.
        public let trainedLayers: Int
        /// Nats a training text.
        public let trainLoss: Double
        /// Nats a validation text; nil without any.
        @StableKey public var validLoss: Double?
        /// The part of validation texts that are sorted right; nil without any.
        @StableKey public var validAccuracy: Double?
        /// Wall time.
        public let seconds: Double

        init(_ epoch: TextClassifierEpoch) {
            (self.epoch, trainedLayers, trainLoss) = (epoch.epoch, epoch.trainedLayers, epoch.trainLoss)
            _validLoss = StableKey(wrappedValue: epoch.validLoss)
            _validAccuracy = StableKey(wrappedValue: epoch.validAccuracy)
            seconds = epoch.seconds
        }
    }
}

/// How far the training of a text classifier has come.
public enum ClassifierProgress: Sendable {
    /// Something to know.
    case note(String)
    /// A step was taken: texts learned from, of how many in all passes, the number of the pass from 1, the loss.
    case step(done: Int, of: Int, epoch: Int, epochs: Int, loss: Double)
    /// A pass over the texts ended.
    case epoch(TrainTextClassifierReport.Epoch, of: Int)
    /// A checkpoint was saved, which the training could go on from if it were killed.
    case kept(as: String)
    /// The same beside the finished classifier of that name, which still answers.
    case keptBeside(of: String)
}

extension Workspace {
    /// Teaches a stored language model to sort texts: new layers on top, thawed from the top.
    ///
    /// - Parameter shouldStop: asked after every step; when true, a checkpoint is saved
    /// - Throws: `DataError`, `WorkflowError` for texts that will not do, and for a checkpoint of another training;
    ///   `TrainingStopped` when it was stopped or its loss became no number
    public func trainTextClassifier(
        _ request: TrainTextClassifierRequest, onProgress: @escaping (ClassifierProgress) -> Void = { _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> TrainTextClassifierReport {
        try checkSave(as: request.saveAs, isReplacing: request.isReplacing, resumes: request.resumes)
        let labelled = try LabelledTexts(request.source, in: data)
        let labels = try labelled.classes()
        var stored = try request.resumes ? stoppedClassifier(request, labelled) : newClassifier(request, labels: labels)
        let (rows, validRows) = labelled.split(validShare: request.validShare, seed: request.options.seed)
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
        let (training, validation) = (tokens(rows), validRows.isEmpty ? nil : tokens(validRows))
        let started = Date()
        var (keptSteps, isBeside): (Int?, Bool) = (nil, false)
        let baseline = validation.map { classifier.baseline(on: $0) }
        func report(_ epochs: [TextClassifierEpoch], valid: ClassReport?, kept: Int? = nil) -> TrainTextClassifierReport
        {
            TrainTextClassifierReport(
                encoder: request.encoder, data: request.source.name, labels: labels, trainTexts: rows.count,
                validTexts: validRows.count, valid: valid, keptEpoch: kept, baseline: baseline,
                warnings: [valid.flatMap { baseline?.warning($0) }].compactMap { $0 }, epochs: epochs.map { .init($0) },
                trainSeconds: Date().timeIntervalSince(started), saved: request.saveAs)
        }
        func save(_ stopped: TextClassifierCheckpoint, as name: String, _ status: RunStatus) throws -> SaveOutcome {
            let checkpoint = ClassifierCheckpoint(stopped, of: request, labelled)
            return try self.save(
                classifier, report(stopped.epochs, valid: nil), labelled, request, as: name, at: checkpoint, status,
                started: started)
        }
        let fit = try classifier.classifier.fit(
            training, validation: validation, options: request.options, from: classifier.checkpoint?.resumed,
            checkpointEvery: request.saveAs == nil ? nil : request.checkpointInterval,
            onCheckpoint: { stopped in
                guard let name = request.saveAs else { return }
                do {
                    isBeside = try save(stopped, as: name, .running).isBeside
                    keptSteps = stopped.checkpoint.progress.step
                    onProgress(isBeside ? .keptBeside(of: name) : .kept(as: name))
                } catch {
                    onProgress(.note("the training goes on, but a checkpoint was not saved: \(error)"))
                }
            },
            onEpoch: { epoch in
                onProgress(.epoch(.init(epoch), of: epoch.epochs))
                return true
            },
            onStep: { step in
                let done = Double(rows.count) * (Double(step.epoch - 1) + step.part)
                onProgress(
                    .step(
                        done: Int(done), of: rows.count * step.epochs, epoch: step.epoch, epochs: step.epochs,
                        loss: step.loss))
            }, shouldStop: shouldStop)
        guard let reason = fit.stopReason else {
            var report = report(fit.epochs, valid: validation.map { classifier.report(on: $0) }, kept: fit.keptEpoch)
            if let name = request.saveAs {
                report.replaced = try self.save(
                    classifier, report, labelled, request, as: name, at: nil, .finished, started: started
                ).replaced
            }
            return report
        }
        guard let name = request.saveAs else {
            throw TrainingStopped(description: "\(reason); nothing was kept, since no name was given (--save)")
        }
        guard let stopped = fit.checkpoint else {
            let kept =
                keptSteps.map {
                    isBeside
                        ? "the finished '\(name)' is unchanged, beside it is a checkpoint of step \($0): --resume goes on"
                        : "'\(name)' is as it was after step \($0): --resume goes on"
                }
                ?? (request.resumes ? "'\(name)' stays as it was" : "nothing was saved")
            throw TrainingStopped(description: "\(reason); \(kept)")
        }
        let outcome = try save(stopped, as: name, .stopped)
        throw TrainingStopped(
            description: "\(reason); \(outcome.text(name, "in pass \(stopped.epochs.count + 1)")): "
                + "the same command with --resume goes on")
    }

    /// The classifier whose training was stopped.
    private func stoppedClassifier(_ request: TrainTextClassifierRequest, _ labelled: LabelledTexts) throws
        -> StoredTextClassifier
    {
        let name = request.saveAs ?? ""
        let (file, entry) = try resumableFile(named: name)
        try ModelKind.textClassifier.check(entry)
        var stored = try StoredTextClassifier(file)
        guard let checkpoint = stored.checkpoint else { throw WorkflowError.nothingToResume(name) }
        try checkpoint.check(request, stored.options, labelled)
        stored.options = request.options
        return stored
    }

    /// The classifier before its training.
    private func newClassifier(_ request: TrainTextClassifierRequest, labels: [String]) throws -> StoredTextClassifier {
        let language = try languageModel(named: request.encoder)
        let options = request.options
        let encoder = language.model.withDropout(multipliedBy: options.dropoutMultiplier)
        var generator = RandomGenerator(seed: options.seed)
        let classifier = TextClassifier(
            encoder, classCount: labels.count, dropout: options.headDropout, using: &generator)
        return StoredTextClassifier(
            classifier: classifier, tokenizer: language.tokenizer, labels: labels, options: options,
            counts: language.counts)
    }

    private func save(
        _ stored: StoredTextClassifier, _ report: TrainTextClassifierReport, _ labelled: LabelledTexts,
        _ request: TrainTextClassifierRequest, as name: String, at checkpoint: ClassifierCheckpoint?,
        _ status: RunStatus, started: Date
    ) throws -> SaveOutcome {
        var provenance = ModelProvenance(started: started)
        provenance.dataset = labelled.dataset?.name
        provenance.datasetFingerprint = labelled.dataset?.fingerprint
        provenance.parent = request.encoder
        provenance.command = request.command
        provenance.seed = request.options.seed
        provenance.metrics = try JSONText.encode(
            ["valid_accuracy": report.valid?.accuracy, "valid_macro_f1": report.valid?.macroF1])
        provenance.status = status
        provenance.epochs = report.epochs.map {
            TrainingRun.Epoch(
                epoch: $0.epoch, trainLoss: $0.trainLoss, validationLoss: $0.validLoss, seconds: $0.seconds)
        }
        return try save(
            try stored.file(created: Date().formatted(.iso8601), checkpoint: checkpoint), as: name,
            embeddings: stored.embeddingRows(checkpoint?.checkpoint.weights), provenance: provenance)
    }
}

extension LabelledTextSource {
    /// How it is written in reports.
    var name: String {
        switch self {
        case .dataset(let name): name
        case .sql(let sql): sql
        }
    }
}

extension StoredTextClassifier {
    /// How well labelled texts are sorted.
    func report(on texts: LabelledTokens) -> ClassReport {
        let said = classifier.probabilities(texts.texts, options: options).map { row in
            row.indices.max { row[$0] < row[$1] } ?? 0
        }
        return ClassReport(said: said, isTrue: texts.classes.map { Int($0) }, labels: labels)
    }
}

extension StoredTextClassifier {
    /// What the most frequent label of the training texts, else of these, measures on texts.
    func baseline(on texts: LabelledTokens) -> Baseline<ClassScore> {
        let counts =
            trainedOn?.labelCounts ?? labels.indices.map { label in texts.classes.count { Int($0) == label } }
        let label = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
        let said = [Int](repeating: label, count: texts.classes.count)
        let report = ClassReport(said: said, isTrue: texts.classes.map { Int($0) }, labels: labels)
        return Baseline("most frequent label, \(labels[label])", ClassScore(report))
    }
}

/// How well texts are sorted, in all.
public struct ClassScore: Sendable, Encodable {
    /// The part that is sorted right.
    public let accuracy: Double
    /// The mean of the labels' F1.
    public let macroF1: Double

    init(_ report: ClassReport) { (accuracy, macroF1) = (report.accuracy, report.macroF1) }
}

extension Baseline where Metrics == ClassScore {
    /// Said of a classifier that is not better; nil of one that is.
    func warning(_ report: ClassReport) -> String? {
        guard report.accuracy <= metrics.accuracy else { return nil }
        let (own, other) = (String(format: "%.4f", report.accuracy), String(format: "%.4f", metrics.accuracy))
        return "the classifier (accuracy \(own)) is not better than the \(name) (\(other)): "
            + "train it on more texts, for more --epochs or at another learning rate (--lr)"
    }
}
