import ZooRecords

/// What a second file or table tells of items or users, by their keys.
struct SideTable {
    var keys: [String] = []
    /// One for each key, empty where it has none; empty where nothing has one.
    var titles: [String] = []
    /// By the places of the keys.
    var attributes: [Attribute] = []
    /// What was decided, a sentence each.
    var notes: [String] = []
    /// Where it was read, for messages, and the names of its columns.
    var place = ""
    var columns: [String] = []
    /// Whether the titles are in a column that was named.
    var hasNamedTitles = false

    /// The attributes in another order of keys; of a key that is not here nothing is known.
    func aligned(to others: [String]) -> [Attribute] {
        let places = KeyPlaces(keys)
        let rows = others.map { places[$0] ?? -1 }
        return attributes.map { $0.selecting(rows) }
    }

    /// A table of nothing.
    init() {}

    /// Settles what the columns mean.
    ///
    /// The key is the column that is called as in the ratings, else by a usual name, else the first; `title` or `name` is what
    /// an item is called. Numbers are numbers, of dates the year is taken, texts with bars between names are sets, other
    /// texts categories.
    /// - Parameters:
    ///   - key: what the keys are called in the ratings
    ///   - usual: other names of keys
    ///   - hasTitles: whether a column of titles is none of the attributes
    ///   - title: what that column is called; nil for a usual name
    /// - Throws: `DataError.invalid` for two rows of one key
    init(_ rows: SideRows, key: String, usual: [String], hasTitles: Bool, title given: String? = nil) throws {
        (notes, place, columns) = (rows.notes, rows.place, rows.columns)
        let names = rows.columns.map(RatingColumns.normalized)
        let candidates = [RatingColumns.normalized(key)] + usual + ["id", "key"]
        let place = candidates.lazy.compactMap { names.firstIndex(of: $0) }.first ?? 0
        let named = given.flatMap { names.firstIndex(of: RatingColumns.normalized($0)) }
        hasNamedTitles = named != nil
        let title = hasTitles ? named ?? Self.titleNames.lazy.compactMap { names.firstIndex(of: $0) }.first : nil
        if !candidates.contains(names[place]) {
            notes.append("\(rows.place): the keys are taken from its first column, '\(rows.columns[place])'")
        }
        let known = rows.rows.filter { $0[place] != nil }
        keys = known.compactMap { $0[place] }
        var seen: Set<String> = []
        if let twice = keys.first(where: { !seen.insert(KeyText.canonical($0)).inserted }) {
            let form = KeyText.canonical(twice)
            func isSame(_ key: String?) -> Bool { key.map(KeyText.canonical) == form }
            let lines = zip(rows.rows, rows.lines).filter { isSame($0.0[place]) }.map(\.1)
            let both = lines.count > 1 ? ", on lines \(lines[0]) and \(lines[1])" : ""
            let first = keys.first(where: isSame) ?? twice
            let named = first == twice ? "'\(twice)' is" : "'\(first)' and '\(twice)' are the same key, which is"
            throw DataError.invalid("\(rows.place): \(named) in two rows of column '\(rows.columns[place])'\(both)")
        }
        if let title { titles = known.map { rows.title($0[title]) } }
        for column in rows.columns.indices where column != place && column != title {
            let name = rows.columns[column]
            let values = zip(rows.rows, rows.values(of: column)).filter { $0.0[place] != nil }.map(\.1)
            switch SideColumn.reading(name, rows.types[column], values) {
            case .attribute(let attribute, let note):
                attributes.append(attribute)
                if let note { notes.append("\(rows.place), column '\(name)': \(note)") }
            case .none(let reason): notes.append("\(rows.place), column '\(name)' is left out: \(reason)")
            }
        }
    }

    private static let titleNames = [
        "title", "name", "itemname", "movietitle", "originaltitle", "itemtitle", "booktitle", "trackname", "artistname",
    ]
}

