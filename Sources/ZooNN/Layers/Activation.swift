import ZooTensor
import ZooKernels

/// A function without parameters as a layer: `Activation { $0.relu() }`.
///
/// - Shapes: those of the function
public final class Activation: Module, UnaryLayer {
    private let function: (Tensor) -> Tensor

    /// Wraps a function.
    public init(_ function: @escaping (Tensor) -> Tensor) { self.function = function }

    /// Applies the function; mode and generator do not matter.
    public func callAsFunction(_ input: Tensor, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        function(input)
    }
}
