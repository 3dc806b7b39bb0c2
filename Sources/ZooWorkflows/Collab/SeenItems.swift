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

    /// Said where its data set is here with other ratings, whose training part is not known.
    static func otherRatings(_ dataset: String, isKept: Bool) -> String {
        "'\(dataset)' is not the same as when the model was trained on it, so that its training part is not known: "
            + (isKept ? "what the training saw is left out" : "nothing is left out")
    }
}

extension Workspace {
    /// The data set whose ratings lists may rest on; nil where it is not here.
    ///
    /// It is found by what is in it, not by name: the same ratings may be imported under any. Else it is what has the name now, if most
    /// of the model's items are in it, with what is to be said of that; but that has no training part.
    func seenDataset(
        _ model: any StoredRecommender, _ entry: CatalogueModel, _ seen: SeenItems
    ) throws -> (dataset: Dataset, note: String?)? {
        guard let dataset = try dataset(of: model, entry) else { return nil }
        guard dataset.fingerprint != entry.datasetFingerprint else { return (dataset, nil) }
        guard seen != .train else { return nil }
        return (
            dataset,
            "'\(dataset.name)' is not the same as when the model was trained on it: lists rest on the ratings that are there now"
        )
    }

    /// What is said where `seenDataset` is nil.
    ///
    /// - Parameter isKept: whether the model has the ratings of its training
    func unseenNote(_ model: any StoredRecommender, _ entry: CatalogueModel, isKept: Bool) throws -> String {
        if let other = try dataset(of: model, entry) { return SeenItems.otherRatings(other.name, isKept: isKept) }
        return isKept ? SeenItems.keptRatings : SeenItems.unknownRatings
    }

    /// The ratings of that data set that lists may rest on.
    func ratings(of dataset: Dataset, _ entry: CatalogueModel, _ seen: SeenItems) throws -> Interactions {
        let own = seen == .train ? OwnSplit(entry) : nil
        return try RatingParts(
            dataset.name, split: own?.split ?? .all, valid: own?.valid, seed: own?.seed ?? 0, in: data
        ).known
    }
}
