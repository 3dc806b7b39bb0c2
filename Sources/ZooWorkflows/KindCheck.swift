import ZooData

extension ModelKind {
    /// What a model of this kind is called.
    private var noun: String {
        switch self {
        case .collab: "recommender"
        case .tabular: "model of a table"
        case .text: "language model"
        case .textClassifier: "text classifier"
        case .vision: "model of images"
        }
    }

    /// What a model of this kind does, and the command that asks it.
    private func use(of name: String) -> String {
        switch self {
        case .collab: "it recommends: 'zoo recommend \(name) --user …' asks it"
        case .tabular: "it predicts a column of a table: 'zoo predict \(name) --set …' asks it"
        case .text: "it writes: 'zoo generate \(name) --prompt …' lets it"
        case .textClassifier: "it classifies texts: 'zoo predict \(name) --text …' asks it"
        case .vision: "it classifies images: 'zoo predict \(name)' asks it"
        }
    }

    /// Checks that a model is of this kind.
    ///
    /// - Throws: `WorkflowError.unsuitable`, which says what the model is there for
    func check(_ entry: CatalogueModel) throws {
        guard entry.kind != rawValue else { return }
        let use = ModelKind(rawValue: entry.kind)?.use(of: entry.name)
        throw WorkflowError.unsuitable(
            model: entry.name,
            reason: "is no \(noun); "
                + (use ?? "it is of kind '\(entry.kind)', which this zoo does not know: update zoo"))
    }
}
