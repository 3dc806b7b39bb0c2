import ZooNN

/// What the file of the model carries as JSON.
private struct BayesianContents: Codable {
    var factors: Int
    var mean: Double
    /// Of an average rating's noise.
    var precision: Float
    var ratingMinimum: Float
    var ratingMaximum: Float
    /// The settings of the training, as JSON.
    var training: String?
}

extension BayesianModel: StoredRecommender {
    /// Reads a model out of its contents.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or has another shape
    package init(_ contents: ModelContents) throws {
        let stored = try contents.configuration(as: BayesianContents.self)
        guard stored.factors > 0, stored.factors <= 1 << 16, stored.precision > 0, stored.mean.isFinite,
            stored.ratingMinimum <= stored.ratingMaximum
        else { throw ModelContentsError(location: "/config", reason: "its numbers make no sense") }
        let (vocabulary, factors) = (try CollabVocabulary(contents), stored.factors)
        func side(_ name: String, _ count: Int) throws -> (vectors: [Float], biases: [Float]) {
            (
                try contents.floats(name + ".weight", shape: [count, factors]),
                try contents.floats(name + "_bias.weight", shape: [count, 1])
            )
        }
        let width = factors + 1
        let prior = PersonPrior(
            mean: try contents.floats("prior.mean", shape: [width]).map(Double.init),
            precision: try contents.floats("prior.precision", shape: [width, width]).map(Double.init))
        self.init(
            vocabulary: vocabulary, scale: stored.ratingMinimum...stored.ratingMaximum, factors: factors,
            mean: stored.mean, users: try side("user", vocabulary.userKeys.count),
            items: try side("item", vocabulary.itemKeys.count), choices: try side("choice", vocabulary.itemKeys.count),
            precision: stored.precision, prior: prior)
        settings = stored.training
    }

    /// The vectors and biases, and what fold-in needs.
    package func contents() throws -> ModelContents {
        func side(_ name: String, _ vectors: [Float], _ biases: [Float]) -> [NamedTensor] {
            [
                NamedTensor(name + ".weight", vectors, [biases.count, factors]),
                NamedTensor(name + "_bias.weight", biases, [biases.count, 1]),
            ]
        }
        return try ModelContents(
            CollabAlgorithm.bayesian.name, vocabulary,
            configuration: BayesianContents(
                factors: factors, mean: mean, precision: precision, ratingMinimum: scale.lowerBound,
                ratingMaximum: scale.upperBound, training: settings),
            weights: side("user", userVectors, userBiases) + side("item", itemVectors, itemBiases)
                + side("choice", choices.vectors, choices.biases) + [
                    NamedTensor("prior.mean", prior.mean.map(Float.init), [factors + 1]),
                    NamedTensor("prior.precision", prior.precision.map(Float.init), [factors + 1, factors + 1]),
                ])
    }

    /// The learned vectors and biases.
    package var vectors: CollabEmbeddings? {
        CollabEmbeddings(
            users: userVectors, items: itemVectors, width: factors, userBiases: userBiases, itemBiases: itemBiases)
    }
}
