import ZooKernels
import ZooNN
import ZooTensor

/// The sizes of a MobileNetV3, and whose padding and normalisation it has.
package struct MobileNetV3Architecture: Sendable, Hashable {
    /// Where its weights were learned.
    package enum Origin: Sendable, Hashable {
        /// torchvision: as much padding on all sides, an epsilon of 0.001.
        case torchvision
        /// timm: the same padding, an epsilon of 0.00001.
        case timm
        /// TensorFlow (timm's `tf_` networks): SAME padding, an epsilon of 0.001.
        case tensorFlow
    }

    /// Whether it is the large one, not the small one.
    package var isLarge: Bool
    /// Where its weights were learned.
    package var origin: Origin
    /// Classes of the head.
    package var classes: Int

    /// Puts sizes together.
    package init(isLarge: Bool, origin: Origin, classes: Int = 1000) {
        (self.isLarge, self.origin, self.classes) = (isLarge, origin, classes)
    }

    /// Kernel, channels of the depthwise convolution, outputs, squeeze and excitation, hard-swish in place of relu, stride.
    fileprivate typealias Row = (kernel: Int, width: Int, outputs: Int, squeezes: Bool, isHard: Bool, stride: Int)

    fileprivate var rows: [Row] {
        isLarge
            ? [
                (3, 16, 16, false, false, 1), (3, 64, 24, false, false, 2), (3, 72, 24, false, false, 1),
                (5, 72, 40, true, false, 2), (5, 120, 40, true, false, 1), (5, 120, 40, true, false, 1),
                (3, 240, 80, false, true, 2), (3, 200, 80, false, true, 1), (3, 184, 80, false, true, 1),
                (3, 184, 80, false, true, 1), (3, 480, 112, true, true, 1), (3, 672, 112, true, true, 1),
                (5, 672, 160, true, true, 2), (5, 960, 160, true, true, 1), (5, 960, 160, true, true, 1),
            ]
            : [
                (3, 16, 16, true, false, 2), (3, 72, 24, false, false, 2), (3, 88, 24, false, false, 1),
                (5, 96, 40, true, true, 2), (5, 240, 40, true, true, 1), (5, 240, 40, true, true, 1),
                (5, 120, 48, true, true, 1), (5, 144, 48, true, true, 1), (5, 288, 96, true, true, 2),
                (5, 576, 96, true, true, 1), (5, 576, 96, true, true, 1),
            ]
    }

    fileprivate var style: ConvolutionStyle {
        switch origin {
        case .torchvision: .mixed
        case .timm: .torchvision
        case .tensorFlow: .tensorFlow
        }
    }
}

/// A MobileNetV3 with torchvision's parameter names (`features.4.block.2.fc1.weight`).
///
/// - Shapes: images [count, height, width, 3] -> logits [count, classes]
/// - Init: convolutions normal with deviation sqrt(2 / (out * kernel area / groups)), the rest as the layers
/// - Source: Howard et al. 2019, tables 1 and 2
package final class MobileNetV3: Module, ImageNetwork, CustomReflectable {
    let stem: NormalizedConvolution
    let blocks: [InvertedResidual]
    let last: NormalizedConvolution
    let hidden: Linear
    let dropout = Dropout(probability: 0.2)
    let classifier: Linear

    /// Creates a network with drawn weights.
    package init(_ configuration: MobileNetV3Architecture, using generator: inout RandomGenerator) {
        let style = configuration.style
        var inputs = 16
        stem = NormalizedConvolution(3, inputs, kernel: 3, stride: 2, style: style, using: &generator)
        var blocks: [InvertedResidual] = []
        for row in configuration.rows {
            let residual = InvertedResidualStyle(
                activation: row.isHard ? .hardSwish : .relu,
                squeezed: row.squeezes ? roundedChannels(Double(row.width) / 4) : nil, hasHardGate: true,
                convolution: style)
            blocks.append(
                InvertedResidual(
                    inputs, row.outputs, kernel: row.kernel, stride: row.stride, width: row.width, style: residual,
                    using: &generator))
            inputs = row.outputs
        }
        self.blocks = blocks
        last = NormalizedConvolution(inputs, 6 * inputs, kernel: 1, style: style, using: &generator)
        let width = configuration.isLarge ? 1280 : 1024
        hidden = Linear(6 * inputs, width, using: &generator)
        classifier = Linear(width, configuration.classes, using: &generator)
    }

    /// The parts as the walk over parameters sees them: `features.0` ..., `classifier.0` and `classifier.3`.
    package var customMirror: Mirror {
        let features = [stem as Module] + blocks + [last]
        let children: [Mirror.Child] = [
            ("features", features), ("classifier.0", hidden), ("classifier.3", classifier),
        ]
        return Mirror(self, children: children)
    }

    /// Features of an image: 1280 or 1024.
    package var featureCount: Int { classifier.weight.shape[0] }
    /// The last layer.
    package var head: Linear { classifier }
    /// The stem and the blocks down to a sixteenth of the side, those behind them, the head.
    package var layerGroups: [[Module]] {
        let half = blocks.count / 2
        let early = [stem] + blocks[..<half].map { $0 as Module }
        return [early, blocks[half...].map { $0 as Module } + [last, hidden], [classifier]]
    }

    /// The last convolution's output for images.
    package func featureMap(_ images: Tensor, _ pass: ImagePass) -> Tensor {
        var x = stem(images, pass, activation: .hardSwish)
        for block in blocks { x = block(x, pass) }
        return last(x, pass, activation: .hardSwish)
    }

    /// The features of the last convolution's output: widened once more behind the mean.
    package func features(ofMap map: Tensor) -> Tensor { hidden(map.globallyAveraged()).hardSwish() }

    /// The logits of features; dropout draws from the generator in training.
    package func logits(
        ofFeatures features: Tensor, _ pass: ImagePass, using generator: inout RandomGenerator
    ) -> Tensor {
        classifier(dropout(features, mode: pass.mode, using: &generator))
    }
}
