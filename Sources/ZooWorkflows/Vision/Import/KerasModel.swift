import ZooVision

/// A Keras model followed layer by layer, from the image to the classes: it is a network that is known here, or refused.
///
/// Weights of the same shapes say nothing about what is done with them. A whole model's file does, and what it says is
/// taken over exactly: pixels that are scaled in the model, the size of the image, a head with a sigmoid for each class.
struct KerasModel {
    /// What cannot be taken over: in one line, with the layer's name.
    struct Refusal: Error {
        let reason: String
        init(_ reason: String) { self.reason = reason }
    }

    /// How the model reads pixels; nil where its layers take them as they come.
    private(set) var pixels: ForeignPixels?
    /// Pixels along the side of an image; nil where the model takes any.
    private(set) var side: Int?
    /// Whether each class has a sigmoid of its own.
    private(set) var isMultiLabel = false
    /// The numbers of 16 bits that the model calculates with; nil for 32.
    private(set) var precision: String?
    /// Names of layers as the arrays' paths have them, by the place of their arrays here.
    private(set) var arrayNames: [(name: String, path: String)] = []

    private(set) var network: KerasNetwork
    private let title: String
    private var input: KerasPixels
    let statistics: [String: (mean: [Double], variance: [Double])]
    let isCounted: Bool
    private var changesPixels = false
    private var outputs = ""

    /// What is between two layers.
    enum Signal: Equatable {
        case image(KerasPixels)
        case channel(KerasPixels.Channel)
        case node(Int)
        case pooled
        case logits
        case probabilities
    }

    /// Follows a model.
    ///
    /// - Parameters:
    ///   - configuration: the model as JSON
    ///   - title: the network's name in messages
    ///   - size: pixels along the side of an image, if asked for
    ///   - pixels: how pixels are prepared before they come to the model; nil for not at all
    ///   - statistics: mean and variance that layers of the class Normalization have learned, by the layers' names
    ///   - isCounted: whether arrays are named by the class of their layer and its number, as in `.keras` files
    /// - Throws: `Refusal`
    init(
        _ configuration: JSONValue, as architecture: ImageArchitecture, title: String, size: Int?,
        pixels: ForeignPixels?, statistics: [String: (mean: [Double], variance: [Double])], isCounted: Bool
    ) throws(Refusal) {
        if case .text = configuration { throw Refusal("its description of the layers is not JSON") }
        guard let model = KerasLayer(configuration), model.layers != nil else {
            throw Refusal("its model is of a class of its own, whose layers the file does not describe")
        }
        (self.title, input) = (title, pixels.map { KerasPixels($0) } ?? KerasPixels())
        (self.statistics, self.isCounted) = (statistics, isCounted)
        side = try Self.side(model)
        network = KerasNetwork(architecture, side: size ?? side ?? architecture.imageSize)
        let start = input
        let result = try follow(model, [.image(start)], depth: 0)
        switch result {
        case .logits, .probabilities: break
        default:
            throw Refusal("it ends without a layer of classes (Keras: include_top=False): save the network with it")
        }
        guard let read = input.foreign else {
            throw Refusal(
                "its layers mix or turn the colours of an image in a way that means and deviations cannot say")
        }
        if changesPixels { self.pixels = read }
    }

    // MARK: Models

