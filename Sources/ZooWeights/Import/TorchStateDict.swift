/// Which weights of a checkpoint are taken, where a training kept averaged ones beside those it trained.
package enum CheckpointWeights: String, Sendable, CaseIterable {
    /// Averaged over the steps (exponential moving average).
    case ema
    /// As the last step left them.
    case raw
}

/// The tensors of a PyTorch file: its state dict, by whatever name it lies in there.
struct TorchStateDict {
    typealias Tensors = [(name: String, tensor: TorchTensor)]
    /// The tensors, in their order.
    let tensors: Tensors
    /// Under what they lie; nil at the top.
    let place: String?
    /// Under what the weights lie that were not taken, averaged or raw; nil where there are none.
    let otherPlace: String?

    /// Under what a checkpoint keeps its weights, the first before the others.
    private static let rawPlaces = [
        "state_dict", "model_state_dict", "model", "net", "network", "module", "weights", "params",
    ]
    private static let averagedPlaces = [
        "model_ema", "state_dict_ema", "ema_state_dict", "ema", "params_ema", "model_ema_state_dict", "averaged_model",
    ]

    /// What wrappers put before every name.
    private static let wrappers = ["module.", "_orig_mod."]

    /// - Parameter choice: which weights to take; nil for the raw ones where there are both
    init(_ root: PickleValue, _ choice: CheckpointWeights? = nil) throws {
        if case .inert(let name) = root { throw ForeignError.refused(global: name) }
        guard case .dictionary(let top) = root else {
            throw ForeignError.unsupported(
                reason: "it holds no state dict: save one with torch.save(model.state_dict(), …)")
        }
        let entries = top.named
        let here = Self.tensors(entries)
        let inner = entries.compactMap { name, value -> (place: String, entries: PickleEntries, tensors: Tensors)? in
            Self.deepest(name, value, depth: 2)
        }
        func found(_ places: [String]) -> (place: String, entries: PickleEntries, tensors: Tensors)? {
            places.lazy.compactMap { place in
                inner.first { $0.place == place || $0.place.hasPrefix(place + ".") }
            }.first
        }
        let (raw, averaged) = (found(Self.rawPlaces), found(Self.averagedPlaces))
        if choice == .ema, averaged == nil {
            throw ForeignError.unsupported(
                reason: "it holds no averaged weights under \(Self.averagedPlaces.joined(separator: ", ")): leave "
                    + "--weights ema out")
        }
        if choice == .raw, raw == nil, here.isEmpty, let averaged {
            throw ForeignError.unsupported(reason: "it holds averaged weights alone, under '\(averaged.place)'")
        }
        var chosen = (place: String?.none, entries: entries, tensors: here)
        var other: String?
        // A loss or an accuracy may lie beside the weights, as a tensor.
        if let averaged, choice == .ema || (raw == nil && here.count <= averaged.tensors.count / 2) {
            chosen = (averaged.place, averaged.entries, averaged.tensors)
            other = raw?.place
        } else if let raw {
            chosen = (raw.place, raw.entries, raw.tensors)
            other = averaged?.place
        } else if here.isEmpty, inner.count == 1 {
            chosen = (inner[0].place, inner[0].entries, inner[0].tensors)
        } else {
            other = averaged?.place
        }
        guard !chosen.tensors.isEmpty else { throw Self.noTensors(entries, inner.map(\.place)) }
        for case (let name, .inert(let global)) in chosen.entries where global.hasPrefix("torch._") {
            throw ForeignError.unsupported(
                reason:
                    "its weight '\(name)' is made by '\(global)', as quantised and sparse ones are: save it as a plain "
                    + "tensor")
        }
        // How many models an average was made of stands beside them.
        var tensors = chosen.tensors.filter { $0.name != "n_averaged" }
        while let wrapper = Self.wrappers.first(where: { wrapper in tensors.allSatisfy { $0.name.hasPrefix(wrapper) } }
        ),
            !tensors.isEmpty
        {
            tensors = tensors.map { (String($0.name.dropFirst(wrapper.count)), $0.tensor) }
        }
        (place, otherPlace, self.tensors) = (chosen.place, other, tensors)
    }

    /// A name without what wrappers put before it.
    static func unwrapped(_ name: String) -> String {
        wrappers.first { name.hasPrefix($0) }.map { unwrapped(String(name.dropFirst($0.count))) } ?? name
    }

    /// The network that a training program says that it trained (`arch`); nil where it says none.
    static func architecture(_ root: PickleValue) -> String? {
        guard case .dictionary(let top) = root else { return nil }
        return top.named.first { $0.name == "arch" }?.value.text
    }

    /// The tensors below a name, there or one level deeper where there are none.
    private static func deepest(
        _ name: String, _ value: PickleValue, depth: Int
    ) -> (place: String, entries: PickleEntries, tensors: Tensors)? {
        guard case .dictionary(let inner) = value else { return nil }
        let entries = inner.named
        let found = tensors(entries)
        if !found.isEmpty { return (name, entries, found) }
        guard depth > 1 else { return nil }
        return (rawPlaces + ["shadow"]).lazy.compactMap { place in
            entries.first { $0.name == place }.flatMap { deepest("\(name).\(place)", $0.value, depth: depth - 1) }
        }.first
    }

    private static func noTensors(_ entries: PickleEntries, _ places: [String]) -> ForeignError {
        guard places.isEmpty else {
            let several = places.map { "'\($0)'" }.sorted().joined(separator: ", ")
            return .unsupported(
                reason:
                    "it holds tensors under \(several): save one of them alone, as torch.save(file['\(places[0])'], …)")
        }
        for (_, value) in entries { if let name = inert(in: value, depth: 8) { return .refused(global: name) } }
        return .unsupported(
            reason: "it holds no tensors at the top, nor under \((rawPlaces + averagedPlaces).joined(separator: ", "))")
    }

    /// A name that is not known here, in what a file without tensors holds.
    private static func inert(in value: PickleValue, depth: Int) -> String? {
        guard depth > 0 else { return nil }
        switch value {
        case .inert(let name): return name
        case .items(let list): return list.items.prefix(1000).lazy.compactMap { inert(in: $0, depth: depth - 1) }.first
        case .dictionary(let inner):
            return inner.entries.prefix(1000).lazy.compactMap { inert(in: $0.value, depth: depth - 1) }.first
        default: return nil
        }
    }

    private static func tensors(_ entries: PickleEntries) -> Tensors {
        entries.compactMap { name, value in if case .tensor(let tensor) = value { (name, tensor) } else { nil } }
    }

    /// The keys of the storages that the tensors show.
    var keys: Set<String> { Set(tensors.map(\.tensor.storage.key)) }

    /// All tensors, of which each is read when it is asked for.
    ///
    /// - Throws: `ForeignError.malformed` where a tensor leaves its storage, and where many show the same numbers
    func entries(_ bytes: FileBytes, _ ranges: [String: Range<Int>]) throws -> [WeightEntry] {
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

typealias PickleEntries = [(name: String, value: PickleValue)]
