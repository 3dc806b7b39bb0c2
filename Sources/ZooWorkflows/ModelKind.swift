import ZooCollab
import ZooData
import ZooWeights

/// The applications that a stored model can belong to: the `kind` of a model file.
public enum ModelKind: String, Sendable, CaseIterable {
    /// Recommends from ratings.
    case collab
    /// Predicts a column of a table from the others.
    case tabular
    /// Writes text.
    case text
    /// Classifies texts.
    case textClassifier = "text-classifier"
    /// Classifies images.
    case vision
}

extension Workspace {
    /// Which application a model belongs to; a shipped one is installed when it is asked for first.
    ///
    /// - Throws: `DataError.unknown`; `WorkflowError.unsuitable` for a kind that this program does not know
    public func kind(of name: String) throws -> ModelKind {
        let entry = try installedModel(named: name)
        guard let kind = ModelKind(rawValue: entry.kind) else {
            throw WorkflowError.unsuitable(
                model: name, reason: "is of kind '\(entry.kind)', which this zoo does not know: update zoo")
        }
        return kind
    }

    /// What a model file lays open in `zoo_embeddings`.
    ///
    /// - Throws: `WeightError.malformed` when its kind is unknown or its parts do not fit
    static func embeddingRows(of file: ModelFile) throws -> [EmbeddingRow] {
        switch ModelKind(rawValue: file.kind) {
        case .collab: return try file.model(CollabAlgorithm.decode).embeddingRows
        case .tabular: return try StoredTabular(file).embeddingRows
        case .text: return try StoredLanguageModel(file).embeddingRows
        case .textClassifier: return try StoredTextClassifier(file).embeddingRows
        case .vision: return try StoredVision(file).embeddingRows
        case nil:
            throw WeightError.malformed(
                location: "attribute kind", reason: "'\(file.kind)' is no kind of model that this program knows")
        }
    }
}
