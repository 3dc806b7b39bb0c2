import ZooData
import ZooLearn
import ZooText
import ZooWeights

/// Where the training of a text classifier was stopped.
typealias ClassifierCheckpoint = StoredCheckpoint<ClassifierFinetuning>

/// Which training of a text classifier a checkpoint belongs to.
struct ClassifierFinetuning: Codable, Sendable {
    /// The language model that it began with.
    var encoder: String
    /// The fraction of each label's texts that is held out for validation.
    var validShare: Double
}

/// The state of a classifier's checkpoint, in the form of today or of earlier versions.
struct ClassifierResumeState: Decodable {
    let state: ResumeState<ClassifierFinetuning>

    init(from decoder: any Swift.Decoder) throws {
        if let earlier = try? Earlier(from: decoder) {
            state = earlier.state
        } else {
            state = try ResumeState(from: decoder)
        }
    }

    /// As earlier versions kept it: the epochs of all stages beside the progress of one.
    private struct Earlier: Decodable {
        var progress: TrainingProgress
        var stage: Int
        var epochs: [Epoch]
        var encoder: String
        var validShare: Double
        var dataFingerprint: String

        struct Epoch: Decodable {
            var trainedLayers: Int
            var trainLoss: Double
            var validLoss: Double?
            var validAccuracy: Double?
            var seconds: Double
        }

        var state: ResumeState<ClassifierFinetuning> {
            var reports: [EpochReport] = []
            let layers = Array(Set(epochs.map(\.trainedLayers))).sorted()
            for epoch in epochs {
                reports.append(
                    EpochReport(
                        epoch: reports.count + 1, stage: layers.firstIndex(of: epoch.trainedLayers) ?? 0,
                        trainingLoss: epoch.trainLoss, validationLoss: epoch.validLoss,
                        metrics: epoch.validAccuracy.map { [MetricValue(name: "accuracy", value: $0)] } ?? [],
                        seconds: epoch.seconds))
            }
            let before = Array(reports.dropLast(progress.history.count))
            let checkpoint = Checkpoint(weights: [], optimizer: [], progress: progress).after(before, stage: stage)
            return ResumeState(
                progress: checkpoint.progress, dataFingerprint: dataFingerprint,
                settings: ClassifierFinetuning(encoder: encoder, validShare: validShare))
        }
    }
}

extension ClassifierCheckpoint {
    /// Checks that it is one of the training that is asked for.
    ///
    /// - Throws: `WorkflowError.unsuitable` for one of other settings, or of other texts
    func check(
        _ request: TrainTextClassifierRequest, _ options: TextClassifierTrainingOptions, _ labelled: LabelledTexts
    )
        throws
    {
        func refusal(_ reason: String) -> WorkflowError {
            .unsuitable(model: request.saveAs ?? "", reason: reason)
        }
        guard let finetuning = state.settings, finetuning.encoder == request.encoder else {
            throw refusal("was built on '\(state.settings?.encoder ?? "another model")'")
        }
        var same = options
        (same.keepsLast, same.patience) = (request.options.keepsLast, request.options.patience)
        same.unfreezing.learningRate = request.options.unfreezing.learningRate
        same.unfreezing.epochs = request.options.unfreezing.epochs
        if let error = WorkflowError.otherSettings(
            of: request.saveAs ?? "", before: ClassifierSettings(options: same, validShare: finetuning.validShare),
            now: ClassifierSettings(options: request.options, validShare: request.validShare),
            mayChange: "--epochs, --lr, --patience and --keep-last")
        {
            throw error
        }
        guard state.dataFingerprint == labelled.fingerprint else {
            throw refusal("was trained on other texts or labels than there are now: it cannot be resumed with them")
        }
    }
}

/// Everything that decides the training of a text classifier, besides its texts and its language model.
package struct ClassifierSettings: Codable, Sendable {
    /// How it is trained.
    package var options: TextClassifierTrainingOptions
    /// The fraction of each label's texts that is held out for validation.
    package var validShare: Double
}

extension Workspace {
    /// The settings of the training that was stopped and saved as `name`.
    ///
    /// - Throws: `DataError.unknown`; `WorkflowError.unsuitable` for a model whose training is complete, or of another kind
    package func settingsOfStoppedClassifier(named name: String) throws -> ClassifierSettings {
        let (stored, checkpoint) = try stoppedClassifier(named: name)
        guard let finetuning = checkpoint.state.settings else { throw WorkflowError.nothingToResume(name) }
        return ClassifierSettings(options: stored.options, validShare: finetuning.validShare)
    }

    /// The classifier whose training was stopped, and where.
    ///
    /// - Throws: as `stopped`
    func stoppedClassifier(named name: String) throws -> (StoredTextClassifier, ClassifierCheckpoint) {
        let (stored, resume, file) = try stopped(
            named: name, as: StoredTextClassifier.self, state: ClassifierResumeState.self)
        return (stored, try ClassifierCheckpoint(file, resume.state, weights: stored.classifier.state()))
    }
}

extension LabelledTexts {
    /// Of all texts with their labels in their order.
    var fingerprint: String {
        var bytes: [UInt8] = []
        for part in zip(texts, labels).flatMap({ [$0, $1] }) {
            bytes += part.utf8
            bytes.append(0xFF)  // no byte of UTF-8
        }
        return WeightStore.sha256(bytes)
    }
}
