import ZooData
import ZooLearn
import ZooText
import ZooWeights

/// Where the training of a text classifier was stopped, as its file keeps it.
struct ClassifierCheckpoint {
    /// See `Position`.
    let position: Position
    /// Weights, optimiser and generator.
    let checkpoint: Checkpoint

    /// What is kept as JSON.
    struct Position: Codable {
        /// Epoch, step and generator within the stage.
        var progress: TrainingProgress
        /// The stage that is under way, from 0.
        var stage: Int
        /// Every pass that is finished.
        var epochs: [TextClassifierEpoch]
        /// The language model that it began with.
        var encoder: String
        /// The part of each label's texts that is kept for validation.
        var validShare: Double
        /// Of the texts and their labels: going on with others would be no going on.
        var dataFingerprint: String
    }

    init(position: Position, checkpoint: Checkpoint) {
        self.position = position
        self.checkpoint = checkpoint
    }

    init(_ stopped: TextClassifierCheckpoint, of request: TrainTextClassifierRequest, _ labelled: LabelledTexts) {
        checkpoint = stopped.checkpoint
        position = Position(
            progress: stopped.checkpoint.progress, stage: stopped.stage, epochs: stopped.epochs,
            encoder: request.encoder, validShare: request.validShare, dataFingerprint: labelled.fingerprint)
    }

    /// Checks that it is one of the training that is asked for.
    ///
    /// - Throws: `WorkflowError.unsuitable` for one of other settings, or of other texts
    func check(_ request: TrainTextClassifierRequest, _ options: TextClassifierOptions, _ labelled: LabelledTexts)
        throws
    {
        func refusal(_ reason: String) -> WorkflowError {
            .unsuitable(model: request.saveAs ?? "", reason: reason)
        }
        guard position.encoder == request.encoder else { throw refusal("was built on '\(position.encoder)'") }
        var same = options
        same.keepsLast = request.options.keepsLast
        if request.changesRate { same.unfreezing.learningRate = request.options.unfreezing.learningRate }
        guard same == request.options, position.validShare == request.validShare else {
            throw refusal("was begun with other settings: give the same ones; --lr may change")
        }
        guard position.dataFingerprint == labelled.fingerprint else {
            throw refusal("was trained on other texts or labels than there are now: it cannot go on with them")
        }
    }

    /// What the trainer goes on from.
    var resumed: TextClassifierCheckpoint {
        TextClassifierCheckpoint(stage: position.stage, epochs: position.epochs, checkpoint: checkpoint)
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
