import ZooKernels
import ZooNN
import ZooTensor
import ZooVision
import ZooWeights

/// A network for images as ONNX: images of the network's size with red, green and blue from 0 to 255, normalised inside.
struct ONNXImages {
    let graph = ONNXGraph("images")
    private(set) var about = ""
    private(set) var metadata: [(name: String, text: String)] = []

    /// - Throws: `ONNXRefusal` for a network that does not say what it calculates, or was imported without a head
    init(_ model: StoredVision) throws {
        guard model.configuration.lacksHead != true else {
            throw ONNXRefusal("it has no head: 'zoo finetune vision' gives it one")
        }
        guard let network = model.network as? any DescribesLayers else {
            throw ONNXRefusal(
                "the layers of \(model.configuration.architecture.rawValue) are not known to the ONNX writer")
        }
        let layers = network.graph
        let preprocessing = model.configuration.preprocessing
        let size = preprocessing.size
        try Self.check(layers, of: network, size: size)
        let input = graph.input(
            "images", .float, ["batch", 3, .fixed(size), .fixed(size)],
            about: "red, green and blue of the middle of the resized images, 0 to 255")
        func colours(_ numbers: [Float]) -> ONNXGraph.Value {
            graph.constant(.float32(numbers), shape: [1, 3, 1, 1])
        }
        let normalization = preprocessing.normalization
        let images = (input - colours(normalization.mean)) / colours(normalization.deviation)
        let arrays = ONNXArrays(graph, try model.contents())
        let paths = Dictionary(
            network.namedParameters().map { (ObjectIdentifier($0.parameter), $0.path) },
            uniquingKeysWith: { first, _ in first })
        var values: [ONNXGraph.Value] = []
        for (layer, inputs) in layers.steps {
            let x = inputs.map { $0.step < 0 ? images : values[$0.step] }
            values.append(
                try Self.add(layer, x, arrays) { parameter in
                    let path = paths[ObjectIdentifier(parameter)] ?? ""
                    return String(path.dropLast(path.hasSuffix(".weight") ? ".weight".count : 0))
                })
        }
        let classes: [ONNXGraph.Size] = ["batch", .fixed(model.classes.count)]
        guard let logits = values.last else { throw ONNXRefusal("the network has no layers") }
        let isMultiLabel = model.configuration.isMultiLabel
        graph.output(logits, as: "logits", classes, about: "scores before the \(isMultiLabel ? "sigmoid" : "softmax")")
        graph.output(
            isMultiLabel ? graph("Sigmoid", [logits]) : graph("Softmax", [logits], nil, [("axis", .int(1))]),
            as: "probabilities", classes,
            about: isMultiLabel ? "of each class by itself" : "of the classes, whose sum is 1")
        about =
            "Classifies images. Resize the shorter side to \(preprocessing.shortSide) pixels (\(preprocessing.filter.rawValue)), "
            + "cut out the middle \(size)x\(size), and give red, green and blue from 0 to 255 as float32, channels first. "
            + "Mean and deviation of the colours are taken off inside."
        metadata = [("preprocessing", try ModelContents.json(preprocessing)), ("multi_label", "\(isMultiLabel)")]
    }

    /// Makes sure that the layers are what the network calculates.
    private static func check(_ layers: ImageGraph, of network: any ImageNetwork, size: Int) throws {
        var generator = RandomGenerator(seed: 1)
        let image = Tensor.normal([1, size, size, 3], using: &generator)
        let (wanted, found) = network.withoutGradients {
            (network.logits(image, .inference, using: &generator).floats, layers.logits(image).floats)
        }
        let scale = wanted.reduce(1) { max($0, abs($1)) }
        guard zip(wanted, found).allSatisfy({ abs($0 - $1) <= 1e-3 * scale }) else {
            throw ONNXRefusal(
                "its layers, one after the other, give other answers than the network: this is a fault of zoo")
        }
    }