/// What the values of a column of a second file or table are as an attribute.
enum SideColumn {
    /// A note says what was made of its values.
    case attribute(Attribute, note: String?)
    /// It is left out.
    case none(reason: String)

    /// Texts longer than this on average are descriptions.
    private static let longestName = 100
    /// Of more, values that are all different are keys or addresses.
    private static let fewValues = 20

    /// Settles it by the type in the header, else by all values.
    static func reading(_ name: String, _ type: AtomicType?, _ values: [String?]) -> SideColumn {
        let known = values.compactMap { $0 }
        guard !known.isEmpty else { return .none(reason: "it is empty") }
        func attribute(_ values: Attribute.Values) -> SideColumn { .attribute(Attribute(name, values), note: nil) }
        func sets(_ separator: Character) -> SideColumn {
            .attribute(
                Attribute(name, sets: values.map { ($0 ?? "").split(separator: separator).map(String.init) }), note: nil
            )
        }
        switch type {
        case .token: return .attribute(Attribute(name, categories: values), note: nil)
        case .tokens: return sets(" ")
        case .floats: return .none(reason: "vectors are not read")
        case .float, nil: break
        }
        let numbers = values.map { $0.flatMap { number($0) } }
        if numbers.count(where: { $0 != nil }) == known.count { return attribute(.numbers(numbers)) }
        if let marked = markedNumbers(name, values, known) { return marked }
        let years = values.map { $0.flatMap(year) }
        if years.count(where: { $0 != nil }) == known.count {
            return .attribute(Attribute(name, .numbers(years)), note: "of its dates the year is taken")
        }
        if known.contains(where: { $0.contains("|") }) || RatingColumns.normalized(name) == "genres" {
            return sets("|")
        }
        let length = known.reduce(0) { $0 + $1.utf8.count } / known.count
        guard length <= longestName else {
            return .none(reason: "its texts are longer than \(longestName) bytes on average")
        }
        guard known.count <= fewValues || Set(known).count < known.count else {
            return .none(reason: "all its values are different")
        }
        return .attribute(Attribute(name, categories: values), note: nil)
    }

    /// Numbers with other marks than a decimal point, if all are in one format and one at least can be read in no other way.
    private static func markedNumbers(_ name: String, _ values: [String?], _ known: [String]) -> SideColumn? {
        let isSure = known.contains { text in
            Array(text.utf8).withUnsafeBufferPointer { NumberReading($0) == .none && NumberForm($0)?.isOpen == false }
        }
        guard isSure else { return nil }
        for (decimal, group) in [(DecimalMark.comma, ThousandsMark.point), (.point, .comma)] {
            for thousands in [.none, group, .blank, .apostrophe] {
                let format = NumberFormat(decimal: decimal, thousands: thousands)
                let numbers = values.map { $0.flatMap { number($0, format) } }
                guard numbers.count(where: { $0 != nil }) == known.count else { continue }
                let example = known.first { number($0) == nil } ?? known[0]
                let read = example.isEmpty ? nil : number(example, format)
                let text = read.map { Int(exactly: $0).map(String.init) ?? $0.plainText } ?? ""
                return .attribute(
                    Attribute(name, .numbers(numbers)), note: "'\(example)' is read as the number \(text)")
            }
        }
        return nil
    }

    private static func number(_ text: String, _ format: NumberFormat = .plain) -> Double? {
        Array(text.utf8).withUnsafeBufferPointer { bytes in
            switch NumberReading(bytes, format: format) {
            case .integer(let value): Double(value)
            case .real(let value): value
            case .none, .infinite, .code: nil
            }
        }
    }

    private static func year(_ text: String) -> Double? {
        Array(text.utf8).withUnsafeBufferPointer { bytes in
            let date = DateReading(bytes)
            guard let seconds = date.seconds(dayFirst: false) ?? date.seconds(dayFirst: true) else { return nil }
            return Double(CivilDate.text(seconds: seconds, isDay: true).prefix(4))
        }
    }
}
