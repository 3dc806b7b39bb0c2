import Foundation
import ZooCollab
import ZooData

extension RatingMetrics {
    /// The errors of one and the same prediction for every rating.
    init(ofMean mean: Double, on interactions: Interactions) {
        self.init(prediction: Float(mean), ratings: interactions.ratings)
    }
}

extension CollabVocabulary {
    /// The mean of the training ratings.
    var meanRating: Double {
        let sum = zip(itemCounts, itemMeans).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        return sum / Double(max(itemCounts.reduce(0, +), 1))
    }
}

extension Baseline where Metrics == RatingMetrics {
    /// The errors of the mean of the training ratings.
    static func mean(of training: CollabVocabulary, on measured: Interactions) -> Baseline {
        Baseline("mean of the training ratings", RatingMetrics(ofMean: training.meanRating, on: measured))
    }

    /// Said of a recommender that is not better; nil of one that is, and where all ratings are the mean.
    ///
    /// - Parameter advice: what to do
    func warning(_ rmse: Double, advice: String) -> String? {
        guard metrics.rmse > 0, rmse >= metrics.rmse else { return nil }
        return "the error (rmse \(rmse.measureText)) is not below that of the mean of the training ratings "
            + "(\(metrics.rmse.measureText)): \(advice)"
    }
}

extension RankingMetrics {
    /// Said of lists that are not better than that of the most rated items; nil of those that are, and of that list itself.
    ///
    /// - Parameter architecture: the algorithm that made the lists
    func warning(beside popularity: RankingMetrics?, of architecture: String) -> String? {
        guard let popularity, ndcg <= popularity.ndcg, self != popularity else { return nil }
        let advice =
            architecture == CollabAlgorithm.usual.name
            ? "with more ratings of each person it makes better ones; 'zoo train collab --model popularity' makes that list"
            : "compare with the default, 'zoo train collab', and with '--model popularity', which makes that list"
        return String(
            format: "the lists (ndcg %.4f) are not better than the list of the most rated items (%.4f): ", ndcg,
            popularity.ndcg) + advice
    }
}

/// What keeps a recommender from learning anything, said after its training.
struct CollabWarnings {
    let training: Interactions
    let recipe: CollabRecipe
    let model: any Recommender

    /// Of the ratings, else of the errors on them.
    var all: [String] {
        let problems = ratingProblems
        return problems.isEmpty ? [learningProblem].compactMap { $0 } : problems
    }

    private var ratingProblems: [String] {
        var result: [String] = []
        let count = training.count.counting("rating")
        func areOne(_ rows: [Int32]) -> Bool { !rows.isEmpty && rows.allSatisfy { $0 == rows[0] } }
        if areOne(training.users) {
            result.append(
                "all \(count) are by one person: nothing can be learned from other people's taste; "
                    + "import ratings of several people")
        }
        if areOne(training.items) {
            result.append("all \(count) are of one item: there is nothing to choose from; import ratings of several")
        }
        if training.feedback == .ratings, let first = training.onlyRating {
            result.append(
                "all \(count) are \(first.formatted()): the model ranks by who chose what, and predicts no ratings")
        }
        return result
    }

    private var learningProblem: String? {
        guard let (rate, usual) = recipe.learningRate, let rmse = model.ratingMetrics(on: training)?.rmse else {
            return nil
        }
        let mean = RatingMetrics(ofMean: model.vocabulary.meanRating, on: training).rmse
        // The same error but for a hundredth is no progress either.
        guard mean > 0, rmse >= 0.99 * mean else { return nil }
        let change = rate < usual ? "a higher --lr" : rate > usual ? "a lower --lr" : "another --lr"
        let digits = FloatingPointFormatStyle<Double>.number.precision(.significantDigits(1...3))
        return "nothing was learned: the error on the training ratings (rmse \(rmse.measureText)) is not below that of "
            + "their mean (\(mean.measureText)): "
            + "try \(change) than \(rate.formatted(digits)) (default: \(usual.formatted(digits))) or more --epochs; "
            + "'zoo lr-find collab' suggests a rate"
    }
}

extension CollabRecipe {
    /// What to try where a recommender is not better than a mean.
    static let advice = "try a larger --weight-decay, fewer --factors, another learning rate (--lr), or more ratings"
}
