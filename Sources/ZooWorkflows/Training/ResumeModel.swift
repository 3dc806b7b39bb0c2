import ZooData
import ZooWeights

extension Workspace {
    /// The file that `--resume` continues: the checkpoint beside a finished model, else the model of that name, which is a
    /// checkpoint itself where none was finished yet.
    ///
    /// - Throws: `DataError.unknown` when there is neither; `WeightError` when the file is missing, damaged or malformed
    func resumableFile(named name: String) throws -> (file: ModelFile, entry: CatalogueModel) {
        if let entry = try data.checkpoint(named: name) { return (try weights.load(sha256: entry.sha256), entry) }
        do { return try modelFile(named: name) } catch DataError.unknown(_, let name, _) {
            let known = try data.models().filter { !$0.isFinished }.map(\.name) + data.checkpoints().map(\.name)
            throw DataError.unknown(kind: "training to resume under the name", name: name, known: known.sorted())
        }
    }

    /// The command that started the training which `--resume` continues; nil where none is known.
    package func commandOfStopped(named name: String) throws -> String? {
        try data.checkpoint(named: name)?.command
            ?? data.models().first { $0.name == name && !$0.isFinished }?.command
    }

    /// Makes the checkpoint of a training under a finished model's name a model of its own.
    ///
    /// - Returns: the model that was replaced, if there was one
    /// - Throws: `WorkflowError.unsuitable` for a model without; `TakenName` unless `isReplacing`; as `resumableFile`
    @discardableResult
    package func copyCheckpoint(named name: String, to copy: String, isReplacing: Bool = false) throws -> ReplacedModel?
    {
        try checkSave(as: copy, isReplacing: isReplacing)
        guard let entry = try data.checkpoint(named: name) else { throw noCheckpoint(named: name) }
        let rows = try weights.load(sha256: entry.sha256).embeddingRows()
        let discarded = try unfinishedTraining(named: copy)
        let replaced = try data.copyCheckpoint(entry, to: copy, embeddings: rows, isReplacing: isReplacing)
        _ = try? weights.sweep(keeping: filesInUse())
        return replaced.map { ReplacedModel($0, by: entry, discarding: discarded) }
    }

    /// Removes the checkpoint of a training under a finished model's name, and its file when nothing else names it.
    ///
    /// - Throws: `WorkflowError.unsuitable` for a model without; `DataError.unknown`
    package func removeCheckpoint(named name: String) throws {
        guard try data.removeCheckpoint(named: name) else { throw noCheckpoint(named: name) }
        _ = try? weights.sweep(keeping: filesInUse())
    }

    private func noCheckpoint(named name: String) -> any Error {
        do {
            let entry = try data.model(named: name)
            return WorkflowError.unsuitable(
                model: name,
                reason: entry.isFinished
                    ? "has no checkpoint beside it: 'zoo models list' shows those that there are"
                    : "is a checkpoint itself: give it without --checkpoint")
        } catch { return error }
    }
}

extension WorkflowError {
    /// What `--resume` says to a model that is trained to the end.
    ///
    /// - Parameter advice: what serves instead
    static func nothingToResume(_ name: String, _ advice: String = "") -> WorkflowError {
        .unsuitable(model: name, reason: "has been trained to the end: there is nothing to resume" + advice)
    }
}
