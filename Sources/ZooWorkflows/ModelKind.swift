import ZooCollab
import ZooData
import ZooEmbeddings
import ZooNN
import ZooTabular
import ZooText
import ZooVision

/// An application that a stored model can belong to: all that the program knows of it besides its own files.
package struct ModelKind: Sendable {
    /// The `kind` of its model files: `collab`.
    package let name: String
    /// What one of its models is called.
    let noun: String
    /// What several are called.
    package let plural: String
    /// What a model does, and the command that asks it.
    package let use: @Sendable (_ model: String) -> String
    /// What a model is, and the command that trains it on other data.
    package let training: @Sendable (_ model: String) -> String
    /// The type of its models.
    let type: Any.Type
    /// Reads a model.
    let read: @Sendable (ModelContents) throws -> any StoredModel
    /// Measures a model.
    let evaluate: @Sendable (Workspace, EvaluateRequest) throws -> any Evaluation
    /// The options of `zoo evaluate` that only some kinds take, and this one does.
    var evaluateOptions: Set<String> = []
    /// Predicts a row of a table, where a model does.
    package var predictRow:
        (@Sendable (Workspace, _ model: String, _ row: TabularInput) throws -> any Encodable & Sendable)?
    /// Predicts texts, where a model does.
    package var predictTexts:
        (@Sendable (Workspace, _ model: String, _ texts: [String]) throws -> any Encodable & Sendable)?
    /// A field of embeddings that a command makes when it is asked, with that command.
    package var madeField: (name: String, advice: @Sendable (_ model: String) -> String)?

    /// All of them.
    package static let all = [collab, tabular, text, textClassifier, vision, embeddings, staticText]

    /// The kind of that name, if there is one.
    package static func named(_ name: String) -> ModelKind? { all.first { $0.name == name } }

    /// Recommends from ratings.
    package static let collab = ModelKind(
        name: "collab", noun: "recommender", plural: "recommenders",
        use: { "it recommends: 'zoo recommend \($0) --user …' asks it" },
        training: { _ in "is a recommender: train another on all ratings with 'zoo train collab'" },
        type: (any StoredRecommender).self, read: { try CollabAlgorithm.decode($0) },
        evaluate: {
            try $0.evaluate(
                model: $1.model, dataset: $1.dataset, query: $1.ratingsQuery, split: $1.part(.measuredRatings),
                seed: $1.seed, ranking: $1.ranking)
        },
        evaluateOptions: [
            "--top", "--min-rating", "--sql", "--feedback", "--repeats", "--timestamp-unit", "--time-zone",
        ])

    /// Predicts a column of a table from the others.
    package static let tabular = ModelKind(
        name: "tabular", noun: "model of a table", plural: "models of tables",
        use: { "it predicts a column of a table: 'zoo predict \($0) --set …' asks it" },
        training: { _ in "is a model of a table: train another on all rows with 'zoo train tabular'" },
        type: StoredTabular.self, read: { try StoredTabular($0) },
        evaluate: { try $0.evaluateTabular(model: $1.model, data: $1.source, split: $1.part(.measuredRows)) },
        evaluateOptions: ["--sql"], predictRow: { try $0.predictTabular(model: $1, input: $2) })

    /// Writes text.
    package static let text = ModelKind(
        name: "text", noun: "language model", plural: "language models",
        use: { "it writes: 'zoo generate \($0) --prompt …' lets it" },
        training: { "is a language model: 'zoo finetune text \($0) …' fine-tunes it" },
        type: StoredLanguageModel.self, read: { try StoredLanguageModel($0) },
        evaluate: { try $0.evaluateText(model: $1.model, dataset: $1.dataset, split: $1.part(.measuredTexts)) })

    /// Classifies texts.
    package static let textClassifier = ModelKind(
        name: "text-classifier", noun: "text classifier", plural: "text classifiers",
        use: { "it classifies texts: 'zoo predict \($0) --text …' asks it" },
        training: { _ in "is a classifier: train another with 'zoo train text-classifier --encoder …'" },
        type: StoredTextClassifier.self, read: { try StoredTextClassifier($0) },
        evaluate: {
            try $0.evaluateTextClassifier(model: $1.model, source: $1.source, split: $1.part(.measuredTexts))
        }, evaluateOptions: ["--sql"], predictTexts: { try $0.predict(texts: $2, with: $1) })

    /// Classifies images.
    package static let vision = ModelKind(
        name: "vision", noun: "model of images", plural: "models of images",
        use: { "it classifies images: 'zoo predict \($0)' asks it" },
        training: { "is a model of images: 'zoo finetune vision \($0) …' fine-tunes it" },
        type: StoredVision.self, read: { try StoredVision($0) },
        evaluate: {
            try $0.evaluateVision(
                model: $1.model, dataset: $1.dataset, split: $1.part(.measuredImages),
                usesTestTimeAugmentation: $1.usesTestTimeAugmentation, progress: $1.onProgress)
        }, evaluateOptions: ["--tta"],
        madeField: (Workspace.imageField, { "'zoo embed \($0) --data …' makes those of images" }))

    /// Vectors of another program, or of texts.
    package static let embeddings = ModelKind(
        name: "embeddings", noun: "set of vectors", plural: "sets of vectors",
        use: { "it holds vectors: 'zoo query embeddings \($0) FIELD --near …' asks it" },
        training: { _ in "holds vectors, which another program or 'zoo embed' made" },
        type: StoredEmbeddings.self, read: { try StoredEmbeddings($0) },
        evaluate: {
            throw WorkflowError.unsuitable(
                model: $1.model,
                reason:
                    "holds vectors, which nothing is measured against: 'zoo query embeddings \($1.model) FIELD --near …' shows them"
            )
        })

    /// Turns texts into vectors.
    package static let staticText = ModelKind(
        name: "static-text", noun: "static text model", plural: "static text models",
        use: { "it turns texts into vectors: 'zoo embed \($0) --text …' asks it" },
        training: { _ in "is a static text model of another program, which is the one to train it" },
        type: StaticTextModel.self, read: { try StaticTextModel($0) },
        evaluate: {
            throw WorkflowError.unsuitable(
                model: $1.model,
                reason:
                    "turns texts into vectors, which nothing is measured against: 'zoo embed \($1.model) --text …' shows them"
            )
        })

    /// Checks that a model is of this kind.
    ///
    /// - Throws: `WorkflowError.unsuitable`, which says what the model is there for
    func check(_ entry: CatalogueModel) throws {
        guard entry.kind != name else { return }
        let use = ModelKind.named(entry.kind)?.use(entry.name)
        throw WorkflowError.unsuitable(
            model: entry.name,
            reason: "is not a \(noun); "
                + (use ?? "it is of kind '\(entry.kind)', which this zoo does not know: update zoo"))
    }
}

