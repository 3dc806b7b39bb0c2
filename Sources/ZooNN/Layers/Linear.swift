import ZooKernels
import ZooTensor

/// Applies `y = xW + b`.
///
/// - Shapes: x [..., in], W [in, out], b [out] -> y [..., out]
/// - Init: W, b ~ U(-k, k), k = 1/sqrt(in)
public final class Linear: Module, UnaryLayer {
    /// W [in, out].
    public let weight: Parameter
    /// b [out]; nil for a layer without.
    public let bias: Parameter?

    /// Creates a layer.
    public init(_ inputSize: Int, _ outputSize: Int, hasBias: Bool = true, using generator: inout RandomGenerator) {
        let bound = 1 / Double(max(inputSize, 1)).squareRoot()
        let initializer = Initializer.uniform(low: -bound, high: bound)
        weight = Parameter(
            initializer.tensor([inputSize, outputSize], using: &generator), isLinearWeight: true)
        bias = hasBias ? Parameter(initializer.tensor([outputSize], using: &generator)) : nil
    }

    /// Applies the layer.
    public func callAsFunction(_ input: Tensor) -> Tensor {
        let product = input.matmul(weight.value)
        return bias.map { product + $0.value } ?? product
    }

    /// Applies the layer; mode and generator do not matter.
    public func callAsFunction(_ input: Tensor, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        self(input)
    }
}
