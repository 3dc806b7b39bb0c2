import ZooKernels
import ZooNN
import ZooTensor

/// What a network calculates of images when it answers, layer by layer, for programs that have such layers of their own.
package struct ImageGraph {
    /// What a step makes, by its number; the images stand before the first.
    package struct Value: Hashable, Sendable {
        package let step: Int
        static let images = Value(step: -1)
    }

    /// A layer.
    package enum Layer {
        case convolution(Conv2d)
        case normalization(BatchNorm2d)
        case activation(FusedActivation)
        /// The sum of two values.
        case sum
        /// The greatest of each window of so many pixels on both sides.
        case maximum(kernel: Int, ConvolutionGeometry)
        /// The mean over all places, [images, channels].
        case mean
        /// The greatest over all places, [images, channels].
        case greatest
        /// Two rows of numbers of each image, one behind the other.
        case joined
        case linear(Linear)
    }

    /// The layers with what they read. The last makes the logits.
    package private(set) var steps: [(layer: Layer, inputs: [Value])] = []

    mutating func add(_ layer: Layer, _ inputs: Value...) -> Value {
        steps.append((layer, inputs))
        return Value(step: steps.count - 1)
    }

    /// A convolution, its normalisation, an addition and an activation, as `ImagePass` has them.
    mutating func add(
        _ x: Value, _ convolution: Conv2d, _ norm: BatchNorm2d, _ activation: FusedActivation = .none,
        residual: Value? = nil
    ) -> Value {
        var x = add(.normalization(norm), add(.convolution(convolution), x))
        if let residual { x = add(.sum, x, residual) }
        return activation == .none ? x : add(.activation(activation), x)
    }

    mutating func add(
        _ x: Value, _ layer: NormalizedConvolution, _ activation: FusedActivation = .none, residual: Value? = nil
    ) -> Value { add(x, layer.convolution, layer.norm, activation, residual: residual) }

    mutating func add(_ x: Value, _ block: InvertedResidual) -> Value {
        let wide = block.expansion.map { add(x, $0, .relu6) } ?? x
        return add(add(wide, block.depthwise, .relu6), block.projection, residual: block.isResidual ? x : nil)
    }

    mutating func add(_ x: Value, _ block: BasicBlock) -> Value {
        let inner = add(x, block.conv1, block.bn1, .relu)
        return add(inner, block.conv2, block.bn2, .relu, residual: around(x, block.downsample))
    }

    mutating func add(_ x: Value, _ block: Bottleneck) -> Value {
        let inner = add(add(x, block.conv1, block.bn1, .relu), block.conv2, block.bn2, .relu)
        return add(inner, block.conv3, block.bn3, .relu, residual: around(x, block.downsample))
    }

    private mutating func around(_ x: Value, _ downsample: Downsample?) -> Value {
        downsample.map { add(x, $0.convolution, $0.norm) } ?? x
    }

    mutating func addHead(_ x: Value, _ head: Linear) { _ = add(.linear(head), add(.mean, x)) }

    /// The logits that these layers make of images, to compare them with the network's own.
    ///
    /// - Shapes: images [count, height, width, 3] -> [count, classes]
    package func logits(_ images: Tensor) -> Tensor {
        var values: [Tensor] = []
        for (layer, inputs) in steps {
            let x = inputs.map { $0 == .images ? images : values[$0.step] }
            values.append(layer.applied(to: x))
        }
        return values.last ?? images
    }
}

extension ImageGraph.Layer {
    fileprivate func applied(to x: [Tensor]) -> Tensor {
        switch self {
        case .convolution(let layer): layer(x[0])
        case .normalization(let layer): layer(x[0], mode: .inference)
        case .activation(.none): x[0]
        case .activation(.relu): x[0].relu()
        case .activation(.relu6): x[0].relu6()
        case .activation(.hardSwish): x[0].hardSwish()
        case .activation(.silu): x[0].silu()
        case .activation(.gelu): x[0].gelu()
        case .sum: x[0] + x[1]
        case .maximum(let kernel, let geometry): x[0].maxPooled(kernel: PixelPair(kernel), geometry)
        case .mean: x[0].globallyAveraged()
        case .greatest: x[0].globalMaximum()
        case .joined: Tensor.concatenated(x, axis: 1)
        case .linear(let layer): layer(x[0])
        }
    }
}

/// A network that says layer by layer what it calculates.
package protocol DescribesLayers: ImageNetwork {
    /// The layers.
    var graph: ImageGraph { get }
}

extension ResNet: DescribesLayers {
    package var graph: ImageGraph {
        var graph = ImageGraph()
        var x = graph.add(.images, conv1, bn1, .relu)
        if !configuration.hasSmallStem {
            x = graph.add(.maximum(kernel: 3, ConvolutionGeometry(stride: 2, padding: 1)), x)
        }
        for block in stages.joined() {
            switch block {
            case let block as BasicBlock: x = graph.add(x, block)
            case let block as Bottleneck: x = graph.add(x, block)
            default: preconditionFailure("ResNet: a block of another kind")
            }
        }
        guard let neck else {
            graph.addHead(x, fc)
            return graph
        }
        let pooled = graph.add(.joined, graph.add(.greatest, x), graph.add(.mean, x))
        _ = graph.add(.linear(fc), graph.add(.activation(.relu), graph.add(.linear(neck), pooled)))
        return graph
    }
}

extension MobileNetV2: DescribesLayers {
    package var graph: ImageGraph {
        var graph = ImageGraph()
        var x = graph.add(.images, stem, .relu6)
        for block in blocks { x = graph.add(x, block) }
        graph.addHead(graph.add(x, last, .relu6), classifier)
        return graph
    }
}

extension EfficientNetLite: DescribesLayers {
    package var graph: ImageGraph {
        var graph = ImageGraph()
        var x = graph.add(.images, stem, .relu6)
        for block in stages.joined() { x = graph.add(x, block) }
        graph.addHead(graph.add(x, last, .relu6), classifier)
        return graph
    }
}
