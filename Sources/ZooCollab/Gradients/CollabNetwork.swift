import ZooKernels
import ZooNN
import ZooTensor

/// Ratings as a network takes them.
///
/// - Shapes: users, items Int32 [n]; ratings Float32 [n], in stars
public struct RatingBatch {
    /// Rows of the users.
    public let users: Tensor
    /// Rows of the items.
    public let items: Tensor
    /// The ratings.
    public let ratings: Tensor

    /// Creates a batch.
    public init(users: Tensor, items: Tensor, ratings: Tensor) {
        self.users = users
        self.items = items
        self.ratings = ratings
    }
}

/// A network that turns a user and an item into a rating, by a logit and a sigmoid to the range.
public class CollabNetwork: Module {
    let range: SigmoidRange

    init(range: SigmoidRange) { self.range = range }

    /// The logits of a batch, [n].
    func logits(_ batch: RatingBatch, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        preconditionFailure("CollabNetwork: a subclass says what the logits are")
    }

    /// The ratings that the network expects, [n], in stars.
    public final func callAsFunction(
        _ batch: RatingBatch, mode: Mode, using generator: inout RandomGenerator
    ) -> Tensor {
        logits(batch, mode: mode, using: &generator).sigmoid() * Double(range.upper - range.lower) + Double(range.lower)
    }
}

/// `z = b_u + b_i + p_u . q_i`, composed of the engine's operations.
///
/// - Shapes: user [users, factors], item [items, factors], userBias [users, 1], itemBias [items, 1]
/// - Init: vectors and biases from a normal distribution of deviation 0.01, truncated, as fast.ai has it
public final class DotBiasNetwork: CollabNetwork {
    /// p
    public let user: Embedding
    /// q
    public let item: Embedding
    /// b_u
    public let userBias: Embedding
    /// b_i
    public let itemBias: Embedding

    /// Creates a network with random vectors.
    public init(users: Int, items: Int, factors: Int, range: SigmoidRange, using generator: inout RandomGenerator) {
        user = Embedding(users, factors, using: &generator)
        item = Embedding(items, factors, using: &generator)
        userBias = Embedding(users, 1, using: &generator)
        itemBias = Embedding(items, 1, using: &generator)
        super.init(range: range)
    }

    override func logits(_ batch: RatingBatch, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        let products = (user(batch.users) * item(batch.items)).sum(axes: [1])
        return products + (userBias(batch.users) + itemBias(batch.items)).sum(axes: [1])
    }
}

/// Both vectors side by side, then hidden layers: `z = W (relu(... [p_u, q_i] ...)) + b`.
///
/// - Shapes: user [users, factors], item [items, factors]; layers alternate Linear, ReLU and Dropout
/// - Source: fast.ai's EmbeddingNN; He et al. 2017, "Neural Collaborative Filtering", section 3.3
public final class EmbeddingNetwork: CollabNetwork {
    /// p
    public let user: Embedding
    /// q
    public let item: Embedding
    /// The hidden layers and the last, of one output.
    public let layers: [Linear]
    private let dropout: Dropout

    /// Creates a network with random weights.
    ///
    /// - Parameter hidden: outputs of each hidden layer.
    public init(
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
        super.init(range: range)
    }

    override func logits(_ batch: RatingBatch, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        var activations = Tensor.concatenated([user(batch.users), item(batch.items)], axis: 1)
        for layer in layers.dropLast() {
            activations = dropout(layer(activations).relu(), mode: mode, using: &generator)
        }
        return (layers.last?(activations) ?? activations).sum(axes: [1])
    }
}
