import ZooKernels

/// Lists for many people: batches of them are scored by one product of matrices, and of each one's scores the best are taken
/// without sorting the others.
package struct RecommendationLists: Sendable {
    /// How many items a list has.
    package var count: Int
    /// Which items may be named, [items]; nil for all.
    package var isAllowed: [Bool]?
    /// Whether what is in a history is left out.
    package var leavesOutHistory = true
    /// How lists are made less alike; nil for the order of the scores.
    package var diversity: Diversity?

    /// Lists of so many items, at least 1.
    package init(count: Int) {
        precondition(count > 0, "lists: of \(count)")
        self.count = count
    }

    /// People that are scored together.
    package static let group = 256

    /// The list of each of some people, the best first.
    package func lists(
        of people: [UserHistory], by model: any Recommender, threads: ThreadCount = .all
    ) -> [[ScoredItem]] {
        let items = model.vocabulary.itemKeys.count
        guard items > 0 else { return people.map { _ in [] } }
        var scores = model.scores(of: people, threads: threads)
        precondition(scores.count == people.count * items, "lists: \(scores.count) scores")
        var lists = [[ScoredItem]](repeating: [], count: people.count)
        lists.withUnsafeMutableBufferPointer { lists in
            scores.withUnsafeMutableBufferPointer { scores in
                // Each part has its own people.
                nonisolated(unsafe) let (lists, scores) = (lists, scores)
                parallel(people.count, threads: threads) { person in
                    let own = UnsafeMutableBufferPointer(rebasing: scores[person * items..<(person + 1) * items])
                    lists[person] = list(of: people[person], own)
                }
            }
        }
        return lists
    }

    /// The list of one person, by the scores of all items.
    package func list(of person: UserHistory, _ scores: [Float]) -> [ScoredItem] {
        var scores = scores
        return scores.withUnsafeMutableBufferPointer { list(of: person, $0) }
    }

    /// The list of one person, whose scores are written over where an item is left out.
    private func list(of person: UserHistory, _ scores: UnsafeMutableBufferPointer<Float>) -> [ScoredItem] {
        if leavesOutHistory { for rated in person.ratings { scores[rated.item] = -.infinity } }
        if let isAllowed { for item in scores.indices where !isAllowed[item] { scores[item] = -.infinity } }
        let scores = UnsafeBufferPointer(scores)
        guard let diversity else { return TopItems.best(count, of: scores) }
        return diversity.reordered(TopItems.best(diversity.poolSize(for: count), of: scores), count: count)
    }
}
