/// One item that somebody rated.
public struct RatedItem: Sendable, Hashable {
    /// Row of the model's items.
    public let item: Int
    /// The rating, on the scale of the model's data.
    public let rating: Float

    /// Pairs an item with a rating.
    public init(item: Int, rating: Float) {
        self.item = item
        self.rating = rating
    }
}

/// A person as recommenders see them: a row of the training data, a list of ratings, or both.
public struct UserHistory: Sendable, Hashable {
    /// Row of the model's users; nil for somebody whom training did not see.
    public let row: Int?
    /// What they rated, as far as it is known; at most one rating an item.
    public let ratings: [RatedItem]

    /// Describes a person; without arguments, one of whom nothing is known.
    public init(row: Int? = nil, ratings: [RatedItem] = []) {
        self.row = row
        self.ratings = ratings
    }
}
