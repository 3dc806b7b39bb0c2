import ZooKernels
import ZooNN
import ZooText

/// A Keras model of texts, layer by layer: Embedding, recurrent layers in a row, and Dense layers behind the last output or the
/// greatest or the mean one. It is a language model where every step has an answer of as many numbers as there are tokens, else a
/// classifier; any layer that does something else is refused with its name.
///
/// - Source: Keras 3.15, `layers/rnn/{simple_rnn,gru,lstm}.py`: gates i, f, c, o of an LSTM and z, r, h of a GRU
struct KerasTextModel {
    /// What becomes of the outputs of the last recurrent layer.
    private enum Pooling { case steps, last, greatest, mean }

    private let file: String
    private let arrays: ForeignArrays
    private var layers: [(layer: KerasLayer, counted: String)] = []
    private var recurrent = 0
    private var gates = 0
    private var embedding = 0
    private var vocabulary: JSONValue?
    private var marksAreDropped = false
    private var masks = false
    private var paddedLength: JSONValue?
    private var pooling: Pooling?
    private var dense: [(weight: ForeignMatrix, bias: [Float])] = []
    private var end = ""

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

    private func refusal(_ reason: String) -> WorkflowError { .invalid(what: file, reason: reason) }

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

    /// `SimpleRNN` as `simple_rnn`: how Keras counts layers of a kind.
    private static func counted(_ kind: String) -> String {
        ["SimpleRNN": "simple_rnn", "TextVectorization": "text_vectorization", "TimeDistributed": "time_distributed"][
            kind]
            ?? kind.lowercased()
    }

    /// A layer's array by the name of its variable, or by its place among those of the layer.
    private func variable(_ layer: KerasLayer, _ counted: String, _ name: String, _ place: Int) -> String? {
        arrays.names.first { path in
            let parts = path.split(separator: "/").map(String.init)
            guard let last = parts.last, !parts.contains("seed_generator") else { return false }
            if parts.contains("vars") { return parts.contains(counted) && last == "\(place)" }
            return parts.contains(layer.name) && last.prefix { $0 != ":" } == name
        }
    }

