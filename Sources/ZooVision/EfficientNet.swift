import Foundation
import ZooKernels
import ZooNN
import ZooTensor

/// The sizes of an EfficientNet.
package struct EfficientNetArchitecture: Sendable, Hashable {
    /// Factor of the widths of all but the stem and the head.
    package var widthFactor: Double
    /// Factor of the number of blocks of all stages but the first and the last.
    package var depthFactor: Double
    /// Probability of dropping a feature before the head in training.
    package var dropout: Float
    /// Classes of the head.
    package var classes: Int
    /// Whether it is a Lite one: without squeeze and excitation, with ReLU6 in place of SiLU.
    package var isLite: Bool
    /// Whether it pads and normalises as TensorFlow does, for weights that were learned there.
    package var isTensorFlow: Bool

    /// Puts sizes together.
    ///
    /// - Parameters: factors of width and depth, then classes
    package init(
        _ widthFactor: Double, _ depthFactor: Double, dropout: Float, isLite: Bool = true, isTensorFlow: Bool = true,
        _ classes: Int = 1000
    ) {
        (self.widthFactor, self.depthFactor) = (widthFactor, depthFactor)
        (self.dropout, self.classes) = (dropout, classes)
        (self.isLite, self.isTensorFlow) = (isLite, isTensorFlow)
    }

    /// Scaled channels.
    func width(_ channels: Int) -> Int { roundedChannels(Double(channels) * widthFactor) }
}

/// A multiple of 8, never down by more than a tenth.
func roundedChannels(_ channels: Double) -> Int {
    let rounded = max(8, Int(channels + 4) / 8 * 8)
    return Double(rounded) < 0.9 * channels ? rounded + 8 : rounded
}

/// An EfficientNet with torchvision's parameter names (`features.1.0.block.0.0.weight`).
///
/// - Shapes: images [count, height, width, 3] -> logits [count, classes]
/// - Init: convolutions normal with deviation sqrt(2 / (out * kernel area / groups)), the rest as the layers
/// - Source: Tan & Le 2019, table 1; the Lite variants are TensorFlow's `efficientnet/lite`. Blocks are not dropped in training
package final class EfficientNet: Module, ImageNetwork, CustomReflectable {
    /// The sizes.
    package let configuration: EfficientNetArchitecture
    let stem: NormalizedConvolution
    let stages: [[InvertedResidual]]
    let last: NormalizedConvolution
    let dropout: Dropout
    let classifier: Linear
    let activation: FusedActivation

    /// Blocks, kernel, stride, expansion and output channels of each stage.
    private static let table: [(depth: Int, kernel: Int, stride: Int, expansion: Int, outputs: Int)] = [
        (1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
        (1, 3, 1, 6, 320),
    ]

    /// Creates a network with drawn weights.
    package init(_ configuration: EfficientNetArchitecture, using generator: inout RandomGenerator) {
        self.configuration = configuration
        var style = InvertedResidualStyle(
            activation: configuration.isLite ? .relu6 : .silu,
            convolution: configuration.isTensorFlow ? .tensorFlow : .torchvision)
        activation = style.activation
        var inputs = 32
        stem = NormalizedConvolution(
            3, inputs, kernel: 3, stride: 2, style: style.convolution, using: &generator)
        var stages: [[InvertedResidual]] = []
        for (index, row) in Self.table.enumerated() {
            let isEnd = index == 0 || index == Self.table.count - 1
            let depth = isEnd ? row.depth : Int((Double(row.depth) * configuration.depthFactor).rounded(.up))
            let outputs = configuration.width(row.outputs)
            var blocks: [InvertedResidual] = []
            for block in 0..<depth {
                style.squeezed = configuration.isLite ? nil : max(1, inputs / 4)
                blocks.append(
                    InvertedResidual(
                        inputs, outputs, kernel: row.kernel, stride: block == 0 ? row.stride : 1,
                        width: inputs * row.expansion, style: style, using: &generator))
                inputs = outputs
            }
            stages.append(blocks)
        }
        self.stages = stages
        last = NormalizedConvolution(inputs, 1280, kernel: 1, style: style.convolution, using: &generator)
        dropout = Dropout(probability: configuration.dropout)
        classifier = Linear(1280, configuration.classes, using: &generator)
    }

    /// The parts as the walk over parameters sees them: `features.0` ... `features.8` and `classifier.1`.
    package var customMirror: Mirror {
        let features: [Any] = [stem] + (stages as [Any]) + [last]
        return Mirror(self, children: [("features", features), ("classifier", [dropout, classifier] as [Module])])
    }

    /// Features of an image: 1280.
    package var featureCount: Int { classifier.weight.shape[0] }
    /// The last layer.
    package var head: Linear { classifier }
    /// The stem and the stages down to a sixteenth of the side, the stages behind them, the head.
    package var layerGroups: [[Module]] {
        let early = stages[..<4].joined().map { $0 as Module }
        return [[stem] + early, stages[4...].joined().map { $0 as Module } + [last], [classifier]]
    }

    /// The last convolution's output for images.
    package func featureMap(_ images: Tensor, _ pass: ImagePass) -> Tensor {
        var x = stem(images, pass, activation: activation)
        for block in stages.joined() { x = block(x, pass) }
        return last(x, pass, activation: activation)
    }

    /// The logits of features; dropout draws from the generator in training.
    package func logits(
        ofFeatures features: Tensor, _ pass: ImagePass, using generator: inout RandomGenerator
    ) -> Tensor {
        classifier(dropout(features, mode: pass.mode, using: &generator))
    }
}
