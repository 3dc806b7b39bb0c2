import GRDB
import ZooRecords

/// What a data set of ratings amounts to.
package struct RatingsSummary: Sendable, Equatable, Encodable {
    /// The least rating possible.
    package let ratingMinimum: Double
    /// The greatest rating possible.
    package let ratingMaximum: Double
    /// How many people rated.
    package let users: Int
    /// How many items there are, rated or not.
    package let items: Int
    /// How many ratings.
    package let ratings: Int
    /// Whether the ratings have timestamps.
    package let hasTimestamps: Bool
    /// What a rating says.
    package let feedback: Feedback

    /// What a table amounts to.
    init(_ table: RatingTable) {
        (ratingMinimum, ratingMaximum) = (table.scale.lowerBound, table.scale.upperBound)
        (users, items, ratings) = (table.userKeys.count, table.itemKeys.count, table.rows.count)
        (hasTimestamps, feedback) = (table.hasTimes, table.feedback)
    }

    init(row: Row) {
        ratingMinimum = row["rating_min"] ?? 0
        ratingMaximum = row["rating_max"] ?? 0
        users = row["users"]
        items = row["items"]
        ratings = row["ratings"]
        hasTimestamps = row["has_timestamps"]
        feedback = (row["feedback"] as String?).flatMap { Feedback(rawValue: $0) } ?? .ratings
    }
}
