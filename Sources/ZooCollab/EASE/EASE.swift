import Foundation
import ZooKernels
import ZooNN

/// A linear model over items, which ranks: `scores = x B`, x being what a person chose.
///
/// B minimises `|X - X B|^2 + lambda |B|^2` with a diagonal of zeros, which has a closed form:
/// `B = I - P diag(1 / diag P)`, `P = inverse of (X'X + lambda I)`. X holds 1 for every rating, or its `RatingWeight`. With a
/// dropout of p, B predicts X from histories of which each item is left out with that probability, in expectation: p / (1 - p)
/// diag(X'X) is added to the diagonal.
/// `attributeWeight` times the likeness of items (`ItemLikeness`) is added to X'X before that, as though people had chosen what is
/// alike together: a genre that two items share weighs as much as `attributeWeight` people who chose both. What few people rated
/// is drawn to its like; B alone is kept, so that lists need no attributes of items.
/// What is known of the users, such as an occupation, are further columns of X, of `userAttributeWeight`: a person's history begins with
/// them, and B has a row for each.
/// Only the history of a person counts, so that people whom training did not see are served as well as others. The histories of
/// the training's users are kept.
/// - Shapes: x [items + attributes], B [items + attributes, items]; B[i, j] is what item i in a history adds to the score of item j
/// - Source: Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data", equations 4 and 8; the dropout is Steck 2020's,
///   "Autoencoders that don't overfit towards the Identity", equation 6
package struct EASEModel: Recommender {
    /// Users and items that training saw.
    package let vocabulary: CollabVocabulary
    /// The lowest and the highest rating of the training data's scale.
    package let scale: ClosedRange<Float>
    /// How it was trained, as JSON; nil where that is not known.
    package var settings: String?
    private var matrix: ItemWeights
    private let configuration: EASETrainingOptions
    /// What the training's users rated; nil in the files of earlier versions.
    private var histories: StoredHistories?
    /// What is known of the training's users.
    private var attributes: AttributeRows

    /// B of the items, row-major.
    package var weights: [Float] { matrix.dense }

    /// Solves for B.
    ///
    /// - Parameter training: at least one rating, and at most one of each item by each user
    /// - Parameter memory: bytes that may be taken; nil where that is not known
    /// - Parameter shouldStop: asked again and again; true ends the training
    /// - Throws: `EASEError`
    package init(
        _ training: Interactions, _ configuration: EASETrainingOptions = EASETrainingOptions(),
        threads: ThreadCount = .all, memory: Double? = EASEModel.availableMemory,
        shouldStop: () -> Bool = { false }
    ) throws {
        var configuration = configuration
        configuration.weight = configuration.weight.resolved(for: training.feedback)
        self.configuration = configuration
        vocabulary = CollabVocabulary(training: training)
        scale = training.scale
        let n = vocabulary.itemKeys.count
        guard n <= EASEError.mostItems else { throw EASEError.tooManyItems(n) }
        histories = StoredHistories(training, vocabulary)
        let value = configuration.weight.values(on: scale)
        attributes = AttributeRows(
            configuration.attributeWeight > 0 && configuration.userAttributeWeight > 0
                ? vocabulary.attributes(of: training).users : AttributeFeatures(),
            rows: vocabulary.userKeys.count, weight: configuration.userAttributeWeight)
        let size = n + attributes.names.count
        let needed = Double(EASEError.bytesOfPair) * Double(size) * Double(size)
        if let memory, needed > memory { throw EASEError.tooLittleMemory(items: n, needed: needed, available: memory) }
        var products = RatedRows(training, vocabulary, value: value).products(with: attributes, threads: threads)
        if configuration.attributeWeight > 0 {
            ItemLikeness(training, vocabulary).add(
                weight: configuration.attributeWeight, to: &products, items: n, stride: size)
        }
        let noise = configuration.dropout / (1 - configuration.dropout)
        for i in 0..<size { products[i * size + i] += noise * products[i * size + i] + configuration.regularization }
        guard
            var weights = positiveDefiniteInverse(products, size: size, threads: threads, shouldStop: shouldStop)
        else { throw shouldStop() ? .stopped : EASEError.noInverse(regularization: configuration.regularization) }
        let factors = (0..<n).map { -1 / weights[$0 * size + $0] }
        weights.withUnsafeMutableBufferPointer { weights in
            // In place: what is written lies at or before what is read.
            for i in 0..<size {
                for j in 0..<n { weights[i * n + j] = i == j ? 0 : weights[i * size + j] * factors[j] }
            }
        }
        weights.removeLast(size * (size - n))
        matrix = ItemWeights(weights, items: n, neighbours: configuration.neighbours)
    }

    /// Bytes that a training may take now; nil where that is not known.
    package static var availableMemory: Double? { AvailableMemory.bytes }

    /// The sum of B's rows over the history and the person's attributes, each times what it counts as, [items].
    package func scores(for history: UserHistory) -> [Float] {
        guard knows(history) else { return vocabulary.popularity }
        var scores = [Float](repeating: 0, count: vocabulary.itemKeys.count)
        for part in parts(of: history) { matrix.add(part.row, times: part.x, to: &scores) }
        return scores
    }

    /// The rows of B that make up a person's scores, with what each is multiplied by and what it stands for.
    private func parts(of history: UserHistory) -> [(row: Int, x: Float, source: Explanation.Source)] {
        let known = history.row.map(attributes.values) ?? []
        return known.map { place, value in
            (vocabulary.itemKeys.count + place, value, .attribute(attributes.names[place]))
        }
            + (histories?.ratings(of: history) ?? history.ratings).map { rated in
                (rated.item, configuration.weight.weight(of: rated.rating, on: scale), .ratedItem(rated.item))
            }
    }
}

