import ZooNN
import ZooText

/// A Keras model of texts, layer by layer: Embedding, recurrent layers in a row, of which each may read in both directions, and
/// Dense layers behind the last output or the greatest or the mean one. It is a language model where every step has an answer of
/// as many numbers as there are tokens, else a classifier; any layer that does something else is refused with its name.
///
/// - Source: Keras 3.15, `layers/rnn/{simple_rnn,gru,lstm}.py`: gates i, f, c, o of an LSTM and z, r, h of a GRU
struct KerasTextModel {
    /// What becomes of the outputs of the last recurrent layer.
    enum Pooling { case steps, last, greatest, mean }

    let file: String
    let arrays: ForeignArrays
    private(set) var layers: [(layer: KerasLayer, counted: String)] = []
    private(set) var merges: [BidirectionalMerge?] = []
    private var recurrent: Int { merges.count }
    private(set) var gates = 0
    private(set) var embedding = 0
    private(set) var vocabulary: JSONValue?
    private(set) var marksAreDropped = false
    private(set) var masks = false
    /// The length that `TextVectorization` cuts texts to and fills them up to.
    private(set) var paddedLength: JSONValue?
    /// The length that the input has.
    private(set) var inputLength: JSONValue?
    /// In a functional model of Keras 3, the operation that makes the mask, and what the Embedding reads.
    private(set) var mask: String?
    private(set) var embeddingInput: String?
    private(set) var pooling: Pooling?
    private(set) var dense: [(weight: ForeignMatrix, bias: [Float])] = []
    private(set) var end = ""

    /// - Throws: `WorkflowError.invalid`
    init(_ configuration: JSONValue, _ arrays: ForeignArrays, file: String) throws {
        (self.arrays, self.file) = (arrays, file)
        guard let model = KerasLayer(configuration), model.layers != nil else {
            throw refusal("its model is of a class of its own, whose layers the file does not describe")
        }
        try flatten(model, depth: 0)
        guard layers.contains(where: { $0.layer.kind == "Embedding" }) else {
            throw refusal("it has no Embedding: --arch names a network of images, resnet50 or mobilenet-v2")
        }
        for (layer, counted) in layers { try take(layer, counted) }
        guard recurrent > 0, !dense.isEmpty else {
            throw refusal("it has no recurrent layer with a Dense layer behind it")
        }
    }

    func refusal(_ reason: String) -> WorkflowError { .invalid(what: file, reason: reason) }

    private func refusal(_ layer: KerasLayer, _ reason: String) -> WorkflowError {
        refusal("its layer '\(layer.name)' (\(layer.kind)) \(reason)")
    }

    /// The layers in a row, as each reads what the one before gives.
    private mutating func flatten(_ model: KerasLayer, depth: Int) throws {
        guard let described = model.layers, depth < 8, described.count <= 200 else {
            throw refusal("its model '\(model.name)' is nested too deeply, or has too many layers")
        }
        var counts: [String: Int] = [:]
        var previous: String?
        for value in described {
            guard let layer = KerasLayer(value) else {
                throw refusal("it holds something that is not described as a layer")
            }
            let kind = Self.counted(layer.kind)
            counts[kind, default: -1] += 1
            if layer.isTraining { throw refusal(layer, "is called with training=True") }
            if mask == nil, isMask(layer) {
                mask = layer.name
                continue
            }
            guard layer.masks.allSatisfy({ $0 == mask }) else {
                throw refusal(layer, "is called with a mask other than that of mask_zero")
            }
            if layer.kind == "Embedding" { embeddingInput = previous }
            if model.kind != "Sequential", layer.kind != "InputLayer" {
                guard layer.calls.count == 1, layer.calls[0].count == 1, case .tensor(let name) = layer.calls[0][0],
                    name == previous
                else { throw refusal(layer, "does not read the output of the layer before it alone") }
            }
            previous = layer.name
            if layer.layers != nil {
                try flatten(layer, depth: depth + 1)
            } else {
                layers.append((layer, counts[kind].map { $0 == 0 ? kind : "\(kind)_\($0)" } ?? kind))
            }
        }
    }

    /// Whether an operation of Keras 3 is what `mask_zero` stands for: that a token is not 0.
    private func isMask(_ layer: KerasLayer) -> Bool {
        guard layer.kind == "NotEqual", layer.calls.count == 1, layer.calls[0].count == 2,
            case .tensor(let name) = layer.calls[0][0], case .value(let number) = layer.calls[0][1]
        else { return false }
        return name == embeddingInput && number.kerasNumber == 0
    }

