import ZooRecords

/// What is known of the items and the users of a data set of ratings, by their indices.
package struct RatingAttributes: Sendable, Equatable {
    /// Of the items.
    package var items: [Attribute] = []
    /// Of the users.
    package var users: [Attribute] = []

    /// Nothing is known.
    package init() {}
}

/// What a second file or table tells of items or users, by their keys.
struct SideTable {
    var keys: [String] = []
    /// One for each key; empty where it has none.
    var titles: [String] = []
    /// By the places of the keys.
    var attributes: [Attribute] = []

    /// The attributes in another order of keys; of a key that is not here nothing is known.
    func aligned(to others: [String]) -> [Attribute] {
        let places = Dictionary(zip(keys, keys.indices), uniquingKeysWith: { first, _ in first })
        let rows = others.map { places[$0] ?? -1 }
        return attributes.map { $0.selecting(rows) }
    }
}
