import ZooKernels
import ZooTensor

/// Looks up a row of a table for every index. The gradient is sparse: it holds only the rows that were looked up.
///
/// - Shapes: indices int32 [...], weight [count, size] -> [..., size]
/// - Init: weight ~ N(0, 0.01) truncated at two deviations, as fastai
public final class Embedding: Module {
    /// The table [count, size].
    public let weight: Parameter

    /// Creates a table of `count` rows of `size` numbers.
    public init(
        _ count: Int, _ size: Int, initializer: Initializer = .truncatedNormal(deviation: 0.01),
        using generator: inout RandomGenerator
    ) {
        weight = Parameter(initializer.tensor([count, size], using: &generator))
    }

    /// Looks up rows.
    ///
    /// - Precondition: every index is in 0 ..< count.
    public func callAsFunction(_ indices: Tensor) -> Tensor { weight.gathered(rows: indices) }
}
