import ZooKernels

/// A model that scores items for people.
///
/// People whom training did not see are served as well: without a row, their ratings decide the scores. Somebody of whom nothing is
/// known gets the most rated items, of a model that does not rank by expected ratings. Rows index the model's vocabulary.
public protocol Recommender: Sendable {
    /// Users and items that training saw.
    var vocabulary: CollabVocabulary { get }

    /// The lowest and the highest rating of the training data's scale.
    var scale: ClosedRange<Float> { get }

    /// How likely one person is to choose each item, [items]; only the order of the scores has a meaning.
    func scores(for history: UserHistory) -> [Float]

    /// The scores of several people, [people, items], row-major.
    func scores(of people: [UserHistory], threads: ThreadCount) -> [Float]

    /// The expected ratings of pairs of rows, on `scale`; nil if the model predicts no ratings. A negative row is
    /// a user or an item that training did not see.
    ///
    /// - Shapes: users [n], items [n] -> [n]
    func ratings(users: [Int32], items: [Int32]) -> [Float]?

    /// The expected rating of every item by one person, [items], on `scale`; nil if the model predicts no ratings.
    func expectedRatings(for history: UserHistory) -> [Float]?
}

/// A recommender that predicts ratings: its scores are expected ratings.
public protocol PredictsRatings: Recommender {
    /// The expected ratings of pairs of rows, on `scale`. For a negative row, what is known of the other side decides.
    ///
    /// - Shapes: users [n], items [n] -> [n]
    func expectedRatings(users: [Int32], items: [Int32]) -> [Float]
}

/// A recommender whose scores are sums of known terms.
package protocol Explains: Recommender {
    /// What the score of each of some items is made of, for one person.
    func explanations(of items: [Int], for history: UserHistory) -> [Explanation]
}

/// An item and its score.
public struct ScoredItem: Sendable, Hashable {
    /// Row of the model's vocabulary.
    public let item: Int
    /// The score.
    public let score: Float
}

extension Recommender {
    /// nil: a recommender predicts no ratings unless it says so.
    package func ratings(users: [Int32], items: [Int32]) -> [Float]? { nil }

    /// nil: a recommender predicts no ratings unless it says so.
    package func expectedRatings(for history: UserHistory) -> [Float]? { nil }

    /// One person after the other, on all threads.
    package func scores(of people: [UserHistory], threads: ThreadCount) -> [Float] {
        let items = vocabulary.itemKeys.count
        return [Float](unsafeUninitializedCapacity: people.count * items) { buffer, filled in
            filled = people.count * items
            guard let start = buffer.baseAddress else { return }
            // Each part has its own people.
            nonisolated(unsafe) let rows = start
            parallel(people.count, threads: threads) { person in
                let scores = scores(for: people[person])
                (rows + person * items).initialize(from: scores, count: items)
            }
        }
    }

    /// An expected rating as it is measured and shown: on the scale. Models of sums leave it; lists are in the order of the sums.
    package func clipped(_ rating: Float) -> Float { min(scale.upperBound, max(scale.lowerBound, rating)) }

    /// The `count` items with the highest scores, ties by the lower row.
    ///
    /// - Parameter excluded: rows to leave out, such as what the user has already seen.
    public func best(_ count: Int, of scores: [Float], excluding excluded: Set<Int> = []) -> [ScoredItem] {
        scores.withUnsafeBufferPointer { TopItems.best(count, of: $0) { excluded.contains($0) } }
    }

    /// How well the model predicts ratings it may not have seen; nil if it predicts none.
    ///
    /// Predictions are clamped to the model's rating scale.
    public func ratingMetrics(on interactions: Interactions) -> RatingMetrics? {
        let (userRows, itemRows) = vocabulary.translation(of: interactions)
        var errors = RatingErrors()
        // A part at a time, for the sake of memory.
        for start in stride(from: 0, to: max(1, interactions.count), by: 1 << 18) {
            let part = start..<min(start + (1 << 18), interactions.count)
            guard
                let predictions = ratings(
                    users: interactions.users[part].map { userRows[Int($0)] },
                    items: interactions.items[part].map { itemRows[Int($0)] })
            else { return nil }
            for (prediction, rating) in zip(predictions, interactions.ratings[part]) {
                errors.add(clipped(prediction), rating)
            }
        }
        return errors.metrics
    }
}

extension PredictsRatings {
    /// The expected ratings of pairs of rows.
    public func ratings(users: [Int32], items: [Int32]) -> [Float]? { expectedRatings(users: users, items: items) }

    /// The scores.
    public func expectedRatings(for history: UserHistory) -> [Float]? { scores(for: history) }

    /// The expected rating of every item by one user, [items]; nil is somebody of whom nothing is known.
    public func scores(user: Int?) -> [Float] { scores(for: UserHistory(row: user)) }

    /// The expected rating of one item by one user; nil is one that training did not see.
    public func score(user: Int?, item: Int?) -> Float {
        expectedRatings(users: [Int32(user ?? -1)], items: [Int32(item ?? -1)])[0]
    }

    /// How well the model predicts ratings it may not have seen; see `ratingMetrics(on:)`.
    public func evaluate(on interactions: Interactions) -> RatingMetrics {
        ratingMetrics(on: interactions) ?? RatingMetrics(predictions: [], ratings: [])
    }
}

/// A recommender whose scores for a history are sums over it: what each rating counts as, times a row of weights.
package protocol SumsHistories: Recommender {
    /// What a rating of a history counts as.
    var historyWeight: RatingWeight { get }
    /// What each item of a history adds to the score of every item, [items, items], row-major.
    var weights: [Float] { get }
}
