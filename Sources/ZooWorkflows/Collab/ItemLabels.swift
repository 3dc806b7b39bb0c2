import ZooCollab

/// What items are called in lists that people read: their titles, with the key behind one that several items have.
struct ItemLabels: Sendable {
    private let vocabulary: CollabVocabulary
    private let shared: Set<String>

    init(_ vocabulary: CollabVocabulary) {
        self.vocabulary = vocabulary
        var seen: Set<String> = []
        shared = Set(vocabulary.itemTitles.filter { !seen.insert($0).inserted })
    }

    /// `The Lake (1999)`, or `The Lake (1999) [f7]`.
    subscript(item: Int) -> String {
        let title = vocabulary.itemTitles[item]
        return shared.contains(title) ? "\(title) [\(vocabulary.itemKeys[item])]" : title
    }
}
