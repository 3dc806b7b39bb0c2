import ZooKernels
import ZooNN
import ZooTensor

/// In what the networks of two programs differ, but for their weights.
struct ConvolutionStyle {
    /// Whether padding follows the image, so that with stride 2 an even side is padded at its end only.
    let keepsSize: Bool
    /// Keeps the normalisation's division finite.
    let epsilon: Double
    /// How much of the running statistics a batch replaces.
    let momentum: Double

    /// TensorFlow's "SAME" padding and its normalisation.
    static let tensorFlow = ConvolutionStyle(keepsSize: true, epsilon: 1e-3, momentum: 0.01)
    /// As much padding on all sides, and PyTorch's normalisation.
    static let torchvision = ConvolutionStyle(keepsSize: false, epsilon: 1e-5, momentum: 0.1)
    /// torchvision's padding and TensorFlow's normalisation, as torchvision has MobileNetV3.
    static let mixed = ConvolutionStyle(keepsSize: false, epsilon: 1e-3, momentum: 0.01)
}

/// A convolution that keeps the size but for its stride, and its normalisation, named `0` and `1`.
final class NormalizedConvolution: Module, CustomReflectable {
    let convolution: Conv2d
    let norm: BatchNorm2d

    init(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1,
        style: ConvolutionStyle = .tensorFlow, using generator: inout RandomGenerator
    ) {
        let padding = style.keepsSize ? 0 : kernel / 2
        convolution = Conv2d(
            inputs, outputs, kernel: PixelPair(kernel),
            ConvolutionGeometry(stride: PixelPair(stride), padding: PixelPair(padding)), keepsSize: style.keepsSize,
            groups: groups, hasBias: false,
            initializer: .kaimingNormal(fanIn: outputs * kernel * kernel / groups), using: &generator)
        norm = BatchNorm2d(outputs, momentum: style.momentum, epsilon: style.epsilon)
    }

    var customMirror: Mirror { Mirror(self, unlabeledChildren: [convolution, norm] as [Module]) }

    func callAsFunction(
        _ x: Tensor, _ pass: ImagePass, activation: FusedActivation = .none, residual: Tensor? = nil
    ) -> Tensor { pass(x, convolution, norm, activation: activation, residual: residual) }
}
