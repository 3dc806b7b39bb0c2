import ZooCollab
import ZooData

extension ZooConnection {
    /// `zoo_recommend(model, user, k)`: the items that a model expects a user to like best, without those already rated.
    var recommendations: TableFunction {
        TableFunction(
            "zoo_recommend", columns: ["item", "title", "score", "rating"],
            parameters: [.init(name: "model"), .init(name: "user"), .init(name: "k")]
        ) { [self] arguments in
            let entry = try entry(text(arguments[0], "model"))
            let (user, count) = (try text(arguments[1], "user"), try count(arguments[2]))
            let recommender = try model(entry, as: (any StoredRecommender).self, noun: "recommender")
            let history = try history(of: user, recommender, entry)
            let vocabulary = recommender.vocabulary
            let expected = recommender.expectedRatings(for: history)
            return RecommendationLists(count: min(count, max(1, vocabulary.itemKeys.count)))
                .list(of: history, recommender.scores(for: history)).map {
                    [
                        .text(vocabulary.itemKeys[$0.item]), .text(vocabulary.itemTitles[$0.item]),
                        .real(Double($0.score)),
                        expected.map { [item = $0.item] in .real(Double(recommender.clipped($0[item]))) } ?? .null,
                    ]
                }
        }
    }

    /// What a user rated: in the data set of the model, found by what is in it; else as far as the model keeps it.
    private func history(
        of user: String, _ recommender: any StoredRecommender, _ entry: Entry
    ) throws -> UserHistory {
        let row = recommender.vocabulary.row(ofUser: user)
        // The data set that is found by what is in it has the same keys.
        let key = row.map { recommender.vocabulary.userKeys[$0] } ?? user
        let rated =
            try ratings(of: key, recommender, entry)
            ?? row.flatMap { (recommender as? any KeepsHistories)?.trainingRatings(ofUser: $0) }
        guard row != nil || rated?.isEmpty == false else {
            throw CallError(description: "neither the model nor its data set knows a user '\(user.prefix(100))'")
        }
        return UserHistory(row: row, ratings: rated ?? [])
    }

    /// Nil where the data set is not here.
    private func ratings(
        of user: String, _ recommender: any StoredRecommender, _ entry: Entry
    ) throws -> [RatedItem]? {
        guard let fingerprint = entry.fingerprint else { return nil }
        let catalogue = try catalogue()
        let dataset = try HostStatement(
            catalogue, "SELECT id FROM zoo_datasets WHERE fingerprint = ? ORDER BY id", [.text(fingerprint)])
        guard try dataset.step() else { return nil }
        let rows = Dictionary(
            zip(recommender.vocabulary.itemKeys, recommender.vocabulary.itemKeys.indices),
            uniquingKeysWith: { first, _ in first })
        let found = try HostStatement(
            catalogue,
            """
            SELECT zoo_items.key, zoo_ratings.rating FROM zoo_users
            JOIN zoo_ratings ON zoo_ratings.dataset = zoo_users.dataset AND zoo_ratings.user = zoo_users.idx
            JOIN zoo_items ON zoo_items.dataset = zoo_ratings.dataset AND zoo_items.idx = zoo_ratings.item
            WHERE zoo_users.dataset = ? AND zoo_users.key = ? ORDER BY zoo_ratings.item
            """, [.integer(dataset.integer(0)), .text(user)])
        var rated: [RatedItem] = []
        while try found.step() {
            if let item = rows[found.text(0)] { rated.append(RatedItem(item: item, rating: Float(found.real(1)))) }
        }
        return rated
    }
}
