import Foundation
import ZooData
import ZooKernels
import ZooLearn
import ZooRecords
import ZooText

/// Which texts to train a classifier on, and under which name to save it.
public struct TrainTextClassifierRequest: Sendable {
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
}

/// The result of training a text classifier.
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
        try checkSave(as: request.saveAs, isReplacing: request.isReplacing, resumes: request.resumes)
        let labelled = try LabelledTexts(request.source, in: data)
        let labels = try labelled.classes()
        var (stored, start) =
            try request.resumes
            ? stoppedClassifier(request, labelled) : (newClassifier(request, labels: labels), nil)
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
        let (training, validation) = (tokens(rows), validRows.isEmpty ? nil : tokens(validRows))
        let started = Date()
        let baseline = validation.map { classifier.baseline(on: $0) }
        let stages = request.options.unfreezing.stages(layerCount: classifier.classifier.parameterLayers.count)
        func report(_ fit: FitReport, valid: ClassReport?) -> TrainTextClassifierReport {
            TrainTextClassifierReport(
                encoder: request.encoder, data: request.source.text, labels: labels, trainTexts: rows.count,
                validTexts: validRows.count, valid: valid, keptEpoch: fit.keptOrLast,
                bestEpoch: fit.leastLossEpoch, plannedEpochs: stages.reduce(0) { $0 + $1.epochs }, baseline: baseline,
                warnings: [valid.flatMap { baseline?.warning($0) }].compactMap { $0 },
                epochs: fit.epochs.map { EpochOutput(classifier: $0, trainedLayers: stages[$0.stage].trainedLayers) },
                trainSeconds: Date().timeIntervalSince(started), saved: request.saveAs)
        }
        func save(_ fit: FitReport, _ name: String, _ status: RunStatus) throws -> SaveOutcome {
            let checkpoint = ClassifierCheckpoint(
                fit.checkpoint, dataFingerprint: labelled.fingerprint,
                finetuning: ClassifierFinetuning(encoder: request.encoder, validShare: request.validShare))
            return try self.save(
                classifier, report(fit, valid: nil), fit, labelled, request, as: name, at: checkpoint, status,
                started: started)
        }
        let job = TrainingJob(
            name: request.saveAs, resumes: request.resumes, checkpointInterval: request.checkpointInterval,
            examplesPerEpoch: rows.count, epochs: stages.reduce(0) { $0 + $1.epochs }, onProgress: onProgress)
        let fit = try job.run(
            { observers in
                try classifier.classifier.fit(
                    training, validation: validation, options: request.options,
                    from: start?.checkpoint, observers: observers, shouldStop: shouldStop)
            }, save: save)
        var result = report(fit, valid: validation.map { classifier.report(on: $0) })
        if let name = request.saveAs {
            result.replaced = try self.save(
                classifier, result, fit, labelled, request, as: name, at: nil, .finished, started: started
            ).replaced
        }
        return result
    }

    /// The classifier whose training was stopped.
    private func stoppedClassifier(_ request: TrainTextClassifierRequest, _ labelled: LabelledTexts) throws
        -> (StoredTextClassifier, ClassifierCheckpoint?)
    {
        var (stored, checkpoint) = try stoppedClassifier(named: request.saveAs ?? "")
        try checkpoint.check(request, stored.options, labelled)
        stored.options = request.options
        return (stored, checkpoint)
    }

    /// The classifier before its training.
    private func newClassifier(_ request: TrainTextClassifierRequest, labels: [String]) throws -> StoredTextClassifier {
        let language = try model(named: request.encoder, as: StoredLanguageModel.self).model
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
        _ stored: StoredTextClassifier, _ report: TrainTextClassifierReport, _ fit: FitReport,
        _ labelled: LabelledTexts,
        _ request: TrainTextClassifierRequest, as name: String, at checkpoint: ClassifierCheckpoint?,
        _ status: RunStatus, started: Date
    ) throws -> SaveOutcome {
        var provenance = ModelProvenance(
            request.command, seed: request.options.seed, started: started, epochs: fit.epochs, status: status)
        provenance.dataset = labelled.dataset?.name
        provenance.datasetFingerprint = labelled.dataset?.fingerprint
        provenance.parent = request.encoder
        provenance.metrics = try JSONText.encode(
            ["valid_accuracy": report.valid?.accuracy, "valid_macro_f1": report.valid?.macroF1])
        let contents = try checkpoint.map { try stored.contents($0.checkpoint.weights) } ?? stored.contents()
        return try save(contents, as: name, at: checkpoint, provenance: provenance)
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

extension StoredTextClassifier {
    /// How well labelled texts are classified.
    func report(on texts: LabelledTokens) -> ClassReport {
        let rows = classifier.probabilities(texts.texts, options: options)
        let said = rows.map { row in row.indices.max { row[$0] < row[$1] } ?? 0 }
        let isTrue = texts.classes.map { Int($0) }
        // No probability is so small that a single text decides the mean.
        let loss = zip(rows, isTrue).reduce(0) { $0 - log(max(Double($1.0[$1.1]), 1e-7)) }
        return ClassReport(said: said, isTrue: isTrue, labels: labels, loss: loss / Double(max(isTrue.count, 1)))
    }
}

extension StoredTextClassifier {
    /// What the most frequent label of the training texts, else of these, measures on texts; its loss is that of the labels'
    /// frequencies, with add-one smoothing.
    func baseline(on texts: LabelledTokens) -> Baseline<ClassScore> {
        let counts =
            trainedOn?.labelCounts ?? labels.indices.map { label in texts.classes.count { Int($0) == label } }
        let label = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
        let said = [Int](repeating: label, count: texts.classes.count)
        let isTrue = texts.classes.map { Int($0) }
        let total = Double(counts.reduce(counts.count, +))
        let loss = isTrue.reduce(0) { $0 - log(Double(counts[$1] + 1) / total) } / Double(max(isTrue.count, 1))
        let report = ClassReport(said: said, isTrue: isTrue, labels: labels, loss: loss)
        return Baseline("most frequent label, \(labels[label])", ClassScore(report))
    }
}

/// How well texts are sorted, in all.
package struct ClassScore: Sendable, Encodable {
    /// The part that is sorted right.
    package let accuracy: Double
    /// The mean of the labels' F1.
    package let macroF1: Double
    /// The mean cross-entropy in nats; nil where only the answers are known.
    @StableKey package var loss: Double?

    package init(_ report: ClassReport) {
        (accuracy, macroF1) = (report.accuracy, report.macroF1)
        _loss = StableKey(wrappedValue: report.loss)
    }
}

extension Baseline where Metrics == ClassScore {
    /// Said of a classifier that is not better, or whose loss is far worse; nil of others.
    package func warning(_ report: ClassReport) -> String? {
        guard report.accuracy <= metrics.accuracy else {
            guard let own = report.loss, let other = metrics.loss else { return nil }
            return lossWarning("classifier", losses: (own, other))
        }
        let (own, other) = (String(format: "%.4f", report.accuracy), String(format: "%.4f", metrics.accuracy))
        return "the classifier (accuracy \(own)) is not better than the \(name) (\(other)): "
            + "train it on more texts, for more --epochs or at another learning rate (--lr)"
    }
}
