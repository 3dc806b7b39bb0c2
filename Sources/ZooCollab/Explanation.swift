/// Why a score is what it is: terms that add up to the score exactly.
package struct Explanation: Sendable, Hashable {
    /// What a term comes from.
    package enum Source: Sendable, Hashable {
        /// The rating of an average item by an average user.
        case startingPoint
        /// The item's own bias.
        case itemBias
        /// The user's bias and vector as far as their ratings do not explain them.
        case learnedTaste
        /// The user's own bias.
        case userBias
        /// How many people chose the item, of somebody of whom nothing is known.
        case popularity
        /// Something that is known of the user or the item besides ratings: `genres: Comedy`.
        case attribute(String)
        /// One of the items that the user rated.
        case ratedItem(Int)
    }

    /// A part of the score.
    package struct Term: Sendable, Hashable {
        /// Where it comes from.
        package let source: Source
        /// Its part of the score, in the score's unit.
        package let amount: Double

        /// A part of given size.
        package init(source: Source, amount: Double) {
            self.source = source
            self.amount = amount
        }
    }

    /// The item explained.
    package let item: Int
    /// The score: the sum of all terms.
    package let score: Double
    /// The terms, those of rated items last and by size.
    package let terms: [Term]

    /// Explains a score by its terms.
    package init(item: Int, terms: [Term]) {
        self.item = item
        self.terms = terms
        score = terms.reduce(0) { $0 + $1.amount }
    }
}
