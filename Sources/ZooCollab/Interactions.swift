import ZooKernels
import ZooRecords

/// Ratings as training reads them: parallel arrays of indices into the keys of both sides.
///
/// - Shapes: `users`, `items`, `ratings` [n]; `users` index `userKeys`, `items` index `itemKeys` and `itemTitles`.
/// - Units: ratings within `scale`.
public struct Interactions: Sendable, Hashable {
    /// Row of `userKeys` for every rating.
    public var users: [Int32]
    /// Row of `itemKeys` for every rating.
    public var items: [Int32]
    /// The rating itself.
    public var ratings: [Float]
    /// What the data calls each user.
    public var userKeys: [String]
    /// What the data calls each item.
    public var itemKeys: [String]
    /// A title for each item; the key where the data has none.
    public var itemTitles: [String]
    /// The lowest and the highest rating that the scale allows.
    public var scale: ClosedRange<Float>
    /// What a rating says.
    package var feedback = Feedback.ratings
    /// What else is known of the items, by rows of `itemKeys`.
    package var itemAttributes: [Attribute] = []
    /// What else is known of the users, by rows of `userKeys`.
    package var userAttributes: [Attribute] = []

    /// Creates interactions from parallel arrays.
    ///
    /// - Precondition: the three arrays of ratings are equally long, and so are `itemKeys` and `itemTitles`.
    public init(
        users: [Int32], items: [Int32], ratings: [Float], userKeys: [String], itemKeys: [String],
        itemTitles: [String], scale: ClosedRange<Float>
    ) {
        precondition(
            users.count == items.count && items.count == ratings.count,
            "interactions: \(users.count) users, \(items.count) items, \(ratings.count) ratings")
        precondition(
            itemKeys.count == itemTitles.count, "interactions: \(itemKeys.count) keys, \(itemTitles.count) titles")
        self.users = users
        self.items = items
        self.ratings = ratings
        self.userKeys = userKeys
        self.itemKeys = itemKeys
        self.itemTitles = itemTitles
        self.scale = scale
    }

    /// How many ratings there are.
    public var count: Int { ratings.count }

    /// The rating that all are; nil where they differ, and where there are none.
    package var onlyRating: Float? {
        ratings.first.flatMap { first in ratings.allSatisfy { $0 == first } ? first : nil }
    }

    /// The ratings at `rows`, over the same keys.
    public func selecting(_ rows: [Int]) -> Interactions {
        var result = self
        result.users = rows.map { users[$0] }
        result.items = rows.map { items[$0] }
        result.ratings = rows.map { ratings[$0] }
        return result
    }

    /// The rows of a random split: `fraction` of all ratings, rounded, are for testing.
    ///
    /// - Parameter fraction: share of the test part, 0 ... 1
    public func randomSplit(testing fraction: Double, seed: UInt64) -> (training: [Int], testing: [Int]) {
        var generator = RandomGenerator(seed: seed)
        let shuffled = Array(0..<count).shuffled(using: &generator)
        let testing = Int((Double(count) * fraction).rounded())
        return (shuffled[testing...].sorted(), shuffled[..<testing].sorted())
    }

    /// The rows of one of several folds: all ratings in random order, cut into parts of the same size, of which it is for
    /// testing.
    ///
    /// - Parameter fold: 1 ... count
    package func fold(_ fold: Int, of count: Int, seed: UInt64) -> (training: [Int], testing: [Int]) {
        precondition((1...count).contains(fold), "fold \(fold) of \(count)")
        var generator = RandomGenerator(seed: seed)
        let shuffled = Array(0..<self.count).shuffled(using: &generator)
        let testing = shuffled.count * (fold - 1) / count..<shuffled.count * fold / count
        return (
            (shuffled[..<testing.lowerBound] + shuffled[testing.upperBound...]).sorted(), shuffled[testing].sorted()
        )
    }

    /// The rows of a split by people, for strong generalisation: a share of the people, drawn at random, is unseen in training, and
    /// four fifths of each one's ratings, drawn at random, are given when lists are made for them; the others are for testing.
    ///
    /// Somebody who is drawn and has a single rating has it given.
    /// - Parameter share: share of the people, 0 ... 1
    /// - Source: Liang et al. 2018, "Variational Autoencoders for Collaborative Filtering", section 4.2
    package func people(
        testing share: Double, seed: UInt64
    ) -> (training: [Int], given: [Int], testing: [Int]) {
        var generator = RandomGenerator(seed: seed)
        let people = Set(users).sorted().shuffled(using: &generator)
        let drawn = Set(people.prefix(Int((Double(people.count) * share).rounded())))
        var rows: [Int32: [Int]] = [:]
        for row in 0..<count where drawn.contains(users[row]) { rows[users[row], default: []].append(row) }
        var (given, testing): ([Int], [Int]) = ([], [])
        for person in drawn.sorted() {
            let own = (rows[person] ?? []).shuffled(using: &generator)
            let hidden = own.count < 2 ? 0 : max(1, Int((Double(own.count) / 5).rounded()))
            testing += own.prefix(hidden)
            given += own.dropFirst(hidden)
        }
        return ((0..<count).filter { !drawn.contains(users[$0]) }, given.sorted(), testing.sorted())
    }

    /// These ratings and others over the same keys.
    package func joined(with others: Interactions) -> Interactions {
        var result = self
        result.users += others.users
        result.items += others.items
        result.ratings += others.ratings
        return result
    }
}
