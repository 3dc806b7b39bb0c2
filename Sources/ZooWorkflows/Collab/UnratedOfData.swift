import ZooCollab
import ZooData

extension Workspace {
    /// The data set that tells more of a model's items: that which the model was trained on, else what has its name now, if most of
    /// the model's items are in it; nil where neither is here.
    func dataset(of model: any StoredRecommender, _ entry: CatalogueModel) throws -> Dataset? {
        let datasets = try data.datasets(.ratings)
        if let same = datasets.first(where: { $0.fingerprint == entry.datasetFingerprint }) { return same }
        guard let dataset = datasets.first(where: { $0.name == entry.dataset }) else { return nil }
        let known = model.vocabulary.itemKeys
        let shared = try Set(data.items(dataset: dataset.name).keys).intersection(known).count
        return shared * 2 > known.count ? dataset : nil
    }

    /// A model with the items of its data set that it was not trained on; nil where there are none of which something is known.
    func unratedItems(
        _ model: any StoredRecommender, _ entry: CatalogueModel
    ) throws -> (items: UnratedItems, note: String)? {
        guard !(model is any PredictsRatings), let dataset = try dataset(of: model, entry),
            try dataset.fingerprint != entry.datasetFingerprint
                || dataset.ratings().items > model.vocabulary.itemKeys.count
        else { return nil }
        let (keys, titles) = try data.items(dataset: dataset.name)
        var all = Interactions(
            users: [], items: [], ratings: [], userKeys: [], itemKeys: keys, itemTitles: titles, scale: model.scale)
        all.itemAttributes = try data.attributes(dataset: dataset.name).items
        return UnratedItems(model, of: all).map { unrated in
            let count = unrated.count.counting("item")
            let names = all.likenessAttributes.joined(separator: ", ")
            return (
                unrated,
                "\(count) of '\(dataset.name)' without training ratings can be in the list, by what they have in common with "
                    + "others: \(names) (--only \"count > 0\" leaves them out)"
            )
        }
    }
}
