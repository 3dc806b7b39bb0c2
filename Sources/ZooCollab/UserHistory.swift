/// One item that somebody rated.
package struct RatedItem: Sendable, Hashable {
    /// Row of the model's items.
    package let item: Int
    /// The rating, on the scale of the model's data.
    package let rating: Float

    /// Pairs an item with a rating.
    package init(item: Int, rating: Float) {
        self.item = item
        self.rating = rating
    }
}

/// A person as recommenders see them: a row of the training data, a list of ratings, or both.
public struct UserHistory: Sendable, Hashable {
    /// Row of the model's users; nil for somebody whom training did not see.
    package let row: Int?
    /// What they rated, as far as it is known; at most one rating an item.
    package let ratings: [RatedItem]

    /// Describes a person; without arguments, one of whom nothing is known.
    package init(row: Int? = nil, ratings: [RatedItem] = []) {
        self.row = row
        self.ratings = ratings
    }

    /// Whether anything is known of the person.
    var isKnown: Bool { row != nil || !ratings.isEmpty }
}
