/// What can go wrong between a question and an embedding table.
package enum EmbeddingError: Error, Equatable, Sendable {
    /// A column of a table has another length than it must have.
    case sizeMismatch(column: String, expected: Int, found: Int)
    /// No entry has this name; the labels that come closest to it, as far as they are near.
    case notFound(name: String, closest: [String])
    /// Several entries have this name or it as a part; the likeliest first, at most ten of `total`.
    case ambiguous(name: String, candidates: [Candidate], total: Int)
    /// The table has no such column, but the question needs it.
    case missingColumn(String)
    /// More components were asked for than there are.
    case tooManyComponents(asked: Int, available: Int)
    /// A vector has a number that is infinite or not a number.
    case notFinite(row: Int)
    /// The numbers are so large that their squares overflow.
    case tooLarge
    /// Two sets of vectors cannot be compared, for this reason.
    case cannotCompare(String)
    /// There are fewer entries than a map or its clusters need.
    case tooFew(found: Int, needed: Int)

    /// An entry that a name may stand for.
    package struct Candidate: Equatable, Sendable {
        /// Its row in the table.
        package let row: Int
        /// Its key, which names it without doubt.
        package let key: String
        /// Its label.
        package let label: String

        /// Creates a candidate.
        package init(row: Int, key: String, label: String) {
            self.row = row
            self.key = key
            self.label = label
        }
    }
}

extension EmbeddingError: CustomStringConvertible {
    /// One line: what, where, and what to do next.
    package var description: String {
        switch self {
        case .sizeMismatch(let column, let expected, let found):
            "the embedding table's \(column) has \(found) entries where \(expected) are needed; the model file is damaged"
        case .notFound(let name, let closest) where closest.isEmpty:
            "nothing is called '\(name.prefix(100))', or nearly so"
        case .notFound(let name, let closest):
            "nothing is called '\(name)'; did you mean \(Self.quoted(closest))?"
        case .ambiguous(let name, let candidates, let total):
            "'\(name)' may be any of \(total): \(Self.listed(candidates))\(total > candidates.count ? ", …" : ""); "
                + "write more of the name, or the key"
        case .missingColumn(let column):
            "this model keeps no \(column); train one that does, such as dot-bias"
        case .tooManyComponents(_, let available) where available < 1:
            "there are too few entries for principal components: two or more are needed"
        case .tooManyComponents(let asked, let available):
            "\(asked) components were asked for, but there are \(available); ask for 1 to \(available)"
        case .notFinite(let row):
            "the vector of row \(row) has a number that is not finite; the training diverged, try a lower learning rate"
        case .cannotCompare(let reason): "there is nothing to compare: \(reason)"
        case .tooFew(let found, let needed):
            "there are too few entries: \(found), at least \(needed) are needed"
        case .tooLarge:
            "the vectors' numbers are too large to be squared; the training diverged, try a lower learning rate"
        }
    }

    private static func quoted(_ labels: [String]) -> String { labels.map { "'\($0)'" }.joined(separator: ", ") }

    private static func listed(_ candidates: [Candidate]) -> String {
        candidates.map { "'\($0.label)' (\($0.key))" }.joined(separator: ", ")
    }
}
