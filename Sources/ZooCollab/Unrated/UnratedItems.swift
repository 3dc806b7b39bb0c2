import ZooKernels

/// A recommender with items that it was not trained on, ranked by what they have in common with those that it knows.
///
/// A person's scores are taken as a function of the attributes of items: kernel ridge regression, whose kernel is `ItemLikeness`, on the
/// `neighbours` known items that are most alike. An unrated item gets the score that is expected of its attributes, so that it
/// stands in a list among the others. Expected ratings are found in the same way, as differences from the mean rating.
/// - Source: Saunders, Gammerman & Vovk 1998, "Ridge Regression Learning Algorithm in Dual Variables"; numbers were chosen on
///   items hidden from the training in u1.base of MovieLens 100K
package struct UnratedItems: Recommender {
    /// The model's items, and behind them the others.
    package let vocabulary: CollabVocabulary
    private let model: any StoredRecommender
    /// The regression of each of the others.
    private let regressions: [LikenessRegression]
    /// What the regressions were found by: the likeness of items, and the values of each.
    private let likeness: ItemLikeness
    private let values: [[Int]]
    /// The mean of the ratings that the model was trained on.
    private let mean: Float

    /// Adds the items of some data that a model does not know and whose attributes are those of items that it knows.
    ///
    /// - Returns: nil where there are none, and for a model that ranks by expected ratings
    package init?(_ model: any StoredRecommender, of data: Interactions, threads: ThreadCount = .all) {
        guard !(model is any PredictsRatings), !data.itemAttributes.isEmpty else { return nil }
        let known = model.vocabulary
        let rows = known.translation(of: data).items
        let unknown = rows.indices.filter { rows[$0] < 0 && data.itemAttributes.haveValue(at: $0) }
        guard !unknown.isEmpty else { return nil }
        let total = known.itemCounts.reduce(0, +)
        let sum = zip(known.itemCounts, known.itemMeans).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        mean = Float(sum / Double(max(1, total)))
        let all = known.adding(unknown, of: data, mean: mean)
        let likeness = ItemLikeness(data, all, known: known.itemKeys.count)
        let values = likeness.values(items: all.itemKeys.count)
        (self.likeness, self.values) = (likeness, values)
        var found = [LikenessRegression?](repeating: nil, count: unknown.count)
        found.withUnsafeMutableBufferPointer { found in
            // Each part has its own item.
            nonisolated(unsafe) let found = found
            parallel(found.count, threads: threads) { place in
                found[place] = LikenessRegression(
                    of: known.itemKeys.count + place, among: known.itemKeys.count, likeness, values)
            }
        }
        let kept = unknown.indices.filter { found[$0] != nil }
        guard !kept.isEmpty else { return nil }
        regressions = found.compactMap { $0 }
        vocabulary = known.adding(kept.map { unknown[$0] }, of: data, mean: mean)
        self.model = model
    }

    /// How many items there are besides the model's.
    package var count: Int { regressions.count }
    /// The scale of the model's ratings.
    package var scale: ClosedRange<Float> { model.scale }
    private var known: Int { model.vocabulary.itemKeys.count }

    /// Vectors of the model's items, [items, width], and those that follow from them.
    func vectors(_ vectors: [Float], width: Int) -> [Float] {
        vectors
            + regressions.flatMap { regression in
                (0..<width).map { place in regression.value { vectors[$0 * width + place] } }
            }
    }

    /// The model's scores, and those that follow from them.
    package func scores(for history: UserHistory) -> [Float] {
        let scores = model.scores(for: knownPart(of: history))
        return scores + regressions.map { $0.value { scores[$0] } }
    }

    /// What the model can rest on.
    private func knownPart(of history: UserHistory) -> UserHistory {
        UserHistory(row: history.row, ratings: history.ratings.filter { $0.item < known })
    }

    /// The same of several people.
    package func scores(of people: [UserHistory], threads: ThreadCount) -> [Float] {
        let scores = model.scores(of: people.map(knownPart), threads: threads)
        var all: [Float] = []
        all.reserveCapacity(people.count * vocabulary.itemKeys.count)
        for person in people.indices {
            let own = scores[person * known..<(person + 1) * known]
            all += own
            all += regressions.map { $0.value { own[own.startIndex + $0] } }
        }
        return all
    }

    /// Expected ratings, of the other items as far as those of items that are alike say something.
    package func ratings(users: [Int32], items: [Int32]) -> [Float]? {
        var (bounds, pairs): ([Int], (users: [Int32], items: [Int32])) = ([0], ([], []))
        for (user, item) in zip(users, items) {
            let own = Int(item) < known ? [item] : regressions[Int(item) - known].rows.map(Int32.init)
            pairs.users += own.map { _ in user }
            pairs.items += own
            bounds.append(pairs.items.count)
        }
        guard let expected = model.ratings(users: pairs.users, items: pairs.items) else { return nil }
        return items.indices.map { place in
            let own = expected[bounds[place]..<bounds[place + 1]]
            guard Int(items[place]) >= known else { return own[own.startIndex] }
            return rating(regressions[Int(items[place]) - known], Array(own))
        }
    }

    /// The same of every item by one person.
    package func expectedRatings(for history: UserHistory) -> [Float]? {
        model.expectedRatings(for: knownPart(of: history)).map { expected in
            expected + regressions.map { regression in rating(regression, regression.rows.map { expected[$0] }) }
        }
    }

    private func rating(_ regression: LikenessRegression, _ expected: [Float]) -> Float {
        let deviation = zip(regression.weights, expected).reduce(0) { $0 + $1.0 * ($1.1 - mean) }
        return min(scale.upperBound, max(scale.lowerBound, mean + deviation))
    }

    /// What scores are made of: the terms of the model, and of the other items a term for each value that they have in common with items
    /// that the model knows; nil for a model whose scores are no sums.
    package func explanations(of items: [Int], for history: UserHistory) -> [Explanation]? {
        guard let explains = model as? any Explains else { return nil }
        let history = knownPart(of: history)
        let scores = model.scores(for: history)
        let own = explains.explanations(of: items.filter { $0 < known }, for: history)
        let byItem = Dictionary(own.map { ($0.item, $0) }) { first, _ in first }
        return items.compactMap { item in
            guard item >= known else { return byItem[item] }
            let terms = regressions[item - known].terms(likeness, values) { Double(scores[$0]) }.map { name, amount in
                Explanation.Term(source: .attribute(name), amount: amount)
            }
            return Explanation(item: item, terms: terms)
        }
    }
}

extension CollabVocabulary {
    /// The same with some items of the data behind its own, which have no ratings.
    fileprivate func adding(_ items: [Int], of data: Interactions, mean: Float) -> CollabVocabulary {
        CollabVocabulary(
            userKeys: userKeys, itemKeys: itemKeys + items.map { data.itemKeys[$0] },
            itemTitles: itemTitles + items.map { data.itemTitles[$0] }, userCounts: userCounts,
            itemCounts: itemCounts + items.map { _ in 0 }, itemMeans: itemMeans + items.map { _ in mean })
    }
}
