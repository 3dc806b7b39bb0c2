/// Errors of predicted ratings, in units of the rating scale.
public struct RatingMetrics: Sendable, Hashable, Codable {
    /// Root of the mean squared error.
    public let rmse: Double
    /// Mean absolute error.
    public let mae: Double

    /// Creates metrics from their values.
    package init(rmse: Double, mae: Double) {
        self.rmse = rmse
        self.mae = mae
    }

    /// Compares predictions with ratings; of nothing, both errors are 0.
    ///
    /// - Precondition: both arrays are equally long.
    package init(predictions: [Float], ratings: [Float]) {
        precondition(
            predictions.count == ratings.count, "metrics: \(predictions.count) predictions, \(ratings.count) ratings")
        var errors = RatingErrors()
        for (prediction, rating) in zip(predictions, ratings) { errors.add(prediction, rating) }
        self = errors.metrics
    }

    /// Compares one and the same prediction with all ratings.
    package init(prediction: Float, ratings: [Float]) {
        var errors = RatingErrors()
        for rating in ratings { errors.add(prediction, rating) }
        self = errors.metrics
    }

    /// The mean of each error over several folds.
    package static func mean(of folds: [RatingMetrics]) -> RatingMetrics {
        let count = Double(max(1, folds.count))
        return RatingMetrics(
            rmse: folds.map(\.rmse).reduce(0, +) / count, mae: folds.map(\.mae).reduce(0, +) / count)
    }
}

/// Sums of the errors of predicted ratings.
struct RatingErrors {
    private var squares = 0.0
    private var absolutes = 0.0
    private var count = 0

    mutating func add(_ prediction: Float, _ rating: Float) {
        let error = Double(prediction) - Double(rating)
        squares += error * error
        absolutes += abs(error)
        count += 1
    }

    /// Of nothing, both errors are 0.
    var metrics: RatingMetrics {
        let count = Double(max(1, count))
        return RatingMetrics(rmse: (squares / count).squareRoot(), mae: absolutes / count)
    }
}
