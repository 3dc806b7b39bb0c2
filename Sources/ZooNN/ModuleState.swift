import ZooTensor

/// A tensor with the path that names it in a module or a file.
public struct NamedTensor: Sendable {
    /// The path: `layers.0.weight`.
    public let path: String
    /// The tensor.
    public let tensor: Tensor

    /// Names a tensor.
    public init(path: String, tensor: Tensor) {
        self.path = path
        self.tensor = tensor
    }
}

extension NamedTensor {
    /// A Float32 array of a shape.
    package init(_ path: String, _ values: [Float], _ shape: [Int]) {
        self.init(path: path, tensor: Tensor(sharing: values, shape: Shape(shape)))
    }

    /// A linear layer's weight [in, out] as files hold it: [out, in].
    package init(linear path: String, _ values: [Float], inputs: Int, outputs: Int) {
        self = NamedTensor(path, values, [inputs, outputs]).transposed
    }

    /// With the axes of a matrix exchanged; what is no matrix is unchanged.
    var transposed: NamedTensor {
        tensor.rank == 2 ? NamedTensor(path: path, tensor: tensor.transposed([1, 0])) : self
    }
}

/// Why a state does not fit a module.
public struct ModuleStateError: Error, Hashable, CustomStringConvertible {
    /// Paths of the module that the state lacks.
    public let missing: [String]
    /// Paths of the state that the module lacks.
    public let unexpected: [String]
    /// Paths whose shapes or types differ, with both: `fc.weight: [10, 5], not [10, 4]`.
    public let misshapen: [String]

    /// All of it in one line.
    public var description: String {
        [("missing", missing), ("unexpected", unexpected), ("misshapen", misshapen)]
            .filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1.joined(separator: ", "))" }.joined(separator: "; ")
    }
}

extension Module {
    /// Copies of all parameters and buffers with their paths; cheap until they change.
    public final func state() -> [NamedTensor] {
        namedParameters().map { NamedTensor(path: $0.path, tensor: $0.parameter.value.detached()) }
            + namedBuffers().map { NamedTensor(path: $0.path, tensor: $0.buffer.value) }
    }

    /// Replaces all parameters and buffers. Real elements of another type are converted to the module's.
    ///
    /// - Throws: `ModuleStateError` where names, shapes or types do not agree; the module is then as it was.
    public final func load(state: [NamedTensor]) throws {
        let parameters = namedParameters()
        let buffers = namedBuffers()
        let wanted =
            parameters.map { ($0.path, $0.parameter.storedValue) } + buffers.map { ($0.path, $0.buffer.value) }
        let tensors = Dictionary(state.map { ($0.path, $0.tensor) }, uniquingKeysWith: { first, _ in first })
        try check(wanted, against: tensors, order: state.map(\.path))
        for (path, parameter) in parameters {
            if let tensor = tensors[path] { parameter.value = tensor.converted(to: parameter.storedValue.dtype) }
        }
        for (path, buffer) in buffers {
            if let tensor = tensors[path] { buffer.value = tensor.detached().converted(to: buffer.value.dtype) }
        }
    }

    /// Tensors by this module's paths, with the weights of linear layers transposed: from memory's [in, out] to the
    /// [out, in] of files, or back.
    package final func transposingLinearWeights(_ state: [NamedTensor]) -> [NamedTensor] {
        let linear = Set(namedParameters().filter(\.parameter.isLinearWeight).map(\.path))
        return state.map { linear.contains($0.path) ? $0.transposed : $0 }
    }

    private func check(_ wanted: [(String, Tensor)], against tensors: [String: Tensor], order: [String]) throws {
        let known = Set(wanted.map(\.0))
        let error = ModuleStateError(
            missing: wanted.map(\.0).filter { tensors[$0] == nil },
            unexpected: order.filter { !known.contains($0) },
            misshapen: wanted.compactMap { path, old in tensors[path].flatMap { misfit(path, $0, old) } })
        guard error.missing.isEmpty, error.unexpected.isEmpty, error.misshapen.isEmpty else { throw error }
    }

    private func misfit(_ path: String, _ new: Tensor, _ old: Tensor) -> String? {
        if new.shape != old.shape { return "\(path): \(new.shape), not \(old.shape)" }
        return new.dtype == old.dtype || new.dtype.isReal && old.dtype.isReal
            ? nil : "\(path): \(new.dtype), not \(old.dtype)"
    }
}
