import ZooKernels
import ZooTensor

/// The greatest of each window, channel by channel.
///
/// - Shapes: x [images, height, width, channels] -> [images, outHeight, outWidth, channels]
public final class MaxPool2d: Module, UnaryLayer {
    /// The window.
    public let kernel: PixelPair
    /// How it moves.
    public let motion: WindowMotion

    /// Creates a layer.
    public init(kernel: PixelPair, _ motion: WindowMotion) { (self.kernel, self.motion) = (kernel, motion) }

    /// Applies the layer; mode and generator do not matter.
    public func callAsFunction(_ input: Tensor, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        input.maxPooled(kernel: kernel, motion)
    }
}

/// The mean of each window, channel by channel, the zeros around the image included.
///
/// - Shapes: x [images, height, width, channels] -> [images, outHeight, outWidth, channels]
public final class AvgPool2d: Module, UnaryLayer {
    /// The window.
    public let kernel: PixelPair
    /// How it moves.
    public let motion: WindowMotion

    /// Creates a layer.
    public init(kernel: PixelPair, _ motion: WindowMotion) { (self.kernel, self.motion) = (kernel, motion) }

    /// Applies the layer; mode and generator do not matter.
    public func callAsFunction(_ input: Tensor, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        input.averagePooled(kernel: kernel, motion)
    }
}
