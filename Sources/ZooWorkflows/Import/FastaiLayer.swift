import ZooCollab

/// A block of fastai's `LinBnDrop`: a linear layer with what comes before and after it. The last block ends without a ReLU.
struct FastaiLayer {
    /// The numbers of a batch normalisation.
    struct Norm {
        var weight, bias, mean, variance: [Float]
        /// Of `nn.BatchNorm1d`.
        static let epsilon: Float = 1e-5

        /// What it multiplies with and adds.
        var folded: (scale: [Float], shift: [Float]) {
            let scale = zip(weight, variance).map { $0 / ($1 + Self.epsilon).squareRoot() }
            return (scale, zip(bias, zip(mean, scale)).map { $0 - $1.0 * $1.1 })
        }
    }

    /// [outputs, inputs]
    let weight: ForeignMatrix
    /// [outputs]
    let bias: [Float]?
    /// Before the linear layer (`lin_first=False`).
    var normBefore: Norm?
    /// Behind its ReLU.
    var normAfter: Norm?

    /// Whether the layers of a table are there.
    static func isTable(_ arrays: ForeignArrays) -> Bool {
        (arrays.has("layers.0.0.weight") || arrays.has("layers.0.1.weight"))
            && (arrays.has("embeds.0.weight") || arrays.has("bn_cont.weight"))
    }

    /// Whether continuous columns are normalised; a table without any has a normalisation of none.
    static func hasNumbers(_ arrays: ForeignArrays) -> Bool { arrays.shape("bn_cont.weight") ?? [0] != [0] }

    /// The numbers of a normalisation.
    ///
    /// - Throws: `WorkflowError.invalid`
    static func norm(_ arrays: ForeignArrays, _ path: String, _ size: Int) throws -> Norm {
        Norm(
            weight: try arrays.floats(path + ".weight", [size]), bias: try arrays.floats(path + ".bias", [size]),
            mean: try arrays.floats(path + ".running_mean", [size]),
            variance: try arrays.floats(path + ".running_var", [size]))
    }

    /// The blocks below a name, first to last.
    ///
    /// - Throws: `WorkflowError.invalid` where they do not follow one another
    static func all(_ arrays: ForeignArrays, inputs: Int, under root: String = "layers") throws -> [FastaiLayer] {
        var (layers, width): ([FastaiLayer], Int) = ([], inputs)
        arrays.ignore { $0.hasSuffix("num_batches_tracked") }
        if !hasNumbers(arrays) { arrays.ignore { $0.hasPrefix("bn_cont.") } }
        while layers.count < 1000 {
            let prefix = "\(root).\(layers.count)."
            let parts = (0..<8).filter { arrays.has("\(prefix)\($0).weight") }
            guard !parts.isEmpty else { break }
            guard let linear = parts.first(where: { arrays.shape("\(prefix)\($0).weight")?.count == 2 }) else {
                throw arrays.refusal("its block '\(prefix)' has no linear layer")
            }
            let weight = try arrays.matrix("\(prefix)\(linear).weight")
            guard weight.width == width else {
                throw arrays.refusal("its block '\(prefix)' takes \(weight.width) numbers, and there are \(width)")
            }
            let name = "\(prefix)\(linear).bias"
            var layer = FastaiLayer(
                weight: weight, bias: arrays.has(name) ? try arrays.floats(name, [weight.rows]) : nil)
            for part in parts where part != linear {
                if part < linear {
                    layer.normBefore = try norm(arrays, "\(prefix)\(part)", width)
                } else {
                    layer.normAfter = try norm(arrays, "\(prefix)\(part)", weight.rows)
                }
            }
            layers.append(layer)
            width = weight.rows
        }
        guard !layers.isEmpty else { throw arrays.refusal("it has no layers") }
        return layers
    }
}

/// A linear layer into which the normalisations around it are multiplied: [inputs, outputs] and [outputs].
struct FoldedLinear {
    var weight: [Float]
    var bias: [Float]
    let inputs, outputs: Int
}

extension FastaiLayer {
    /// The linear layer with normalisations multiplied into it.
    ///
    /// - Parameter before: the last first
    func linear(before: [Norm] = [], after: Norm? = nil) -> FoldedLinear {
        let (inputs, outputs) = (weight.width, weight.rows)
        var linear = FoldedLinear(
            weight: weight.transposed.values, bias: bias ?? [Float](repeating: 0, count: outputs), inputs: inputs,
            outputs: outputs)
        for norm in before.map(\.folded) {
            for input in 0..<inputs {
                for output in 0..<outputs {
                    let place = input * outputs + output
                    linear.bias[output] += norm.shift[input] * linear.weight[place]
                    linear.weight[place] *= norm.scale[input]
                }
            }
        }
        if let norm = after?.folded {
            for output in 0..<outputs {
                for input in 0..<inputs { linear.weight[input * outputs + output] *= norm.scale[output] }
                linear.bias[output] = linear.bias[output] * norm.scale[output] + norm.shift[output]
            }
        }
        return linear
    }
}

extension [FastaiLayer] {
    /// The linear layers alone, a ReLU between two, with all normalisations multiplied into them.
    private var folded: [FoldedLinear] {
        indices.map { index in
            let before = [self[index].normBefore, index > 0 ? self[index - 1].normAfter : nil].compactMap { $0 }
            return self[index].linear(before: before, after: index == count - 1 ? self[index].normAfter : nil)
        }
    }

    /// The layers of a recommender's network, whose first takes both vectors, each filled up with zeros to one width.
    ///
    /// - Parameter widths: of the vectors of users and items
    func recommender(widths: [Int], padded width: Int) -> [NeuralModel.Layer] {
        folded.enumerated().map { index, layer in
            guard index == 0 else {
                return NeuralModel.Layer(
                    inputs: layer.inputs, outputs: layer.outputs, weight: layer.weight, bias: layer.bias)
            }
            var weight = [Float](repeating: 0, count: 2 * width * layer.outputs)
            let own = widths[0] * layer.outputs
            weight.replaceSubrange(0..<own, with: layer.weight[..<own])
            let start = width * layer.outputs
            weight.replaceSubrange(start..<start + widths[1] * layer.outputs, with: layer.weight[own...])
            return NeuralModel.Layer(inputs: 2 * width, outputs: layer.outputs, weight: weight, bias: layer.bias)
        }
    }
}
