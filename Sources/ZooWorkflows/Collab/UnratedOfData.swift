import ZooCollab
import ZooData

extension Workspace {
    /// A model with the items of its data set that it was not trained on; nil where there are none of which something is known.
    ///
    /// The data set is that which the model was trained on, else what has its name now, if most of the model's items are in it.
    func unratedItems(
        _ model: any StoredRecommender, _ entry: CatalogueModel
    ) throws -> (items: UnratedItems, note: String)? {
        guard !(model is any PredictsRatings) else { return nil }
        let datasets = try data.datasets(.ratings)
        guard
            let dataset = datasets.first(where: { $0.fingerprint == entry.datasetFingerprint })
                ?? datasets.first(where: { $0.name == entry.dataset })
        else { return nil }
        let known = model.vocabulary.itemKeys
        let isSame = dataset.fingerprint == entry.datasetFingerprint
        guard try !isSame || dataset.ratings().items > known.count else { return nil }
        let (keys, titles) = try data.items(dataset: dataset.name)
        guard isSame || Set(keys).intersection(known).count * 2 > known.count else { return nil }
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
