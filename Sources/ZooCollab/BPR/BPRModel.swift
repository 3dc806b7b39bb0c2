import Foundation
import ZooKernels
import ZooNN

/// A pairwise ranking: what a person chose shall score above what they did not.
///
/// `score = p_u . q_i + b_i`. Training maximises the sum of `log sigmoid(score of a chosen item - score of another)`, less an L2
/// penalty. A person whom training did not see gets a vector by the same steps, the items staying as they are.
/// - Source: Rendle et al. 2009, "BPR: Bayesian Personalized Ranking from Implicit Feedback", figure 4
package struct BPRModel: Recommender {
    /// Users and items that training saw.
    package let vocabulary: CollabVocabulary
    /// The lowest and the highest rating of the training data's scale.
    package let scale: ClosedRange<Float>
    /// [users, factors]
    package let userVectors: [Float]
    /// How it was trained, as JSON; nil where that is not known.
    package var settings: String?
    /// What fold-in needs of the training.
    let configuration: BPRRecipe
    private let items: FactorRows

    /// Creates a model from its parts; the last column of `items` is their biases.
    ///
    /// - Precondition: the vectors are [users, factors] and [items, factors]
    init(
        vocabulary: CollabVocabulary, scale: ClosedRange<Float>, _ configuration: BPRRecipe,
        userVectors: [Float], items: FactorRows
    ) {
        precondition(
            userVectors.count == vocabulary.userKeys.count * configuration.factors
                && items.count == vocabulary.itemKeys.count && items.factors == configuration.factors,
            "bpr: the vectors do not fit \(vocabulary.userKeys.count) users, \(vocabulary.itemKeys.count) items")
        (self.vocabulary, self.scale, self.configuration) = (vocabulary, scale, configuration)
        (self.userVectors, self.items) = (userVectors, items)
    }

    /// [items, factors]
    package var itemVectors: [Float] { items.vectors }
    /// [items]
    package var itemBiases: [Float] { items.lastColumn }

    /// The vector of a person, [factors]: of their row, else of their history; zeros for somebody unknown.
    package func vector(for history: UserHistory) -> [Float] {
        let factors = configuration.factors
        if let row = history.row { return Array(userVectors[row * factors..<(row + 1) * factors]) }
        return foldIn(Set(history.ratings.map { Int32($0.item) }).sorted())
    }

    /// Steps of the same kind as those of the training, with the same other items for the same history.
    private func foldIn(_ chosen: [Int32]) -> [Float] {
        var person = FactorRows(count: 1, factors: configuration.factors)
        let sampler = PreferenceSampler(
            SparseMatrix(bounds: [0, chosen.count], columns: chosen), items: items.count)
        guard !chosen.isEmpty else { return person.vectors }
        var generator = RandomGenerator(seed: configuration.seed)
        let passes = 30
        for pass in 0..<passes {
            let preferences = sampler.draw(chosen.count, using: &generator)
            preferences.withUnsafeBufferPointer {
                person.fold(
                    $0, items: items, rate: Float(configuration.value(at: pass, of: passes)),
                    decay: configuration.weightDecay)
            }
        }
        return person.vectors
    }

    /// The products of the items' vectors with the person's, plus the items' biases, [items].
    package func scores(for history: UserHistory) -> [Float] {
        history.isKnown ? items.products(with: vector(for: history), lastColumn: 1) : vocabulary.popularity
    }
}

/// What the file of the model carries as JSON.
private struct BPRContents: Codable {
    var configuration: BPRRecipe
    var ratingMinimum: Float
    var ratingMaximum: Float
    /// The settings of the training, as JSON.
    var training: String?
}

extension BPRModel: StoredRecommender {
    /// Reads a model out of its contents.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or has another shape
    package init(_ contents: ModelContents) throws {
        let stored = try contents.configuration(as: BPRContents.self)
        guard stored.configuration.isValid, stored.ratingMinimum <= stored.ratingMaximum else {
            throw ModelContentsError(location: "/config", reason: "its numbers make no sense")
        }
        let vocabulary = try CollabVocabulary(contents)
        let factors = stored.configuration.factors
        var items = FactorRows(
            try contents.floats("item.weight", shape: [vocabulary.itemKeys.count, factors]), factors: factors)
        items.lastColumn = try contents.floats("item_bias.weight", shape: [items.count, 1])
        self.init(
            vocabulary: vocabulary, scale: stored.ratingMinimum...stored.ratingMaximum, stored.configuration,
            userVectors: try contents.floats("user.weight", shape: [vocabulary.userKeys.count, factors]), items: items)
        settings = stored.training
    }

    /// The vectors of both sides, the biases, and what fold-in needs.
    package func contents() throws -> ModelContents {
        let factors = configuration.factors
        return try ModelContents(
            CollabAlgorithm.bpr.name, vocabulary,
            configuration: BPRContents(
                configuration: configuration, ratingMinimum: scale.lowerBound, ratingMaximum: scale.upperBound,
                training: settings),
            weights: [
                NamedTensor("user.weight", userVectors, [vocabulary.userKeys.count, factors]),
                NamedTensor("item.weight", itemVectors, [items.count, factors]),
                NamedTensor("item_bias.weight", itemBiases, [items.count, 1]),
            ])
    }

    /// The learned vectors and biases.
    package var vectors: CollabEmbeddings? {
        CollabEmbeddings(
            users: userVectors, items: itemVectors, width: configuration.factors, itemBiases: itemBiases)
    }
}