extension EASEModel: KeepsHistories {
    /// The ratings of a user by the row; nil in the files of earlier versions.
    package func trainingRatings(ofUser row: Int) -> [RatedItem]? {
        histories?.ratings(of: UserHistory(row: row))
    }

    /// Keeps what the items say of each other.
    package func withoutHistories() -> EASEModel {
        var model = self
        model.histories = nil
        model.matrix = matrix.prefix(vocabulary.itemKeys.count)
        model.attributes = AttributeRows(AttributeFeatures(), rows: vocabulary.userKeys.count)
        return model
    }
}

extension EASEModel: SumsHistories {
    package var historyWeight: RatingWeight { configuration.weight }
}

extension EASEModel: Explains {
    /// One term for each attribute of the person, and for each item of the history.
    package func explanations(of items: [Int], for history: UserHistory) -> [Explanation] {
        guard knows(history) else { return vocabulary.popularityExplanations(of: items) }
        let parts = parts(of: history)
        return items.map { item in
            let terms = parts.map { part in
                Explanation.Term(source: part.source, amount: Double(part.x) * Double(matrix[part.row, item]))
            }
            return Explanation(item: item, terms: terms.sorted { abs($0.amount) > abs($1.amount) })
        }
    }
}

/// How EASE is trained.
///
/// The defaults were chosen on validation parts of MovieLens 100K's u1.base.
package struct EASETrainingOptions: Sendable, Hashable, Codable {
    /// lambda, in squared weights: above 0.
    package var regularization: Float = 150
    /// What a rating counts as.
    package var weight = RatingWeight.rating
    /// The weights that an item of a history keeps, the largest by size; nil for all.
    package var neighbours: Int?
    /// p, the probability of leaving out an item of a history, 0 ..< 1.
    package var dropout: Float = 0.6
    /// The weight of the likeness of two items by their attributes, in people who chose both; 0 for none.
    package var attributeWeight: Float = 3
    /// What an attribute of a person counts as in the history, where a rating is at most 1; without effect where `attributeWeight` is 0.
    package var userAttributeWeight: Float = 2

    /// The defaults.
    package init() {}

    package init(regularization: Float, weight: RatingWeight, dropout: Float = 0) {
        self.regularization = regularization
        self.weight = weight
        self.dropout = dropout
    }
}

