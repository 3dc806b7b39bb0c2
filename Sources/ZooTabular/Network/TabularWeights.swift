import ZooKernels
import ZooNN
import ZooTensor

/// The numbers of a network over categories and continuous columns, by the paths that name them in a model file.
package struct TabularWeights: Sendable, Equatable {
    /// Batch norm's numbers for some columns.
    package struct Norm: Sendable, Equatable {
        /// The scale.
        package var weight: [Float]
        /// The shift.
        package var bias: [Float]
        /// The running mean.
        package var mean: [Float]
        /// The running variance.
        package var variance: [Float]

        /// A norm that changes nothing yet.
        init(_ size: Int) {
            weight = Array(repeating: 1, count: size)
            bias = Array(repeating: 0, count: size)
            mean = bias
            variance = weight
        }

        /// What inference multiplies with and adds.
        func folded(epsilon: Float = FusedTabular.epsilon) -> (scale: [Float], shift: [Float]) {
            let scale = zip(weight, variance).map { $0 / ($1 + epsilon).squareRoot() }
            return (scale, zip(bias, zip(mean, scale)).map { $0 - $1.0 * $1.1 })
        }
    }

    /// The tables, each [count, width].
    package var tables: [[Float]]
    /// The norm of the continuous columns.
    package var continuousNorm: Norm
    /// The hidden layers' weights, each [inputs, outputs].
    package var hidden: [[Float]]
    /// The hidden layers' biases; empty where they have none, as in networks that are trained here.
    package var biases: [[Float]] = []
    /// The hidden layers' norms.
    package var norms: [Norm]
    /// The output layer's weight [inputs, outputs].
    package var output: [Float]
    /// The output layer's bias [outputs].
    package var outputBias: [Float]

    /// Whether every number is one.
    package var isFinite: Bool { entries(nil).allSatisfy { $0.values.allSatisfy(\.isFinite) } }
}

extension TabularWeights {
    /// The start of a training: tables ~ N(0, 0.01) cut at two deviations, as fast.ai; layers ~ U(-k, k),
    /// k = 1/sqrt(inputs), as PyTorch.
    package init(_ architecture: TabularArchitecture, using generator: inout RandomGenerator) {
        tables = architecture.tables.map {
            Initializer.truncatedNormal(deviation: 0.01).tensor([$0.count, $0.width], using: &generator).floats
        }
        continuousNorm = Norm(architecture.continuous)
        hidden = []
        norms = []
        for (layer, outputs) in architecture.hidden.enumerated() {
            hidden.append(Self.uniform(architecture.inputs(of: layer), outputs, using: &generator))
            norms.append(Norm(outputs))
        }
        let inputs = architecture.inputs(of: architecture.hidden.count)
        output = Self.uniform(inputs, architecture.outputs, using: &generator)
        outputBias = Array(repeating: 0, count: architecture.outputs)
    }

    private static func uniform(
        _ inputs: Int, _ outputs: Int, using generator: inout RandomGenerator
    ) -> [Float] {
        let bound = 1 / Double(max(inputs, 1)).squareRoot()
        return Initializer.uniform(low: -bound, high: bound).tensor([inputs, outputs], using: &generator).floats
    }
}

extension TabularWeights {
    /// All arrays with their paths and shapes, in the order of the network.
    package func entries(_ architecture: TabularArchitecture) -> [(path: String, shape: [Int], values: [Float])] {
        entries(Optional(architecture))
    }

    private func entries(_ architecture: TabularArchitecture?) -> [(path: String, shape: [Int], values: [Float])] {
        var found: [(String, [Int], [Float])] = []
        for (index, table) in tables.enumerated() {
            let shape = architecture.map { [$0.tables[index].count, $0.tables[index].width] } ?? []
            found.append(("embeddings.\(index).weight", shape, table))
        }
        func add(_ norm: Norm, _ path: String) {
            let size = [norm.weight.count]
            found.append((path + ".weight", size, norm.weight))
            found.append((path + ".bias", size, norm.bias))
            found.append((path + ".running_mean", size, norm.mean))
            found.append((path + ".running_var", size, norm.variance))
        }
        if !continuousNorm.weight.isEmpty { add(continuousNorm, "continuous_norm") }
        for (layer, weight) in hidden.enumerated() {
            let shape = architecture.map { [$0.inputs(of: layer), $0.hidden[layer]] } ?? []
            found.append(("layers.\(layer).linear.weight", shape, weight))
            if !biases.isEmpty { found.append(("layers.\(layer).linear.bias", [biases[layer].count], biases[layer])) }
            add(norms[layer], "layers.\(layer).norm")
        }
        let shape = architecture.map { [$0.inputs(of: hidden.count), $0.outputs] } ?? []
        found.append(("output.weight", shape, output))
        found.append(("output.bias", [outputBias.count], outputBias))
        return found
    }

    /// Takes all arrays by their paths.
    ///
    /// - Parameter array: the array of a path with the shape that it must have, nil where there is none of it
    /// - Returns: nil where an array is missing
    package init?(_ architecture: TabularArchitecture, array: (_ path: String, _ shape: [Int]) -> [Float]?) {
        func norm(_ path: String, _ size: Int) -> Norm? {
            guard size > 0 else { return Norm(0) }
            var norm = Norm(size)
            guard let weight = array(path + ".weight", [size]), let bias = array(path + ".bias", [size]),
                let mean = array(path + ".running_mean", [size]), let variance = array(path + ".running_var", [size])
            else { return nil }
            (norm.weight, norm.bias, norm.mean, norm.variance) = (weight, bias, mean, variance)
            return norm
        }
        func all<Value>(_ values: [Value?]) -> [Value]? {
            let found = values.compactMap { $0 }
            return found.count == values.count ? found : nil
        }
        let sizes = architecture.hidden
        let tables = architecture.tables.enumerated().map { index, table in
            array("embeddings.\(index).weight", [table.count, table.width])
        }
        let hidden = sizes.indices.map {
            array("layers.\($0).linear.weight", [architecture.inputs(of: $0), sizes[$0]])
        }
        let norms = sizes.indices.map { norm("layers.\($0).norm", sizes[$0]) }
        let biases = sizes.indices.filter { _ in architecture.hasBiases == true }.map {
            array("layers.\($0).linear.bias", [sizes[$0]])
        }
        let shape = [architecture.inputs(of: sizes.count), architecture.outputs]
        guard let tables = all(tables), let hidden = all(hidden), let norms = all(norms),
            let biases = all(biases), let continuousNorm = norm("continuous_norm", architecture.continuous),
            let output = array("output.weight", shape), let bias = array("output.bias", [architecture.outputs])
        else { return nil }
        self.init(
            tables: tables, continuousNorm: continuousNorm, hidden: hidden, biases: biases, norms: norms,
            output: output, outputBias: bias)
    }
}
