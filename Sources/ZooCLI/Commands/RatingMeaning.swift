import ArgumentParser
import ZooData
import ZooRecords

/// What rows of users and items mean, wherever they come from.
struct RatingMeaning: ParsableArguments {
    @Option(
        help: """
            Content of a row: ratings (how somebody liked an item), counts (how often somebody chose it, such as plays) or \
            choices (that somebody chose it; no ratings are read). (default: ratings)
            """)
    var feedback: Feedback?

    @Option(
        help: """
            What is kept of several rows of one user and item: last or first by time, else by their order, mean, sum, or \
            refuse (an error; with --skip-bad-rows all but the last are left out). (default: last, of counts sum)
            """)
    var repeats: RepeatRule?

    @Option(
        help: """
            Unit of times that are numbers since 1970: seconds, milliseconds, microseconds or nanoseconds. (default: \
            detected by their size)
            """)
    var timestampUnit: TimestampUnit?

    @Flag(help: "Take what is told of items and users even where none of their keys is in the ratings.")
    var allowUnmatched = false

    /// The options that are given.
    var given: [String] {
        [("--feedback", feedback != nil), ("--repeats", repeats != nil), ("--timestamp-unit", timestampUnit != nil)]
            .filter(\.1).map(\.0)
    }

    /// Whether there is anything that only ratings have.
    var isGiven: Bool { !given.isEmpty }

    var rules: RatingRules {
        var rules = RatingRules()
        apply(to: &rules)
        return rules
    }

    /// Takes over what is given.
    func apply(to rules: inout RatingRules) {
        if let feedback { rules.feedback = feedback }
        if let repeats { rules.repeats = repeats }
        if let timestampUnit { rules.unit = timestampUnit }
    }
}

extension Feedback: ExpressibleByArgument {}
extension RepeatRule: ExpressibleByArgument {}
extension TimestampUnit: ExpressibleByArgument {}
