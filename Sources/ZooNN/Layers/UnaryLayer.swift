import ZooTensor
import ZooKernels

/// A layer that makes one tensor of one tensor, so that it can stand in a `Sequential`.
public protocol UnaryLayer: Module {
    /// Applies the layer.
    ///
    /// - Parameter generator: what the layer draws from in training; untouched in inference
    func callAsFunction(_ input: Tensor, mode: Mode, using generator: inout RandomGenerator) -> Tensor
}