    /// `SimpleRNN` as `simple_rnn`: how Keras counts layers of a kind.
    private static func counted(_ kind: String) -> String {
        ["SimpleRNN": "simple_rnn", "TextVectorization": "text_vectorization", "TimeDistributed": "time_distributed"][
            kind]
            ?? kind.lowercased()
    }

    /// A layer's array by the name of its variable, or by its place among those of the layer.
    ///
    /// - Parameter direction: `forward` or `backward` of a layer that reads in both; else nothing
    private func variable(
        _ layer: KerasLayer, _ counted: String, _ name: String, _ place: Int, direction: String = ""
    ) -> String? {
        arrays.names.first { path in
            let parts = path.split(separator: "/").map(String.init)
            guard let last = parts.last, !parts.contains("seed_generator"),
                let owner = parts.firstIndex(of: parts.contains("vars") ? counted : layer.name),
                direction.isEmpty || parts[(owner + 1)...].contains(where: { $0.hasPrefix(direction + "_") })
            else { return false }
            return parts.contains("vars") ? last == "\(place)" : last.prefix { $0 != ":" } == name
        }
    }

    private mutating func take(_ layer: KerasLayer, _ counted: String) throws {
        switch layer.kind {
        case "InputLayer":
            for name in ["batch_shape", "batch_input_shape"] {
                if case .array(let sizes) = layer.settings[name], sizes.count == 2 { inputLength = sizes[1] }
            }
        case "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout": break
        case "TextVectorization":
            guard layer.text("output_mode") == "int",
                ["lower_and_strip_punctuation", "lower", "none"].contains(layer.text("standardize")),
                layer.text("split") == "whitespace", recurrent == 0
            else { throw refusal(layer, "cuts texts otherwise than at blanks, into numbers of tokens") }
            marksAreDropped = layer.text("standardize") == "lower_and_strip_punctuation"
            vocabulary = layer.settings["vocabulary"]
            (paddedLength, inputLength) = (layer.settings["output_sequence_length"], nil)
        case "Embedding":
            guard embedding == 0, recurrent == 0, let path = variable(layer, counted, "embeddings", 0) else {
                throw refusal(layer, "is not the one table in front of the recurrent layers")
            }
            arrays.rename { $0 == path ? "encoder.weight" : $0 }
            masks = layer.settings["mask_zero"] == .bool(true)
            embedding = 1
            guard masks || mask == nil else {
                throw refusal(layer, "has no mask_zero, and what follows is called with a mask")
            }
        case "LSTM", "GRU", "SimpleRNN":
            try takeRecurrent(layer, of: layer, counted)
            merges.append(nil)
        case "Bidirectional": try takeBidirectional(layer, counted)
        case "GlobalMaxPooling1D" where pooling == .steps && dense.isEmpty:
            guard !masks else {
                throw refusal(layer, "takes the greatest output over the padding, too, though mask_zero is set")
            }
            pooling = .greatest
        case "GlobalAveragePooling1D" where pooling == .steps && dense.isEmpty: pooling = .mean
        case "Dense", "TimeDistributed": try takeDense(layer, counted)
        case "Softmax" where end == "linear", "Activation" where end == "linear":
            end = layer.kind == "Softmax" ? "softmax" : layer.text("activation")
        default:
            throw refusal(
                layer,
                "is not known in a model of texts: Embedding, LSTM, GRU, SimpleRNN, Bidirectional, GlobalMaxPooling1D, "
                    + "GlobalAveragePooling1D, Dropout and Dense are")
        }
    }

    private mutating func takeBidirectional(_ layer: KerasLayer, _ counted: String) throws {
        guard let merge = BidirectionalMerge(rawValue: layer.text("merge_mode")) else {
            throw refusal(layer, "does not join its directions by concat, sum, ave or mul")
        }
        guard let inner = layer.settings["layer"].flatMap(KerasLayer.init),
            ["LSTM", "GRU", "SimpleRNN"].contains(inner.kind)
        else { throw refusal(layer, "is not of an LSTM, a GRU or a SimpleRNN") }
        if let back = layer.settings["backward_layer"], back != .null {
            // Keras 3 describes the way back in any case.
            let same = ["units", "activation", "recurrent_activation", "use_bias", "reset_after", "return_sequences"]
            guard let back = KerasLayer(back), back.kind == inner.kind, back.settings["go_backwards"] == .bool(true),
                same.allSatisfy({ back.settings[$0] == inner.settings[$0] })
            else { throw refusal(layer, "has a layer for the way back that differs from the other") }
        }
        try takeRecurrent(inner, of: layer, counted, direction: "forward")
        try takeRecurrent(inner, of: layer, counted, direction: "backward")
        merges.append(merge)
    }

