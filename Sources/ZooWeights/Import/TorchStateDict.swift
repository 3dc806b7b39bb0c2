/// The tensors of a PyTorch file: its state dict, by whatever name it lies in there.
struct TorchStateDict {
    /// The tensors, in their order.
    let tensors: [(name: String, tensor: TorchTensor)]
    /// Under what they lie; nil at the top.
    let place: String?

    /// Under what a checkpoint keeps its weights, the first before the others; averaged ones are taken where there are no others.
    private static let places = [
        "state_dict", "model_state_dict", "model", "net", "weights", "model_ema", "state_dict_ema", "ema_state_dict",
        "ema",
    ]
    /// What wrappers put before every name.
    private static let wrappers = ["module.", "_orig_mod."]

    init(_ root: PickleValue) throws {
        guard case .dictionary(let top) = root else {
            throw ForeignError.unsupported(
                reason: "it holds no state dict: save one with torch.save(model.state_dict(), …)")
        }
        let entries = top.named
        var tensors = Self.tensors(entries)
        let inner = entries.compactMap {
            name, value -> (name: String, tensors: [(name: String, tensor: TorchTensor)])? in
            guard case .dictionary(let inner) = value else { return nil }
            let found = Self.tensors(inner.named)
            return found.isEmpty ? nil : (name, found)
        }
        let known = Self.places.lazy.compactMap { place in inner.first { $0.name == place } }.first
        // A loss or an accuracy may lie beside the weights, as a tensor.
        if let known, known.tensors.count > tensors.count {
            (place, tensors) = (known.name, known.tensors)
        } else if tensors.isEmpty, inner.count == 1 {
            (place, tensors) = (inner[0].name, inner[0].tensors)
        } else {
            place = nil
        }
        guard !tensors.isEmpty else {
            let several = inner.map { "'\($0.name)'" }.sorted().joined(separator: ", ")
            throw ForeignError.unsupported(
                reason: inner.isEmpty
                    ? "it holds no tensors at the top, nor under \(Self.places.joined(separator: ", "))"
                    : "it holds tensors under \(several): save one of them alone, as torch.save(file['\(inner[0].name)'], …)"
            )
        }
        while let wrapper = Self.wrappers.first(where: { wrapper in tensors.allSatisfy { $0.name.hasPrefix(wrapper) } })
        {
            tensors = tensors.map { (String($0.name.dropFirst(wrapper.count)), $0.tensor) }
        }
        self.tensors = tensors
    }

    private static func tensors(_ entries: [(name: String, value: PickleValue)]) -> [(
        name: String, tensor: TorchTensor
    )] {
        entries.compactMap { name, value in if case .tensor(let tensor) = value { (name, tensor) } else { nil } }
    }

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
