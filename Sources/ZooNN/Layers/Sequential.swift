import ZooTensor
import ZooKernels

/// Layers one after the other; their paths are their numbers: `0.weight`.
///
/// - Shapes: those of the first layer's input and the last layer's output
public final class Sequential: Module, UnaryLayer, CustomReflectable {
    /// The layers, first to last.
    public let layers: [any UnaryLayer]

    /// Creates a chain.
    public init(_ layers: any UnaryLayer...) { self.layers = layers }

    /// Creates a chain from layers that were made elsewhere.
    public init(layers: [any UnaryLayer]) { self.layers = layers }

    /// The layers as the walk over parameters sees them: without a name of their own between path and number.
    public var customMirror: Mirror { Mirror(self, unlabeledChildren: layers) }

    /// Applies the layers in order.
    public func callAsFunction(_ input: Tensor, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        var output = input
        for layer in layers { output = layer(output, mode: mode, using: &generator) }
        return output
    }
}
