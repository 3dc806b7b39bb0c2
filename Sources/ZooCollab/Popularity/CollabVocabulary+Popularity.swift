extension CollabVocabulary {
    /// The share of the training's people who chose each item, [items]: what is likely for somebody of whom nothing is known.
    package var popularity: [Float] { itemCounts.map { Float($0) / Float(max(1, userKeys.count)) } }

    /// Replaces the scores of those of whom nothing is known, [people, items].
    func setPopularity(of people: [UserHistory], in scores: inout [Float]) {
        let items = itemKeys.count
        for (person, history) in people.enumerated() where !history.isKnown {
            scores.replaceSubrange(person * items..<(person + 1) * items, with: popularity)
        }
    }

    /// The scores of somebody of whom nothing is known, as single terms.
    func popularityExplanations(of items: [Int]) -> [Explanation] {
        let shares = popularity
        return items.map { Explanation(item: $0, terms: [.init(source: .popularity, amount: Double(shares[$0]))]) }
    }
}
