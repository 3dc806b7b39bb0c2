import ZooKernels
import ZooNN
import ZooTensor

/// A block whose input is added to its output.
protocol ResidualBlock: Module {
    func callAsFunction(_ x: Tensor, _ pass: ImagePass) -> Tensor
}

/// The path around a block where sizes change: a 1x1 convolution and its normalisation, named `0` and `1`, or `1` and `2` behind a
/// pooling.
final class Downsample: Module, CustomReflectable {
    let convolution: Conv2d
    let norm: BatchNorm2d
    /// Whether the mean of 2x2 pixels halves the image, not the convolution; nil where none of them does.
    let isPooled: Bool?

    private init(_ inputs: Int, _ outputs: Int, stride: Int, isD: Bool, using generator: inout RandomGenerator) {
        convolution = .residual(inputs, outputs, kernel: 1, stride: isD ? 1 : stride, using: &generator)
        norm = BatchNorm2d(outputs)
        isPooled = isD ? stride > 1 : nil
    }

    /// nil where the block's input can be added as it is.
    static func needed(
        _ inputs: Int, _ outputs: Int, stride: Int, isD: Bool, using generator: inout RandomGenerator
    ) -> Downsample? {
        stride == 1 && inputs == outputs
            ? nil : Downsample(inputs, outputs, stride: stride, isD: isD, using: &generator)
    }

    var customMirror: Mirror {
        let first = isPooled == nil ? 0 : 1
        let children: [Mirror.Child] = [("\(first)", convolution), ("\(first + 1)", norm)]
        return Mirror(self, children: children)
    }

    func callAsFunction(_ x: Tensor, _ pass: ImagePass) -> Tensor {
        pass(isPooled == true ? x.halved() : x, convolution, norm)
    }
}

extension Tensor {
    /// The mean of every 2x2 pixels; of those that there are at the end of an odd side.
    func halved() -> Tensor {
        let odd = PixelPair(y: shape[1] % 2, x: shape[2] % 2)
        let means = averagePooled(kernel: 2, ConvolutionGeometry(stride: 2, padding: 0, trailingPadding: odd))
        guard odd != 0 else { return means }
        // Zeros past the end were counted.
        let (height, width) = (means.shape[1], means.shape[2])
        let factors = (0..<height * width).map { index -> Float in
            (odd.y == 1 && index / width == height - 1 ? 2 : 1) * (odd.x == 1 && index % width == width - 1 ? 2 : 1)
        }
        return means * Tensor(factors, shape: [height, width, 1])
    }
}

/// Two 3x3 convolutions. He et al. 2016, figure 5 left.
final class BasicBlock: Module, ResidualBlock {
    let conv1: Conv2d
    let bn1: BatchNorm2d
    let conv2: Conv2d
    let bn2: BatchNorm2d
    let downsample: Downsample?

    init(_ inputs: Int, _ width: Int, stride: Int, isD: Bool, using generator: inout RandomGenerator) {
        conv1 = .residual(inputs, width, kernel: 3, stride: stride, using: &generator)
        bn1 = BatchNorm2d(width)
        conv2 = .residual(width, width, kernel: 3, using: &generator)
        bn2 = BatchNorm2d(width)
        downsample = .needed(inputs, width, stride: stride, isD: isD, using: &generator)
    }

    func callAsFunction(_ x: Tensor, _ pass: ImagePass) -> Tensor {
        let inner = pass(x, conv1, bn1, activation: .relu)
        return pass(inner, conv2, bn2, activation: .relu, residual: downsample?(x, pass) ?? x)
    }
}

/// 1x1, 3x3 and 1x1, four times as wide at the end. He et al. 2016, figure 5 right.
final class Bottleneck: Module, ResidualBlock {
    let conv1: Conv2d
    let bn1: BatchNorm2d
    let conv2: Conv2d
    let bn2: BatchNorm2d
    let conv3: Conv2d
    let bn3: BatchNorm2d
    let downsample: Downsample?

    init(
        _ inputs: Int, _ width: Int, stride: Int, isHalvedFirst: Bool, isD: Bool,
        using generator: inout RandomGenerator
    ) {
        conv1 = .residual(inputs, width, kernel: 1, stride: isHalvedFirst ? stride : 1, using: &generator)
        bn1 = BatchNorm2d(width)
        conv2 = .residual(width, width, kernel: 3, stride: isHalvedFirst ? 1 : stride, using: &generator)
        bn2 = BatchNorm2d(width)
        conv3 = .residual(width, width * 4, kernel: 1, using: &generator)
        bn3 = BatchNorm2d(width * 4)
        downsample = .needed(inputs, width * 4, stride: stride, isD: isD, using: &generator)
    }

    func callAsFunction(_ x: Tensor, _ pass: ImagePass) -> Tensor {
        let narrow = pass(x, conv1, bn1, activation: .relu)
        let inner = pass(narrow, conv2, bn2, activation: .relu)
        return pass(inner, conv3, bn3, activation: .relu, residual: downsample?(x, pass) ?? x)
    }
}

extension Conv2d {
    /// A convolution that keeps the size but for its stride, without bias, drawn for the activation after it.
    static func residual(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, using generator: inout RandomGenerator
    ) -> Conv2d {
        Conv2d(
            inputs, outputs, kernel: PixelPair(kernel),
            ConvolutionGeometry(stride: PixelPair(stride), padding: PixelPair(kernel / 2)), hasBias: false,
            initializer: .kaimingNormal(fanIn: outputs * kernel * kernel), using: &generator)
    }
}
