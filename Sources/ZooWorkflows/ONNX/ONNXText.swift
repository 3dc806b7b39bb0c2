import ZooNN
import ZooText
import ZooWeights

/// A language model, or a classifier on one, as ONNX: tokens in; the text itself is cut up outside of the graph.
struct ONNXText {
    let graph: ONNXGraph
    private(set) var about = ""
    private(set) var metadata: [(name: String, text: String)] = []

    /// A language model reads tokens after a state, and gives scores of the next token after each, and the state then.
    init(_ stored: StoredLanguageModel) throws {
        graph = ONNXGraph("language_model")
        let (network, graph) = (stored.model.configuration, graph)
        let arrays = ONNXArrays(graph, try stored.contents())
        let tokens = graph.input("tokens", .int64, ["batch", "time"], about: "numbers of tokens in 'vocab.token'")
        let encoder = try arrays("encoder.weight")
        var x = graph("Gather", [encoder, tokens.timeFirst])
        for layer in 0..<network.layerCount {
            let shape: [ONNXGraph.Size] = [1, "batch", .fixed(network.size(ofLayer: layer))]
            let names = ["hidden_\(layer)"] + (network.cell.hasCellState ? ["cell_\(layer)"] : [])
            let start = names.map {
                graph.input($0, .float, shape, about: "zeros where a text begins, else 'next_\($0)' of the call before")
            }
            let result = try arrays.recurrent(x, network, layer: layer, path: "layers.\(layer).", start: start)
            for (name, state) in zip(names, result.state) { graph.output(state, as: "next_" + name, shape) }
            x = result.output
        }
        let weight = network.tiesWeights ? encoder : try arrays("decoder.weight")
        let product = graph("MatMul", [x, graph("Transpose", [weight], nil, [("perm", .ints([1, 0]))])])
        graph.output(
            (product + (try arrays("decoder.bias"))).timeFirst, as: "logits",
            ["batch", "time", .fixed(network.vocabularySize)], about: "scores of what comes after each token")
        about = "Scores what comes after each token. Give one token at a time, or a whole text."
        metadata = Self.metadata(of: stored.tokenizer)
    }

    /// A classifier reads whole texts.
    init(_ stored: StoredTextClassifier) throws {
        graph = ONNXGraph("text_classifier")
        let (network, graph) = (stored.classifier.encoder.configuration, graph)
        let arrays = ONNXArrays(graph, try stored.contents())
        let tokens = graph.input(
            "tokens", .int64, ["batch", "time"], about: "numbers of tokens in 'vocab.token'; 0 behind shorter texts")
        let lengths = graph.input("lengths", .int64, ["batch"], about: "tokens of each text, at least 1")
        var x = graph("Gather", [try arrays("encoder.encoder.weight"), tokens.timeFirst])
        var last = x
        for layer in 0..<network.layerCount {
            let result = try arrays.recurrent(
                x, network, layer: layer, path: "encoder.layers.\(layer).", lengths: lengths.cast(.int32))
            (x, last) = (result.output, result.state[0])
        }
        let size = network.size(ofLayer: network.layerCount - 1)
        let count = lengths.cast(.float).reshaped([-1, 1])
        let (pooledMean, greatest) = pooled(x, lengths)
        let axis = [(name: "axis", value: ONNXGraph.Attribute.int(1))]
        var y = graph("Concat", [last.reshaped([-1, size]), greatest, pooledMean / count], nil, axis)
        // The head: batch norm, dropout, linear, and between two of these a ReLU.
        for (index, norm) in stored.classifier.head.submodules(of: BatchNorm1d.self).enumerated() {
            if index > 0 { y = graph("Relu", [y]) }
            let normalized = try arrays.normalized(y, "head.\(4 * index)", epsilon: norm.epsilon)
            y = try arrays.linear(normalized, "head.\(4 * index + 2)")
        }
        let classes: [ONNXGraph.Size] = ["batch", .fixed(stored.labels.count)]
        let best = graph("ArgMax", [y], .int64, axis + [("keepdims", .int(0))])
        graph.output(
            graph("Gather", [graph.constant(stored.labels), best]), as: "label", ["batch"], about: "the likeliest class"
        )
        graph.output(y, as: "logits", classes)
        graph.output(
            graph("Softmax", [y], nil, axis), as: "probabilities", classes, about: "in the order of 'vocab.label'")
        about =
            "Classifies texts that are cut into tokens, with the number of tokens of each; of a text of more than "
            + "\(stored.options.maximumTokens) give the \(stored.options.readsBeginning == true ? "first" : "last") ones."
        metadata = Self.metadata(of: stored.tokenizer)
    }

    /// The sum and the greatest over the tokens of each text.
    private func pooled(
        _ x: ONNXGraph.Value, _ lengths: ONNXGraph.Value
    ) -> (sum: ONNXGraph.Value, greatest: ONNXGraph.Value) {
        let time = graph("Gather", [graph("Shape", [x], .int64), graph.scalar(0, .int64)], .int64)
        let steps = graph("Range", [graph.scalar(0, .int64), time, graph.scalar(1, .int64)])
        let isText = graph("Less", [steps.reshaped([-1, 1]), lengths.reshaped([1, -1])], .bool).cast(.float)
        let mask = graph("Unsqueeze", [isText, graph.list([2])])
        func reduced(_ operation: String, _ x: ONNXGraph.Value) -> ONNXGraph.Value {
            graph(operation, [x, graph.list([0])], nil, [("keepdims", .int(0))])
        }
        return (reduced("ReduceSum", x * mask), reduced("ReduceMax", x * mask + (mask - 1) * 1e6))
    }

