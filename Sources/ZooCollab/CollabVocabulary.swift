import ZooRecords

/// The users and items of a training part, in the order of a model's rows, with what is plainly known of each.
public struct CollabVocabulary: Sendable, Hashable {
    /// Keys of the users that the training part holds; row r of a model is user r.
    public let userKeys: [String]
    /// Keys of the items that the training part holds.
    public let itemKeys: [String]
    /// Titles of those items.
    public let itemTitles: [String]
    /// How many training ratings each user gave.
    public let userCounts: [Int]
    /// How many training ratings each item got.
    public let itemCounts: [Int]
    /// The plain mean of each item's training ratings.
    public let itemMeans: [Float]

    /// Creates a vocabulary from its stored parts.
    package init(
        userKeys: [String], itemKeys: [String], itemTitles: [String], userCounts: [Int], itemCounts: [Int],
        itemMeans: [Float]
    ) {
        self.userKeys = userKeys
        self.itemKeys = itemKeys
        self.itemTitles = itemTitles
        self.userCounts = userCounts
        self.itemCounts = itemCounts
        self.itemMeans = itemMeans
    }

    /// Takes the users and items that `training` holds; all others stay unknown to the model.
    package init(training: Interactions) { self.init(training: training) { _ in false } }

    /// Takes the users and items that `training` holds, and some of the other items of the data, whose mean is that of all ratings.
    ///
    /// - Parameter isKept: whether an item without ratings is taken, by its index in the data
    init(training: Interactions, isKept: (Int) -> Bool) {
        var userCounts = [Int](repeating: 0, count: training.userKeys.count)
        var itemCounts = [Int](repeating: 0, count: training.itemKeys.count)
        var sums = [Double](repeating: 0, count: training.itemKeys.count)
        for row in 0..<training.count {
            userCounts[Int(training.users[row])] += 1
            itemCounts[Int(training.items[row])] += 1
            sums[Int(training.items[row])] += Double(training.ratings[row])
        }
        let users = userCounts.indices.filter { userCounts[$0] > 0 }
        let items = itemCounts.indices.filter { itemCounts[$0] > 0 || isKept($0) }
        let mean = Float(sums.reduce(0, +) / Double(max(1, training.count)))
        self.init(
            userKeys: users.map { training.userKeys[$0] }, itemKeys: items.map { training.itemKeys[$0] },
            itemTitles: items.map { training.itemTitles[$0] }, userCounts: users.map { userCounts[$0] },
            itemCounts: items.map { itemCounts[$0] },
            itemMeans: items.map { itemCounts[$0] > 0 ? Float(sums[$0] / Double(itemCounts[$0])) : mean })
    }

    /// The model's rows for the users and items of `interactions`; -1 for those that training did not see.
    package func rows(of interactions: Interactions) -> (users: [Int32], items: [Int32]) {
        let (users, items) = translation(of: interactions)
        return (interactions.users.map { users[Int($0)] }, interactions.items.map { items[Int($0)] })
    }

    /// The model's row of every user and item of the data, -1 for those that training did not see.
    ///
    /// - Shapes: [userKeys], [itemKeys] of the data
    package func translation(of interactions: Interactions) -> (users: [Int32], items: [Int32]) {
        (
            Self.places(of: interactions.userKeys, among: userKeys),
            Self.places(of: interactions.itemKeys, among: itemKeys)
        )
    }

    /// The row of a user; nil for one whom training did not see.
    package func row(ofUser key: String) -> Int? {
        if let row = userKeys.firstIndex(of: key) { return row }
        let canonical = KeyText.canonical(key)
        return userKeys.firstIndex { KeyText.canonical($0) == canonical }
    }

    /// The rows of the items by their keys.
    package var itemRows: KeyPlaces { KeyPlaces(itemKeys) }

    /// Where keys are among others, -1 for those that are not.
    static func places(of keys: [String], among rows: [String]) -> [Int32] {
        if keys == rows { return rows.indices.map(Int32.init) }
        let places = KeyPlaces(rows)
        return keys.map { Int32(places[$0] ?? -1) }
    }
}
