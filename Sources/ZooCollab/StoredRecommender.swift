import ZooNN

/// A recommender that can be kept in a file.
package protocol StoredRecommender: Recommender, StoredModel {
    /// The vectors of both sides; nil for a recommender without.
    var vectors: CollabEmbeddings? { get }

    /// How it was trained, as JSON; nil where that is not known.
    var settings: String? { get set }
}

extension StoredRecommender {
    /// nil: a recommender has no vectors unless it says so.
    package var vectors: CollabEmbeddings? { nil }

    /// Both sides, with biases, counts and means where they are known.
    package var embeddings: [Embeddings] {
        guard let vectors else { return [] }
        var users = Embeddings(field: "user", keys: vocabulary.userKeys, vectors: vectors.users, width: vectors.width)
        (users.biases, users.counts) = (vectors.userBiases, vocabulary.userCounts)
        var items = Embeddings(
            field: "item", keys: vocabulary.itemKeys, labels: vocabulary.itemTitles, vectors: vectors.items,
            width: vectors.width)
        (items.biases, items.counts, items.means) = (vectors.itemBiases, vocabulary.itemCounts, vocabulary.itemMeans)
        items.biasDeviations = vectors.itemBiasDeviations
        return [users, items]
    }
}

/// The learned vectors of users and items, for nearest neighbours, components and SQL.
///
/// - Shapes: users [users, width], items [items, width], userBiases [users], itemBiases [items]
package struct CollabEmbeddings: Sendable {
    /// Row-major.
    package let users: [Float]
    /// Row-major.
    package let items: [Float]
    /// Length of every vector.
    package let width: Int
    /// nil for a model without biases.
    package var userBiases: [Float]?
    /// nil for a model without biases.
    package var itemBiases: [Float]?
    /// The standard deviations of the items' biases; nil where they are not known.
    package var itemBiasDeviations: [Float]?
}

extension ModelContents {
    /// What every recommender's contents have for their kind.
    package static let collab = "collab"

    /// The contents of a recommender of these users and items.
    init(
        _ architecture: String, _ vocabulary: CollabVocabulary, configuration: some Encodable, weights: [NamedTensor]
    ) throws {
        self.init(
            kind: Self.collab, architecture: architecture, configuration: try Self.json(configuration),
            weights: weights,
            vocabularies: [
                ("user", vocabulary.userKeys), ("item", vocabulary.itemKeys), ("item_label", vocabulary.itemTitles),
            ],
            statistics: [
                ModelStatistic(path: "user_count", values: .counts(vocabulary.userCounts.map(Int64.init))),
                ModelStatistic(path: "item_count", values: .counts(vocabulary.itemCounts.map(Int64.init))),
                ModelStatistic(path: "item_mean", values: .means(vocabulary.itemMeans)),
            ])
    }
}

extension CollabVocabulary {
    /// Reads the users and items of a recommender.
    ///
    /// - Throws: `ModelContentsError` if a part is missing or too short
    init(_ contents: ModelContents) throws {
        let (users, items) = try (contents.entries("user"), contents.entries("item"))
        let titles = try contents.entries("item_label")
        guard titles.count == items.count else {
            throw ModelContentsError(location: "/vocab/item_label", reason: "there is not one title for each item")
        }
        let means = try contents.means("item_mean", count: items.count)
        self.init(
            userKeys: users, itemKeys: items, itemTitles: titles,
            userCounts: try contents.counts("user_count", count: users.count),
            itemCounts: try contents.counts("item_count", count: items.count), itemMeans: means)
    }
}