    private static func add(
        _ layer: ImageGraph.Layer, _ x: [ONNXGraph.Value], _ arrays: ONNXArrays, path: (Parameter) -> String
    ) throws -> ONNXGraph.Value {
        let graph = arrays.graph
        switch layer {
        case .convolution(let layer):
            let path = path(layer.weight)
            let kernel = [layer.weight.shape[2], layer.weight.shape[3]]
            return graph(
                "Conv",
                [x[0], try arrays(path + ".weight"), layer.bias == nil ? nil : try arrays(path + ".bias")], nil,
                [
                    ("kernel_shape", .ints(kernel)), ("group", .int(layer.groups)),
                    ("strides", .ints([layer.geometry.stride.y, layer.geometry.stride.x])),
                    ("dilations", .ints([layer.geometry.dilation.y, layer.geometry.dilation.x])),
                    layer.keepsSize ? ("auto_pad", .text("SAME_UPPER")) : ("pads", layer.geometry.pads),
                ])
        case .normalization(let layer):
            return try arrays.normalized(x[0], path(layer.weight), epsilon: layer.epsilon)
        case .channelNorm(let layer, let isMap):
            func turned(_ value: ONNXGraph.Value, _ axes: [Int]) -> ONNXGraph.Value {
                isMap ? graph("Transpose", [value], nil, [("perm", .ints(axes))]) : value
            }
            let path = path(layer.weight)
            let parts = [turned(x[0], [0, 2, 3, 1]), try arrays(path + ".weight"), try arrays(path + ".bias")]
            let result = graph(
                "LayerNormalization", parts, nil, [("axis", .int(-1)), ("epsilon", .float(Float(layer.epsilon)))])
            return turned(result, [0, 3, 1, 2])
        case .globalNorm(let layer):
            let path = path(layer.weight)
            let lengths = graph("ReduceL2", [x[0], graph.list([2, 3])])
            let shares = lengths / (graph("ReduceMean", [lengths, graph.list([1])]) + 1e-6)
            let factors = shares * (try arrays(path + ".weight")).reshaped([1, -1, 1, 1]) + 1
            return x[0] * factors + (try arrays(path + ".bias")).reshaped([1, -1, 1, 1])
        case .activation(.none): return x[0]
        case .activation(.relu): return graph("Relu", x)
        case .activation(.relu6): return graph("Clip", [x[0], graph.scalar(0, .float), graph.scalar(6, .float)])
        case .activation(.hardSwish): return graph("HardSwish", x)
        case .activation(.silu): return graph("Mul", [x[0], graph("Sigmoid", x)])
        case .activation(.gelu): return graph("Gelu", x)
        case .sum: return x[0] + x[1]
        case .product: return x[0] * x[1]
        case .scaled(let factors): return x[0] * (try arrays(path(factors))).reshaped([1, -1, 1, 1])
        case .gate(let isHard):
            return isHard
                ? graph("HardSigmoid", x, nil, [("alpha", .float(1 / 6)), ("beta", .float(0.5))]) : graph("Sigmoid", x)
        case .halved:
            return graph(
                "AveragePool", x, nil,
                [
                    ("kernel_shape", .ints([2, 2])), ("strides", .ints([2, 2])), ("ceil_mode", .int(1)),
                    ("count_include_pad", .int(0)),
                ])
        case .maximum(let kernel, let geometry):
            return graph(
                "MaxPool", x, nil,
                [
                    ("kernel_shape", .ints([kernel, kernel])), ("pads", geometry.pads),
                    ("strides", .ints([geometry.stride.y, geometry.stride.x])),
                ])
        case .meanPixel: return graph("GlobalAveragePool", x)
        case .mean: return graph("Flatten", [graph("GlobalAveragePool", x)])
        case .greatest: return graph("Flatten", [graph("GlobalMaxPool", x)])
        case .joined: return graph("Concat", x, nil, [("axis", .int(1))])
        case .linear(let layer): return try arrays.linear(x[0], path(layer.weight), hasBias: layer.bias != nil)
        }
    }
}

extension ConvolutionGeometry {
    /// Zeros above, to the left, below and to the right.
    fileprivate var pads: ONNXGraph.Attribute {
        .ints([padding.y, padding.x, trailingPadding.y, trailingPadding.x])
    }
}
