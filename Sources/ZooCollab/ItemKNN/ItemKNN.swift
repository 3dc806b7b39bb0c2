import ZooKernels
import ZooNN

/// Nearest neighbours among items, which rank: an item's score is the sum of its similarities to what a person chose.
///
/// `score of j = sum over the history's items i of x_i s(i, j)`, where i is one of the k items that are most similar to j, and
/// s is the cosine of their columns of weights with `shrinkage` added to its denominator.
/// - Source: Sarwar et al. 2001, "Item-based Collaborative Filtering Recommendation Algorithms", section 3.1.1; the sum without
///   a denominator is Cremonesi, Koren & Turrin 2010's
package struct ItemKNNModel: Recommender {
    /// Users and items that training saw.
    package let vocabulary: CollabVocabulary
    /// The lowest and the highest rating of the training data's scale.
    package let scale: ClosedRange<Float>
    /// How it was trained, as JSON; nil where that is not known.
    package var settings: String?
    private let weight: RatingWeight
    private let neighbours: ItemNeighbours
    /// What the training's users rated; nil where it is left out.
    private var histories: StoredHistories?

    /// Finds the neighbours.
    ///
    /// - Parameter training: at least one rating, and at most one of each item by each user
    package init(
        _ training: Interactions, _ configuration: ItemKNNTrainingOptions = ItemKNNTrainingOptions(),
        threads: ThreadCount = .all
    ) {
        precondition(configuration.neighbours > 0, "item-knn: \(configuration.neighbours) neighbours")
        vocabulary = CollabVocabulary(training: training)
        (scale, weight) = (training.scale, configuration.weight.resolved(for: training.feedback))
        neighbours = ItemNeighbours(
            RatedRows(training, vocabulary, value: weight.values(on: scale)), count: configuration.neighbours,
            shrinkage: configuration.shrinkage, threads: threads)
        histories = StoredHistories(training, vocabulary)
    }

    /// How similar each item is to its neighbours, [items, items], row-major; 0 for those that are none.
    package var similarities: [Float] {
        let items = vocabulary.itemKeys.count
        return (0..<items * items).map { neighbours.similarity(of: $0 % items, to: $0 / items) }
    }

    /// The sum of the similarities to the history, each times what the rating counts as, [items].
    package func scores(for history: UserHistory) -> [Float] {
        guard knows(history) else { return vocabulary.popularity }
        var scores = [Float](repeating: 0, count: vocabulary.itemKeys.count)
        for rated in histories?.ratings(of: history) ?? history.ratings {
            neighbours.add(rated.item, weight: weight.weight(of: rated.rating, on: scale), to: &scores)
        }
        return scores
    }
}

extension ItemKNNModel: SumsHistories {
    package var historyWeight: RatingWeight { weight }
    /// The similarities by neighbour: what item i adds to the score of item j, whose neighbour it is.
    package var weights: [Float] {
        let items = vocabulary.itemKeys.count
        return (0..<items * items).map { neighbours.similarity(of: $0 / items, to: $0 % items) }
    }
}

extension ItemKNNModel: Explains {
    /// One term for each item of the history; 0 for one that is no neighbour of the explained item.
    package func explanations(of items: [Int], for history: UserHistory) -> [Explanation] {
        guard knows(history) else { return vocabulary.popularityExplanations(of: items) }
        let ratings = histories?.ratings(of: history) ?? history.ratings
        return items.map { item in
            let terms = ratings.map { rated in
                let x = Double(weight.weight(of: rated.rating, on: scale))
                return Explanation.Term(
                    source: .ratedItem(rated.item), amount: x * Double(neighbours.similarity(of: rated.item, to: item)))
            }
            return Explanation(item: item, terms: terms.sorted { abs($0.amount) > abs($1.amount) })
        }
    }
}

/// How neighbours among items are found.
///
/// The defaults were chosen on validation parts of MovieLens 100K's u1.base.
package struct ItemKNNTrainingOptions: Sendable, Hashable, Codable {
    /// k, how many neighbours of each item count.
    package var neighbours = 200
    /// Added to the denominator of the cosine, in squared weights: similarities that rest on few people shrink.
    package var shrinkage: Float = 20
    /// What a rating counts as.
    package var weight = RatingWeight.rating

    /// The defaults.
    package init() {}
}

