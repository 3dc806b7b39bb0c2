import ZooKernels
import ZooNN
import ZooTensor

/// Widens, filters each channel by itself, and narrows; the input is added where sizes allow.
///
/// - Source: Sandler et al. 2018, figure 4
final class InvertedResidual: Module, CustomReflectable {
    /// Whose names the parts have.
    enum Names {
        /// torchvision's EfficientNet: `block.0.0`, `block.0.1`, `block.1.0`, ...
        case efficientNet
        /// torchvision's MobileNetV2: the last convolution and its normalisation lie side by side, as `conv.2` and `conv.3`.
        case mobileNet
    }

    let expansion: NormalizedConvolution?
    let depthwise: NormalizedConvolution
    let projection: NormalizedConvolution
    let isResidual: Bool
    private let names: Names

    init(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int, expansion: Int, style: ConvolutionStyle = .tensorFlow,
        names: Names = .efficientNet, using generator: inout RandomGenerator
    ) {
        let width = inputs * expansion
        self.expansion =
            expansion == 1
            ? nil : NormalizedConvolution(inputs, width, kernel: 1, style: style, using: &generator)
        depthwise = NormalizedConvolution(
            width, width, kernel: kernel, stride: stride, groups: width, style: style, using: &generator)
        projection = NormalizedConvolution(width, outputs, kernel: 1, style: style, using: &generator)
        isResidual = stride == 1 && inputs == outputs
        self.names = names
    }

    /// The parts as the walk over parameters sees them.
    var customMirror: Mirror {
        let first = [expansion, depthwise].compactMap { $0 as Module? }
        switch names {
        case .efficientNet: return Mirror(self, children: ["block": first + [projection]])
        case .mobileNet:
            return Mirror(self, children: ["conv": first + [projection.convolution, projection.norm]])
        }
    }

    func callAsFunction(_ x: Tensor, _ pass: ImagePass) -> Tensor {
        let wide = expansion?(x, pass, activation: .relu6) ?? x
        return projection(depthwise(wide, pass, activation: .relu6), pass, residual: isResidual ? x : nil)
    }
}