    private static func metadata(of tokenizer: any Tokenizer) -> [(name: String, text: String)] {
        [("tokenizer", tokenizer.kind.rawValue), ("lowercases", "\(tokenizer.lowercases)")]
    }
}

extension ONNXGraph.Value {
    /// With the first two axes exchanged.
    fileprivate var timeFirst: Self {
        // Tokens have two axes, vectors of tokens three.
        graph("Transpose", [self], nil, [("perm", .ints(type == .int64 ? [1, 0] : [1, 0, 2]))])
    }
}

extension ONNXArrays {
    /// A recurrent layer: its outputs [time, batch, size], and its state after the last token, [1, batch, size] each; of one that
    /// reads in both directions the two ends, joined as the outputs are, [batch, size].
    ///
    /// - Parameter start: the hidden vectors and cells before; none for zeros
    fileprivate func recurrent(
        _ x: ONNXGraph.Value, _ network: LanguageModelArchitecture, layer: Int, path: String,
        lengths: ONNXGraph.Value? = nil, start: [ONNXGraph.Value] = []
    ) throws -> (output: ONNXGraph.Value, state: [ONNXGraph.Value]) {
        let (cell, size, merge) = (network.cell, network.stateSize(ofLayer: layer), network.merge(ofLayer: layer))
        let directions = merge == nil ? [""] : ["", "_reverse"]
        func gates(_ name: String) throws -> (values: [Float], width: Int) {
            let entry = try entry(path + name)
            let width = entry.count / (cell.gateCount * size)
            let values = try entry.values.floats ?? []
            return (cell.onnxGates.flatMap { values[$0 * size * width..<($0 + 1) * size * width] }, width)
        }
        func constant(_ name: String) throws -> ONNXGraph.Value {
            let parts = try directions.map { try gates(name + $0) }
            return graph.constant(
                .float32(parts.flatMap(\.values)), shape: [parts.count, cell.gateCount * size, parts[0].width],
                named: path + name)
        }
        let biases = try directions.flatMap { try gates("bias_ih_l0" + $0).values + gates("bias_hh_l0" + $0).values }
        let inputs: [ONNXGraph.Value?] = [
            x, try constant("weight_ih_l0"), try constant("weight_hh_l0"),
            graph.constant(
                .float32(biases), shape: [directions.count, biases.count / directions.count], named: path + "bias"),
            lengths,
        ]
        let results = graph.nodes(
            cell.onnxName, inputs + start, results: cell.hasCellState ? 3 : 2, .float,
            [("hidden_size", .int(size))] + cell.onnxAttributes(directions: directions.count))
        guard let merge else { return (graph("Squeeze", [results[0], graph.list([1])]), Array(results[1...])) }
        return (
            joined(results[0], merge, axis: 1, shape: [0, 0, 2 * size]),
            [joined(results[1], merge, axis: 0, shape: [-1, 2 * size])]
        )
    }

    /// The two directions of an output joined: an axis before the last two, or before the last.
    private func joined(
        _ x: ONNXGraph.Value, _ merge: BidirectionalMerge, axis: Int, shape: [Int]
    ) -> ONNXGraph.Value {
        func reduced(_ operation: String) -> ONNXGraph.Value {
            graph(operation, [x, graph.list([axis])], nil, [("keepdims", .int(0))])
        }
        switch merge {
        case .concat:
            let order = axis == 1 ? [0, 2, 1, 3] : [1, 0, 2]
            return graph("Transpose", [x], nil, [("perm", .ints(order))]).reshaped(shape)
        case .sum: return reduced("ReduceSum")
        case .ave: return reduced("ReduceMean")
        case .mul: return reduced("ReduceProd")
        }
    }
}

extension RecurrentCell {
    fileprivate var onnxName: String {
        switch self {
        case .rnn, .rectifiedRNN: "RNN"
        case .gru: "GRU"
        case .lstm: "LSTM"
        }
    }

    /// The places of ONNX's gates among PyTorch's: i, o, f, c of i, f, g, o; z, r, h of r, z, n.
    fileprivate var onnxGates: [Int] {
        switch self {
        case .rnn, .rectifiedRNN: [0]
        case .gru: [1, 0, 2]
        case .lstm: [0, 3, 1, 2]
        }
    }

    fileprivate func onnxAttributes(directions: Int) -> [(name: String, value: ONNXGraph.Attribute)] {
        let both: [(name: String, value: ONNXGraph.Attribute)] =
            directions == 2 ? [("direction", .text("bidirectional"))] : []
        switch self {
        case .rnn, .lstm: return both
        case .rectifiedRNN:
            return both + [("activations", .texts([String](repeating: "Relu", count: directions)))]
        case .gru: return both + [("linear_before_reset", .int(1))]
        }
    }
}
