/// Columns of whole numbers, which can be categories or numbers: what was decided, with the option for the other.
struct WholeNumbers {
    private let settings: FeatureSettings
    private var categories: [(name: String, values: Int)] = []
    private var numbers: [String] = []

    /// A target of at most so many different whole numbers may as well be classes.
    private static let fewLimit = 20
    /// A column whose whole numbers lie closer together than this has few different ones.
    private static let spanLimit = 128.0
    /// So many columns are named.
    private static let namesLimit = 12

    init(_ settings: FeatureSettings) { self.settings = settings }

    /// Checks a column of the table and what was made of it.
    mutating func add(_ found: ColumnAccumulator, _ chosen: ColumnChoice) {
        let name = found.column.name
        guard found.column.kind == .integer, !settings.categorical.contains(name), !settings.continuous.contains(name)
        else { return }
        if let category = chosen.categories.first(where: { $0.name == name }) {
            categories.append((name, category.valueCount))
        } else if !chosen.continuous.isEmpty, found.maximum - found.minimum < Self.spanLimit {
            numbers.append(name)
        }
    }

    /// One sentence for those that became categories, one for those that became numbers.
    var remarks: [String] {
        var remarks: [String] = []
        if !categories.isEmpty {
            let named = categories.prefix(Self.namesLimit).map { "\($0.name) (\($0.values.counting("value")))" }
            remarks.append(
                "whole numbers taken as categories: \(list(named, of: categories.count)): "
                    + "--continuous \(option(categories.map(\.name))) takes them as numbers")
        }
        if !numbers.isEmpty {
            let named = Array(numbers.prefix(Self.namesLimit))
            remarks.append(
                "few whole numbers taken as numbers: \(list(named, of: numbers.count)): "
                    + "--categorical \(option(numbers)) takes them as categories")
        }
        return remarks
    }

    private func list(_ names: [String], of count: Int) -> String {
        names.joined(separator: ", ") + (count > names.count ? " and \(count - names.count) more" : "")
    }

    private func option(_ names: [String]) -> String {
        names.prefix(Self.namesLimit).joined(separator: ",") + (names.count > Self.namesLimit ? ",…" : "")
    }

    /// The different values of a column, where they are few whole numbers: `0 and 1`, `5 different whole numbers`.
    static func few(_ found: ColumnAccumulator) -> String? {
        guard let counts = found.numbers?.counts, (2...fewLimit).contains(counts.count) else { return nil }
        let values = counts.keys.map { Double(bitPattern: $0) }.sorted()
        guard values.allSatisfy({ $0 == $0.rounded() }) else { return nil }
        return values.count == 2
            ? "\(NumberLabel.text(values[0])) and \(NumberLabel.text(values[1]))"
            : "\(values.count) different whole numbers"
    }
}