    private mutating func take(_ layer: KerasLayer, _ counted: String) throws {
        switch layer.kind {
        case "InputLayer", "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout": break
        case "TextVectorization":
            guard layer.text("output_mode") == "int",
                ["lower_and_strip_punctuation", "lower", "none"].contains(layer.text("standardize")),
                layer.text("split") == "whitespace", recurrent == 0
            else { throw refusal(layer, "cuts texts otherwise than at blanks, into numbers of tokens") }
            marksAreDropped = layer.text("standardize") == "lower_and_strip_punctuation"
            vocabulary = layer.settings["vocabulary"]
            paddedLength = layer.settings["output_sequence_length"]
        case "Embedding":
            guard embedding == 0, recurrent == 0, let path = variable(layer, counted, "embeddings", 0) else {
                throw refusal(layer, "is not the one table in front of the recurrent layers")
            }
            arrays.rename { $0 == path ? "encoder.weight" : $0 }
            masks = layer.settings["mask_zero"] == .bool(true)
            embedding = 1
        case "LSTM", "GRU", "SimpleRNN": try takeRecurrent(layer, counted)
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
                "is not known in a model of texts: Embedding, LSTM, GRU, SimpleRNN, GlobalMaxPooling1D, "
                    + "GlobalAveragePooling1D, Dropout and Dense are")
        }
    }

    private mutating func takeRecurrent(_ layer: KerasLayer, _ counted: String) throws {
        guard embedding == 1, dense.isEmpty, pooling == nil || pooling == .steps else {
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
        guard let kernel = variable(layer, counted, "kernel", 0),
            let inner = variable(layer, counted, "recurrent_kernel", 1)
        else {
            throw refusal(layer, "has no kernel or recurrent_kernel")
        }
        let path = "layers.\(recurrent)."
        // A GRU has z before r here, r before z in PyTorch.
        func ordered(_ matrix: ForeignMatrix) -> ForeignMatrix {
            let size = matrix.rows / count
            guard count == 3 else { return matrix }
            return matrix.reordered(Array(size..<2 * size) + Array(0..<size) + Array(2 * size..<3 * size))
        }
        let hidden = ordered(try arrays.matrix(inner).transposed)
        arrays.replace(kernel, path + "weight_ih_l0", ordered(try arrays.matrix(kernel).transposed))
        arrays.replace(inner, path + "weight_hh_l0", hidden)
        if let bias = variable(layer, counted, "bias", 2), layer.settings["use_bias"] != .bool(false) {
            let shape = arrays.shape(bias) ?? []
            let values = try arrays.floats(bias, shape)
            let rows = hidden.rows
            guard values.count == rows || values.count == 2 * rows else {
                throw refusal(layer, "has a bias of \(shape)")
            }
            for (place, name) in ["bias_ih_l0", "bias_hh_l0"].enumerated() where values.count > place * rows {
                let part = Array(values[place * rows..<(place + 1) * rows])
                arrays.add(path + name, ordered(ForeignMatrix(values: part, rows: rows, width: 1)).values, [rows])
            }
        }
        recurrent += 1
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

    /// The model.
    ///
    /// - Throws: `WorkflowError.invalid`
    func model(_ request: ForeignModelRequest) throws -> ForeignModel {
        var description = try request.description()
        if description == nil, let vocabulary, vocabulary.texts != nil {
            description = ForeignDescription(file: file, value: vocabulary)
        }
        let tokens = try description ?? request.neededDescription("its tokens")
        let tokenizer = try tokens.tokenizer(usually: marksAreDropped || vocabulary != nil ? .bareWords : nil)
        var notes = ["Texts are cut into \(tokenizer.kind.plainName)."]
        if let paddedLength, paddedLength != .null, !masks {
            throw refusal(
                "it fills texts up to \(paddedLength.kerasText) tokens without mask_zero: its answers depend on the filling, which is not "
                    + "read here")
        }
        if !masks {
            notes.append("Texts are read as they are: without mask_zero, filled ones have other answers there.")
        }
        let (last, bias) = dense[dense.count - 1]
        if pooling == .steps || (pooling == .last && dense.count == 1 && last.rows == tokenizer.vocabulary.count) {
            guard dense.count == 1, ["linear", "softmax"].contains(end) else {
                throw refusal(
                    "at every step it has \(dense.count) Dense layers that end with \(end): one, with softmax or none, is known"
                )
            }
            arrays.add("decoder.weight", last.values, [last.rows, last.width])
            arrays.add("decoder.bias", bias, [last.rows])
            let model = try arrays.languageModel(tokens: tokenizer.vocabulary.count)
            return ForeignModel(
                "a language model of Keras", StoredLanguageModel(imported: model, tokenizer), notes: notes)
        }
        let isYesOrNo = last.rows == 1 && end == "sigmoid"
        guard isYesOrNo || (last.rows > 1 && ["linear", "softmax"].contains(end)) else {
            throw refusal(
                "it ends with \(end) of \(last.rows): known are softmax of several classes and a sigmoid of one number")
        }
        let labels = try tokens.labels()
        guard labels.count == (isYesOrNo ? 2 : last.rows) else {
            throw refusal("it tells \(isYesOrNo ? 2 : last.rows) classes apart, and \(labels.count) labels are named")
        }
        let encoder = try arrays.languageModel(tokens: tokenizer.vocabulary.count)
        var options = TextClassifierTrainingOptions()
        options.maximumTokens = 1 << 20
        let classifier = try head(on: encoder, classes: labels.count, isYesOrNo: isYesOrNo)
        return ForeignModel(
            "a classifier of Keras",
            StoredTextClassifier(
                classifier: classifier, tokenizer: tokenizer, labels: labels, options: options,
                counts: tokenizer.vocabulary.map { _ in 0 }), notes: notes)
    }

    /// The classifier: of the last, the greatest and the mean output one counts, and the normalisations change nothing.
    private func head(on encoder: LanguageModel, classes: Int, isYesOrNo: Bool) throws -> TextClassifier {
        var generator = RandomGenerator.silent  // the weights are loaded
        let sizes = dense.dropLast().map(\.weight.rows)
        let classifier = TextClassifier(encoder, classCount: classes, dropout: 0.2, hidden: sizes, using: &generator)
        let width = encoder.configuration.size(ofLayer: encoder.configuration.layerCount - 1)
        let part = pooling == .last ? 0 : pooling == .greatest ? 1 : 2
        var state: [(path: String, values: [Float], shape: [Int])] = []
        for (index, layer) in dense.enumerated() {
            var (weight, bias) = (layer.weight, layer.bias)
            if index == 0 {
                guard weight.width == width else {
                    throw refusal("its first Dense layer reads \(weight.width) numbers, not \(width)")
                }
                var wide = [Float](repeating: 0, count: weight.rows * 3 * width)
                for row in 0..<weight.rows {
                    let start = row * 3 * width + part * width
                    wide.replaceSubrange(start..<start + width, with: weight.values[row * width..<(row + 1) * width])
                }
                weight = ForeignMatrix(values: wide, rows: weight.rows, width: 3 * width)
            }
            if isYesOrNo, index == dense.count - 1 {
                // The softmax of 0 and z is the sigmoid of z.
                weight = ForeignMatrix(
                    values: [Float](repeating: 0, count: weight.width) + weight.values, rows: 2, width: weight.width)
                bias = [0] + bias
            }
            let norm = FastaiLayer.Norm.identity(weight.width)
            let place = 4 * index
            state += [
                ("\(place).weight", norm.weight, [weight.width]), ("\(place).bias", norm.bias, [weight.width]),
                ("\(place).running_mean", norm.mean, [weight.width]),
                ("\(place).running_var", norm.variance, [weight.width]),
                ("\(place + 2).weight", weight.values, [weight.rows, weight.width]),
                ("\(place + 2).bias", bias, [weight.rows]),
            ]
        }
        try arrays.load(state, into: classifier.head)
        return classifier
    }
}
