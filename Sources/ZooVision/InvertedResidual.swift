import ZooKernels
import ZooNN
import ZooTensor

/// What an inverted residual does between its convolutions.
struct InvertedResidualStyle {
    /// After all convolutions but the last.
    var activation = FusedActivation.relu6
    /// Channels that squeeze and excitation, after the depthwise convolution, goes through; nil without it.
    var squeezed: Int?
    /// Whether squeeze and excitation is that of MobileNetV3: with relu and a hard sigmoid.
    var hasHardGate = false
    /// Padding and normalisation.
    var convolution = ConvolutionStyle.tensorFlow
}

/// Widens, filters each channel by itself, and narrows; the input is added where sizes allow.
///
/// - Source: Sandler et al. 2018, figure 4; with squeeze and excitation Tan et al. 2019, figure 7
final class InvertedResidual: Module, CustomReflectable {
    /// Whose names the parts have.
    enum Names {
        /// torchvision's EfficientNet and MobileNetV3: `block.0.0`, `block.0.1`, `block.1.0`, ...
        case efficientNet
        /// torchvision's MobileNetV2: the last convolution and its normalisation lie side by side, as `conv.2` and `conv.3`.
        case mobileNet
    }

    let expansion: NormalizedConvolution?
    let depthwise: NormalizedConvolution
    let excitation: SqueezeExcitation?
    let projection: NormalizedConvolution
    let isResidual: Bool
    let activation: FusedActivation
    private let names: Names

    /// - Parameter width: channels of the depthwise convolution; there is no widening where it is `inputs`
    init(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int, width: Int, style: InvertedResidualStyle = .init(),
        names: Names = .efficientNet, using generator: inout RandomGenerator
    ) {
        let convolution = style.convolution
        expansion =
            width == inputs
            ? nil : NormalizedConvolution(inputs, width, kernel: 1, style: convolution, using: &generator)
        depthwise = NormalizedConvolution(
            width, width, kernel: kernel, stride: stride, groups: width, style: convolution, using: &generator)
        excitation = style.squeezed.map {
            SqueezeExcitation(
                width, squeezed: $0, activation: style.hasHardGate ? .relu : style.activation,
                hasHardGate: style.hasHardGate, using: &generator)
        }
        projection = NormalizedConvolution(width, outputs, kernel: 1, style: convolution, using: &generator)
        isResidual = stride == 1 && inputs == outputs
        activation = style.activation
        self.names = names
    }

    /// The parts as the walk over parameters sees them.
    var customMirror: Mirror {
        let first = [expansion, depthwise, excitation].compactMap { $0 as Module? }
        switch names {
        case .efficientNet: return Mirror(self, children: ["block": first + [projection]])
        case .mobileNet:
            return Mirror(self, children: ["conv": first + [projection.convolution, projection.norm]])
        }
    }

    func callAsFunction(_ x: Tensor, _ pass: ImagePass) -> Tensor {
        let wide = expansion?(x, pass, activation: activation) ?? x
        let filtered = depthwise(wide, pass, activation: activation)
        let weighed = excitation.map { pass(filtered, $0) } ?? filtered
        return projection(weighed, pass, residual: isResidual ? x : nil)
    }
}
