import ZooKernels
import ZooNN
import ZooTensor

/// The sizes of a residual network.
package struct ResNetArchitecture: Sendable, Hashable {
    /// How a block is made.
    package enum Block: Sendable, Hashable {
        /// Two 3x3 convolutions.
        case basic
        /// 1x1, 3x3 and 1x1, four times as wide at the end.
        case bottleneck

        var expansion: Int { self == .basic ? 1 : 4 }
    }

    /// How a block is made.
    package var block: Block
    /// Blocks of each stage.
    package var depths: [Int]
    /// Width of each stage; each but the first halves the image.
    package var widths: [Int]
    /// Whether the stem is a 3x3 convolution alone, for images of 32 pixels, not a 7x7 with stride 2 and a pooling.
    package var hasSmallStem: Bool
    /// Whether the stem is three 3x3 convolutions, and paths around blocks pool before they convolve: He et al. 2019, figures 2c and 2d.
    package var isD: Bool
    /// Whether a bottleneck halves the image in its first convolution, not in its 3x3.
    package var isHalvedFirst: Bool
    /// Numbers between the pooled channels, of which the greatest and the mean value count then, and the head; nil for none, and
    /// the mean alone.
    package var neck: Int?
    /// Classes of the head.
    package var classes: Int

    /// Puts sizes together.
    package init(
        block: Block, depths: [Int], widths: [Int] = [64, 128, 256, 512], hasSmallStem: Bool = false,
        isHalvedFirst: Bool = false, isD: Bool = false, neck: Int? = nil, classes: Int = 1000
    ) {
        precondition(depths.count == widths.count, "ResNet: depths \(depths) and widths \(widths)")
        (self.block, self.depths, self.widths) = (block, depths, widths)
        (self.hasSmallStem, self.isHalvedFirst, self.classes) = (hasSmallStem, isHalvedFirst, classes)
        (self.isD, self.neck) = (isD, neck)
    }
}

/// A residual network with torchvision's parameter names (`layer1.0.conv1.weight`).
///
/// - Shapes: images [count, height, width, 3] -> logits [count, classes]
/// - Init: convolutions normal with deviation sqrt(2 / (out * kernel area)), the rest as the layers
/// - Source: He et al. 2016; unless `isHalvedFirst`, the stride of a bottleneck is in its 3x3 convolution, as in torchvision
package final class ResNet: Module, ImageNetwork, CustomReflectable {
    /// The sizes.
    package let configuration: ResNetArchitecture
    /// The convolutions before `conv1` in a deep stem, with their normalisations.
    let early: [(convolution: Conv2d, norm: BatchNorm2d)]
    let conv1: Conv2d
    let bn1: BatchNorm2d
    let stages: [[ResidualBlock]]
    let neck: Linear?
    let fc: Linear

    /// Creates a network with drawn weights.
    package init(_ configuration: ResNetArchitecture, using generator: inout RandomGenerator) {
        self.configuration = configuration
        var inputs = configuration.widths.first ?? 64
        if configuration.isD {
            let half = inputs / 2
            early = [
                (.residual(3, half, kernel: 3, stride: 2, using: &generator), BatchNorm2d(half)),
                (.residual(half, half, kernel: 3, using: &generator), BatchNorm2d(half)),
            ]
            conv1 = .residual(half, inputs, kernel: 3, using: &generator)
        } else {
            early = []
            conv1 =
                configuration.hasSmallStem
                ? .residual(3, inputs, kernel: 3, using: &generator)
                : .residual(3, inputs, kernel: 7, stride: 2, using: &generator)
        }
        bn1 = BatchNorm2d(inputs)
        var stages: [[ResidualBlock]] = []
        for (stage, (depth, width)) in zip(configuration.depths, configuration.widths).enumerated() {
            var blocks: [ResidualBlock] = []
            for index in 0..<depth {
                let stride = stage > 0 && index == 0 ? 2 : 1
                switch configuration.block {
                case .basic:
                    blocks.append(
                        BasicBlock(inputs, width, stride: stride, isD: configuration.isD, using: &generator))
                case .bottleneck:
                    blocks.append(
                        Bottleneck(
                            inputs, width, stride: stride, isHalvedFirst: configuration.isHalvedFirst,
                            isD: configuration.isD, using: &generator))
                }
                inputs = width * configuration.block.expansion
            }
            stages.append(blocks)
        }
        self.stages = stages
        neck = configuration.neck.map { Linear(2 * inputs, $0, using: &generator) }
        fc = Linear(configuration.neck ?? inputs, configuration.classes, using: &generator)
    }

    /// The parts as the walk over parameters sees them: torchvision counts its stages from 1, in their names.
    package var customMirror: Mirror {
        var children: [Mirror.Child] = []
        // As timm has it, where activations take numbers, too.
        for (index, layer) in early.enumerated() {
            children += [("conv1.\(3 * index)", layer.convolution), ("conv1.\(3 * index + 1)", layer.norm)]
        }
        children += [(early.isEmpty ? "conv1" : "conv1.\(3 * early.count)", conv1), ("bn1", bn1)]
        for (index, blocks) in stages.enumerated() { children.append(("layer\(index + 1)", blocks)) }
        if let neck { children.append(("neck", neck)) }
        return Mirror(self, children: children + [("fc", fc)])
    }

    /// Features of an image: the width of the last stage, or of the layer behind it.
    package var featureCount: Int { fc.weight.shape[0] }
    /// The last layer.
    package var head: Linear { fc }
    /// The stem and the first half of the stages, the other half, the head.
    package var layerGroups: [[Module]] {
        let half = stages.count / 2
        let (early, late) = (stages[..<half].joined(), stages[half...].joined())
        let stem: [Module] = self.early.flatMap { [$0.convolution, $0.norm] as [Module] } + [conv1, bn1]
        return [stem + early.map { $0 as Module }, late.map { $0 as Module }, [neck, fc].compactMap { $0 }]
    }

    /// The mean of each channel; with a neck that layer's output for the greatest and the mean value of each.
    package func features(ofMap map: Tensor) -> Tensor {
        guard let neck else { return map.globallyAveraged() }
        return neck(Tensor.concatenated([map.globalMaximum(), map.globallyAveraged()], axis: 1)).relu()
    }

    /// The last convolution's output for images.
    package func featureMap(_ images: Tensor, _ pass: ImagePass) -> Tensor {
        var x = images
        for layer in early { x = pass(x, layer.convolution, layer.norm, activation: .relu) }
        x = pass(x, conv1, bn1, activation: .relu)
        if !configuration.hasSmallStem { x = x.maxPooled(kernel: 3, ConvolutionGeometry(stride: 2, padding: 1)) }
        for block in stages.joined() { x = block(x, pass) }
        return x
    }

    /// The logits of features; the generator does not matter.
    package func logits(
        ofFeatures features: Tensor, _ pass: ImagePass, using generator: inout RandomGenerator
    ) -> Tensor { fc(features) }
}

extension Tensor {
    /// The greatest over the pixels of each image.
    ///
    /// - Shapes: x [images, height, width, channels] -> [images, channels]
    func globalMaximum() -> Tensor { reshaped([shape[0], shape[1] * shape[2], shape[3]]).max(axes: [1]) }
}
