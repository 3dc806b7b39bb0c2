import ZooRecords

/// How the ratings of a file or a SELECT are meant.
package struct RatingRules: Sendable, Equatable {
    /// What a row says.
    package var feedback = Feedback.ratings
    /// What is made of several rows of one user and item; nil keeps the last, and adds up counts.
    package var repeats: RepeatRule?
    /// What times that are numbers count; nil finds out by their size.
    package var unit: TimestampUnit?

    /// Ratings, with all else found out.
    package init() {}

    /// What is made of several rows of one user and item.
    var repeatRule: RepeatRule { repeats ?? (feedback == .counts ? .sum : .last) }
}

/// What is made of several ratings of one item by one user.
package enum RepeatRule: String, Sendable, Codable, CaseIterable {
    /// The latest, and of equal times or none the one that stands last.
    case last
    /// The earliest, and of equal times or none the one that stands first.
    case first
    /// Their mean.
    case mean
    /// Their sum.
    case sum
    /// The second is a bad row.
    case refuse
}

/// What a time that is a number counts since 1970.
package enum TimestampUnit: String, Sendable, Codable, CaseIterable {
    case seconds, milliseconds, microseconds, nanoseconds

    /// How many are a second.
    var perSecond: Int64 {
        switch self {
        case .seconds: 1
        case .milliseconds: 1000
        case .microseconds: 1_000_000
        case .nanoseconds: 1_000_000_000
        }
    }

    /// The unit in which a number of this size is a time between 1973 and 5138.
    init(of time: Int64) {
        switch time.magnitude {
        case ..<100_000_000_000: self = .seconds
        case ..<100_000_000_000_000: self = .milliseconds
        case ..<100_000_000_000_000_000: self = .microseconds
        default: self = .nanoseconds
        }
    }
}
