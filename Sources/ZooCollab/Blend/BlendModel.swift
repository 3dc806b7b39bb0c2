import ZooKernels
import ZooNN

/// Several recommenders in one: their weighted scores rank, and one of them predicts ratings.
///
/// The score of an item is the sum over the rankers of weight times score, so that its explanation is the sum of theirs. What
/// predicts ratings has no part in the order: a list by expected ratings names what the few who chose it liked, and few choose.
package struct BlendModel: Recommender {
    /// A recommender that explains its scores.
    package typealias Ranker = StoredRecommender & Explains

    /// Users and items that training saw.
    package let vocabulary: CollabVocabulary
    /// The lowest and the highest rating of the training data's scale.
    package let scale: ClosedRange<Float>
    /// How it was trained, as JSON; nil where that is not known.
    package var settings: String?
    /// What ranks, each with the weight of its scores.
    package let rankers: [(model: any Ranker, weight: Float)]
    /// What predicts ratings; nil where the ratings do not differ.
    package let predictor: DotBiasModel?

    /// Joins models of the same training part.
    ///
    /// - Precondition: there is a ranker, and all have one vocabulary
    package init(_ rankers: [(model: any Ranker, weight: Float)], predictor: DotBiasModel?) {
        precondition(!rankers.isEmpty, "blend: nothing ranks")
        let first = rankers[0].model
        let others = rankers.map(\.model.vocabulary) + [predictor?.vocabulary].compactMap { $0 }
        precondition(others.allSatisfy { $0 == first.vocabulary }, "blend: models of several trainings")
        (vocabulary, scale) = (first.vocabulary, first.scale)
        (self.rankers, self.predictor) = (rankers, predictor)
    }

    /// The weighted scores of the rankers, [items].
    package func scores(for history: UserHistory) -> [Float] {
        guard knows(history) else { return vocabulary.popularity }
        var sums = [Float](repeating: 0, count: vocabulary.itemKeys.count)
        for (model, weight) in rankers where Self.does(model, know: history) {
            for (item, score) in model.scores(for: history).enumerated() { sums[item] += weight * score }
        }
        return sums
    }

    /// The weighted sums of what the rankers score.
    package func scores(of people: [UserHistory], threads: ThreadCount) -> [Float] {
        let items = vocabulary.itemKeys.count
        var sums: [Float] = []
        for (model, weight) in rankers {
            var scores = model.scores(of: people, threads: threads)
            for (person, history) in people.enumerated() where !Self.does(model, know: history) {
                scores.replaceSubrange(person * items..<(person + 1) * items, with: repeatElement(0, count: items))
            }
            if sums.isEmpty, weight == 1 {
                sums = scores
                continue
            }
            if sums.isEmpty { sums = [Float](repeating: 0, count: scores.count) }
            sums.withUnsafeMutableBufferPointer { sums in
                scores.withUnsafeBufferPointer { scores in
                    for place in sums.indices { sums[place] += weight * scores[place] }
                }
            }
        }
        vocabulary.setPopularity(of: people, in: &sums)
        return sums
    }

    /// Without histories in the file, a ranker by vectors may know a person of whom the others know nothing.
    private static func does(_ model: any Ranker, know history: UserHistory) -> Bool {
        (model as? any KeepsHistories)?.knows(history) ?? history.isKnown
    }

    /// The expected ratings of pairs of rows; nil where the ratings of the training part do not differ.
    package func ratings(users: [Int32], items: [Int32]) -> [Float]? {
        predictor?.expectedRatings(users: users, items: items)
    }

    /// The expected rating of every item, [items]; nil where the ratings of the training part do not differ.
    package func expectedRatings(for history: UserHistory) -> [Float]? { predictor?.scores(for: history) }
}

extension BlendModel: KeepsHistories {
    /// Whether one of the rankers does.
    package func knows(_ history: UserHistory) -> Bool { rankers.contains { Self.does($0.model, know: history) } }

    /// The ratings of a user by the row, as a ranker knows them; nil where none does.
    package func trainingRatings(ofUser row: Int) -> [RatedItem]? {
        rankers.lazy.compactMap { ($0.model as? any KeepsHistories)?.trainingRatings(ofUser: row) }.first
    }

    /// Leaves the histories out of every ranker.
    package func withoutHistories() -> BlendModel {
        func without(_ model: any Ranker) -> any Ranker {
            ((model as? any KeepsHistories)?.withoutHistories() as? any Ranker) ?? model
        }
        var model = BlendModel(rankers.map { (without($0.model), $0.weight) }, predictor: predictor)
        model.settings = settings
        return model
    }
}

