import CZooSIMD

/// A size or distance in rows and in columns of an image.
public struct PixelPair: Sendable, Hashable, ExpressibleByIntegerLiteral {
    /// Along the height.
    public var y: Int
    /// Along the width.
    public var x: Int

    /// Creates a pair.
    public init(y: Int, x: Int) { (self.y, self.x) = (y, x) }
    /// Creates a pair of equals.
    public init(_ both: Int) { self.init(y: both, x: both) }
    /// Creates a pair of equals.
    public init(integerLiteral value: Int) { self.init(value) }
}

/// How a window moves over an image.
public struct ConvolutionGeometry: Sendable, Hashable {
    /// Pixels from one output to the next.
    public var stride: PixelPair
    /// Zeros above and to the left of the image.
    public var padding: PixelPair
    /// Zeros below and to the right of it.
    public var trailingPadding: PixelPair
    /// Pixels from one tap of the window to the next.
    public var dilation: PixelPair

    /// Creates a geometry.
    ///
    /// - Parameter trailingPadding: below and to the right, where it is not the same as above and to the left
    public init(
        stride: PixelPair = 1, padding: PixelPair = 0, trailingPadding: PixelPair? = nil, dilation: PixelPair = 1
    ) {
        (self.stride, self.padding, self.dilation) = (stride, padding, dilation)
        self.trailingPadding = trailingPadding ?? padding
    }

    /// Outputs along an axis: floor((size + paddings - dilation (kernel - 1) - 1) / stride) + 1, 0 where the window
    /// does not fit.
    func outputs(_ size: Int, _ kernel: Int, _ axis: KeyPath<PixelPair, Int>) -> Int {
        let padded = size + padding[keyPath: axis] + trailingPadding[keyPath: axis]
        let room = padded - dilation[keyPath: axis] * (kernel - 1) - 1
        return room < 0 ? 0 : room / stride[keyPath: axis] + 1
    }
}

/// The sizes of one convolution: images [images, height, width, channels], weights
/// [outputs, channels / groups, kernel.y, kernel.x], result [images, outputHeight, outputWidth, outputs].
package struct ConvolutionShape: Sendable, Hashable {
    /// Images.
    package let images: Int
    /// Rows of an image.
    package let height: Int
    /// Columns of an image.
    package let width: Int
    /// Channels of an image.
    package let channels: Int
    /// Channels of the result.
    package let outputs: Int
    /// The window.
    package let kernel: PixelPair
    /// How it moves.
    package let geometry: ConvolutionGeometry
    /// Parts into which the channels are cut; each part of the outputs sees its part alone.
    package let groups: Int
    /// Rows of the result.
    package let outputHeight: Int
    /// Columns of the result.
    package let outputWidth: Int

    /// Puts sizes together.
    ///
    /// - Precondition: strides and dilations are positive, padding is not negative, `groups` divides channels and outputs.
    package init(
        images: Int, height: Int, width: Int, channels: Int, outputs: Int, kernel: PixelPair,
        geometry: ConvolutionGeometry = ConvolutionGeometry(), groups: Int = 1
    ) {
        precondition(
            min(geometry.stride.y, geometry.stride.x, geometry.dilation.y, geometry.dilation.x, kernel.y, kernel.x) > 0
                && min(geometry.padding.y, geometry.padding.x, geometry.trailingPadding.y, geometry.trailingPadding.x)
                    >= 0,
            "convolution: window \(kernel), \(geometry)")
        precondition(
            groups > 0 && channels % groups == 0 && outputs % groups == 0,
            "convolution: \(groups) groups do not divide \(channels) channels and \(outputs) outputs")
        (self.images, self.height, self.width, self.channels) = (images, height, width, channels)
        (self.outputs, self.kernel, self.geometry, self.groups) = (outputs, kernel, geometry, groups)
        outputHeight = geometry.outputs(height, kernel.y, \.y)
        outputWidth = geometry.outputs(width, kernel.x, \.x)
    }

    var taps: Int { kernel.y * kernel.x }
    var groupChannels: Int { channels / groups }
    var groupOutputs: Int { outputs / groups }
    var imageSize: Int { height * width * channels }
    var outputSize: Int { outputHeight * outputWidth * outputs }
    /// Elements of the weights.
    package var weightCount: Int { outputs * groupChannels * taps }
    /// Elements of the result.
    package var resultCount: Int { images * outputSize }

    /// Each channel has a window of its own.
    var isDepthwise: Bool { groups == channels && outputs == channels && groups > 1 }

    var window: zoo_window {
        zoo_window(
            height: height, width: width, channels: channels, output_height: outputHeight, output_width: outputWidth,
            kernel_height: kernel.y, kernel_width: kernel.x, stride_y: geometry.stride.y, stride_x: geometry.stride.x,
            dilation_y: geometry.dilation.y, dilation_x: geometry.dilation.x, padding_y: geometry.padding.y,
            padding_x: geometry.padding.x)
    }
}

/// An activation that is applied to a result as it is stored.
public enum FusedActivation: Sendable, Hashable {
    /// Nothing.
    case none
    /// max(x, 0)
    case relu
    /// min(max(x, 0), 6)
    case relu6
    /// x min(max(x + 3, 0), 6) / 6
    case hardSwish
    /// x / (1 + exp(-x))
    case silu
    /// x times the normal distribution function of x
    case gelu

    /// Whether its derivative follows from its result, so that training need not keep what came in.
    package var isKnownByResult: Bool { [.none, .relu, .relu6].contains(self) }

    var code: Int32 {
        switch self {
        case .none: Int32(ZOO_NO_ACTIVATION)
        case .relu: Int32(ZOO_ACTIVATE_RELU)
        case .relu6: Int32(ZOO_ACTIVATE_RELU6)
        case .hardSwish: Int32(ZOO_ACTIVATE_HARD_SWISH)
        case .silu: Int32(ZOO_ACTIVATE_SILU)
        case .gelu: Int32(ZOO_ACTIVATE_GELU)
        }
    }
}
