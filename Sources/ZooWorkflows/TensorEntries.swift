import ZooNN
import ZooTensor
import ZooWeights

extension WeightEntry {
    /// An entry of a tensor's numbers, under its path behind `prefix`.
    init(_ named: NamedTensor, prefix: String = "") {
        let values: WeightValues =
            switch named.tensor.dtype {
            case .float32: .float32(named.tensor.floats)
            case .float64: .float64(named.tensor.doubles)
            case .int32: .int32(named.tensor.int32s)
            }
        self.init(path: prefix + named.path, shape: named.tensor.shape.dimensions, values: values)
    }

    /// The entry as a tensor, without `prefix` before its path.
    ///
    /// - Throws: `WeightError.malformed` for 64-bit integers, which tensors do not hold
    func namedTensor(without prefix: String = "") throws -> NamedTensor {
        let shape = Shape(self.shape)
        let path = String(self.path.dropFirst(prefix.count))
        switch values {
        case .float16, .float32:
            let tensor = Tensor.filled(shape) { _ = values.copyFloats(into: $0) }
            return NamedTensor(path: path, tensor: tensor)
        case .float64(let numbers): return NamedTensor(path: path, tensor: Tensor(numbers, shape: shape))
        case .int32(let numbers): return NamedTensor(path: path, tensor: Tensor(numbers, shape: shape))
        case .int64:
            throw WeightError.malformed(location: self.path, reason: "64-bit integers where real numbers are needed")
        }
    }
}
