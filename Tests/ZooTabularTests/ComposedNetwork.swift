import ZooKernels
import ZooNN
import ZooTabular
import ZooTensor

/// Embeddings side by side with the continuous columns, then hidden layers: the network as a composition of layers.
///
/// Training runs `FusedTabular`, which has to compute the same numbers.
/// - Shapes: codes int32 [batch] a table, continuous [batch, columns] -> [batch, outputs]
/// - Init: `TabularWeights`
/// - Source: Guo & Berkhahn 2016, "Entity Embeddings of Categorical Variables"; layers in fast.ai's order
///   Linear > ReLU > BatchNorm > Dropout
final class ComposedNetwork: Module {
    /// One a category.
    let embeddings: [Embedding]
    /// Of the continuous columns; nil where there are none.
    let continuousNorm: BatchNorm1d?
    /// The hidden layers.
    let layers: [HiddenLayer]
    /// The last layer.
    let output: Linear
    private let architecture: TabularArchitecture
    private let embeddingDropout: Dropout

    /// Linear > ReLU > BatchNorm > Dropout.
    final class HiddenLayer: Module {
        /// Without a bias: the norm has one.
        let linear: Linear
        /// The norm.
        let norm: BatchNorm1d
        private let dropout: Dropout

        init(_ inputs: Int, _ outputs: Int, dropout: Float, using generator: inout RandomGenerator) {
            linear = Linear(inputs, outputs, hasBias: false, using: &generator)
            norm = BatchNorm1d(outputs)
            self.dropout = Dropout(probability: dropout)
        }

        func callAsFunction(_ input: Tensor, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
            dropout(norm(linear(input).relu(), mode: mode), mode: mode, using: &generator)
        }
    }

    /// Builds the network.
    init(
        _ architecture: TabularArchitecture, dropout: Float = 0, embeddingDropout: Float = 0,
        using generator: inout RandomGenerator
    ) {
        self.architecture = architecture
        self.embeddingDropout = Dropout(probability: embeddingDropout)
        embeddings = architecture.tables.map { Embedding($0.count, $0.width, using: &generator) }
        continuousNorm = architecture.continuous > 0 ? BatchNorm1d(architecture.continuous) : nil
        layers = architecture.hidden.indices.map { layer in
            HiddenLayer(
                architecture.inputs(of: layer), architecture.hidden[layer], dropout: dropout, using: &generator)
        }
        output = Linear(architecture.inputs(of: architecture.hidden.count), architecture.outputs, using: &generator)
    }

    /// Applies the network: logits of the classes, or the standardised number within its range.
    func callAsFunction(
        _ codes: [Tensor], _ continuous: Tensor?, mode: Mode, using generator: inout RandomGenerator
    ) -> Tensor {
        var parts = zip(embeddings, codes).map { $0($1) }
        if !parts.isEmpty {
            parts = [
                embeddingDropout(Tensor.concatenated(parts, axis: 1), mode: mode, using: &generator)
            ]
        }
        if let continuous, let continuousNorm { parts.append(continuousNorm(continuous, mode: mode)) }
        var x = Tensor.concatenated(parts, axis: 1)
        for layer in layers { x = layer(x, mode: mode, using: &generator) }
        let raw = output(x)
        guard let range = architecture.range else { return raw }
        return raw.sigmoid() * Double(range.high - range.low) + Double(range.low)
    }

    /// The numbers of the network.
    var weights: TabularWeights? {
        let state = Dictionary(state().map { ($0.path, $0.tensor) }, uniquingKeysWith: { first, _ in first })
        return TabularWeights(architecture) { path, shape in
            state[path].flatMap { $0.shape.dimensions == shape ? $0.floats : nil }
        }
    }

    /// Replaces the numbers of the network.
    ///
    /// - Throws: `ModuleStateError` where they do not fit
    func load(_ weights: TabularWeights) throws {
        try load(
            state: weights.entries(architecture).map {
                NamedTensor(path: $0.path, tensor: Tensor($0.values, shape: Shape($0.shape)))
            })
    }
}
