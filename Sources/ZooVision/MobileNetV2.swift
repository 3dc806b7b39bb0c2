import ZooKernels
import ZooNN
import ZooTensor

/// A MobileNetV2 with torchvision's parameter names (`features.2.conv.0.0.weight`).
///
/// - Shapes: images [count, height, width, 3] -> logits [count, classes]
/// - Init: convolutions normal with deviation sqrt(2 / (out * kernel area / groups)), the rest as the layers
/// - Source: Sandler et al. 2018, table 2
package final class MobileNetV2: Module, ImageNetwork, CustomReflectable {
    let stem: NormalizedConvolution
    let blocks: [InvertedResidual]
    let last: NormalizedConvolution
    let dropout = Dropout(probability: 0.2)
    let classifier: Linear

    /// Expansion, output channels, blocks and stride of each stage.
    private static let table: [(expansion: Int, outputs: Int, depth: Int, stride: Int)] = [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ]

    /// Creates a network with drawn weights.
    ///
    /// - Parameter classes: of the head
    /// - Parameter isTensorFlow: pads and normalises as TensorFlow does, for weights that were learned there
    package init(classes: Int, isTensorFlow: Bool = false, using generator: inout RandomGenerator) {
        let style: ConvolutionStyle = isTensorFlow ? .tensorFlow : .torchvision
        var inputs = 32
        stem = NormalizedConvolution(3, inputs, kernel: 3, stride: 2, style: style, using: &generator)
        var blocks: [InvertedResidual] = []
        for row in Self.table {
            for block in 0..<row.depth {
                blocks.append(
                    InvertedResidual(
                        inputs, row.outputs, kernel: 3, stride: block == 0 ? row.stride : 1,
                        width: inputs * row.expansion, style: InvertedResidualStyle(convolution: style),
                        names: .mobileNet, using: &generator))
                inputs = row.outputs
            }
        }
        self.blocks = blocks
        last = NormalizedConvolution(inputs, 1280, kernel: 1, style: style, using: &generator)
        classifier = Linear(1280, classes, using: &generator)
    }

    /// The parts as the walk over parameters sees them: `features.0` ... `features.18` and `classifier.1`.
    package var customMirror: Mirror {
        let features = [stem as Module] + blocks + [last]
        return Mirror(self, children: [("features", features), ("classifier", [dropout, classifier] as [Module])])
    }

    /// Features of an image: 1280.
    package var featureCount: Int { classifier.weight.shape[0] }
    /// The last layer.
    package var head: Linear { classifier }
    /// The stem and the blocks down to a sixteenth of the side, those behind them, the head.
    package var layerGroups: [[Module]] {
        [[stem] + blocks[..<7].map { $0 as Module }, blocks[7...].map { $0 as Module } + [last], [classifier]]
    }

    /// The last convolution's output for images.
    package func featureMap(_ images: Tensor, _ pass: ImagePass) -> Tensor {
        var x = stem(images, pass, activation: .relu6)
        for block in blocks { x = block(x, pass) }
        return last(x, pass, activation: .relu6)
    }

    /// The logits of features; dropout draws from the generator in training.
    package func logits(
        ofFeatures features: Tensor, _ pass: ImagePass, using generator: inout RandomGenerator
    ) -> Tensor {
        classifier(dropout(features, mode: pass.mode, using: &generator))
    }
}
