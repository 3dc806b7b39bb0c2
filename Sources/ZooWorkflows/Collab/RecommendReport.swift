import ZooCollab

/// The items a model expects a person to like best.
public struct RecommendReport: Sendable, Encodable {
    /// Name of the model.
    public let model: String
    /// Key of the user; nil for somebody new.
    @StableKey public var user: String?
    /// How many items the person has rated, as far as that is known here.
    public let ratedItems: Int
    /// What the reader should know, such as that seen items are not known.
    public let notes: [String]
    /// Items of a file of ratings that the model does not know; they are left out.
    package let unknown: [UnknownItem]
    /// Items of a file of ratings that may be any of several; they are left out.
    package let ambiguous: [AmbiguousItem]
    /// The best first.
    public let items: [Item]
    /// How wide the scale of the ratings is, which decides how many digits people read; not in the JSON.
    package let scaleWidth: Double
    /// Whether the scores are expected ratings, before they are clipped to the scale; not in the JSON.
    package let ranksByRatings: Bool

    private enum CodingKeys: CodingKey { case model, user, ratedItems, notes, unknown, ambiguous, items }

    /// An item that the model does not know.
    package struct UnknownItem: Sendable, Encodable {
        /// The item as the file calls it.
        package let item: String
        /// Its line in the file, or its number in JSON, from 1.
        package let line: Int
    }

    /// An item that may be any of several.
    package struct AmbiguousItem: Sendable, Encodable {
        /// The item as the file calls it.
        package let item: String
        /// Its line in the file, or its number in JSON, from 1.
        package let line: Int
        /// Titles that it may be, the likeliest first, at most ten.
        package let candidates: [String]
        /// How many titles it may be.
        package let total: Int
    }

    /// An item with its score.
    public struct Item: Sendable, Encodable {
        /// What the data calls it.
        public let item: String
        /// Its title.
        public let title: String
        /// The title as people read it: with the key behind it where several items have that title.
        package let label: String
        /// What the items are ranked by: the expected rating, or a score without a unit.
        public let score: Double
        /// The expected rating, on the scale of the data; nil for a model that predicts none.
        @StableKey public var rating: Float?
        /// Terms that add up to the score; nil unless asked for.
        @StableKey public var why: [Term]?

        private enum CodingKeys: CodingKey { case item, title, score, rating, why }
    }

    /// A part of a score.
    public struct Term: Sendable, Encodable {
        /// What it comes from: `starting point`, `bias of the item`, a title, ...
        public let source: String
        /// The person's own rating, for a rated item.
        @StableKey public var rating: Float?
        /// Its part, in the unit of the score.
        public let amount: Double
    }
}

extension RecommendReport.Term {
    /// A term in words.
    init(_ term: Explanation.Term, _ labels: ItemLabels, ratings: [Int: Float]) {
        source =
            switch term.source {
            case .startingPoint: "starting point"
            case .itemBias: "bias of the item"
            case .userBias: "bias of the user"
            case .learnedTaste: "taste beyond these ratings"
            case .popularity: "popularity of the item"
            case .attribute(let name): name
            case .ratedItem(let item): labels[item]
            }
        if case .ratedItem(let item) = term.source { rating = ratings[item] }
        amount = term.amount
    }
}
