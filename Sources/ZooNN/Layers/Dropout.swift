import ZooKernels
import ZooTensor

/// Zeroes elements by chance in training and scales the others up, so that the mean stays; does nothing in inference.
///
/// - Shapes: x [...] -> [...]
/// - Parameter probability: of zeroing, 0 ..< 1
/// - Source: Srivastava et al. 2014, with the scaling in training
public final class Dropout: Module, UnaryLayer {
    /// The probability of zeroing.
    public let probability: Float

    /// Creates a layer.
    ///
    /// - Precondition: `probability` is in 0 ..< 1.
    public init(probability: Float) {
        precondition((0..<1).contains(probability), "Dropout: probability must be in 0 ..< 1, not \(probability)")
        self.probability = probability
    }

    /// Applies the layer.
    public func callAsFunction(_ input: Tensor, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        guard mode == .training, probability > 0 else { return input }
        return input.dropout(probability: probability, using: &generator)
    }
}
