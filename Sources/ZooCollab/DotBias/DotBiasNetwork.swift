import ZooKernels
import ZooNN
import ZooTensor

/// `z = b_u + b_i + p_u . q_i`, composed of the engine's operations.
///
/// - Shapes: user [users, factors], item [items, factors], userBias [users, 1], itemBias [items, 1]
/// - Init: vectors and biases from a normal distribution of deviation 0.01, truncated, as fast.ai has it
package final class DotBiasNetwork: Module, CollabNetwork {
    /// p
    package let user: Embedding
    /// q
    package let item: Embedding
    /// b_u
    package let userBias: Embedding
    /// b_i
    package let itemBias: Embedding
    /// From logits to ratings.
    package let range: SigmoidRange

    /// Creates a network with random vectors.
    package init(users: Int, items: Int, factors: Int, range: SigmoidRange, using generator: inout RandomGenerator) {
        user = Embedding(users, factors, using: &generator)
        item = Embedding(items, factors, using: &generator)
        userBias = Embedding(users, 1, using: &generator)
        itemBias = Embedding(items, 1, using: &generator)
        self.range = range
    }

    /// The logits of a batch, [n].
    package func logits(_ batch: RatingBatch, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        let products = (user(batch.users) * item(batch.items)).sum(axes: [1])
        return products + (userBias(batch.users) + itemBias(batch.items)).sum(axes: [1])
    }
}
