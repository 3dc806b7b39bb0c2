/// What is measured of a recommender: the errors of its ratings, the quality of its lists, or both.
///
/// In JSON all measures stand beside each other; those that were not measured are missing.
public struct CollabMetrics: Sendable, Hashable, Codable {
    /// Errors of predicted ratings; nil for a model that predicts none.
    public var ratings: RatingMetrics?
    /// Quality of the lists; nil unless asked for.
    public var ranking: RankingMetrics?

    /// Joins measures.
    package init(ratings: RatingMetrics?, ranking: RankingMetrics?) {
        self.ratings = ratings
        self.ranking = ranking
    }

    /// Root of the mean squared error, if the model predicts ratings.
    public var rmse: Double? { ratings?.rmse }
    /// Mean absolute error, if the model predicts ratings.
    public var mae: Double? { ratings?.mae }

    /// Reads what is there.
    public init(from decoder: any Decoder) throws {
        ratings = try? RatingMetrics(from: decoder)
        ranking = try? RankingMetrics(from: decoder)
    }

    /// Writes all measures under their own keys.
    public func encode(to encoder: any Encoder) throws {
        // Also without any measure this is an object.
        _ = encoder.container(keyedBy: CodingKeys.self)
        try ratings?.encode(to: encoder)
        try ranking?.encode(to: encoder)
    }

    private enum CodingKeys: CodingKey { case rmse }

    /// The mean of each measure over several folds.
    package static func mean(of folds: [CollabMetrics]) -> CollabMetrics {
        let (ratings, rankings) = (folds.compactMap(\.ratings), folds.compactMap(\.ranking))
        return CollabMetrics(
            ratings: ratings.isEmpty ? nil : .mean(of: ratings), ranking: rankings.isEmpty ? nil : .mean(of: rankings))
    }

    /// The standard deviation of each measure over several folds; nil for fewer than two.
    package static func deviation(of folds: [CollabMetrics]) -> CollabMetrics? {
        guard folds.count > 1 else { return nil }
        let (ratings, rankings) = (folds.compactMap(\.ratings), folds.compactMap(\.ranking))
        return CollabMetrics(
            ratings: ratings.isEmpty
                ? nil
                : RatingMetrics(
                    rmse: standardDeviation(ratings.map(\.rmse)), mae: standardDeviation(ratings.map(\.mae))),
            ranking: rankings.isEmpty ? nil : .deviation(of: rankings))
    }
}
