import ZooCollab
import ZooWeights

/// The configuration that a neural recommender's file carries as JSON.
struct NeuralFileConfiguration: Codable {
    var factors: Int
    /// Outputs of every layer, the last being 1.
    var outputs: [Int]
    var range: SigmoidRange
    var ratingMinimum: Float
    var ratingMaximum: Float
    /// The settings of the training, as JSON.
    var training: String?
}

/// A neural recommender as it is stored: the model, and the rating scale of its data.
public struct StoredNeural: Sendable {
    /// The model.
    public let model: NeuralModel
    /// The scale of the ratings it was trained on, in stars.
    public let scale: ClosedRange<Float>

    static let architecture = "neural"

    /// Joins a model and its scale.
    public init(model: NeuralModel, scale: ClosedRange<Float>) {
        self.model = model
        self.scale = scale
    }

    /// The file of a model.
    func file(training: String?, created: String) throws -> ModelFile {
        let vocabulary = model.vocabulary
        let configuration = NeuralFileConfiguration(
            factors: model.factors, outputs: model.layers.map(\.outputs), range: model.range,
            ratingMinimum: scale.lowerBound, ratingMaximum: scale.upperBound, training: training)
        let vectors = [
            WeightEntry(
                path: "user.weight", shape: [vocabulary.userKeys.count, model.factors],
                values: .float32(model.userVectors)),
            WeightEntry(
                path: "item.weight", shape: [vocabulary.itemKeys.count, model.factors],
                values: .float32(model.itemVectors)),
        ]
        let layers = model.layers.enumerated().flatMap { index, layer in
            [
                WeightEntry(
                    path: "layers.\(index).weight", shape: [layer.inputs, layer.outputs],
                    values: .float32(layer.weight)),
                WeightEntry(path: "layers.\(index).bias", shape: [layer.outputs], values: .float32(layer.bias)),
            ]
        }
        return ModelFile(
            kind: StoredCollab.kind, architecture: Self.architecture,
            configuration: try JSONText.encode(configuration), weights: vectors + layers,
            vocabularies: vocabulary.stored, statistics: vocabulary.storedStatistics, created: created,
            zooVersion: ZooVersion.current)
    }

    /// Reads a model out of its file.
    ///
    /// - Throws: `WeightError.malformed` naming what is missing or has another shape.
    init(_ file: ModelFile) throws {
        let configuration = try JSONText.decode(
            NeuralFileConfiguration.self, from: file.configuration, in: "/config")
        let vocabulary = try CollabVocabulary(stored: file)
        guard (1...1 << 20).contains(configuration.factors), configuration.range.lower < configuration.range.upper,
            configuration.ratingMinimum <= configuration.ratingMaximum, configuration.outputs.last == 1,
            configuration.outputs.allSatisfy({ $0 > 0 })
        else { throw WeightError.malformed(location: "/config", reason: "its numbers make no sense") }
        let factors = configuration.factors
        let inputs = [2 * factors] + configuration.outputs.dropLast()
        let layers = try zip(inputs, configuration.outputs).enumerated().map { index, sizes in
            NeuralModel.Layer(
                inputs: sizes.0, outputs: sizes.1,
                weight: try file.floats("layers.\(index).weight", shape: [sizes.0, sizes.1]),
                bias: try file.floats("layers.\(index).bias", shape: [sizes.1]))
        }
        model = NeuralModel(
            vocabulary: vocabulary, factors: factors,
            userVectors: try file.floats("user.weight", shape: [vocabulary.userKeys.count, factors]),
            itemVectors: try file.floats("item.weight", shape: [vocabulary.itemKeys.count, factors]), layers: layers,
            range: configuration.range)
        scale = configuration.ratingMinimum...configuration.ratingMaximum
    }
}
