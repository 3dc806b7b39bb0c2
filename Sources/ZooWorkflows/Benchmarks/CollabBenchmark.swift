import Dispatch
import ZooCollab
import ZooKernels

/// The speed of training a dot-bias model with its default settings.
package struct CollabTiming: Sendable, Encodable {
    /// Length of the vectors.
    package let factors: Int
    /// Training ratings.
    package let ratings: Int
    /// Users with ratings.
    package let users: Int
    /// Items with ratings.
    package let items: Int
    /// Passes over the ratings.
    package let epochs: Int
    /// The median time of the training.
    package let seconds: Double
    /// Ratings times epochs over that time.
    package let ratingsPerSecond: Double
}

extension CollabTiming {
    /// Trains on the generated demo ratings, five times over.
    ///
    /// - Throws: nothing in practice
    package static func demo(factors: Int = 50, threads: ThreadCount = .all) throws -> CollabTiming {
        let ratings = DemoRatings().interactions
        var configuration = DotBiasRecipe()
        configuration.factors = factors
        let trainer = DotBiasTrainer(configuration, threads: threads)
        let seconds = try Stopwatch.median(warmUp: 1, repeats: 5) { _ = try trainer.fit(ratings) }
        return CollabTiming(
            factors: factors, ratings: ratings.count, users: ratings.userKeys.count, items: ratings.itemKeys.count,
            epochs: configuration.epochs, seconds: seconds,
            ratingsPerSecond: Double(ratings.count * configuration.epochs) / seconds)
    }
}
