import ZooKernels

/// A factorisation of ratings whose vectors are those of many samples of a Bayesian model: `rating = mean + b_u + b_i + p_u . q_i`.
///
/// A person's vector is their own plus one of each item that they rated, whatever the rating, divided by the root of their number;
/// an item's likewise of the people who rated it. Predictions average over the samples, whose scores are kept as vectors of lower
/// rank. People and items differ in how noisy their ratings are.
///
/// - Shapes: userVectors [users, factors], itemVectors [items, factors], userBiases [users], itemBiases [items]
/// - Units: all in the units of the ratings; predictions can be a little outside of `scale`
/// - Source: Rendle, Zhang & Koren 2019, "On the Difficulty of Evaluating Baselines" (SVD++ of both sides, sampled);
///   the noise is that of Lakshminarayanan, Bouchard & Archambeau 2011, "Robust Bayesian Matrix Factorisation"
public struct BayesianModel: PredictsRatings {
    /// Users and items that training saw.
    public let vocabulary: CollabVocabulary
    /// The lowest and the highest rating of the training data's scale.
    public let scale: ClosedRange<Float>
    /// Length of every vector.
    public let factors: Int
    /// The rating that biases and vectors are differences from.
    public let mean: Double
    /// p, row-major.
    public let userVectors: [Float]
    /// b_u
    public let userBiases: [Float]
    /// How it was trained, as JSON; nil where that is not known.
    package var settings: String?
    /// q and b_i
    private let items: FactorRows
    /// What the choice of an item says about a person: vectors [items, factors], biases [items].
    let choices: (vectors: [Float], biases: [Float])
    /// The precision of an average rating's noise.
    let precision: Float
    /// What is expected of people.
    let prior: PersonPrior
    /// The mean taste of the training's people, [factors + 1].
    private let averageTaste: [Double]
    /// The mean vector and bias of the items.
    private let averageItem: (vector: [Double], bias: Double)

    /// Creates a model from its parts.
    ///
    /// - Precondition: the arrays have the shapes above
    init(
        vocabulary: CollabVocabulary, scale: ClosedRange<Float>, factors: Int, mean: Double,
        users: (vectors: [Float], biases: [Float]), items: (vectors: [Float], biases: [Float]),
        choices: (vectors: [Float], biases: [Float]), precision: Float, prior: PersonPrior
    ) {
        for (side, count) in [
            (users, vocabulary.userKeys.count), (items, vocabulary.itemKeys.count),
            (choices, vocabulary.itemKeys.count),
        ] {
            precondition(
                side.vectors.count == count * factors && side.biases.count == count,
                "bayesian: \(side.vectors.count) numbers are not \(count) vectors of \(factors)")
        }
        (self.vocabulary, self.scale, self.factors, self.mean) = (vocabulary, scale, factors, mean)
        (userVectors, userBiases, self.choices) = (users.vectors, users.biases, choices)
        (self.precision, self.prior) = (precision, prior)
        var rows = FactorRows(items.vectors, factors: factors)
        rows.lastColumn = items.biases
        self.items = rows
        averageTaste = average(users.vectors, width: factors) + average(users.biases, width: 1)
        averageItem = (average(items.vectors, width: factors), average(items.biases, width: 1)[0])
    }

    /// q, row-major.
    public var itemVectors: [Float] { items.vectors }
    /// b_i
    public var itemBiases: [Float] { items.lastColumn }

    /// The vector and bias of an item; the mean ones of one that training did not see.
    func row(item: Int?) -> (vector: [Double], bias: Double) {
        guard let item else { return averageItem }
        let row = items.row(item)
        return (row.factors.map(Double.init), Double(row.last))
    }

    /// What the choice of an item says about a person, [factors + 1].
    func chosen(item: Int) -> [Double] {
        choices.vectors[item * factors..<(item + 1) * factors].map(Double.init) + [Double(choices.biases[item])]
    }

    /// The vector and, behind it, bias of a person: of their row, else of their ratings, else the mean ones, [factors + 1].
    func taste(of history: UserHistory) -> [Double] {
        if let row = history.row {
            return userVectors[row * factors..<(row + 1) * factors].map(Double.init) + [Double(userBiases[row])]
        }
        return history.ratings.isEmpty ? averageTaste : BayesianFoldIn(history.ratings, in: self).taste
    }

    /// The expected rating of every item, [items].
    public func scores(for history: UserHistory) -> [Float] {
        let taste = taste(of: history)
        let start = Float(mean + taste[factors])
        return items.products(with: taste.dropLast().map(Float.init), lastColumn: 1).map { start + $0 }
    }

    /// The expected ratings of pairs of rows; of a negative row the mean of the side counts.
    public func expectedRatings(users: [Int32], items: [Int32]) -> [Float] {
        zip(users, items).map { user, item in
            let taste = taste(of: UserHistory(row: user < 0 ? nil : Int(user)))
            let (vector, bias) = row(item: item < 0 ? nil : Int(item))
            return Float(mean + bias + dot(taste, vector + [1]))
        }
    }
}

/// The mean of the rows, [width].
private func average(_ rows: [Float], width: Int) -> [Double] {
    let count = rows.count / max(1, width)
    var sums = [Double](repeating: 0, count: width)
    for row in 0..<count { for f in 0..<width { sums[f] += Double(rows[row * width + f]) } }
    return sums.map { $0 / Double(max(1, count)) }
}

extension BayesianModel: Explains, FoldsIn {
    /// What the score of each of some items is made of.
    ///
    /// A learned taste is set against the one that the ratings amount to; what is left, which is the taste of everybody for somebody
    /// folded in, is a term of its own.
    public func explanations(of items: [Int], for history: UserHistory) -> [Explanation] {
        let taste = taste(of: history)
        let foldIn = history.ratings.isEmpty ? nil : BayesianFoldIn(history.ratings, in: self)
        return items.map { item in
            let (vector, bias) = row(item: item)
            let row = vector + [1]
            var terms = [
                Explanation.Term(source: .startingPoint, amount: mean), .init(source: .itemBias, amount: bias),
            ]
            if let foldIn {
                let shares = zip(foldIn.ratedItems, foldIn.parts)
                    .map { Explanation.Term(source: .ratedItem($0), amount: dot(row, $1)) }
                    .sorted { abs($0.amount) > abs($1.amount) }
                let known = shares.reduce(0) { $0 + $1.amount }
                terms.append(.init(source: .learnedTaste, amount: dot(row, taste) - known))
                terms += shares
            } else {
                terms.append(.init(source: .userBias, amount: taste[factors]))
                terms.append(.init(source: .learnedTaste, amount: dot(vector, taste)))
            }
            return Explanation(item: item, terms: terms)
        }
    }
}
