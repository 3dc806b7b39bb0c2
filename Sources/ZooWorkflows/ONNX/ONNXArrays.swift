import ZooNN
import ZooWeights

/// The arrays of a model, which become constants of a graph under the names that exports give them.
struct ONNXArrays {
    let graph: ONNXGraph
    private let arrays: [String: NamedTensor]

    init(_ graph: ONNXGraph, _ contents: ModelContents) {
        self.graph = graph
        arrays = Dictionary(contents.weights.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The array of a path.
    ///
    /// - Throws: `ModelContentsError` where there is none
    func callAsFunction(_ path: String) throws -> ONNXGraph.Value {
        let tensor = try entry(path)
        return graph.constant(try tensor.values, shape: tensor.shape, named: path)
    }

    /// The numbers of a path with their shape.
    ///
    /// - Throws: `ModelContentsError` where there are none
    func entry(_ path: String) throws -> WeightEntry {
        guard let array = arrays[path] else {
            throw ModelContentsError(location: "/weights/" + path, reason: "it is missing")
        }
        return WeightEntry(array)
    }

    /// `x W + b` of rows.
    ///
    /// - Parameter hasBias: whether there is a b
    func linear(_ x: ONNXGraph.Value, _ path: String, hasBias: Bool = true) throws -> ONNXGraph.Value {
        let bias = hasBias ? try self(path + ".bias") : nil
        return graph("Gemm", [x, try self(path + ".weight"), bias], nil, [("transB", .int(1))])
    }

    /// A batch normalisation with its running statistics.
    func normalized(_ x: ONNXGraph.Value, _ path: String, epsilon: Double) throws -> ONNXGraph.Value {
        let parts = try ["weight", "bias", "running_mean", "running_var"].map { try self("\(path).\($0)") }
        return graph("BatchNormalization", [x] + parts, nil, [("epsilon", .float(Float(epsilon)))])
    }
}
