import ZooKernels

/// What it takes to measure a recommender's lists on the test part of a split.
public struct RankingEvaluation: Sendable {
    /// How many items a list has.
    public let top: Int
    /// The lowest test rating that makes an item relevant; nil: every rating does.
    public let minimumRating: Float?

    /// Asks for lists of so many items, at least 1.
    public init(top: Int, minimumRating: Float? = nil) {
        precondition(top > 0, "ranking: lists of \(top)")
        self.top = top
        self.minimumRating = minimumRating
    }

    /// Ranks, for everybody with relevant test items, all items but those of their training part.
    ///
    /// - Parameters:
    ///   - training: what the lists may rest on, and leave out
    ///   - testing: what is to be found, over the same keys
    /// - Returns: the measures; people whom the model does not know get the list of their training part, if any
    package func measure(
        _ model: any Recommender, training: Interactions, testing: Interactions, threads: ThreadCount = .all
    ) -> RankingMetrics {
        let people = People(self, model, training: training, testing: testing)
        var lists = [[Int]](repeating: [], count: people.relevant.count)
        let group = 16
        lists.withUnsafeMutableBufferPointer { lists in
            // Each part writes to its own people.
            nonisolated(unsafe) let lists = lists
            parallel((lists.count + group - 1) / group, threads: threads) { part in
                for person in part * group..<min(lists.count, (part + 1) * group)
                where !people.relevant[person].isEmpty {
                    let scores = model.scores(for: people.histories[person])
                    let best = model.best(top, of: scores, excluding: Set(people.histories[person].ratings.map(\.item)))
                    lists[person] = best.map { people.catalogueRow[$0.item] }
                }
            }
        }
        var metrics = RankingMetrics(
            top: top, lists: lists, relevant: people.relevant, catalogue: testing.itemKeys.count,
            shares: people.shares)
        metrics.intervals = PersonMeasures.intervals(of: [metrics.people])
        return metrics
    }

    /// The users of the data.
    private struct People: Sendable {
        /// What each rated in the training part, in rows of the model.
        var histories: [UserHistory]
        /// The relevant items of each, in rows of the data.
        var relevant: [Set<Int>]
        /// The row of the data of each of the model's items.
        var catalogueRow: [Int]
        /// The share of the training part's people who have each item of the data; an item that nobody has counts as had by one.
        var shares: [Double]

        init(
            _ evaluation: RankingEvaluation, _ model: any Recommender, training: Interactions, testing: Interactions
        ) {
            let vocabulary = model.vocabulary
            let users = CollabVocabulary.places(of: training.userKeys, among: vocabulary.userKeys)
            // An item that the data does not have is relevant to nobody.
            catalogueRow = CollabVocabulary.places(of: vocabulary.itemKeys, among: testing.itemKeys).map { Int($0) }
            let rows = vocabulary.rows(of: training)
            var rated = [[RatedItem]](repeating: [], count: training.userKeys.count)
            for index in 0..<training.count where rows.items[index] >= 0 {
                rated[Int(training.users[index])].append(
                    RatedItem(item: Int(rows.items[index]), rating: training.ratings[index]))
            }
            var counts = [Int](repeating: 0, count: testing.itemKeys.count)
            for item in training.items { counts[Int(item)] += 1 }
            let people = Double(max(Set(training.users).count, 1))
            shares = counts.map { Double(max($0, 1)) / people }
            histories = training.userKeys.indices.map { user in
                UserHistory(row: users[user] < 0 ? nil : Int(users[user]), ratings: rated[user])
            }
            relevant = [Set<Int>](repeating: [], count: testing.userKeys.count)
            for index in 0..<testing.count where testing.ratings[index] >= evaluation.minimumRating ?? -.infinity {
                relevant[Int(testing.users[index])].insert(Int(testing.items[index]))
            }
        }
    }
}