    private mutating func follow(_ model: KerasLayer, _ inputs: [Signal], depth: Int) throws(Refusal) -> Signal {
        guard let described = model.layers, depth < 16, described.count <= 2_000 else {
            throw Refusal("its model '\(model.name)' is nested too deeply, or has too many layers")
        }
        var (layers, counts): ([(layer: KerasLayer, counted: String)], [String: Int]) = ([], [:])
        for value in described {
            guard let layer = KerasLayer(value) else {
                throw Refusal("its model '\(model.name)' holds something that is not described as a layer")
            }
            let number = counts[layer.countedKind, default: 0]
            counts[layer.countedKind] = number + 1
            layers.append((layer, number == 0 ? layer.countedKind : "\(layer.countedKind)_\(number)"))
        }
        guard model.kind != "Sequential" else {
            guard inputs.count == 1 else { throw Refusal("its model '\(model.name)' has \(inputs.count) inputs") }
            var signal = inputs[0]
            for (layer, counted) in layers where layer.kind != "InputLayer" {
                signal = try apply(layer, [signal], [], counted, depth)
            }
            return signal
        }
        var signals: [String: Signal] = [:]
        let names = Self.tensorNames(model.settings["input_layers"])
        guard names.count == inputs.count else { throw Refusal("its model '\(model.name)' has \(names.count) inputs") }
        for (name, signal) in zip(names, inputs) { signals[name] = signal }
        var waiting = layers.filter { $0.layer.kind != "InputLayer" }
        while !waiting.isEmpty {
            var later: [(layer: KerasLayer, counted: String)] = []
            for (layer, counted) in waiting {
                guard layer.calls.count == 1 else {
                    throw Refusal("its layer '\(layer.name)' (\(layer.kind)) is used \(layer.calls.count) times")
                }
                guard let (operands, values) = Self.resolved(layer.calls[0], signals) else {
                    later.append((layer, counted))
                    continue
                }
                signals[layer.name] = try apply(layer, operands, values, counted, depth)
            }
            guard later.count < waiting.count else {
                throw Refusal("its layer '\(later[0].layer.name)' reads what no layer gives")
            }
            waiting = later
        }
        let outputs = Self.tensorNames(model.settings["output_layers"])
        guard outputs.count == 1, let result = signals[outputs[0]] else {
            throw Refusal("its model '\(model.name)' has \(outputs.count) outputs, not one")
        }
        return result
    }

    /// The tensors and the plain values of a call; nil where a tensor is not known yet.
    private static func resolved(
        _ arguments: [KerasLayer.Argument], _ signals: [String: Signal]
    ) -> (operands: [Signal], values: [JSONValue])? {
        var (operands, values): ([Signal], [JSONValue]) = ([], [])
        for argument in arguments {
            switch argument {
            case .tensor(let name):
                guard let signal = signals[name] else { return nil }
                // A number before the tensor, as in 2 - x, is marked by its place.
                operands.append(signal)
            case .list(let parts):
                guard let inner = resolved(parts, signals) else { return nil }
                operands += inner.operands
                values += inner.values
            case .value(let value): values += operands.isEmpty ? [.null, value] : [value]
            }
        }
        return (operands, values)
    }

    /// `["a", 0, 0]` or a list of such.
    private static func tensorNames(_ value: JSONValue?) -> [String] {
        guard case .array(let values) = value else { return [] }
        if case .text(let name) = values.first { return [name] }
        return values.compactMap { value in
            if case .array(let parts) = value, case .text(let name) = parts.first { name } else { nil }
        }
    }

    /// The side of the images that the first layer takes.
    private static func side(_ model: KerasLayer) throws(Refusal) -> Int? {
        var layer: KerasLayer? = model
        while let inner = layer?.layers {
            let first = inner.lazy.compactMap { KerasLayer($0) }.first { $0.kind == "InputLayer" || $0.layers != nil }
            layer = first
        }
        guard let settings = layer?.settings else { return nil }
        guard case .array(let shape) = settings["batch_shape"] ?? settings["batch_input_shape"] else { return nil }
        guard shape.count == 4, shape[3] == .integer(3) || shape[3] == .null else {
            throw Refusal("its input is not images of three colours, the last axis")
        }
        switch (shape[1], shape[2]) {
        case (.null, .null): return nil
        case (.integer(let height), .integer(let width)) where height == width && (32...4096).contains(height):
            return Int(height)
        default:
            throw Refusal(
                "it reads images of \(shape[1].kerasText) x \(shape[2].kerasText) pixels, not squares of 32 to 4096")
        }
    }

    // MARK: Layers

