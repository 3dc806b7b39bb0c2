import ZooLearn
import ZooNN
import ZooTensor

extension GibbsChain {
    /// Everything that later sweeps and the model depend on.
    func tensors(prefix: String) -> [NamedTensor] {
        users.tensors(prefix: prefix + "user.") + items.tensors(prefix: prefix + "item.") + [
            NamedTensor(doubles: prefix + "scale", [globalBias, precision])
        ] + posterior.tensors(prefix: prefix + "posterior.")
    }

    /// Restores what `tensors` returned.
    ///
    /// - Throws: `CheckpointError.otherState` where it does not fit
    mutating func load(_ named: [String: Tensor], prefix: String) throws {
        try users.load(named, prefix: prefix + "user.")
        try items.load(named, prefix: prefix + "item.")
        let scale = try named.doubles(prefix + "scale", count: 2)
        (globalBias, precision) = (scale[0], scale[1])
        posterior = try PosteriorMean(named, prefix: prefix + "posterior.", like: sample())
    }
}

extension GibbsSide {
    fileprivate func tensors(prefix: String) -> [NamedTensor] {
        let parts = blocks.indices.flatMap { block in
            [
                NamedTensor(
                    "\(prefix)coefficient\(block)", coefficients[block].flatMap { $0 },
                    [values.count, blocks[block].count]),
                NamedTensor(doubles: "\(prefix)prior\(block)", priorMeans[block]),
            ]
        }
        return parts + [
            NamedTensor(prefix + "value", values.flatMap { $0 }, [values.count, ratings.count]),
            NamedTensor(prefix + "noise", noise, [ratings.count]),
        ]
    }

    fileprivate mutating func load(_ named: [String: Tensor], prefix: String) throws {
        for block in blocks.indices {
            let size = blocks[block].count
            let numbers = try named.floats("\(prefix)coefficient\(block)", [values.count, size])
            coefficients[block] = values.indices.map { Array(numbers[$0 * size..<($0 + 1) * size]) }
            priorMeans[block] = try named.doubles("\(prefix)prior\(block)", count: values.count)
        }
        let sums = try named.floats(prefix + "value", [values.count, ratings.count])
        values = values.indices.map { Array(sums[$0 * ratings.count..<($0 + 1) * ratings.count]) }
        noise = try named.floats(prefix + "noise", [ratings.count])
    }
}

extension PosteriorMean {
    fileprivate func tensors(prefix: String) -> [NamedTensor] {
        [
            NamedTensor(doubles: prefix + "sum", [globalBias, precision, Double(count)]),
            NamedTensor(prefix + "user.weight", users.vectors, [users.biases.count, width]),
            NamedTensor(prefix + "user.bias", users.biases, [users.biases.count]),
            NamedTensor(prefix + "item.weight", items.vectors, [items.biases.count, width]),
            NamedTensor(prefix + "item.bias", items.biases, [items.biases.count]),
        ]
    }

    /// Reads a sum of samples that have the rows of `sample`.
    fileprivate init(_ named: [String: Tensor], prefix: String, like sample: PosteriorMean) throws {
        let sums = try named.doubles(prefix + "sum", count: 3)
        guard let count = Int(exactly: sums[2]), count >= 0,
            let width = named[prefix + "user.weight"]?.shape.dimensions.last,
            width <= sample.rank + sample.width
        else { throw CheckpointError.otherState }
        guard count > 0 else {
            self.init(rank: sample.rank)
            return
        }
        func side(_ name: String, _ like: Side) throws -> Side {
            Side(
                deciding: like.deciding,
                vectors: try named.floats(prefix + name + ".weight", [like.biases.count, width]),
                biases: try named.floats(prefix + name + ".bias", [like.biases.count]))
        }
        self.init(
            rank: sample.rank, width: width, users: try side("user", sample.users),
            items: try side("item", sample.items),
            globalBias: sums[0], precision: sums[1], count: count)
    }
}

extension NamedTensor {
    fileprivate init(doubles path: String, _ values: [Double]) {
        self.init(path: path, tensor: Tensor(values, shape: [values.count]))
    }
}

extension [String: Tensor] {
    fileprivate func floats(_ path: String, _ shape: [Int]) throws -> [Float] {
        guard let tensor = self[path], tensor.dtype == .float32, tensor.shape == Shape(shape) else {
            throw CheckpointError.otherState
        }
        return tensor.floats
    }

    fileprivate func doubles(_ path: String, count: Int) throws -> [Double] {
        guard let tensor = self[path], tensor.dtype == .float64, tensor.shape == [count] else {
            throw CheckpointError.otherState
        }
        return tensor.doubles
    }
}
