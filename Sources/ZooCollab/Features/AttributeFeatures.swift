import ZooKernels
import ZooRecords

/// What is known of users or items, as features that a factorisation gives vectors to.
///
/// A number becomes a range of it, of up to `mostRanges` with about equally many rows; a category, its name; of a set each name, divided
/// by the root of how many the row has. Names of one row are left out, as the row's own vector says the same. Codes, such as postal
/// codes, are cut to their first characters, as many as leave `fewestRows` rows a value on average.
struct AttributeFeatures: Sendable {
    /// What people call each feature: `genres: Comedy`.
    let names: [String]
    /// Each feature's rows, with its values.
    let byFeature: SparseMatrix

    /// Ranges of a number, at most.
    private static let mostRanges = 8
    /// Rows a value of a code, on average, at least.
    private static let fewestRows = 20

    /// None.
    init() { (names, byFeature) = ([], SparseMatrix(bounds: [0], columns: [], values: [])) }

    /// Makes features of attributes of rows.
    ///
    /// - Parameter rows: for each row of the model the row of the attributes, negative where it has none
    init(_ attributes: [Attribute], rows: [Int]) {
        var (names, bounds, columns, values): ([String], [Int], [Int32], [Float]) = ([], [0], [], [])
        for attribute in attributes {
            let (own, places) = Self.values(of: attribute.selecting(rows))
            var members = own.map { _ in [(row: Int32, value: Float)]() }
            for (row, places) in places.enumerated() {
                for place in places {
                    members[place].append((Int32(row), 1 / Float(places.count).squareRoot()))
                }
            }
            for (name, members) in zip(own, members) where members.count > 1 {
                names.append("\(attribute.name): \(name)")
                columns += members.map(\.row)
                values += members.map(\.value)
                bounds.append(columns.count)
            }
        }
        self.names = names
        byFeature = SparseMatrix(bounds: bounds, columns: columns, values: values)
    }

    /// The values that an attribute has, and which of them each row has.
    private static func values(of attribute: Attribute) -> (names: [String], places: [[Int]]) {
        switch attribute.values {
        case .numbers(let numbers): ranges(of: numbers)
        case .categories(let places, let names):
            codes(places.map { $0 < 0 ? nil : names[Int($0)] }) ?? (names, places.map { $0 < 0 ? [] : [Int($0)] })
        case .sets(let sets, let names): (names, sets.map { $0.map(Int.init) })
        }
    }

    /// Ranges that end where the quantiles are.
    private static func ranges(of numbers: [Double?]) -> (names: [String], places: [[Int]]) {
        let sorted = numbers.compactMap { $0 }.filter(\.isFinite).sorted()
        guard let least = sorted.first, let most = sorted.last else { return ([], numbers.map { _ in [] }) }
        var starts = [least]
        for range in 1..<mostRanges {
            let start = sorted[sorted.count * range / mostRanges]
            if start > starts[starts.count - 1] { starts.append(start) }
        }
        let names = starts.indices.map { range in
            let last = sorted.last { range + 1 == starts.count || $0 < starts[range + 1] } ?? most
            return last == starts[range] ? text(last) : "\(text(starts[range])) to \(text(last))"
        }
        return (
            names,
            numbers.map { number in
                guard let number, let range = starts.lastIndex(where: { $0 <= number }) else { return [] }
                return [range]
            }
        )
    }

    private static func text(_ number: Double) -> String {
        Int(exactly: number).map { "\($0)" } ?? "\(number)"
    }

    /// The first characters of values that are codes; nil for other values, and for codes of which many rows share each.
    private static func codes(_ values: [String?]) -> (names: [String], places: [[Int]])? {
        let known = values.compactMap { $0 }
        let digits = known.count { $0.first?.isNumber == true }
        guard digits * 2 > known.count, Set(known).count * fewestRows > known.count else { return nil }
        let longest = known.map(\.count).max() ?? 0
        let length = (1...max(1, longest)).last { length in
            Set(known.map { $0.prefix(length) }).count * fewestRows <= known.count
        }
        guard let length else { return ([], values.map { _ in [] }) }
        let names = Set(known.map { String($0.prefix(length)) }).sorted()
        let places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        return (
            names.map { $0 + "…" },
            values.map { value in value.flatMap { places[String($0.prefix(length))] }.map { [$0] } ?? [] }
        )
    }
}

extension CollabVocabulary {
    /// The features of a training part's users and items.
    func attributes(of training: Interactions) -> (users: AttributeFeatures, items: AttributeFeatures) {
        func rows(_ keys: [String], in data: [String]) -> [Int] {
            let places = Dictionary(zip(data, data.indices), uniquingKeysWith: { first, _ in first })
            return keys.map { places[$0] ?? -1 }
        }
        return (
            AttributeFeatures(training.userAttributes, rows: rows(userKeys, in: training.userKeys)),
            AttributeFeatures(training.itemAttributes, rows: rows(itemKeys, in: training.itemKeys))
        )
    }
}

extension [Attribute] {
    /// Whether one of them has a value at a row.
    func haveValue(at row: Int) -> Bool {
        contains { attribute in
            switch attribute.values {
            case .numbers(let numbers): numbers[row] != nil
            case .categories(let places, _): places[row] >= 0
            case .sets(let sets, _): !sets[row].isEmpty
            }
        }
    }
}
