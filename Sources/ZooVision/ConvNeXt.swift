import ZooKernels
import ZooNN
import ZooTensor

/// The sizes of a ConvNeXt.
package struct ConvNeXtArchitecture: Sendable, Hashable {
    /// Width of each stage; each but the first halves the image.
    package var widths: [Int]
    /// Blocks of each stage.
    package var depths: [Int]
    /// Whether it is version 2: global response normalisation in place of a learned scale of each block.
    package var isVersion2: Bool
    /// Classes of the head.
    package var classes: Int

    /// Puts sizes together.
    ///
    /// - Precondition: as many depths as widths, at least one
    package init(widths: [Int], depths: [Int] = [2, 2, 6, 2], isVersion2: Bool = false, classes: Int = 1000) {
        precondition(depths.count == widths.count && !depths.isEmpty, "ConvNeXt: depths \(depths), widths \(widths)")
        (self.widths, self.depths, self.isVersion2, self.classes) = (widths, depths, isVersion2, classes)
    }
}

/// A ConvNeXt with timm's parameter names (`stages.1.blocks.0.conv_dw.weight`).
///
/// - Shapes: images [count, height, width, 3], at least 32 pixels along both sides -> logits [count, classes]
/// - Init: weights truncated normal with deviation 0.02, biases 0, scales of blocks 1e-6
/// - Source: Liu et al. 2022; version 2: Woo et al. 2023; the small sizes are timm's. Blocks are not dropped in training
package final class ConvNeXt: Module, ImageNetwork, CustomReflectable {
    let stem: (convolution: Conv2d, norm: LayerNorm)
    let stages: [ConvNeXtStage]
    let norm: LayerNorm
    let classifier: Linear

    /// Creates a network with drawn weights.
    package init(_ configuration: ConvNeXtArchitecture, using generator: inout RandomGenerator) {
        var inputs = configuration.widths[0]
        stem = (.convNeXt(3, inputs, kernel: 4, stride: 4, using: &generator), LayerNorm(inputs, epsilon: 1e-6))
        var stages: [ConvNeXtStage] = []
        for (width, depth) in zip(configuration.widths, configuration.depths) {
            stages.append(
                ConvNeXtStage(
                    inputs, width, depth: depth, isHalving: !stages.isEmpty, isVersion2: configuration.isVersion2,
                    using: &generator))
            inputs = width
        }
        self.stages = stages
        norm = LayerNorm(inputs, epsilon: 1e-6)
        classifier = Linear(inputs, configuration.classes, using: &generator)
        classifier.weight.value = weights([inputs, configuration.classes], using: &generator)
        classifier.bias?.value = .zeros([configuration.classes])
    }

    /// The parts as the walk over parameters sees them.
    package var customMirror: Mirror {
        let children: [Mirror.Child] = [
            ("stem", [stem.convolution, stem.norm] as [Module]), ("stages", stages), ("head.norm", norm),
            ("head.fc", classifier),
        ]
        return Mirror(self, children: children)
    }

    /// Features of an image: the width of the last stage.
    package var featureCount: Int { classifier.weight.shape[0] }
    /// The last layer.
    package var head: Linear { classifier }
    /// The stem and the first half of the stages, the other half, the head.
    package var layerGroups: [[Module]] {
        let half = stages.count / 2
        let early: [Module] = [stem.convolution, stem.norm]
        return [
            early + stages[..<half].map { $0 as Module }, stages[half...].map { $0 as Module } + [norm], [classifier],
        ]
    }

    /// The last block's output for images.
    package func featureMap(_ images: Tensor, _ pass: ImagePass) -> Tensor {
        stages.reduce(stem.norm(pass(images, stem.convolution))) { $1($0, pass) }
    }

    /// The features of the last block's output: its mean, normalised.
    package func features(ofMap map: Tensor) -> Tensor { norm(map.globallyAveraged()) }

    /// The logits of features; the generator does not matter.
    package func logits(
        ofFeatures features: Tensor, _ pass: ImagePass, using generator: inout RandomGenerator
    ) -> Tensor { classifier(features) }
}

/// Blocks of one width; all stages but the first halve the image before.
final class ConvNeXtStage: Module {
    let downsample: [Module]
    let blocks: [ConvNeXtBlock]

    init(
        _ inputs: Int, _ width: Int, depth: Int, isHalving: Bool, isVersion2: Bool,
        using generator: inout RandomGenerator
    ) {
        downsample =
            isHalving
            ? [
                LayerNorm(inputs, epsilon: 1e-6),
                Conv2d.convNeXt(inputs, width, kernel: 2, stride: 2, using: &generator),
            ] : []
        blocks = (0..<depth).map { _ in ConvNeXtBlock(width, isVersion2: isVersion2, using: &generator) }
    }

    func callAsFunction(_ x: Tensor, _ pass: ImagePass) -> Tensor {
        var x = x
        for layer in downsample {
            if let norm = layer as? LayerNorm { x = norm(x) }
            if let convolution = layer as? Conv2d { x = pass(x, convolution) }
        }
        return blocks.reduce(x) { $1($0, pass) }
    }
}

/// Filters each channel by itself, then widens and narrows each pixel; the input is added.
///
/// - Source: Liu et al. 2022, figure 4; version 2: Woo et al. 2023, figure 5
final class ConvNeXtBlock: Module {
    /// What the block's output is multiplied by, channel by channel; nil in version 2.
    let gamma: Parameter?
    let convDw: Conv2d
    let norm: LayerNorm
    let mlp: ConvNeXtMLP

    init(_ width: Int, isVersion2: Bool, using generator: inout RandomGenerator) {
        convDw = .convNeXt(width, width, kernel: 7, padding: 3, groups: width, using: &generator)
        norm = LayerNorm(width, epsilon: 1e-6)
        mlp = ConvNeXtMLP(width, hasGlobalNorm: isVersion2, using: &generator)
        gamma = isVersion2 ? nil : Parameter(.full(1e-6, [width], .float32))
    }

    func callAsFunction(_ x: Tensor, _ pass: ImagePass) -> Tensor {
        let wide = pass(norm(pass(x, convDw)), mlp.fc1, activation: .gelu)
        return pass(mlp.grn?(wide) ?? wide, mlp.fc2, scale: gamma, residual: x)
    }
}

/// The two 1x1 convolutions of a block.
final class ConvNeXtMLP: Module {
    let fc1: Conv2d
    let grn: GlobalResponseNorm?
    let fc2: Conv2d

    init(_ width: Int, hasGlobalNorm: Bool, using generator: inout RandomGenerator) {
        fc1 = .convNeXt(width, 4 * width, kernel: 1, using: &generator)
        grn = hasGlobalNorm ? GlobalResponseNorm(4 * width) : nil
        fc2 = .convNeXt(4 * width, width, kernel: 1, using: &generator)
    }
}

private func weights(_ shape: Shape, using generator: inout RandomGenerator) -> Tensor {
    Initializer.truncatedNormal(deviation: 0.02).tensor(shape, using: &generator)
}

extension Conv2d {
    /// A convolution with small weights and a bias of 0.
    fileprivate static func convNeXt(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, groups: Int = 1,
        using generator: inout RandomGenerator
    ) -> Conv2d {
        let convolution = Conv2d(
            inputs, outputs, kernel: PixelPair(kernel),
            ConvolutionGeometry(stride: PixelPair(stride), padding: PixelPair(padding)), groups: groups,
            initializer: .truncatedNormal(deviation: 0.02), using: &generator)
        convolution.bias?.value = .zeros([outputs])
        return convolution
    }
}
