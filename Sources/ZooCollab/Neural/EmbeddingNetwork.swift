import ZooKernels
import ZooNN
import ZooTensor

/// Both vectors side by side, then hidden layers: `z = W (relu(... [p_u, q_i] ...)) + b`.
///
/// - Shapes: user [users, factors], item [items, factors]; layers alternate Linear, ReLU and Dropout
/// - Source: fast.ai's EmbeddingNN; He et al. 2017, "Neural Collaborative Filtering", section 3.3
package final class EmbeddingNetwork: Module, CollabNetwork {
    /// p
    package let user: Embedding
    /// q
    package let item: Embedding
    /// The hidden layers and the last, of one output.
    package let layers: [Linear]
    /// From logits to ratings.
    package let range: SigmoidRange
    private let dropout: Dropout

    /// Creates a network with random weights.
    ///
    /// - Parameter hidden: outputs of each hidden layer.
    package init(
        users: Int, items: Int, factors: Int, hidden: [Int], dropout: Float, range: SigmoidRange,
        using generator: inout RandomGenerator
    ) {
        user = Embedding(users, factors, using: &generator)
        item = Embedding(items, factors, using: &generator)
        var layers: [Linear] = []
        for (inputs, outputs) in zip([2 * factors] + hidden, hidden + [1]) {
            layers.append(Linear(inputs, outputs, using: &generator))
        }
        self.layers = layers
        self.dropout = Dropout(probability: dropout)
        self.range = range
    }

    /// The logits of a batch, [n].
    package func logits(_ batch: RatingBatch, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        Self.logits(user(batch.users), item(batch.items), layers.map { layer in { layer($0) } }) {
            dropout($0, mode: mode, using: &generator)
        }
    }

    /// The logits of pairs of vectors [n, factors] -> [n]; `regularized` is applied after every hidden layer.
    static func logits(
        _ users: Tensor, _ items: Tensor, _ layers: [(Tensor) -> Tensor], regularized: (Tensor) -> Tensor = { $0 }
    ) -> Tensor {
        var activations = Tensor.concatenated([users, items], axis: 1)
        for layer in layers.dropLast() { activations = regularized(layer(activations).relu()) }
        return (layers.last?(activations) ?? activations).sum(axes: [1])
    }
}
