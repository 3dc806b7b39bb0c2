import ZooTensor
import ZooVision
import ZooWeights

/// Keras's names of the layers of ResNet-50 and MobileNetV2, in any of its HDF5 files.
///
/// Layers are known by name in `.h5` files (`conv2_block1_1_conv/kernel`), and in `.weights.h5` files by kind and number in
/// the order of the network's layers (`conv2d_1/vars/0`). A network within a network, as in transfer learning, is found too.
/// - Source: `keras.applications.ResNet50` and `MobileNetV2`, whose convolutions and normalisations differ as `adapted` undoes
struct KerasNames: ForeignNames {
    /// What kind of layer it is, as Keras counts them.
    private enum Kind: String, CaseIterable {
        case convolution = "conv2d"
        case depthwise = "depthwise_conv2d"
        case norm = "batch_normalization"
        case dense

        /// The layer's variables in Keras's order.
        var variables: [String] {
            self == .norm ? ["gamma", "beta", "moving_mean", "moving_variance"] : ["kernel", "bias"]
        }
    }

    /// A layer, and where its arrays are here; a convolution's bias goes into the normalisation behind it.
    private struct Layer {
        let name: String
        let kind: Kind
        let path: String
        var norm = ""
    }

    /// The network as Keras has it.
    let architecture: ImageArchitecture
    /// The network's name as it was asked for.
    private let title: String
    private let byName: [String: Layer]
    private let byKind: [Kind: [Layer]]
    private let head: Layer
    /// The layers that hold a matrix, and whether it is one matrix, under whatever names.
    private let headLayers: (names: Set<String>, isOne: Bool)
    /// The file as JSON describes its layers; nil for one of weights alone.
    private let configuration: String?
    private let isCounted: Bool
    private let entries: [WeightEntry]
    private let groups: [String]
    /// The names of arrays that have another one.
    private let secondNames: Set<String>

