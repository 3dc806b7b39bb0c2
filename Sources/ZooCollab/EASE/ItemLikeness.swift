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
    /// For each attribute that is a year, the ranks of the items, 0 ... 1.
    private let ranks: [[Double]]

    /// The width of closeness of items with values in common, as a share of all items.
    private static let commonWidth = 0.1
    /// The width of closeness of all others.
    private static let width = 0.05

    init(_ training: Interactions, _ vocabulary: CollabVocabulary) {
        let translation = vocabulary.translation(of: training).items
        let places = translation.indices.filter { translation[$0] >= 0 }
        let rows = places.sorted { translation[$0] < translation[$1] }
        var (groups, ranks): ([[Int]], [[Double]]) = ([], [])
        for attribute in training.itemAttributes {
            switch attribute.selecting(rows).values {
            case .numbers(let numbers): if attribute.isYear { ranks.append(Self.ranks(numbers)) }
            case .categories(let places, let names):
                groups += Self.groups(places.map { $0 < 0 ? [] : [$0] }, count: names.count)
            case .sets(let sets, let names): groups += Self.groups(sets, count: names.count)
            }
        }
        (self.groups, self.ranks) = (groups, ranks)
    }

    private static func groups(_ sets: [[Int32]], count: Int) -> [[Int]] {
        var groups = [[Int]](repeating: [], count: count)
        for (row, places) in sets.enumerated() { for place in places { groups[Int(place)].append(row) } }
        return groups.filter { $0.count > 1 }
    }

    /// The share of items below each, those of the same year counting half; an unknown year counts as the median.
    private static func ranks(_ years: [Double?]) -> [Double] {
        let known = years.compactMap { $0 }
        var counts: [Double: Int] = [:]
        for year in known { counts[year, default: 0] += 1 }
        var below = 0
        var ranks: [Double: Double] = [:]
        for (year, count) in counts.sorted(by: { $0.key < $1.key }) {
            ranks[year] = (Double(below) + Double(count) / 2) / Double(known.count)
            below += count
        }
        return years.map { $0.flatMap { ranks[$0] } ?? 0.5 }
    }

    /// Adds the likeness of all pairs times a weight to the lower triangle, [items, items].
    func add(weight: Float, to products: inout [Float], items: Int) {
        products.withUnsafeMutableBufferPointer { products in
            for group in groups {
                for (place, row) in group.enumerated() {
                    for column in group[...place] {
                        products[row * items + column] += weight * closeness(row, column, Self.commonWidth)
                    }
                }
            }
            guard !ranks.isEmpty else { return }
            for row in 0..<items {
                for column in 0...row {
                    products[row * items + column] += weight * closeness(row, column, Self.width)
                }
            }
        }
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
