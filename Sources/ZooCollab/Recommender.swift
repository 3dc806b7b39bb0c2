/// A model that scores items for users, in stars.
///
/// Rows index the model's vocabulary. A user or item that training did not see is `nil`: the score then rests on what is
/// known of the other side.
public protocol Recommender: Sendable {
    /// Users and items that training saw.
    var vocabulary: CollabVocabulary { get }

    /// The expected rating of every item by one user, in stars, [items].
    func scores(user: Int?) -> [Float]

    /// The expected rating of one item by one user, in stars.
    func score(user: Int?, item: Int?) -> Float

    /// The expected ratings of pairs of rows, in stars; a negative row is unknown.
    ///
    /// - Shapes: users [n], items [n] -> [n]
    func scores(users: [Int32], items: [Int32]) -> [Float]
}

/// An item and its score.
public struct ScoredItem: Sendable, Hashable {
    /// Row of the model's vocabulary.
    public let item: Int
    /// The expected rating, in stars.
    public let score: Float
}

extension Recommender {
    /// The `count` items with the highest scores, ties by the lower row.
    ///
    /// - Parameter excluded: rows to leave out, such as what the user has already seen.
    public func best(_ count: Int, of scores: [Float], excluding excluded: Set<Int> = []) -> [ScoredItem] {
        let candidates = scores.indices.lazy.filter { !excluded.contains($0) }
        let sorted = candidates.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
        return sorted.prefix(max(0, count)).map { ScoredItem(item: $0, score: scores[$0]) }
    }

    /// How well the model predicts ratings it may not have seen.
    ///
    /// Predictions are clamped to the rating scale of the data.
    public func evaluate(on interactions: Interactions) -> RatingMetrics {
        let rows = vocabulary.rows(of: interactions)
        let predictions = scores(users: rows.users, items: rows.items)
        let scale = interactions.scale
        return RatingMetrics(
            predictions: predictions.map { min(scale.upperBound, max(scale.lowerBound, $0)) },
            ratings: interactions.ratings)
    }
}

/// Errors of predicted ratings, in stars.
public struct RatingMetrics: Sendable, Hashable, Codable {
    /// Root of the mean squared error.
    public let rmse: Double
    /// Mean absolute error.
    public let mae: Double

    /// Creates metrics from their values.
    public init(rmse: Double, mae: Double) {
        self.rmse = rmse
        self.mae = mae
    }

    /// Compares predictions with ratings; of nothing, both errors are 0.
    ///
    /// - Precondition: both arrays are equally long.
    public init(predictions: [Float], ratings: [Float]) {
        precondition(
            predictions.count == ratings.count, "metrics: \(predictions.count) predictions, \(ratings.count) ratings")
        var squares = 0.0
        var absolutes = 0.0
        for (prediction, rating) in zip(predictions, ratings) {
            let error = Double(prediction) - Double(rating)
            squares += error * error
            absolutes += abs(error)
        }
        let count = Double(max(1, ratings.count))
        self.init(rmse: (squares / count).squareRoot(), mae: absolutes / count)
    }

    /// The mean of each error over several folds.
    public static func mean(of folds: [RatingMetrics]) -> RatingMetrics {
        let count = Double(max(1, folds.count))
        return RatingMetrics(
            rmse: folds.map(\.rmse).reduce(0, +) / count, mae: folds.map(\.mae).reduce(0, +) / count)
    }
}
