import ZooData
import ZooRecords
import ZooWorkflows

extension DatasetContents {
    /// What a data set amounts to, in one line.
    var headline: String {
        switch self {
        case .ratings(let summary):
            "\(summary.ratings.counting(String(summary.feedback.rawValue.dropLast()))) by \(summary.users.counting("user")) on \(summary.items.counting("item"))"
                + (summary.feedback == .choices ? "" : ", from \(summary.ratingMinimum) to \(summary.ratingMaximum)")
        case .table(let summary): summary.headline
        case .text(let summary): "\(summary.characters.counting("character")) in \(summary.documents.counting("text"))"
        case .images(let summary): summary.headline
        }
    }

    /// What more there is to tell, a line each.
    var details: [(name: String, text: String)] {
        switch self {
        case .text(let summary): return summary.details
        case .table(let summary): return summary.details
        case .images(let summary): return summary.details
        case .ratings: return []
        }
    }
}

extension TableSummary {
    /// The columns, and what is to be known of them.
    fileprivate var details: [(name: String, text: String)] {
        columns.map { column in
            let values = column.valuesText
            let counts = "\(column.kind.rawValue), \(column.missing) missing, \(column.distinctText) distinct"
            return ("column \(column.name)", counts + (values.isEmpty ? "" : ": \(values)"))
        } + allNotes.map { ("note", $0) }
    }
}

extension TextSummary {
    /// The size in bytes, the alphabet and the labels.
    fileprivate var details: [(name: String, text: String)] {
        var lines = [("bytes", String(bytes)), ("characters", "\(alphabet) different")]
        if !labels.isEmpty {
            let shown = labels.prefix(20).map { "\($0.label) (\($0.count))" }.joined(separator: ", ")
            lines.append(("labels", shown + (labels.count > 20 ? ", …" : "")))
        }
        return lines
    }
}

/// A data set with what is known of its items and users.
struct ShownDataset: Encodable {
    let dataset: Dataset
    /// nil for data other than ratings.
    let attributes: RatingAttributes?

    private struct Output: Encodable {
        let name: String
        let kind: String
        /// Of how many items or users it is known.
        let known: Int
        /// How many there are.
        let of: Int
        /// How many names occur; null of numbers.
        @StableKey var distinct: Int?
    }

    private enum Keys: String, CodingKey { case itemAttributes, userAttributes }

    /// The data set's own keys, and those of the attributes beside them.
    func encode(to encoder: any Encoder) throws {
        try dataset.encode(to: encoder)
        guard let attributes else { return }
        var values = encoder.container(keyedBy: Keys.self)
        try values.encode(attributes.items.map(Self.output), forKey: .itemAttributes)
        try values.encode(attributes.users.map(Self.output), forKey: .userAttributes)
    }

    private static func output(_ attribute: Attribute) -> Output {
        let (known, count, distinct): (Int, Int, Int?) =
            switch attribute.values {
            case .numbers(let numbers): (numbers.count { $0 != nil }, numbers.count, nil)
            case .categories(let places, let names): (places.count { $0 >= 0 }, places.count, names.count)
            case .sets(let sets, let names): (sets.count { !$0.isEmpty }, sets.count, names.count)
            }
        return Output(
            name: attribute.name, kind: attribute.kind.rawValue, known: known, of: count, distinct: distinct)
    }
}

extension Attribute {
    /// What its values amount to, in one line.
    var summary: String {
        switch values {
        case .numbers(let numbers):
            let known = numbers.compactMap { $0 }
            guard let least = known.min(), let most = known.max() else { return "number, none known" }
            return "number, \(least.plain) to \(most.plain), \(numbers.count - known.count) missing"
        case .categories(let places, let names):
            return "category, \(names.count) distinct, \(places.count { $0 < 0 }) missing"
        case .sets(let sets, let names): return "set, \(names.count) distinct, \(sets.count { $0.isEmpty }) empty"
        }
    }
}

extension Double {
    /// The number without grouping: a year is 1999.
    fileprivate var plain: String { formatted(.number.grouping(.never)) }
}