    private mutating func apply(
        _ layer: KerasLayer, _ operands: [Signal], _ values: [JSONValue], _ counted: String, _ depth: Int
    ) throws(Refusal) -> Signal {
        if layer.isTraining {
            throw Refusal(
                "its layer '\(layer.name)' (\(layer.kind)) is called with training=True: it answers as in training")
        }
        precision = precision ?? layer.shortPrecision
        if layer.layers != nil { return try follow(layer, operands, depth: depth + 1) }
        if layer.text("data_format") == "channels_first" {
            throw Refusal("its layer '\(layer.name)' has the channels first: save the network with channels last")
        }
        if operands.count == 1 {
            if Self.isForTrainingOnly(layer.kind)
                || (layer.kind == "Activation" && layer.text("activation") == "linear")
            {
                return operands[0]
            }
            switch operands[0] {
            case .image(let image):
                if let changed = try prepared(layer, image, values, counted) {
                    changesPixels = true
                    return changed
                }
                input = image
                return try known(layer, [0], counted)
            case .pooled, .logits, .probabilities: return try head(layer, operands[0])
            case .node(let place) where place == network.nodes.count - 1:
                guard layer.kind == "GlobalAveragePooling2D", layer.text("keepdims") != "true" else {
                    throw Refusal(
                        "its layer '\(layer.name)' (\(layer.kind)) follows the convolutions, where \(title) takes the "
                            + "mean over the pixels (GlobalAveragePooling2D)")
                }
                return .pooled
            case .channel:
                throw Refusal("its layer '\(layer.name)' (\(layer.kind)) changes one colour of an image alone")
            case .node: break
            }
        }
        if layer.kind == "Stack" || layer.kind == "stack" {
            let channels = operands.compactMap { if case .channel(let channel) = $0 { channel } else { nil } }
            if channels.count == operands.count, let image = KerasPixels(channels) { return .image(image) }
        }
        let places = operands.compactMap { if case .node(let place) = $0 { place } else { nil } }
        guard places.count == operands.count, !places.isEmpty else {
            throw Refusal("its layer '\(layer.name)' (\(layer.kind)) joins what \(title) does not join")
        }
        return try known(layer, places.sorted(), counted)
    }

    /// What does nothing but in training.
    private static func isForTrainingOnly(_ kind: String) -> Bool {
        if kind.hasPrefix("Random") { return kind != "RandomCrop" }
        return [
            "Dropout", "SpatialDropout2D", "AlphaDropout", "GaussianDropout", "GaussianNoise", "ActivityRegularization",
            "RandAugment", "AugMix", "MixUp", "CutMix", "InputLayer",
        ].contains(kind)
    }

    /// The layer of the network that calculates the same from the same.
    private mutating func known(_ layer: KerasLayer, _ inputs: [Int], _ counted: String) throws(Refusal) -> Signal {
        let (kind, settings) = layer.arithmetic
        let readers = network.nodes.indices.dropFirst().filter { network.nodes[$0].inputs == inputs }
        if let place = readers.first(where: { network.nodes[$0].kind == kind && network.nodes[$0].settings == settings }
        ) {
            let path = network.nodes[place].path
            if !path.isEmpty { arrayNames.append((isCounted ? counted : layer.name, path)) }
            return .node(place)
        }
        func differences(_ place: Int) -> [(found: KerasSetting, expected: KerasSetting)] {
            zip(settings, network.nodes[place].settings).filter { $0 != $1 }.map { ($0, $1) }
        }
        let alike = readers.filter { network.nodes[$0].kind == kind }
            .min { differences($0).count < differences($1).count }
        if let alike, let first = differences(alike).first {
            throw Refusal(
                "its layer '\(layer.name)' (\(layer.kind)) has \(first.found.name) \(first.found.value), where \(title) "
                    + "has \(first.expected.value)")
        }
        let function = kind == "Activation" ? " " + layer.text("activation") : ""
        let expected =
            readers.first.map { ", where \(title) has \(network.nodes[$0].kind)" } ?? ", which \(title) lacks"
        throw Refusal("its layer '\(layer.name)' is \(layer.kind)\(function)\(expected)")
    }

    private mutating func head(_ layer: KerasLayer, _ signal: Signal) throws(Refusal) -> Signal {
        switch (layer.kind, signal) {
        case ("Flatten", _): return signal
        case ("Dense", .pooled):
            outputs = layer.text("units")
            return try activated(layer.text("activation"), layer)
        case ("Softmax", .logits) where ["-1", "1", "[-1]", "[1]"].contains(layer.text("axis")):
            return try activated("softmax", layer)
        case ("Activation", .logits): return try activated(layer.text("activation"), layer)
        default:
            throw Refusal(
                "its layer '\(layer.name)' (\(layer.kind)) stands behind the pooled features, where \(title) has one "
                    + "layer of classes alone (Dense)")
        }
    }

    /// What becomes of the numbers of the last layer. Of one number, for yes or no, zero and it are the logits of two classes.
    private mutating func activated(_ function: String, _ layer: KerasLayer) throws(Refusal) -> Signal {
        switch function {
        case "linear": return .logits
        case "softmax" where outputs != "1": return .probabilities
        case "sigmoid":
            isMultiLabel = outputs != "1"
            return .probabilities
        default:
            throw Refusal(
                "its layer '\(layer.name)' (\(layer.kind)) ends with \(function) of \(outputs == "1" ? "one output" : "\(outputs) outputs"): "
                    + "known are softmax of several, sigmoids, and none of both")
        }
    }
}
