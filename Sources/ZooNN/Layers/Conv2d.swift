import ZooKernels
import ZooTensor

@_exported import struct ZooTensor.PixelPair
@_exported import struct ZooTensor.ConvolutionGeometry

/// Convolves images: `y = x * weight + bias`, the window not turned.
///
/// Channels lie side by side in memory (channels last); the weight has PyTorch's order, so that its files load as they are.
/// - Shapes: x [images, height, width, in], weight [out, in / groups, kernelHeight, kernelWidth], bias [out]
///   -> [images, outHeight, outWidth, out]
/// - Init: as PyTorch's: weight, bias ~ U(-k, k), k = 1/sqrt(in / groups * kernelHeight * kernelWidth)
public final class Conv2d: Module, UnaryLayer {
    /// The weight [out, in / groups, kernelHeight, kernelWidth].
    public let weight: Parameter
    /// The bias [out]; nil for a layer without.
    public let bias: Parameter?
    /// How the window moves; with `keepsSize` without its padding.
    public let geometry: ConvolutionGeometry
    /// Whether the padding follows the image, so that ceil(size / stride) outputs come out, as TensorFlow's "SAME".
    public let keepsSize: Bool
    /// Parts into which the channels are cut.
    public let groups: Int

    /// Creates a layer; `groups` equal to both sizes makes it depthwise.
    ///
    /// - Precondition: groups divide both sizes.
    public init(
        _ inputSize: Int, _ outputSize: Int, kernel: PixelPair, _ geometry: ConvolutionGeometry = ConvolutionGeometry(),
        keepsSize: Bool = false, groups: Int = 1, hasBias: Bool = true, initializer: Initializer? = nil,
        using generator: inout RandomGenerator
    ) {
        precondition(
            inputSize % groups == 0 && outputSize % groups == 0,
            "Conv2d: \(groups) groups do not divide \(inputSize) and \(outputSize) channels")
        let fanIn = inputSize / groups * kernel.y * kernel.x
        let bound = 1 / Double(max(fanIn, 1)).squareRoot()
        let uniform = Initializer.uniform(low: -bound, high: bound)
        weight = Parameter(
            (initializer ?? uniform).tensor(
                [outputSize, inputSize / groups, kernel.y, kernel.x], using: &generator))
        bias = hasBias ? Parameter(uniform.tensor([outputSize], using: &generator)) : nil
        (self.geometry, self.keepsSize, self.groups) = (geometry, keepsSize, groups)
    }

    /// Applies the layer.
    public func callAsFunction(_ input: Tensor) -> Tensor {
        input.convolved(with: weight.value, bias: bias?.value, geometry(for: input.shape), groups: groups)
    }

    /// How the window moves over images of a shape [images, height, width, channels].
    public func geometry(for shape: Shape) -> ConvolutionGeometry {
        guard keepsSize else { return geometry }
        func padding(_ size: Int, _ kernel: Int, _ axis: KeyPath<PixelPair, Int>) -> Int {
            let (stride, dilation) = (geometry.stride[keyPath: axis], geometry.dilation[keyPath: axis])
            return max(((size + stride - 1) / stride - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
        }
        let total = PixelPair(
            y: padding(shape[1], weight.shape[2], \.y), x: padding(shape[2], weight.shape[3], \.x))
        let leading = PixelPair(y: total.y / 2, x: total.x / 2)
        return ConvolutionGeometry(
            stride: geometry.stride, padding: leading,
            trailingPadding: PixelPair(y: total.y - leading.y, x: total.x - leading.x), dilation: geometry.dilation)
    }

    /// Applies the layer; mode and generator do not matter.
    public func callAsFunction(_ input: Tensor, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        self(input)
    }
}