extension Workspace {
    /// Which application a model belongs to; a shipped one is installed when it is asked for first.
    ///
    /// - Throws: `DataError.unknown`; `WorkflowError.unsuitable` for a kind that this program does not know
    package func kind(of name: String) throws -> ModelKind {
        let entry = try installedModel(named: name)
        guard let kind = ModelKind.named(entry.kind) else {
            throw WorkflowError.unsuitable(
                model: name, reason: "is of kind '\(entry.kind)', which this zoo does not know: update zoo")
        }
        return kind
    }

    /// Loads a model with its catalogue row; a shipped one is installed when it is asked for first.
    ///
    /// - Parameter type: `StoredVision.self` and the like; `(any StoredModel).self` for any
    /// - Throws: `DataError.unknown`, `WeightError`; `WorkflowError.unsuitable` for a model of another kind
    package func model<Model>(named name: String, as type: Model.Type) throws -> (model: Model, entry: CatalogueModel) {
        guard let kept else {
            let (file, entry) = try modelFile(named: name)
            noteUnfinished(entry)
            return (try file.model(of: entry, as: type), entry)
        }
        let entry = try installedModel(named: name)
        noteUnfinished(entry)
        let state = weights.url(sha256: entry.sha256).fileState
        let model = try kept.value(["model", entry.sha256, "\(type)"], state: state, bytes: { _ in entry.bytes }) {
            try weights.load(sha256: entry.sha256).model(of: entry, as: type)
        }
        return (model, entry)
    }

    /// Says of a model that is asked something that its training is not complete.
    func noteUnfinished(_ entry: CatalogueModel) {
        guard !entry.isFinished else { return }
        onNote("'\(entry.name)' is not trained to the end (\(entry.progress)): --resume continues its training")
    }
}
