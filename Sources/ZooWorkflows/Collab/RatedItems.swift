import ZooCollab
import ZooData
import ZooEmbeddings
import ZooRecords

/// The items of a model that somebody's file of ratings speaks of.
struct RatedItems {
    /// Rows of the model's items, and the ratings on the model's scale.
    private(set) var rated: [RatedItem] = []
    /// What the model does not know.
    private(set) var unknown: [RecommendReport.UnknownItem] = []
    /// What may be any of several items.
    private(set) var ambiguous: [RecommendReport.AmbiguousItem] = []
    /// What the reader should know.
    private(set) var notes: [String] = []
    private let index: NameIndex
    private let path: String
    private let file: PersonalRatings
    /// How each item was found, and where.
    private var found: [Int: (kind: NameIndex.Kind, place: Int)] = [:]
    private var nearest: [String] = []
    private var repeated: [String] = []
    private var keyed: [String] = []
    private var inOtherForms: [String] = []

    /// Finds the items of a file.
    ///
    /// Ratings on another scale are mapped linearly: the least to the least, the highest to the highest; what has but one value, as
    /// it is.
    /// - Parameters:
    ///   - isStrict: whether the first item that is unknown, not clear or rated twice is an error
    ///   - scale: the model's
    /// - Throws: `WorkflowError.invalid` where nothing is known, or in a strict reading
    init(
        _ file: PersonalRatings, of path: String, isStrict: Bool, among index: NameIndex, scale: ClosedRange<Double>
    ) throws {
        (self.index, self.path, self.file) = (index, path, file)
        let keys = KeyPlaces(index.keys)
        for (place, rating) in file.ratings.enumerated() {
            let name = NameIndex.full(rating.item, year: rating.year)
            var match = Self.match(rating, in: index)
            if match?.kind != .key, rating.naming == .key || rating.naming == .any, let row = keys[rating.item],
                match?.rows != [row]
            {
                match = index.match(index.keys[row])
                inOtherForms.append("'\(rating.item)' as '\(index.keys[row])'")
            }
            guard let match, match.rows.count == 1 || match.kind < .part && !isStrict else {
                let rows = match?.rows ?? []
                if isStrict { throw refusal(rating, "\(index.error(for: name, rows: rows))") }
                leaveOut(rating, name: name, rows: rows)
                continue
            }
            let title = index.labels[match.rows[0]]
            if isStrict, let earlier = found[match.rows[0]] {
                let line = file.ratings[earlier.place].line
                throw refusal(rating, "'\(title)' was rated in \(file.place) \(line) already")
            }
            if match.kind == .nearYear || match.kind == .part || match.rows.count > 1 {
                let choice = match.rows.count > 1 ? " (the most rated of \(match.rows.count))" : ""
                nearest.append("'\(name)' as '\(title)'\(choice)")
            }
            if rating.naming == .any, let other = index.otherTitled(rating.item, than: match) {
                keyed.append("'\(rating.item)' of '\(title)', not of '\(index.labels[other])' (\(index.keys[other]))")
            }
            add(match, rating.rating, place: place, scale: scale)
        }
        guard !rated.isEmpty else { throw nothingKnown() }
        notes = allNotes(scale: scale)
    }

    private static func match(_ rating: PersonalRating, in index: NameIndex) -> NameIndex.Match? {
        // An id is surer than any title, and the original title comes last.
        for name in rating.otherNames { if let match = index.match(name), match.kind == .key { return match } }
        if rating.naming == .title, let titled = index.whole(rating.item, year: rating.year) { return titled }
        let match = index.match(
            rating.item, year: rating.year, usesKeys: rating.naming != .titleOnly, takesPartsOfWords: false)
        if let match, match.kind < .part { return match }
        for name in rating.otherNames {
            let other = index.match(name, year: rating.year, usesKeys: false, takesPartsOfWords: false)
            if let other, other.kind < .part { return other }
        }
        return match
    }

