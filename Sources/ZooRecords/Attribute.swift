/// Something that is known of every item, or of every user, besides their ratings: genres, a year, an occupation.
package struct Attribute: Sendable, Hashable {
    /// What sort of values it has.
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// Any number of names, such as genres.
        case set
        /// A number, such as a year.
        case number
        /// One name, such as an occupation.
        case category
    }

    /// One value for each item or user, by its index in the data.
    package enum Values: Sendable, Hashable {
        /// nil where it is not known.
        case numbers([Double?])
        /// Places in `names`, -1 where it is not known.
        case categories([Int32], names: [String])
        /// Places in `names`, rising; none where none is known.
        case sets([[Int32]], names: [String])
    }

    /// What it is called.
    package let name: String
    /// The values.
    package let values: Values

    /// Creates an attribute.
    ///
    /// - Precondition: categories and sets hold places in their names
    package init(_ name: String, _ values: Values) {
        (self.name, self.values) = (name, values)
        let isValid =
            switch values {
            case .numbers: true
            case .categories(let places, let names): places.allSatisfy { (-1..<Int32(names.count)).contains($0) }
            case .sets(let sets, let names):
                sets.allSatisfy { $0.allSatisfy { (0..<Int32(names.count)).contains($0) } }
            }
        precondition(isValid, "attribute '\(name)': a place outside its names")
    }

    /// Creates a category of names, nil where it is not known.
    package init(_ name: String, categories: [String?]) {
        let names = Set(categories.compactMap { $0 }).sorted()
        let places = Self.places(of: names)
        self.init(name, .categories(categories.map { $0.flatMap { places[$0] } ?? -1 }, names: names))
    }

    /// Creates an attribute of any number of names.
    package init(_ name: String, sets: [[String]]) {
        let names = Set(sets.joined()).sorted()
        let places = Self.places(of: names)
        self.init(name, .sets(sets.map { Set($0.compactMap { places[$0] }).sorted() }, names: names))
    }

    private static func places(of names: [String]) -> [String: Int32] {
        Dictionary(uniqueKeysWithValues: zip(names, names.indices.map(Int32.init)))
    }

    /// What sort of values it has.
    package var kind: Kind {
        switch values {
        case .numbers: .number
        case .categories: .category
        case .sets: .set
        }
    }

    /// The values at some rows; of a negative row nothing is known.
    package func selecting(_ rows: [Int]) -> Attribute {
        switch values {
        case .numbers(let numbers): Attribute(name, .numbers(rows.map { $0 < 0 ? nil : numbers[$0] }))
        case .categories(let places, let names):
            Attribute(name, .categories(rows.map { $0 < 0 ? -1 : places[$0] }, names: names))
        case .sets(let sets, let names): Attribute(name, .sets(rows.map { $0 < 0 ? [] : sets[$0] }, names: names))
        }
    }
}
