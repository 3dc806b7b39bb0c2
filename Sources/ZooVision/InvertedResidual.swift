import ZooKernels
import ZooNN
import ZooTensor

/// A convolution that keeps the size but for its stride, and its normalisation, named `0` and `1`.
final class NormalizedConvolution: Module, CustomReflectable {
    let convolution: Conv2d
    let norm: BatchNorm2d

    init(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, groups: Int = 1,
        using generator: inout RandomGenerator
    ) {
        convolution = Conv2d(
            inputs, outputs, kernel: PixelPair(kernel), WindowMotion(stride: PixelPair(stride)), keepsSize: true,
            groups: groups, hasBias: false,
            initializer: .kaimingNormal(fanIn: outputs * kernel * kernel / groups), using: &generator)
        norm = BatchNorm2d(outputs, momentum: 0.01, epsilon: 1e-3)
    }

    var customMirror: Mirror { Mirror(self, unlabeledChildren: [convolution, norm] as [Module]) }

    func callAsFunction(
        _ x: Tensor, _ pass: ImagePass, rectifier: Rectifier = .none, addend: Tensor? = nil
    ) -> Tensor { pass(x, convolution, norm, rectifier: rectifier, addend: addend) }
}

/// Widens, filters each channel by itself, and narrows; the input is added where sizes allow.
///
/// - Source: Sandler et al. 2018, figure 4
final class InvertedResidual: Module, CustomReflectable {
    let expansion: NormalizedConvolution?
    let depthwise: NormalizedConvolution
    let projection: NormalizedConvolution
    private let isResidual: Bool

    init(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int, expansion: Int,
        using generator: inout RandomGenerator
    ) {
        let width = inputs * expansion
        self.expansion = expansion == 1 ? nil : NormalizedConvolution(inputs, width, kernel: 1, using: &generator)
        depthwise = NormalizedConvolution(
            width, width, kernel: kernel, stride: stride, groups: width, using: &generator)
        projection = NormalizedConvolution(width, outputs, kernel: 1, using: &generator)
        isResidual = stride == 1 && inputs == outputs
    }

    /// The parts as the walk over parameters sees them: `block.0`, `block.1`, ...
    var customMirror: Mirror {
        let parts = [expansion, depthwise, projection].compactMap { $0 }
        return Mirror(self, children: ["block": parts])
    }

    func callAsFunction(_ x: Tensor, _ pass: ImagePass) -> Tensor {
        let wide = expansion?(x, pass, rectifier: .relu6) ?? x
        return projection(depthwise(wide, pass, rectifier: .relu6), pass, addend: isResidual ? x : nil)
    }
}
