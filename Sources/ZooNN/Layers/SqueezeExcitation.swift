import ZooKernels
import ZooTensor

/// Weighs the channels of each image by what the whole image shows: `x * sigmoid(fc2(relu(fc1(mean(x)))))`.
///
/// - Shapes: x [images, height, width, channels] -> the same
/// - Init: that of ``Conv2d``
/// - Source: Hu et al. 2018, section 3; names as in torchvision
public final class SqueezeExcitation: Module, UnaryLayer {
    /// Channels to the few: a 1x1 convolution.
    public let fc1: Conv2d
    /// The few to channels: a 1x1 convolution.
    public let fc2: Conv2d

    /// Creates a layer that squeezes `channels` into `squeezed`.
    public init(_ channels: Int, squeezed: Int, using generator: inout RandomGenerator) {
        fc1 = Conv2d(channels, squeezed, kernel: 1, using: &generator)
        fc2 = Conv2d(squeezed, channels, kernel: 1, using: &generator)
    }

    /// Applies the layer.
    public func callAsFunction(_ input: Tensor) -> Tensor {
        let mean = input.globallyAveraged().reshaped([input.shape[0], 1, 1, input.shape[3]])
        return input * fc2(fc1(mean).relu()).sigmoid()
    }

    /// Applies the layer; mode and generator do not matter.
    public func callAsFunction(_ input: Tensor, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        self(input)
    }
}
