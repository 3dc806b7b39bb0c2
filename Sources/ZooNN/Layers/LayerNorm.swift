import ZooKernels
import ZooTensor

/// Centres and scales along the last axis: `y = (x - mean) / sqrt(variance + epsilon) * weight + bias`.
///
/// - Shapes: x [..., size], weight, bias [size] -> [..., size]
/// - Init: weight 1, bias 0
/// - Source: Ba et al. 2016, equation 4; the variance divides by the count
public final class LayerNorm: Module, UnaryLayer {
    /// The scale [size].
    public let weight: Parameter
    /// The shift [size].
    public let bias: Parameter
    /// Keeps the division finite.
    public let epsilon: Double

    /// Creates a layer.
    public init(_ size: Int, epsilon: Double = 1e-5) {
        weight = Parameter(.ones([size], .float32))
        bias = Parameter(.zeros([size], .float32))
        self.epsilon = epsilon
    }

    /// Applies the layer.
    public func callAsFunction(_ input: Tensor) -> Tensor {
        input.rowsNormalized(weight: weight.value, bias: bias.value, epsilon: epsilon)
    }

    /// Applies the layer; mode and generator do not matter.
    public func callAsFunction(_ input: Tensor, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        self(input)
    }
}
