import ZooData
import ZooLearn
import ZooRecords
import ZooTabular
import ZooWeights

/// Where the training of a network over a table was stopped.
typealias TabularCheckpoint = StoredCheckpoint<TabularTrainingSettings>

/// Everything that decides a training on a table, besides its rows.
package struct TabularTrainingSettings: Codable, Sendable, Hashable {
    /// How columns become inputs.
    package var features: FeatureSettings
    /// Which rows validate.
    package var split: DataSplit
    /// How to train.
    package var configuration: TabularRecipe
    /// Which epoch's weights to keep.
    package var keeping: KeptEpoch
}

extension Workspace {
    /// The settings of the training that was stopped and saved as `name`.
    ///
    /// - Throws: `DataError.unknown`; `WorkflowError.unsuitable` for a model whose training is complete, or of another kind
    package func settingsOfStoppedTabular(named name: String) throws -> TabularTrainingSettings {
        guard let settings = try stoppedTabular(named: name).state.settings else {
            throw WorkflowError.nothingToResume(name)
        }
        return settings
    }

    func stoppedTabular(named name: String) throws -> TabularCheckpoint {
        let (stored, state, file) = try stopped(
            named: name, as: StoredTabular.self, state: ResumeState<TabularTrainingSettings>.self)
        return try TabularCheckpoint(file, state, weights: stored.model.members.tensors(stored.model.architecture))
    }
}

extension TrainTabularRequest {
    /// Everything that decides the training, besides its rows.
    func settings(_ split: DataSplit) -> TabularTrainingSettings {
        TabularTrainingSettings(features: features, split: split, configuration: configuration, keeping: keeping)
    }

    /// The checkpoint to resume from; nil for a new training.
    ///
    /// - Parameter count: training rows
    /// - Throws: `WorkflowError.unsuitable` for one of other settings, or of other rows
    func start(
        _ rows: StoredRows, _ split: DataSplit, count: Int, in workspace: Workspace
    ) throws -> Checkpoint? {
        guard resumes, let name = saveAs else { return nil }
        let checkpoint = try workspace.stoppedTabular(named: name)
        guard var before = checkpoint.state.settings else { throw WorkflowError.nothingToResume(name) }
        // What only decides the steps to come may change.
        var now = settings(split)
        now.configuration = configuration.completed(for: count)
        before.configuration = before.configuration.completed(for: count)
        before.configuration.epochs = now.configuration.epochs
        before.configuration.learningRate = now.configuration.learningRate
        before.configuration.patience = now.configuration.patience
        before.keeping = now.keeping
        if let error = WorkflowError.otherSettings(
            of: name, before: before, now: now, mayChange: "--epochs, --lr, --patience and --keep-last")
        {
            throw error
        }
        guard checkpoint.state.dataFingerprint == rows.source.fingerprint else {
            throw WorkflowError.unsuitable(
                model: name, reason: "was trained on other rows than there are now: it cannot be resumed with them")
        }
        return checkpoint.checkpoint
    }
}