/// What the file of the model carries as JSON.
private struct ItemKNNContents: Codable {
    var weight: RatingWeight
    /// How many pairs of neighbours there are.
    var pairs: Int
    /// Whether the histories of the training's users were left out.
    var omitsHistories: Bool?
    var ratingMinimum: Float
    var ratingMaximum: Float
    /// The settings of the training, as JSON.
    var training: String?
}

extension ItemKNNModel: KeepsHistories {
    /// The ratings of a user by the row.
    package func trainingRatings(ofUser row: Int) -> [RatedItem]? { histories?.ratings(of: UserHistory(row: row)) }

    /// Keeps the neighbours.
    package func withoutHistories() -> ItemKNNModel {
        var model = self
        model.histories = nil
        return model
    }
}

extension ItemKNNModel: StoredRecommender {
    /// Reads a model out of its contents.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or has another shape
    package init(_ contents: ModelContents) throws {
        let stored = try contents.configuration(as: ItemKNNContents.self)
        guard stored.pairs >= 0, stored.ratingMinimum <= stored.ratingMaximum else {
            throw ModelContentsError(location: "/config", reason: "its numbers make no sense")
        }
        vocabulary = try CollabVocabulary(contents)
        (scale, weight, settings) = (stored.ratingMinimum...stored.ratingMaximum, stored.weight, stored.training)
        let items = vocabulary.itemKeys.count
        let counts = try contents.int32s("neighbour.count", shape: [items], below: items).map(Int.init)
        let bounds = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        guard bounds[items] == stored.pairs else {
            throw ModelContentsError(location: "/weights/neighbour.count", reason: "the pairs are not so many")
        }
        neighbours = ItemNeighbours(
            byNeighbour: SparseMatrix(
                bounds: bounds, columns: try contents.int32s("neighbour.of", shape: [stored.pairs], below: items),
                values: try contents.floats("neighbour.similarity", shape: [stored.pairs])))
        histories = stored.omitsHistories == true ? nil : try StoredHistories(contents, vocabulary)
    }

    /// Similarities, histories and the scale.
    package func contents() throws -> ModelContents {
        let pairs = neighbours.byNeighbour
        let counts = (0..<pairs.count).map { Int32(pairs.bounds[$0 + 1] - pairs.bounds[$0]) }
        return try ModelContents(
            CollabAlgorithm.itemKNN.name, vocabulary,
            configuration: ItemKNNContents(
                weight: weight, pairs: pairs.columns.count, omitsHistories: histories == nil ? true : nil,
                ratingMinimum: scale.lowerBound, ratingMaximum: scale.upperBound, training: settings),
            weights: [
                NamedTensor("neighbour.count", counts), NamedTensor("neighbour.of", pairs.columns),
                NamedTensor("neighbour.similarity", pairs.values ?? [], [pairs.columns.count]),
            ] + (histories?.tensors ?? []))
    }
}

extension CollabAlgorithm {
    /// Nearest neighbours among items.
    package static let itemKNN = CollabAlgorithm(
        name: "item-knn", summary: "ranks by the cosine to what a person rated",
        defaults: [
            .neighbours: "\(ItemKNNTrainingOptions().neighbours)",
            .shrinkage: ItemKNNTrainingOptions().shrinkage.formatted(),
            .weight: ItemKNNTrainingOptions().weight.rawValue,
        ], model: ItemKNNModel.self
    ) { options in
        var configuration = ItemKNNTrainingOptions()
        if let neighbours = options.neighbours { configuration.neighbours = neighbours }
        if let shrinkage = options.shrinkage { configuration.shrinkage = Float(shrinkage) }
        if let weight = options.weight { configuration.weight = weight }
        let settings = configuration
        return CollabRecipe("item-knn", settings: settings, seed: options.seed) { training, threads in
            ItemKNNModel(training, settings, threads: threads)
        }
    }
}
