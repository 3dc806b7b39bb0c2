/// The form of PyTorch's files since version 1.6: a zip archive of `data.pkl` and one member for each storage.
struct TorchZipFile {
    let root: PickleValue
    private let arena: PickleArena
    private let directory: ZipDirectory
    private let prefix: String

    init(_ bytes: FileBytes, _ directory: ZipDirectory) throws {
        guard let pickle = directory.names.first(where: { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }) else {
            throw Self.refusal(of: directory.names)
        }
        prefix = String(pickle.dropLast("data.pkl".count))
        if directory.names.contains(where: { [prefix] in $0.hasPrefix(prefix + "code/") }) {
            throw ForeignError.unsupported(
                reason: "it is a TorchScript program: save its state dict, torch.save(model.state_dict(), …)")
        }
        if let order = directory.members[prefix + "byteorder"], order.count == 3,
            try bytes.read(order) == Array("big".utf8)
        {
            throw ForeignError.unsupported(
                reason: "its numbers are big-endian: save it again on a little-endian machine")
        }
        let arena = PickleArena()
        var cursor = ByteCursor(bytes, try directory.checked(pickle), location: pickle)
        root = try PickleMachine.run(&cursor, arena: arena)
        self.arena = arena
        self.directory = directory
    }

    private static func refusal(of names: [String]) -> ForeignError {
        if names.contains(HDF5Contents.archivedWeights) {
            return .unsupported(reason: "it is an archive of Keras: \(HDF5Contents.archivedWeights) in it is HDF5")
        }
        if !names.isEmpty, names.allSatisfy({ $0.hasSuffix(".npy") }) {
            return .unsupported(reason: "it is a NumPy archive: save the weights as .pth, .safetensors or .h5")
        }
        return .unsupported(reason: "it is a zip archive, but none of PyTorch's: there is no data.pkl in it")
    }

    /// Where each storage's numbers lie.
    func ranges(keys: Set<String>) throws -> [String: Range<Int>] {
        var found: [String: Range<Int>] = [:]
        for key in keys { found[key] = try directory.checked(prefix + "data/" + key) }
        return found
    }
}
