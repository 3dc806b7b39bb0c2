import ZooKernels
import ZooTensor

/// Weighs the channels of each image by what the whole image shows: `x * gate(fc2(activation(fc1(mean(x)))))`.
///
/// - Shapes: x [images, height, width, channels] -> the same
/// - Init: that of ``Conv2d``
/// - Source: Hu et al. 2018, section 3, with relu and a sigmoid; names as in torchvision
public final class SqueezeExcitation: Module, UnaryLayer {
    /// Channels to the few: a 1x1 convolution.
    public let fc1: Conv2d
    /// The few to channels: a 1x1 convolution.
    public let fc2: Conv2d
    /// What comes after `fc1`.
    package let activation: FusedActivation
    /// Whether the gate is min(max(x + 3, 0), 6) / 6 in place of a sigmoid, as in MobileNetV3.
    package let hasHardGate: Bool

    /// Creates a layer that squeezes `channels` into `squeezed`.
    public convenience init(_ channels: Int, squeezed: Int, using generator: inout RandomGenerator) {
        self.init(channels, squeezed: squeezed, activation: .relu, using: &generator)
    }

    /// Creates a layer with another activation and gate.
    package init(
        _ channels: Int, squeezed: Int, activation: FusedActivation, hasHardGate: Bool = false,
        using generator: inout RandomGenerator
    ) {
        fc1 = Conv2d(channels, squeezed, kernel: 1, using: &generator)
        fc2 = Conv2d(squeezed, channels, kernel: 1, using: &generator)
        (self.activation, self.hasHardGate) = (activation, hasHardGate)
    }

    /// Applies the layer.
    public func callAsFunction(_ input: Tensor) -> Tensor { self(input) { $2($1($0)) } }

    /// Applies the layer with another way to convolve and activate.
    package func callAsFunction(
        _ input: Tensor, convolving: (Tensor, Conv2d, FusedActivation) -> Tensor
    ) -> Tensor {
        let mean = input.globallyAveraged().reshaped([input.shape[0], 1, 1, input.shape[3]])
        let gate = convolving(convolving(mean, fc1, activation), fc2, .none)
        return input * (hasHardGate ? gate.hardSigmoid() : gate.sigmoid())
    }

    /// Applies the layer; mode and generator do not matter.
    public func callAsFunction(_ input: Tensor, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        self(input)
    }
}
