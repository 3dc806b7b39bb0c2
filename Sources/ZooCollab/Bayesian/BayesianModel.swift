import ZooKernels

/// A factorisation of ratings whose vectors are those of many samples of a Bayesian model: `rating = mean + b_u + b_i + p_u . q_i`.
///
/// A person's vector is their own plus one of each item that they rated, whatever the rating, divided by the root of their number;
/// an item's likewise of the people who rated it. Predictions average over the samples, whose scores are kept as vectors of lower
/// rank. People and items differ in how noisy their ratings are. Attributes of people and items can have vectors too, which are added
/// to those of the rows: so an item without a rating has a vector.
///
/// - Units: all in the units of the ratings; predictions can be a little outside of `scale`
/// - Source: Rendle, Zhang & Koren 2019, "On the Difficulty of Evaluating Baselines" (SVD++ of both sides, sampled);
///   the noise is that of Lakshminarayanan, Bouchard & Archambeau 2011, "Robust Bayesian Matrix Factorisation"
package struct BayesianModel: PredictsRatings {
    /// Users and items that training saw.
    package let vocabulary: CollabVocabulary
    /// The lowest and the highest rating of the training data's scale.
    package let scale: ClosedRange<Float>
    /// The rating that biases and vectors are differences from.
    package let mean: Double
    /// p and b_u
    let users: FactorTable
    /// q and b_i
    let items: FactorTable
    /// What the choice of an item says about a person, for each item.
    let choices: FactorTable
    /// The precision of an average rating's noise.
    let precision: Double
    /// What is expected of people.
    let prior: PersonPrior
    /// What is known of users and items besides ratings; their vectors are parts of those of the rows. nil where it was not used.
    let attributes: (users: AttributeTable, items: AttributeTable)?
    /// How it was trained, as JSON; nil where that is not known.
    package var settings: String?
    /// The items, laid out for products.
    private let rows: FactorRows
    /// The mean taste of the training's people, and the mean item, [factors + 1].
    private let average: (taste: [Double], item: [Double])

    /// Creates a model from its parts.
    ///
    /// - Precondition: the tables have a row for each user or item, all of one width
    init(
        vocabulary: CollabVocabulary, scale: ClosedRange<Float>, mean: Double, users: FactorTable, items: FactorTable,
        choices: FactorTable, precision: Double, prior: PersonPrior,
        attributes: (users: AttributeTable, items: AttributeTable)?
    ) {
        precondition(
            users.count == vocabulary.userKeys.count && items.count == vocabulary.itemKeys.count
                && choices.count == items.count && users.width == items.width && choices.width == items.width,
            "bayesian: \(users.count) users, \(items.count) and \(choices.count) items do not fit the vocabulary")
        (self.vocabulary, self.scale, self.mean) = (vocabulary, scale, mean)
        (self.users, self.items, self.choices) = (users, items, choices)
        (self.precision, self.prior, self.attributes) = (precision, prior, attributes)
        var rows = FactorRows(items.vectors, factors: items.width)
        rows.lastColumn = items.biases
        self.rows = rows
        average = (users.average, items.average)
    }

    /// Length of every vector.
    package var factors: Int { items.width }

    /// The vector and, behind it, bias of a person: of their row, else of their ratings, else the mean ones, [factors + 1].
    func taste(of history: UserHistory) -> [Double] {
        if let row = history.row { return users[row] }
        return history.ratings.isEmpty ? average.taste : BayesianFoldIn(history.ratings, in: self).taste
    }

    /// The expected rating of every item, [items].
    package func scores(for history: UserHistory) -> [Float] {
        let taste = taste(of: history)
        let start = Float(mean + taste[factors])
        return rows.products(with: taste.dropLast().map(Float.init), lastColumn: 1).map { start + $0 }
    }

    /// The expected ratings of pairs of rows; of a negative row the mean of the side counts.
    package func expectedRatings(users: [Int32], items: [Int32]) -> [Float] {
        zip(users, items).map { user, item in
            let taste = user < 0 ? average.taste : self.users[Int(user)]
            let row = item < 0 ? average.item : self.items[Int(item)]
            return Float(mean + row[factors] + dot(taste, row.dropLast() + [1]))
        }
    }
}

extension BayesianModel: Explains {
    /// What the score of each of some items is made of.
    ///
    /// The item's attributes come first, as this person sees them; the rest of the item meets the parts of the person: rated items,
    /// attributes, and the learned taste beyond these, which is that of everybody for somebody folded in.
    package func explanations(of items: [Int], for history: UserHistory) -> [Explanation] {
        let taste = taste(of: history)
        let foldIn = history.ratings.isEmpty ? nil : BayesianFoldIn(history.ratings, in: self)
        let rated = zip(foldIn?.ratedItems ?? [], foldIn?.parts ?? []).map {
            (source: Explanation.Source.ratedItem($0), part: $1)
        }
        let known = history.row.flatMap { attributes?.users.parts(of: $0) } ?? []
        return items.map { item in
            var rest = self.items[item]
            var features: [Explanation.Term] = []
            for (name, part) in attributes?.items.parts(of: item) ?? [] {
                features.append(.init(source: .attribute(name), amount: part[factors] + dot(part.dropLast(), taste)))
                for f in rest.indices { rest[f] -= part[f] }
            }
            let row = rest.dropLast() + [1]
            features += known.map { .init(source: .attribute($0.name), amount: dot(row, $0.part)) }
            features += rated.map { .init(source: $0.source, amount: dot(row, $0.part)) }
            let explained = known.map(\.part) + rated.map(\.part)
            let beyond = explained.reduce(taste) { zip($0, $1).map { $0 - $1 } }
            var terms: [Explanation.Term] = [
                .init(source: .startingPoint, amount: mean), .init(source: .itemBias, amount: rest[factors]),
            ]
            if foldIn == nil { terms.append(.init(source: .userBias, amount: beyond[factors])) }
            let start = foldIn == nil ? dot(rest.dropLast(), beyond) : dot(row, beyond)
            terms.append(.init(source: .learnedTaste, amount: start))
            return Explanation(item: item, terms: terms + features.sorted { abs($0.amount) > abs($1.amount) })
        }
    }
}
