import ZooNN

/// What a neural recommender's file carries as JSON.
private struct NeuralContents: Codable {
    var factors: Int
    /// Outputs of every layer, the last being 1.
    var outputs: [Int]
    var range: SigmoidRange
    var ratingMinimum: Float
    var ratingMaximum: Float
    /// The settings of the training, as JSON.
    var training: String?
}

extension NeuralModel: StoredRecommender {
    /// Reads a model out of its contents.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or has another shape
    package init(_ contents: ModelContents) throws {
        let configuration = try contents.configuration(as: NeuralContents.self)
        let vocabulary = try CollabVocabulary(contents)
        guard (1...1 << 20).contains(configuration.factors), configuration.range.lower < configuration.range.upper,
            configuration.ratingMinimum <= configuration.ratingMaximum, configuration.outputs.last == 1,
            configuration.outputs.allSatisfy({ $0 > 0 })
        else { throw ModelContentsError(location: "/config", reason: "its values are out of range") }
        let factors = configuration.factors
        let inputs = [2 * factors] + configuration.outputs.dropLast()
        let layers = try zip(inputs, configuration.outputs).enumerated().map { index, sizes in
            Layer(
                inputs: sizes.0, outputs: sizes.1,
                weight: try contents.linear("layers.\(index).weight", inputs: sizes.0, outputs: sizes.1),
                bias: try contents.floats("layers.\(index).bias", shape: [sizes.1]))
        }
        self.init(
            vocabulary: vocabulary, factors: factors,
            userVectors: try contents.floats("user.weight", shape: [vocabulary.userKeys.count, factors]),
            itemVectors: try contents.floats("item.weight", shape: [vocabulary.itemKeys.count, factors]),
            layers: layers, range: configuration.range,
            scale: configuration.ratingMinimum...configuration.ratingMaximum)
        settings = configuration.training
    }

    /// Vectors, layers, range and scale.
    package func contents() throws -> ModelContents {
        let layerWeights = layers.enumerated().flatMap { index, layer in
            [
                NamedTensor(
                    linear: "layers.\(index).weight", layer.weight, inputs: layer.inputs, outputs: layer.outputs),
                NamedTensor("layers.\(index).bias", layer.bias, [layer.outputs]),
            ]
        }
        return try ModelContents(
            CollabAlgorithm.neural.name, vocabulary,
            configuration: NeuralContents(
                factors: factors, outputs: layers.map(\.outputs), range: range, ratingMinimum: scale.lowerBound,
                ratingMaximum: scale.upperBound, training: settings),
            weights: [
                NamedTensor("user.weight", userVectors, [vocabulary.userKeys.count, factors]),
                NamedTensor("item.weight", itemVectors, [vocabulary.itemKeys.count, factors]),
            ] + layerWeights)
    }

    /// The learned vectors; the network has no biases of users and items.
    package var vectors: CollabEmbeddings? {
        CollabEmbeddings(users: userVectors, items: itemVectors, width: factors)
    }
}