extension RatedRows {
    /// The lower triangle of X'X, [items + attributes, items + attributes]; the row of an item is summed by one thread, in the order
    /// of the users' rows in the data.
    fileprivate func products(with attributes: AttributeRows, threads: ThreadCount) -> [Float] {
        let items = byItem.count
        let size = items + attributes.names.count
        var products = [Float](repeating: 0, count: size * size)
        let group = 16
        products.withUnsafeMutableBufferPointer { products in
            guard let start = products.baseAddress else { return }
            parallel((items + group - 1) / group, threads: threads) { part in
                for item in part * group..<min(items, (part + 1) * group) {
                    addProducts(of: item, upTo: item, to: start + item * size)
                }
            }
            for user in 0..<byUser.count {
                let known = attributes.values(of: user)
                for (place, value) in known {
                    let row = start + (items + place) * size
                    for entry in byUser.bounds[user]..<byUser.bounds[user + 1] {
                        row[Int(byUser.columns[entry])] += value * (byUser.values?[entry] ?? 1)
                    }
                    for (other, otherValue) in known where other <= place { row[items + other] += value * otherValue }
                }
            }
        }
        return products
    }
}

/// What the file of an EASE model carries as JSON.
private struct EASEContents: Codable {
    var regularization: Float
    var weight: RatingWeight
    var ratingMinimum: Float
    var ratingMaximum: Float
    /// Weights in a row of the file; all where it is missing.
    var neighbours: Int?
    /// Whether the histories of the training's users are there.
    var hasHistories: Bool?
    /// What is known of the training's users: `occupation: student`; nil where nothing is.
    var userAttributes: [String]?
    /// The settings of the training, as JSON.
    var training: String?
}

extension EASEModel: StoredRecommender {
    /// Reads a model out of its contents.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or has another shape
    package init(_ contents: ModelContents) throws {
        let stored = try contents.configuration(as: EASEContents.self)
        guard stored.regularization > 0, stored.ratingMinimum <= stored.ratingMaximum else {
            throw ModelContentsError(location: "/config", reason: "its values are out of range")
        }
        var configuration = EASETrainingOptions(regularization: stored.regularization, weight: stored.weight)
        configuration.neighbours = stored.neighbours
        self.configuration = configuration
        vocabulary = try CollabVocabulary(contents)
        attributes = try AttributeRows(
            contents, "user", names: stored.userAttributes ?? [], rows: vocabulary.userKeys.count)
        matrix = try ItemWeights(
            contents, items: vocabulary.itemKeys.count, attributes: attributes.names.count,
            neighbours: stored.neighbours)
        scale = stored.ratingMinimum...stored.ratingMaximum
        settings = stored.training
        histories = stored.hasHistories == true ? try StoredHistories(contents, vocabulary) : nil
    }

    /// B and the scale.
    package func contents() throws -> ModelContents {
        return try ModelContents(
            CollabAlgorithm.ease.name, vocabulary,
            configuration: EASEContents(
                regularization: configuration.regularization, weight: configuration.weight,
                ratingMinimum: scale.lowerBound, ratingMaximum: scale.upperBound, neighbours: matrix.neighbours,
                hasHistories: histories == nil ? nil : true,
                userAttributes: attributes.names.isEmpty ? nil : attributes.names, training: settings),
            weights: matrix.tensors + (histories?.tensors ?? []) + attributes.tensors("user"))
    }
}

extension CollabAlgorithm {
    /// Item-item weights in closed form.
    package static let ease = CollabAlgorithm(
        name: "ease", summary: "ranks by weights between items, solved in one step",
        defaults: [
            .regularization: EASETrainingOptions().regularization.formatted(),
            .weight: EASETrainingOptions().weight.rawValue, .dropout: EASETrainingOptions().dropout.formatted(),
            .attributeWeight: EASETrainingOptions().attributeWeight.formatted(),
        ], model: EASEModel.self
    ) { options in
        var configuration = EASETrainingOptions()
        // What is known of people helps beside other rankers: alone, without it, nDCG is higher (u1.base's validation parts).
        configuration.userAttributeWeight = 0
        if let regularization = options.regularization { configuration.regularization = Float(regularization) }
        if let weight = options.weight { configuration.weight = weight }
        if let dropout = options.dropout { configuration.dropout = Float(dropout) }
        if let weight = options.attributeWeight { configuration.attributeWeight = Float(weight) }
        let settings = configuration
        var recipe = CollabRecipe("ease", settings: settings, seed: options.seed) { training, threads in
            try EASEModel(training, settings, threads: threads)
        }
        recipe.mostItemsWithAttributes = settings.attributeWeight > 0 ? EASEError.mostItems : 0
        recipe.holdsPairs = true
        return recipe
    }
}