extension BlendModel: Explains {
    /// The terms of the rankers, added up by what they come from.
    package func explanations(of items: [Int], for history: UserHistory) -> [Explanation] {
        guard knows(history) else { return vocabulary.popularityExplanations(of: items) }
        let parts = rankers.filter { Self.does($0.model, know: history) }.map {
            (explanations: $0.model.explanations(of: items, for: history), weight: $0.weight)
        }
        return items.indices.map { index in
            var amounts: [Explanation.Source: Double] = [:]
            for (explanations, weight) in parts {
                for term in explanations[index].terms {
                    amounts[term.source, default: 0] += Double(weight) * term.amount
                }
            }
            func order(_ source: Explanation.Source) -> (Int, String) {
                switch source {
                case .ratedItem(let item): (item, "")
                case .attribute(let name): (-1, name)
                default: (-1, "")
                }
            }
            let terms = amounts.sorted { a, b in
                abs(a.value) != abs(b.value) ? abs(a.value) > abs(b.value) : order(a.key) < order(b.key)
            }
            return Explanation(
                item: items[index], terms: terms.map { Explanation.Term(source: $0.key, amount: $0.value) })
        }
    }
}

/// What the file of a blend carries as JSON.
private struct BlendContents: Codable {
    /// A model of the blend.
    struct Part: Codable {
        /// What its weights have before their paths; nothing for what predicts ratings, as in a file of that model alone.
        var prefix: String
        var architecture: String
        /// Of its scores in the sum.
        var weight: Float
        var configuration: String
    }

    var rankers: [Part]
    /// What predicts ratings.
    var predictor: Part?
    /// The settings of the training, as JSON.
    var training: String?
}

extension BlendModel: StoredRecommender {
    /// Reads a model out of its contents.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or has another shape
    package init(_ contents: ModelContents) throws {
        let stored = try contents.configuration(as: BlendContents.self)
        func read(_ part: BlendContents.Part) throws -> any StoredRecommender {
            var own = contents
            (own.architecture, own.configuration) = (part.architecture, part.configuration)
            own.weights = contents.weights.filter { $0.path.hasPrefix(part.prefix) }.map {
                NamedTensor(path: String($0.path.dropFirst(part.prefix.count)), tensor: $0.tensor)
            }
            guard part.architecture != CollabAlgorithm.blend.name else {
                throw ModelContentsError(location: "/config", reason: "a blend in a blend")
            }
            return try CollabAlgorithm.decode(own)
        }
        let rankers = try stored.rankers.map { part in
            guard part.weight.isFinite, let ranker = try read(part) as? any Ranker else {
                throw ModelContentsError(
                    location: "/config", reason: "'\(part.architecture)' cannot be part of a blend")
            }
            return (model: ranker, weight: part.weight)
        }
        let predictor = try stored.predictor.map { part in
            guard let model = try read(part) as? DotBiasModel else {
                throw ModelContentsError(location: "/config", reason: "'\(part.architecture)' predicts no ratings")
            }
            return model
        }
        guard !rankers.isEmpty else { throw ModelContentsError(location: "/config", reason: "nothing ranks") }
        self.init(rankers, predictor: predictor)
        settings = stored.training
    }

    /// The contents of all parts.
    package func contents() throws -> ModelContents {
        var weights: [NamedTensor] = []
        func part(_ prefix: String, _ model: any StoredRecommender, weight: Float) throws -> BlendContents.Part {
            let contents = try model.contents()
            weights += contents.weights.map { NamedTensor(path: prefix + $0.path, tensor: $0.tensor) }
            return BlendContents.Part(
                prefix: prefix, architecture: contents.architecture, weight: weight,
                configuration: contents.configuration)
        }
        let parts = try rankers.enumerated().map { try part("ranker\($0).", $1.model, weight: $1.weight) }
        let last = try predictor.map { try part("", $0, weight: 0) }
        return try ModelContents(
            CollabAlgorithm.blend.name, vocabulary,
            configuration: BlendContents(rankers: parts, predictor: last, training: settings), weights: weights)
    }

    /// The vectors of what predicts ratings, else of the first ranker that has some.
    package var vectors: CollabEmbeddings? {
        predictor?.vectors ?? rankers.lazy.compactMap(\.model.vectors).first
    }
}