    /// - Parameters:
    ///   - layer: its settings
    ///   - owner: the layer of the model, whose `direction` it is
    private mutating func takeRecurrent(
        _ layer: KerasLayer, of owner: KerasLayer, _ counted: String, direction: String = ""
    ) throws {
        func variable(_ name: String, _ place: Int) -> String? {
            self.variable(owner, counted, name, place, direction: direction)
        }
        guard embedding == 1, dense.isEmpty, pooling == nil || pooling == .steps || direction == "backward" else {
            throw refusal(layer, "does not read the outputs of an Embedding or of a recurrent layer at every step")
        }
        let usual = layer.kind == "SimpleRNN" ? layer.text("activation") : layer.text("recurrent_activation")
        guard layer.text("activation") == "tanh", usual == (layer.kind == "SimpleRNN" ? "tanh" : "sigmoid") else {
            throw refusal(
                layer,
                "has activation \(layer.text("activation")) and recurrent_activation \(usual), not tanh and sigmoid")
        }
        guard layer.settings["go_backwards"] != .bool(true), layer.settings["return_state"] != .bool(true) else {
            throw refusal(layer, "reads backwards or gives its state")
        }
        if layer.kind == "GRU", layer.settings["reset_after"] != .bool(true) {
            throw refusal(
                layer,
                "has reset_after=False: its reset gate acts before the product, here as with reset_after=True behind it"
            )
        }
        let count = layer.kind == "LSTM" ? 4 : layer.kind == "GRU" ? 3 : 1
        guard gates == 0 || gates == count else {
            throw refusal(layer, "is of another kind than the recurrent layers before it")
        }
        gates = count
        guard let kernel = variable("kernel", 0), let inner = variable("recurrent_kernel", 1) else {
            throw refusal(layer, "has no kernel or recurrent_kernel")
        }
        let (path, end) = ("layers.\(recurrent).", direction == "backward" ? "_reverse" : "")
        // A GRU has z before r here, r before z in PyTorch.
        func ordered(_ matrix: ForeignMatrix) -> ForeignMatrix {
            let size = matrix.rows / count
            guard count == 3 else { return matrix }
            return matrix.reordered(Array(size..<2 * size) + Array(0..<size) + Array(2 * size..<3 * size))
        }
        let hidden = ordered(try arrays.matrix(inner).transposed)
        arrays.replace(kernel, path + "weight_ih_l0" + end, ordered(try arrays.matrix(kernel).transposed))
        arrays.replace(inner, path + "weight_hh_l0" + end, hidden)
        if let bias = variable("bias", 2), layer.settings["use_bias"] != .bool(false) {
            let shape = arrays.shape(bias) ?? []
            let values = try arrays.floats(bias, shape)
            let rows = hidden.rows
            guard values.count == rows || values.count == 2 * rows else {
                throw refusal(layer, "has a bias of \(shape)")
            }
            for (place, name) in ["bias_ih_l0", "bias_hh_l0"].enumerated() where values.count > place * rows {
                let part = Array(values[place * rows..<(place + 1) * rows])
                arrays.add(path + name + end, ordered(ForeignMatrix(values: part, rows: rows, width: 1)).values, [rows])
            }
        }
        pooling = layer.settings["return_sequences"] == .bool(true) ? .steps : .last
    }

    private mutating func takeDense(_ layer: KerasLayer, _ counted: String) throws {
        var inner = layer
        if layer.kind == "TimeDistributed" {
            guard let wrapped = layer.settings["layer"].flatMap(KerasLayer.init), wrapped.kind == "Dense",
                pooling == .steps
            else {
                throw refusal(layer, "is not a Dense layer at every step")
            }
            inner = wrapped
        }
        guard recurrent > 0, let kernel = variable(layer, counted, "kernel", 0) ?? variable(inner, "dense", "kernel", 0)
        else {
            throw refusal(layer, "has no recurrent layer before it")
        }
        guard end.isEmpty || end == "relu" else {
            throw refusal(layer, "follows a layer that ends with \(end), where relu is known")
        }
        let weight = try arrays.matrix(kernel).transposed
        let bias = variable(layer, counted, "bias", 1) ?? variable(inner, "dense", "bias", 1)
        dense.append(
            (weight, try bias.map { try arrays.floats($0, [weight.rows]) } ?? [Float](repeating: 0, count: weight.rows))
        )
        end = inner.text("activation")
    }
}
