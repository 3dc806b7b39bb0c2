/// The tensors of a PyTorch file: its state dict, by whatever name it lies in there.
struct TorchStateDict {
    /// The tensors, in their order.
    let tensors: [(name: String, tensor: TorchTensor)]
    /// The rest of the state dict, which holds no tensors.
    let ignored: [String]

    /// Under what a checkpoint keeps its weights.
    private static let places = ["state_dict", "model_state_dict", "model", "net", "weights"]
    /// What wrappers put before every name.
    private static let wrappers = ["module.", "_orig_mod."]

    init(_ root: PickleValue) throws {
        guard case .dictionary(let top) = root else {
            throw ForeignError.unsupported(
                reason: "it holds no state dict: save one with torch.save(model.state_dict(), …)")
        }
        var entries = top.named
        if !entries.contains(where: { Self.isTensor($0.value) }) {
            for place in Self.places {
                if case .dictionary(let inner)? = entries.first(where: { $0.name == place })?.value {
                    entries = inner.named
                    break
                }
            }
        }
        var tensors: [(name: String, tensor: TorchTensor)] = []
        var ignored: [String] = []
        for (name, value) in entries {
            if case .tensor(let tensor) = value { tensors.append((name, tensor)) } else { ignored.append(name) }
        }
        guard !tensors.isEmpty else {
            throw ForeignError.unsupported(
                reason: "it holds no tensors at the top, nor under \(Self.places.joined(separator: ", "))")
        }
        while let wrapper = Self.wrappers.first(where: { wrapper in tensors.allSatisfy { $0.name.hasPrefix(wrapper) } })
        {
            tensors = tensors.map { (String($0.name.dropFirst(wrapper.count)), $0.tensor) }
        }
        (self.tensors, self.ignored) = (tensors, ignored)
    }

    private static func isTensor(_ value: PickleValue) -> Bool { if case .tensor = value { true } else { false } }

    /// The keys of the storages that the tensors show.
    var keys: Set<String> { Set(tensors.map(\.tensor.storage.key)) }

    /// The numbers of all tensors.
    ///
    /// - Throws: `ForeignError.malformed` where a tensor leaves its storage, and where many show the same numbers
    func entries(_ bytes: [UInt8], _ ranges: [String: Range<Int>]) throws -> [WeightEntry] {
        // Tied weights are two tensors of one storage; a file of a thousand such tensors would fill the memory.
        var room = 4 * bytes.count
        return try tensors.map { name, tensor in
            guard let range = ranges[tensor.storage.key] else {
                throw ForeignError.malformed(location: name, reason: "its storage is missing")
            }
            let width = tensor.storage.type?.width ?? 1
            let (start, overflow) = tensor.storage.start.multipliedReportingOverflow(by: width)
            guard !overflow, start <= range.count else {
                throw ForeignError.malformed(location: name, reason: "its view begins behind its storage")
            }
            room -= (tensor.count ?? 0) * tensor.type.width
            guard room >= 0 else {
                throw ForeignError.malformed(location: name, reason: "tensors show the same numbers over and over")
            }
            return try tensor.entry(named: name, in: bytes, range.lowerBound + start..<range.upperBound)
        }
    }
}
