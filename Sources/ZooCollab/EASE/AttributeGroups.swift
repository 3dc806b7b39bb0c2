import ZooRecords

/// Groups of items with a value of an attribute in common, such as a genre or a year: at least two items each.
struct AttributeGroups: Sendable {
    /// Rows of the vocabulary, rising.
    let groups: [[Int]]

    init(_ training: Interactions, _ vocabulary: CollabVocabulary) {
        let translation = vocabulary.translation(of: training).items
        var groups: [[Int]] = []
        func add(_ rows: [[Int]]) { groups += rows.filter { $0.count > 1 } }
        for attribute in training.itemAttributes {
            switch attribute.values {
            case .numbers: break
            case .categories(let places, let names):
                add(Self.rows(places.map { $0 < 0 ? [] : [$0] }, count: names.count, translation))
            case .sets(let sets, let names): add(Self.rows(sets, count: names.count, translation))
            }
        }
        self.groups = groups
    }

    private static func rows(_ sets: [[Int32]], count: Int, _ translation: [Int32]) -> [[Int]] {
        var rows = [[Int]](repeating: [], count: count)
        for (item, places) in sets.enumerated() where translation[item] >= 0 {
            for place in places { rows[Int(place)].append(Int(translation[item])) }
        }
        return rows.map { $0.sorted() }
    }

    /// Adds the products of the groups as if each were a person who chose its items, to the lower triangle, [items, items].
    func add(weight: Float, to products: inout [Float], items: Int) {
        products.withUnsafeMutableBufferPointer { products in
            for group in groups {
                for (place, row) in group.enumerated() {
                    for column in group[...place] { products[row * items + column] += weight }
                }
            }
        }
    }
}

extension Interactions {
    /// The names of the attributes by which items can be grouped.
    package var attributesInCommon: [String] {
        itemAttributes.filter { $0.kind != .number }.map(\.name)
    }
}
