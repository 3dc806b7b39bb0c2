import Foundation
import ZooRecords

/// How alike items are by what is known of them besides ratings: by the values that they have in common, such as genres, and by the
/// years that they are of.
///
/// The likeness of two items is the number of values in common times `exp(-d^2 / (2 width^2))`, and that of their years alone is
/// added; d is the difference of their ranks by year, as a share of all items. It is an inner product, so that it can be
/// added to a matrix of products.
struct ItemLikeness: Sendable {
    /// Rows of the vocabulary with a value in common, rising.
    private let groups: [[Int]]
    /// What people call the value of each group: `genres: Comedy`.
    private let names: [String]
    /// For each attribute that is a year, the ranks of the items, 0 ... 1.
    private let ranks: [[Double]]
    /// What people call the attributes that are years.
    private let years: String

    /// The width of closeness of items with values in common, as a share of all items.
    private static let commonWidth = 0.1
    /// The width of closeness of all others.
    private static let width = 0.05

    /// - Parameter known: how many rows of the vocabulary decide the ranks of years; nil for all. A year before or after theirs is as
    ///   near as one can be.
    init(_ training: Interactions, _ vocabulary: CollabVocabulary, known: Int? = nil) {
        let translation = vocabulary.translation(of: training).items
        let places = translation.indices.filter { translation[$0] >= 0 }
        let rows = places.sorted { translation[$0] < translation[$1] }
        var (groups, names, ranks, years): ([[Int]], [String], [[Double]], [String]) = ([], [], [], [])
        func take(_ sets: [[Int32]], of attribute: Attribute, _ values: [String]) {
            for (members, value) in zip(Self.groups(sets, count: values.count), values) where members.count > 1 {
                groups.append(members)
                names.append("\(attribute.name): \(value)")
            }
        }
        for attribute in training.itemAttributes {
            switch attribute.selecting(rows).values {
            case .numbers(let numbers):
                guard attribute.isYear else { continue }
                ranks.append(Self.ranks(numbers, among: numbers.prefix(known ?? numbers.count)))
                years.append(attribute.name)
            case .categories(let places, let names): take(places.map { $0 < 0 ? [] : [$0] }, of: attribute, names)
            case .sets(let sets, let names): take(sets, of: attribute, names)
            }
        }
        (self.groups, self.names, self.ranks) = (groups, names, ranks)
        self.years = years.joined(separator: " and ")
    }

    private static func groups(_ sets: [[Int32]], count: Int) -> [[Int]] {
        var groups = [[Int]](repeating: [], count: count)
        for (row, places) in sets.enumerated() { for place in places { groups[Int(place)].append(row) } }
        return groups
    }

    /// The share of the known items' years below each, those of the same year counting half; an unknown year counts as the median.
    private static func ranks(_ years: [Double?], among known: ArraySlice<Double?>) -> [Double] {
        let known = known.compactMap { $0 }
        var ranks: [Double: Double] = [:]
        for case let year? in Set(years) where !known.isEmpty {
            let below = known.count { $0 < year }
            let notAbove = known.count { $0 <= year }
            ranks[year] = Double(below + notAbove) / Double(2 * known.count)
        }
        return years.map { $0.flatMap { ranks[$0] } ?? 0.5 }
    }

    /// Adds the likeness of all pairs times a weight to the lower triangle, [items, items], of rows of `stride` numbers.
    func add(weight: Float, to products: inout [Float], items: Int, stride: Int) {
        products.withUnsafeMutableBufferPointer { products in
            for group in groups {
                for (place, row) in group.enumerated() {
                    for column in group[...place] {
                        products[row * stride + column] += weight * closeness(row, column, Self.commonWidth)
                    }
                }
            }
            guard !ranks.isEmpty else { return }
            for row in 0..<items {
                for column in 0...row {
                    products[row * stride + column] += weight * closeness(row, column, Self.width)
                }
            }
        }
    }

    /// The values of every item, by their places among the values that several items have, [items].
    func values(items: Int) -> [[Int]] {
        var values = [[Int]](repeating: [], count: items)
        for (place, group) in groups.enumerated() { for row in group { values[row].append(place) } }
        return values
    }

    /// What makes two items alike, by what it is called; the sum is their likeness.
    ///
    /// - Parameter common: the places of the values that both have
    func terms(_ a: Int, _ b: Int, common: [Int]) -> [(name: String, amount: Double)] {
        let share = common.isEmpty ? 0 : Double(closeness(a, b, Self.commonWidth))
        return common.map { (names[$0], share) }
            + (ranks.isEmpty ? [] : [(years, Double(closeness(a, b, Self.width)))])
    }

    /// How alike two items with a number of values in common are.
    func likeness(_ a: Int, _ b: Int, common: Int) -> Double {
        (common == 0 ? 0 : Double(common) * Double(closeness(a, b, Self.commonWidth)))
            + (ranks.isEmpty ? 0 : Double(closeness(a, b, Self.width)))
    }

    /// 1 for items of the same years, less the more items are of years between them.
    private func closeness(_ a: Int, _ b: Int, _ width: Double) -> Float {
        var exponent = 0.0
        for ranks in ranks {
            let difference = (ranks[a] - ranks[b]) / width
            exponent += difference * difference
        }
        return exponent == 0 ? 1 : exp(Float(-exponent / 2))
    }
}

extension Attribute {
    /// Whether it is a number that can only be a year: whole, from 1000 to 2100.
    fileprivate var isYear: Bool {
        guard case .numbers(let numbers) = values else { return false }
        let known = numbers.compactMap { $0 }
        return !known.isEmpty && known.allSatisfy { $0 == $0.rounded() && (1000...2100).contains($0) }
    }
}

extension Interactions {
    /// The names of the attributes by which items are alike: sets, categories and years.
    package var likenessAttributes: [String] {
        itemAttributes.filter { $0.kind != .number || $0.isYear }.map(\.name)
    }
}