    /// nil for files and networks that are not Keras's.
    init?(_ weights: ForeignWeights, _ architecture: ImageArchitecture) {
        let isKeras = weights.entries.contains { KerasVariable($0.path) != nil }
        guard weights.format.isHDF5, isKeras else { return nil }
        title = architecture.rawValue
        let layers: [Layer]
        switch architecture {
        case .resnet50, .resnet50V1:
            (self.architecture, layers) = (.resnet50V1, Self.resNet50)
            head = Layer(name: "predictions", kind: .dense, path: "fc")
        case .mobilenetV2, .mobilenetV2TensorFlow:
            (self.architecture, layers) = (.mobilenetV2TensorFlow, Self.mobileNetV2)
            head = Layer(name: "predictions", kind: .dense, path: "classifier.1")
        default: return nil
        }
        byName = Dictionary(layers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        byKind = Dictionary(grouping: layers, by: \.kind)
        let matrices = weights.entries.filter { $0.shape.count == 2 && !Self.isOfTraining($0.path) }.map(\.path)
        func owners(_ paths: [String]) -> Set<String> { Set(paths.compactMap { KerasVariable($0)?.layer }) }
        secondNames = Set((weights.hdf5?.synonyms ?? []).flatMap { $0.dropFirst() })
        headLayers = (
            owners(matrices), owners(matrices.filter { [secondNames] in !secondNames.contains($0) }).count == 1
        )
        (entries, configuration, groups) = (weights.entries, weights.hdf5?.configuration, weights.hdf5?.groups ?? [])
        isCounted = weights.format != .keras
    }

    func renamed(_ entry: WeightEntry) -> RenamedEntry? {
        guard let variable = KerasVariable(entry.path), let layer = layer(variable.layer) else { return nil }
        let name = variable.index.map { layer.kind.variables.indices.contains($0) ? layer.kind.variables[$0] : "" }
        guard let path = Self.path(name ?? variable.name, layer) else { return nil }
        return RenamedEntry(
            path: path, entry: entry, layout: layer.kind == .depthwise ? .kerasDepthwise : .keras)
    }

    private func layer(_ name: String) -> Layer? {
        // A second dense layer is none that this network has.
        if headLayers.names.contains(name) { return headLayers.isOne ? head : nil }
        if let known = byName[name] { return known }
        for kind in Kind.allCases where name == kind.rawValue || name.hasPrefix(kind.rawValue + "_") {
            let number = name == kind.rawValue ? 0 : Int(name.dropFirst(kind.rawValue.count + 1)) ?? -1
            if let layers = byKind[kind], layers.indices.contains(number) { return layers[number] }
        }
        return nil
    }

    private static func path(_ variable: String, _ layer: Layer) -> String? {
        switch (variable, layer.kind) {
        case ("kernel", .convolution), ("kernel", .dense), ("kernel", .depthwise), ("depthwise_kernel", .depthwise),
            ("gamma", .norm):
            layer.path + ".weight"
        case ("beta", .norm), ("bias", .dense): layer.path + ".bias"
        case ("bias", _): layer.norm + inputBias
        case ("moving_mean", .norm): layer.path + ".running_mean"
        case ("moving_variance", .norm): layer.path + ".running_var"
        default: nil
        }
    }

    /// A whole model's layers say what the statistics of a Normalization are for: they become part of the pixels.
    func isIgnored(_ name: String) -> Bool {
        Self.isOfTraining(name) || configuration != nil && KerasVariable(name)?.isOfNormalization == true
    }

    /// What the optimiser and the generators of random numbers keep.
    private static func isOfTraining(_ name: String) -> Bool {
        name.hasPrefix("optimizer/") || name.hasPrefix("optimizer_weights/") || name.contains("seed_generator/")
    }

    /// A bias before a normalisation is what that subtracts more; the network has none.
    func isAbsorbed(_ path: String) -> String? {
        path.hasSuffix(Self.inputBias) ? path.dropLast(Self.inputBias.count) + ".running_mean" : nil
    }

    /// `sqrt(v + 1.001e-5)`, which Keras's ResNet divides by, is `sqrt((v + 1e-8) + 1e-5)`.
    func adapted(_ array: Tensor, at path: String, absorbing bias: Tensor?) -> Tensor {
        if let bias { return array - bias }
        return architecture == .resnet50V1 && path.hasSuffix(".running_var") ? array + 1e-8 : array
    }

    /// What `preprocess_input` of these networks does.
    var pixels: ForeignPixels? {
        architecture == .resnet50V1 ? .caffe : ForeignPixels(PixelNormalization.signed)
    }

    /// The model that the file describes, followed layer by layer; nil for a file of weights alone.
    ///
    /// - Parameters:
    ///   - size: pixels along the side of an image, if asked for
    ///   - pixels: how pixels are prepared before they come to the model, if asked for
    /// - Throws: `KerasModel.Refusal` naming the layer that the network here has not, or has otherwise
    func model(size: Int?, pixels: ForeignPixels?) throws(KerasModel.Refusal) -> KerasModel? {
        guard let configuration else {
            guard let layer = unknownLayer else { return nil }
            throw KerasModel.Refusal(
                "it holds weights alone, which do not say what its layer '\(layer)' does: import the whole model, "
                    + "model.save('model.keras')")
        }
        guard configuration.utf8.count <= 8 << 20 else {
            throw KerasModel.Refusal("it describes its layers in more than 8 MB")
        }
        let model = try KerasModel(
            JSONValue(parsing: configuration), as: architecture, title: title, size: size, pixels: pixels,
            statistics: statistics, isCounted: isCounted)
        for (name, path) in model.arrayNames where layer(name)?.path != path {
            throw KerasModel.Refusal("its layer '\(name)' stands where \(title) has \(path)")
        }
        return model
    }

    /// Mean and variance of each Normalization, by its name.
    private var statistics: [String: (mean: [Double], variance: [Double])] {
        var found: [String: [String: [Double]]] = [:]
        for entry in entries {
            guard let variable = KerasVariable(entry.path), variable.isOfNormalization,
                !secondNames.contains(entry.path)
            else { continue }
            let name = variable.index.map {
                ["mean", "variance"].indices.contains($0) ? ["mean", "variance"][$0] : ""
            }
            guard let numbers = try? entry.namedTensor().tensor.converted(to: .float32).floats else { continue }
            // Two layers of one name, in two models of one: nobody knows which is which.
            let isSecond = found[variable.layer]?[name ?? variable.name] != nil
            found[variable.layer, default: [:]][name ?? variable.name] = isSecond ? [] : numbers.map(Double.init)
        }
        return found.compactMapValues { arrays in
            guard let mean = arrays["mean"], let variance = arrays["variance"],
                let means = Self.colours(mean), let variances = Self.colours(variance)
            else { return nil }
            return (means, variances)
        }
    }

    private static func colours(_ numbers: [Double]) -> [Double]? {
        numbers.count == 3 ? numbers : numbers.count == 1 ? [numbers[0], numbers[0], numbers[0]] : nil
    }

    /// A layer without weights whose name does not say that it does nothing more than these networks do.
    private var unknownLayer: String? {
        let paths = entries.map(\.path)
        return groups.first { group in
            let name = group.split(separator: "/").last.map(String.init) ?? group
            let isOurs = byName[name] != nil || Self.isOfTraining(group + "/")
            let isOther = architecture != .resnet50V1 && name.hasPrefix("activation")
            return !isOurs && (isOther || !Self.isHarmless(name)) && !paths.contains { $0.hasPrefix(group + "/") }
        }.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    }

    private static func isHarmless(_ name: String) -> Bool {
        var kind = name
        if let end = name.lastIndex(of: "_"), Int(name[name.index(after: end)...]) != nil {
            kind = String(name[..<end])
        }
        let kinds: Set<String> = [
            "layers", "vars", "model_weights", "top_level_model_weights", "_layer_checkpoint_dependencies", "metrics",
            "input", "input_layer", "re_lu", "activation", "zero_padding2d", "max_pooling2d", "add",
            "global_average_pooling2d", "dropout", "flatten", "functional", "sequential", "avg_pool", "pool1_pool",
            "out_relu", "state_variables", "data_augmentation",
        ]
        if kinds.contains(kind) || kind.hasPrefix("random_") && kind != "random_crop" { return true }
        return ["conv", "Conv", "block_", "expanded_conv", "pool1"].contains { name.hasPrefix($0) }
            && ["_relu", "_pad", "_add", "_out"].contains { name.hasSuffix($0) }
    }

    private static let inputBias = ".input_bias"

    /// In the order of Keras's layers: the path around a block stands before its third convolution.
    private static let resNet50: [Layer] = {
        func pair(_ name: String, _ convolution: String, _ norm: String) -> [Layer] {
            [
                Layer(name: name + "_conv", kind: .convolution, path: convolution, norm: norm),
                Layer(name: name + "_bn", kind: .norm, path: norm),
            ]
        }
        var layers = pair("conv1", "conv1", "bn1")
        for (stage, depth) in [3, 4, 6, 3].enumerated() {
            for block in 0..<depth {
                let (name, path) = ("conv\(stage + 2)_block\(block + 1)", "layer\(stage + 1).\(block)")
                for part in block == 0 ? [1, 2, 0, 3] : [1, 2, 3] {
                    let (convolution, norm) =
                        part == 0 ? ("downsample.0", "downsample.1") : ("conv\(part)", "bn\(part)")
                    layers += pair("\(name)_\(part)", "\(path).\(convolution)", "\(path).\(norm)")
                }
            }
        }
        return layers
    }()

    private static let mobileNetV2: [Layer] = {
        func pair(_ name: String, _ kind: Kind, _ convolution: String, _ norm: String, _ normName: String? = nil)
            -> [Layer]
        {
            [
                Layer(name: name, kind: kind, path: convolution, norm: norm),
                Layer(name: normName ?? name + "_BN", kind: .norm, path: norm),
            ]
        }
        func block(_ name: String, _ path: String, widens: Bool) -> [Layer] {
            let first = widens ? 1 : 0
            let expansion = pair(name + "_expand", .convolution, path + ".0.0", path + ".0.1")
            return (widens ? expansion : [])
                + pair(name + "_depthwise", .depthwise, "\(path).\(first).0", "\(path).\(first).1")
                + pair(name + "_project", .convolution, "\(path).\(first + 1)", "\(path).\(first + 2)")
        }
        return pair("Conv1", .convolution, "features.0.0", "features.0.1", "bn_Conv1")
            + block("expanded_conv", "features.1.conv", widens: false)
            + (1...16).flatMap { block("block_\($0)", "features.\($0 + 1).conv", widens: true) }
            + pair("Conv_1", .convolution, "features.18.0", "features.18.1", "Conv_1_bn")
    }()
}

/// A variable of a layer, as a path in one of Keras's files names it.
private struct KerasVariable {
    /// The layer's own name: `conv1_conv`, or `conv2d_3` in a file that counts.
    let layer: String
    /// `kernel`, `gamma`, ...; empty in a file that counts.
    let name: String
    /// The variable's number in a file that counts.
    let index: Int?

    private static let names: Set<String> = [
        "kernel", "depthwise_kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance", "mean", "variance",
        "count",
    ]

    /// Whether it is the mean, the variance or the count of a Normalization.
    var isOfNormalization: Bool { index == nil ? ["mean", "variance", "count"].contains(name) : isNormalization }

    private var isNormalization: Bool {
        layer == "normalization" || layer.hasPrefix("normalization_")
    }

    /// `…/conv1_conv/kernel:0` or `…/conv2d/vars/0`; nil for anything else.
    init?(_ path: String) {
        let parts = path.split(separator: "/").map(String.init)
        guard let last = parts.last, parts.count > 1 else { return nil }
        if parts.count > 2, parts[parts.count - 2] == "vars", let index = Int(last) {
            (layer, name, self.index) = (parts[parts.count - 3], "", index)
        } else {
            let name = last.hasSuffix(":0") ? String(last.dropLast(2)) : last
            guard Self.names.contains(name) else { return nil }
            (layer, self.name, index) = (parts[parts.count - 2], name, nil)
        }
    }
}
