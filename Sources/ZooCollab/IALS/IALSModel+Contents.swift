import ZooKernels
import ZooNN

/// What the file of the model carries as JSON.
private struct IALSContents: Codable {
    var factors: Int
    var regularization: Float
    var frequencyExponent: Float
    var unobservedWeight: Float
    var alpha: Float
    var weight: RatingWeight
    var ratingMinimum: Float
    var ratingMaximum: Float
    /// The settings of the training, as JSON.
    var training: String?
}

extension IALSModel: StoredRecommender {
    /// Reads a model out of its contents.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or has another shape
    package init(_ contents: ModelContents) throws {
        let stored = try contents.configuration(as: IALSContents.self)
        var configuration = IALSRecipe()
        configuration.factors = stored.factors
        configuration.regularization = stored.regularization
        configuration.frequencyExponent = stored.frequencyExponent
        configuration.unobservedWeight = stored.unobservedWeight
        configuration.alpha = stored.alpha
        configuration.weight = stored.weight
        guard configuration.isValid, stored.ratingMinimum <= stored.ratingMaximum else {
            throw ModelContentsError(location: "/config", reason: "its numbers make no sense")
        }
        let vocabulary = try CollabVocabulary(contents)
        let factors = stored.factors
        self.init(
            vocabulary: vocabulary, scale: stored.ratingMinimum...stored.ratingMaximum, configuration,
            userVectors: try contents.floats("user.weight", shape: [vocabulary.userKeys.count, factors]),
            items: FactorRows(
                try contents.floats("item.weight", shape: [vocabulary.itemKeys.count, factors]), factors: factors))
        settings = stored.training
    }

    /// The vectors of both sides, and what fold-in needs.
    package func contents() throws -> ModelContents {
        let factors = configuration.factors
        return try ModelContents(
            CollabAlgorithm.ials.name, vocabulary,
            configuration: IALSContents(
                factors: factors, regularization: configuration.regularization,
                frequencyExponent: configuration.frequencyExponent, unobservedWeight: configuration.w0,
                alpha: configuration.alpha, weight: configuration.weight, ratingMinimum: scale.lowerBound,
                ratingMaximum: scale.upperBound, training: settings),
            weights: [
                NamedTensor("user.weight", userVectors, [vocabulary.userKeys.count, factors]),
                NamedTensor("item.weight", itemVectors, [vocabulary.itemKeys.count, factors]),
            ])
    }

    /// The learned vectors.
    package var vectors: CollabEmbeddings? {
        CollabEmbeddings(users: userVectors, items: itemVectors, width: configuration.factors)
    }
}
