import Foundation

/// How a ratings file is to be imported.
public struct ImportOptions: Sendable {
    /// Whether a data set of that name is replaced; else its being there is an error.
    public var isReplacing = false
    /// Whether to leave out rows that cannot be taken; else the first of them ends the import.
    public var skipsBadRows = false
    /// What the bytes of texts mean.
    public var encoding: TextEncoding = .utf8
    /// The least and greatest rating possible; nil takes the form's own, or what occurs.
    public var scale: ClosedRange<Double>?
    /// How the file is written: delimiter, header, names of the columns, lines to skip, missing values.
    package var table = TableImportOptions()
    /// How ratings, times and repeated pairs are meant.
    package var rules = RatingRules()
    /// What tells more of the items: their titles and attributes.
    package var items: SideSource?
    /// What tells more of the users.
    package var users: SideSource?
    /// Whether these are taken even where none of their keys is in the ratings.
    package var takesUnmatched = false
    /// Where temporary files may be made: where the database is.
    var folder = FileManager.default.temporaryDirectory.path

    /// Options of a plain import: nothing replaced, nothing skipped, UTF-8.
    public init() {}
}

/// What an import did.
public struct ImportReport: Sendable, Equatable, Encodable {
    /// The data set as it is stored now.
    public let dataset: Dataset
    /// The rows that were left out.
    public let badRows: BadRows
    /// Pairs of user and item that occurred more than once.
    package let repeated: RepeatedRatings
    /// The names of what is known of the items besides their titles, such as genres.
    package let itemAttributes: [String]
    /// The names of what is known of the users.
    package let userAttributes: [String]
    /// What was found out or decided, a sentence each.
    public let notes: [String]
    /// What the columns of a delimited file were taken for; empty where that was not asked for.
    package var columns: [RatingColumnUse] = []
}

/// Pairs of user and item that occurred more than once in a file.
package struct RepeatedRatings: Sendable, Equatable, Encodable {
    /// What was made of them.
    package let rule: RepeatRule
    /// How many rows were dropped, or taken into others.
    package var count = 0
    /// The first of those rows.
    package var listed: [BadRow] = []

    /// Nothing occurred twice.
    init(rule: RepeatRule) { self.rule = rule }

    /// What was made of them, in a sentence; none where nothing occurred twice.
    package var notes: [String] {
        guard count > 0 else { return [] }
        let made =
            switch rule {
            case .last, .refuse: "the last is kept, by time where there is one"
            case .first: "the first is kept, by time where there is one"
            case .mean: "their mean is kept"
            case .sum: "they are added up"
            }
        let others = RepeatRule.allCases.filter { $0 != rule }.map(\.rawValue).joined(separator: ", ")
        return [
            "\(count.counting("row")) of a user and item that stand in another row too: \(made) (--repeats says "
                + "otherwise: \(others))"
        ]
    }
}
