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
        /// Over the channels of each place, or over features.
        case channelNorm(LayerNorm, isMap: Bool)
        case globalNorm(GlobalResponseNorm)
        case activation(FusedActivation)
        /// The sum of two values.
        case sum
        /// Channels times factors, [images, 1, 1, channels].
        case product
        /// Channels times learned factors.
        case scaled(Parameter)
        /// 0 to 1: a sigmoid, or min(max(x + 3, 0), 6) / 6.
        case gate(isHard: Bool)
        /// The greatest of each window of so many pixels on both sides.
        case maximum(kernel: Int, ConvolutionGeometry)
        /// The mean of every 2x2 pixels; of those that there are at the end of an odd side.
        case halved
        /// The mean over all places, [images, channels].
        case mean
        /// The same as an image of one pixel.
        case meanPixel
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
        let wide = block.expansion.map { add(x, $0, block.activation) } ?? x
        let filtered = add(wide, block.depthwise, block.activation)
        let weighed = block.excitation.map { add(filtered, $0) } ?? filtered
        return add(weighed, block.projection, residual: block.isResidual ? x : nil)
    }

    private mutating func add(_ x: Value, _ excitation: SqueezeExcitation) -> Value {
        let few = add(.activation(excitation.activation), add(.convolution(excitation.fc1), add(.meanPixel, x)))
        return add(.product, x, add(.gate(isHard: excitation.hasHardGate), add(.convolution(excitation.fc2), few)))
    }

    private mutating func add(_ x: Value, _ block: ConvNeXtBlock) -> Value {
        let narrow = add(.channelNorm(block.norm, isMap: true), add(.convolution(block.convDw), x))
        var y = add(.activation(.gelu), add(.convolution(block.mlp.fc1), narrow))
        if let norm = block.mlp.grn { y = add(.globalNorm(norm), y) }
        y = add(.convolution(block.mlp.fc2), y)
        if let gamma = block.gamma { y = add(.scaled(gamma), y) }
        return add(.sum, y, x)
    }

    mutating func add(_ x: Value, _ stage: ConvNeXtStage) -> Value {
        var x = x
        for layer in stage.downsample {
            if let norm = layer as? LayerNorm { x = add(.channelNorm(norm, isMap: true), x) }
            if let convolution = layer as? Conv2d { x = add(.convolution(convolution), x) }
        }
        for block in stage.blocks { x = add(x, block) }
        return x
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
        downsample.map { add($0.isPooled == true ? add(.halved, x) : x, $0.convolution, $0.norm) } ?? x
    }

    mutating func addHead(_ x: Value, _ head: Linear) { _ = add(.linear(head), add(.mean, x)) }

    /// The logits that these layers make of images, to compare them with the network's own.
    ///
    /// - Shapes: images [count, height, width, 3] -> [count, classes]
    package func logits(_ images: Tensor) -> Tensor { values(images).last ?? images }

    /// What every step makes of images.
    ///
    /// - Shapes: images [count, height, width, 3]
    func values(_ images: Tensor) -> [Tensor] {
        var values: [Tensor] = []
        for (layer, inputs) in steps {
            let x = inputs.map { $0 == .images ? images : values[$0.step] }
            values.append(layer.applied(to: x))
        }
        return values
    }
}

extension ImageGraph.Layer {
    fileprivate func applied(to x: [Tensor]) -> Tensor {
        switch self {
        case .convolution(let layer): layer(x[0])
        case .normalization(let layer): layer(x[0], mode: .inference)
        case .channelNorm(let layer, _): layer(x[0])
        case .globalNorm(let layer): layer(x[0])
        case .activation(let activation): activation(x[0])
        case .sum: x[0] + x[1]
        case .product: x[0] * x[1]
        case .scaled(let factors): x[0] * factors.value
        case .gate(let isHard): isHard ? x[0].hardSigmoid() : x[0].sigmoid()
        case .maximum(let kernel, let geometry): x[0].maxPooled(kernel: PixelPair(kernel), geometry)
        case .halved: x[0].halved()
        case .mean: x[0].globallyAveraged()
        case .meanPixel: x[0].globallyAveraged().reshaped([x[0].shape[0], 1, 1, x[0].shape[3]])
        case .greatest: x[0].globalMaximum()
        case .joined: Tensor.concatenated(x, axis: 1)
        case .linear(let layer): layer(x[0])
        }
    }
}
