import ZooKernels
import ZooNN
import ZooTensor

/// Ratings as a network takes them.
///
/// - Shapes: users, items Int32 [n]; ratings Float32 [n]
package struct RatingBatch {
    /// Rows of the users.
    package let users: Tensor
    /// Rows of the items.
    package let items: Tensor
    /// The ratings.
    package let ratings: Tensor

    /// Creates a batch.
    package init(users: Tensor, items: Tensor, ratings: Tensor) {
        self.users = users
        self.items = items
        self.ratings = ratings
    }
}

/// A network that turns a user and an item into a rating, by a logit and a sigmoid to the range.
package protocol CollabNetwork: Module {
    /// From logits to ratings.
    var range: SigmoidRange { get }

    /// The logits of a batch, [n].
    func logits(_ batch: RatingBatch, mode: Mode, using generator: inout RandomGenerator) -> Tensor
}

extension CollabNetwork {
    /// The ratings that the network expects, [n].
    package func callAsFunction(_ batch: RatingBatch, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        logits(batch, mode: mode, using: &generator).sigmoid() * Double(range.upper - range.lower) + Double(range.lower)
    }
}
