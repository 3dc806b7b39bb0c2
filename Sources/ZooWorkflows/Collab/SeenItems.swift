import ZooCollab
import ZooData

/// What is known of somebody's ratings when a list is made for them: it decides the scores, and is left out of the list.
public enum SeenItems: String, Sendable, Hashable, CaseIterable {
    /// All ratings of the data set count, and what was rated is left out.
    case all
    /// Those of the training part alone, so that the lists of a split can be judged by its test part.
    case train
    /// All ratings of the data set count, and nothing is left out.
    case nothing = "none"

    /// Said where they are not known.
    static let unknownRatings =
        "the data set of this model is not here: items already rated are not known and not left out"

    /// Said where the model alone knows them.
    static let keptRatings = "the data set of this model is not here: what the training saw is left out"
}

extension Workspace {
    /// The ratings that lists may rest on, of the data set that a model was trained on; nil where that is not here.
    ///
    /// The data set is found by what is in it, not by name: the same ratings may be imported under any.
    func ratings(knownTo entry: CatalogueModel, _ seen: SeenItems) throws -> Interactions? {
        guard let dataset = try data.dataset(.ratings, fingerprint: entry.datasetFingerprint) else { return nil }
        let own = seen == .train ? OwnSplit(entry) : nil
        return try RatingParts(
            dataset.name, split: own?.split ?? .all, valid: own?.valid, seed: own?.seed ?? 0, in: data
        ).known
    }
}
