import ZooNN

/// What a dot-bias model's file carries as JSON.
private struct DotBiasContents: Codable {
    var factors: Int
    var range: SigmoidRange
    var ratingMinimum: Float
    var ratingMaximum: Float
    /// The settings of the training, as JSON.
    var training: String?
    /// Whether there are deviations of the items' biases; nil in the files of earlier versions, which have none.
    var hasDeviations: Bool?
    /// The rating of pairs of which a side is not known; nil where it follows from the biases.
    var pairlessRating: Float?
}

extension DotBiasModel: StoredRecommender {
    /// Reads a model out of its contents.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or has another shape
    package init(_ contents: ModelContents) throws {
        let configuration = try contents.configuration(as: DotBiasContents.self)
        let vocabulary = try CollabVocabulary(contents)
        let (users, items) = (vocabulary.userKeys.count, vocabulary.itemKeys.count)
        guard configuration.factors > 0, configuration.range.lower < configuration.range.upper,
            configuration.ratingMinimum <= configuration.ratingMaximum
        else { throw ModelContentsError(location: "/config", reason: "its values are out of range") }
        let factors = configuration.factors
        self.init(
            vocabulary: vocabulary, factors: factors,
            userVectors: try contents.floats("user.weight", shape: [users, factors]),
            itemVectors: try contents.floats("item.weight", shape: [items, factors]),
            userBiases: try contents.floats("user_bias.weight", shape: [users, 1]),
            itemBiases: try contents.floats("item_bias.weight", shape: [items, 1]),
            globalBias: try contents.floats("global_bias", shape: [1])[0], range: configuration.range,
            scale: configuration.ratingMinimum...configuration.ratingMaximum)
        (settings, pairlessRating) = (configuration.training, configuration.pairlessRating)
        if configuration.hasDeviations == true {
            itemBiasDeviations = try contents.floats(Self.deviationPath, shape: [items])
        }
    }

    private static let deviationPath = "item_bias.deviation"

    /// Vectors, biases, range and scale.
    package func contents() throws -> ModelContents {
        let (users, items) = (vocabulary.userKeys.count, vocabulary.itemKeys.count)
        return try ModelContents(
            CollabAlgorithm.dotBias.name, vocabulary,
            configuration: DotBiasContents(
                factors: factors, range: range, ratingMinimum: scale.lowerBound, ratingMaximum: scale.upperBound,
                training: settings, hasDeviations: itemBiasDeviations.map { _ in true }, pairlessRating: pairlessRating),
            weights: [
                NamedTensor("user.weight", userVectors, [users, factors]),
                NamedTensor("item.weight", itemVectors, [items, factors]),
                NamedTensor("user_bias.weight", userBiases, [users, 1]),
                NamedTensor("item_bias.weight", itemBiases, [items, 1]), NamedTensor("global_bias", [globalBias], [1]),
            ] + (itemBiasDeviations.map { [NamedTensor(Self.deviationPath, $0, [items])] } ?? []))
    }

    /// The learned vectors and biases.
    package var vectors: CollabEmbeddings? {
        CollabEmbeddings(
            users: userVectors, items: itemVectors, width: factors, userBiases: userBiases, itemBiases: itemBiases,
            itemBiasDeviations: itemBiasDeviations)
    }
}