    /// Takes a rating in; of two of one item the one whose name is surer stays, else the later by their times, else in the file.
    private mutating func add(_ match: NameIndex.Match, _ rating: Double, place: Int, scale: ClosedRange<Double>) {
        let row = match.rows[0]
        let width = file.scale.upperBound - file.scale.lowerBound
        let share = (rating - file.scale.lowerBound) / width
        let mapped = Float(width > 0 ? scale.lowerBound + share * (scale.upperBound - scale.lowerBound) : rating)
        if let earlier = found[row] {
            repeated.append("'\(index.labels[row])'")
            let isLater = (file.ratings[place].time ?? .min) >= (file.ratings[earlier.place].time ?? .min)
            guard match.kind < earlier.kind || match.kind == earlier.kind && isLater else { return }
            rated.removeAll { $0.item == row }
        }
        found[row] = (match.kind, place)
        rated.append(RatedItem(item: row, rating: mapped))
    }

    private mutating func leaveOut(_ rating: PersonalRating, name: String, rows: [Int]) {
        guard !rows.isEmpty else { return unknown.append(.init(item: name, line: rating.line)) }
        let candidates = rows.prefix(10).map { index.labels[$0] }
        ambiguous.append(.init(item: name, line: rating.line, candidates: candidates, total: rows.count))
    }

    private func refusal(_ rating: PersonalRating, _ reason: String) -> WorkflowError {
        .invalid(what: "\(path), \(file.place) \(rating.line)", reason: reason)
    }

    private func nothingKnown() -> WorkflowError {
        let first = file.ratings[0]
        let name = NameIndex.full(first.item, year: first.year)
        let error = index.error(for: name, rows: Self.match(first, in: index)?.rows ?? [])
        let count = file.ratings.count
        let none = count == 1 ? "its only item is not known" : "none of its \(count) items is known, the first of which"
        return .invalid(what: path, reason: "\(none): \(error)")
    }

    private func allNotes(scale: ClosedRange<Double>) -> [String] {
        var notes = file.notes
        func range(_ scale: ClosedRange<Double>) -> String {
            "\(scale.lowerBound.formatted()) to \(scale.upperBound.formatted())"
        }
        let isMapped = file.scale != scale && file.scale.lowerBound < file.scale.upperBound
        let mapping = isMapped ? "ratings of \(range(file.scale)) are mapped linearly onto \(range(scale))" : ""
        if let source = file.source {
            notes.append(
                "this is an export of \(source)" + (isMapped ? ": \(mapping) (--scale sets another scale)" : ""))
        } else if isMapped {
            notes.append(mapping)
        }
        var leftOut: [String] = []
        if !unknown.isEmpty {
            leftOut.append("\(unknown.count) unknown (\(Self.listed(unknown.map { "'\($0.item)'" })))")
        }
        if !ambiguous.isEmpty {
            let names = ambiguous.map { item in
                "'\(item.item)': " + item.candidates.prefix(2).map { "'\($0)'" }.joined(separator: " or ")
                    + (item.total > 2 ? ", …" : "")
            }
            leftOut.append("\(ambiguous.count) ambiguous (\(Self.listed(names)))")
        }
        if file.unrated > 0 { leftOut.append("\(file.unrated) without a rating") }
        if file.episodes > 0 {
            leftOut.append(file.episodes == 1 ? "1 episode or season" : "\(file.episodes) episodes or seasons")
        }
        if !leftOut.isEmpty {
            let total = file.ratings.count + file.unrated + file.episodes
            notes.append("left out of \(total.counting("rating")): \(leftOut.joined(separator: ", "))")
        }
        if !nearest.isEmpty { notes.append("taken as the nearest title: \(Self.listed(nearest))") }
        if !keyed.isEmpty {
            notes.append(
                "names that are the key of one item and the title of another are taken as keys: \(Self.listed(keyed)); in a "
                    + "column 'title' they are titles")
        }
        if !inOtherForms.isEmpty {
            notes.append(
                "\(inOtherForms.count.counting("key")) written otherwise than in the training: \(Self.listed(inOtherForms))"
            )
        }
        if !repeated.isEmpty {
            notes.append("rated more than once, the surer name or the later counts: \(Self.listed(repeated))")
        }
        return notes
    }

    /// The first ten.
    private static func listed(_ names: [String]) -> String {
        names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", …" : "")
    }
}
