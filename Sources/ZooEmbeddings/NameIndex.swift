/// Finds entries by their keys and by what people call them.
package struct NameIndex: Sendable {
    /// How a name was found, the surest way first.
    package enum Kind: Int, Sendable, Comparable {
        /// It is a key.
        case key
        /// It is the whole label, perhaps but for case and accents.
        case label
        /// It is the title of the same year: the article moved or left out, other punctuation.
        case title
        /// It is the title, one year off.
        case nearYear
        /// It is the title, and one of the two has no year.
        case anyYear
        /// It is a part of the label, or all its words are.
        case part

        /// Whether the first is surer.
        package static func < (a: Kind, b: Kind) -> Bool { a.rawValue < b.rawValue }
    }

    /// What a name stands for.
    package struct Match: Sendable, Equatable {
        /// The rows, the likeliest first: by count, parts that begin with the name before others.
        package let rows: [Int]
        /// How they were found.
        package let kind: Kind
    }

    /// The entries' keys.
    package let keys: [String]
    /// What people call them.
    package let labels: [String]
    private let counts: [Int]?
    private let folded: [FoldedName]
    private let years: [Int?]
    private let byKey: [String: [Int]]
    private let byLabel: [String: [Int]]
    private let byFoldedKey: [String: [Int]]
    private let byFoldedLabel: [String: [Int]]
    private let byForm: [String: [Int]]
    private let byBare: [String: [Int]]

    /// Indexes the entries.
    ///
    /// - Parameter counts: how often each was seen, to sort several by; nil for their order
    /// - Precondition: keys, labels and counts are of one length
    package init(keys: [String], labels: [String], counts: [Int]?) {
        precondition(
            keys.count == labels.count && counts?.count ?? keys.count == keys.count,
            "name index: \(keys.count) keys, \(labels.count) labels, \(counts?.count ?? keys.count) counts")
        (self.keys, self.labels, self.counts) = (keys, labels, counts)
        let titles = labels.map { TitleName($0) }
        folded = labels.map(FoldedName.init)
        years = titles.map(\.year)
        func rows(_ names: (Int) -> [String]) -> [String: [Int]] {
            var result: [String: [Int]] = [:]
            for row in keys.indices { for name in names(row) { result[name, default: []].append(row) } }
            return result
        }
        byKey = rows { [keys[$0]] }
        byLabel = rows { [labels[$0]] }
        byFoldedKey = rows { [FoldedName(keys[$0]).text] }
        byFoldedLabel = rows { [folded] in [folded[$0].text] }
        byForm = rows { titles[$0].forms }
        byBare = rows { titles[$0].bare }
    }

    /// What `name` stands for, by the first rule that finds anything; nil where none does.
    ///
    /// - Parameters:
    ///   - year: of a title, where it is known and not in the name
    ///   - usesKeys: whether the name may be a key
    ///   - takesPartsOfWords: whether `bat` may stand for `Batman`
    package func match(
        _ name: String, year: Int? = nil, usesKeys: Bool = true, takesPartsOfWords: Bool = true
    ) -> Match? {
        if usesKeys, let rows = byKey[name] { return Match(rows: rows, kind: .key) }
        let wanted = FoldedName(Self.full(name, year: year))
        return whole(name, year: year, usesKeys: usesKeys)
            ?? (Self.isBlank(wanted) ? nil : part(wanted, takesPartsOfWords: takesPartsOfWords))
    }

    /// What `name` stands for as a whole label or title; nil where no entry is called that.
    ///
    /// - Parameter usesKeys: whether the name may be a key in other letters
    package func whole(_ name: String, year: Int? = nil, usesKeys: Bool = false) -> Match? {
        let full = Self.full(name, year: year)
        let wanted = FoldedName(full)
        guard !Self.isBlank(wanted) else { return nil }
        if let rows = byLabel[full] { return match(rows, .label) }
        let same = (byFoldedLabel[wanted.text] ?? []) + (usesKeys ? byFoldedKey[wanted.text] ?? [] : [])
        if !same.isEmpty { return match(Array(Set(same)).sorted(), .label) }
        return titled(TitleName(name, year: year))
    }

    /// The likeliest entry that `name` is the title of, where it was taken for the key of another one; nil where there is none.
    package func otherTitled(_ name: String, than match: Match) -> Int? {
        guard match.kind == .key, let titled = whole(name), !titled.rows.contains(match.rows[0]) else { return nil }
        return titled.rows[0]
    }

    private static func isBlank(_ name: FoldedName) -> Bool { name.text.allSatisfy(\.isWhitespace) }

    /// The name as a title is written, its year behind it.
    package static func full(_ name: String, year: Int?) -> String {
        guard let year, TitleName.withoutYear(name).year == nil else { return name }
        return "\(name) (\(year))"
    }

    /// The labels closest to a name that nothing has, as far as they are near it; none for one of more than 200 letters, whose
    /// distance to each would take long.
    package func closestLabels(to name: String, count: Int) -> [String] {
        guard name.unicodeScalars.prefix(201).count <= 200 else { return [] }
        let wanted = FoldedName(name)
        let distances = folded.map { $0.editDistances(from: wanted) }
        let letters = wanted.text.unicodeScalars.count
        return labels.indices.filter { NearestName.isNear(distances[$0].anywhere, of: letters) }
            .sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(count).map { labels[$0] }
    }

    /// Why a name that stands for these rows names none of them.
    package func error(for name: String, rows: [Int]) -> EmbeddingError {
        guard !rows.isEmpty else {
            return .notFound(name: name, closest: closestLabels(to: name, count: 3))
        }
        let candidates = rows.prefix(10).map { EmbeddingError.Candidate(row: $0, key: keys[$0], label: labels[$0]) }
        return .ambiguous(name: name, candidates: candidates, total: rows.count)
    }

    private func match(_ rows: [Int], _ kind: Kind) -> Match { Match(rows: mostCountedFirst(rows), kind: kind) }

    private func titled(_ title: TitleName) -> Match? {
        let forms = Set(title.forms.flatMap { byForm[$0] ?? [] })
        let bare = Set(title.bare.flatMap { byForm[$0] ?? [] } + title.forms.flatMap { byBare[$0] ?? [] })
        for kind in [Kind.title, .nearYear, .anyYear] {
            for rows in [forms, bare] {
                let fitting = rows.filter { self.kind(title.year, years[$0]) == kind }
                if !fitting.isEmpty { return match(fitting.sorted(), kind) }
            }
        }
        return nil
    }

    /// How well the years of two equal titles agree; nil for different films.
    private func kind(_ a: Int?, _ b: Int?) -> Kind? {
        guard let a, let b else { return a == b ? .title : .anyYear }
        return a == b ? .title : abs(a - b) == 1 ? .nearYear : nil
    }

    private func part(_ wanted: FoldedName, takesPartsOfWords: Bool) -> Match? {
        var parts = labels.indices.filter { folded[$0].contains(wanted, asWords: !takesPartsOfWords) }
        if parts.isEmpty {
            // Each word somewhere, so that `the matrix` finds `Matrix, The (1999)`.
            let words = wanted.words
            parts = labels.indices.filter { row in
                words.allSatisfy { folded[row].contains($0, asWords: !takesPartsOfWords) }
            }
        }
        guard !parts.isEmpty else { return nil }
        let begins = parts.filter { folded[$0].text.hasPrefix(wanted.text) }
        let others = parts.filter { !folded[$0].text.hasPrefix(wanted.text) }
        return Match(rows: mostCountedFirst(begins) + mostCountedFirst(others), kind: .part)
    }

    private func mostCountedFirst(_ rows: [Int]) -> [Int] {
        guard let counts else { return rows }
        return rows.sorted { counts[$0] > counts[$1] || (counts[$0] == counts[$1] && $0 < $1) }
    }
}

private func < (a: ((Int, Int), Int), b: ((Int, Int), Int)) -> Bool {
    (a.0.0, a.0.1, a.1) < (b.0.0, b.0.1, b.1)
}
