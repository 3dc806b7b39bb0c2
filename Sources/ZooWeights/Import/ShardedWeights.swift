import Foundation

extension ForeignWeights {
    /// The weights of several files, as an index names them (`model.safetensors.index.json`, `pytorch_model.bin.index.json`, and
    /// Keras's `model.weights.json`).
    ///
    /// - Throws: `ForeignFileError` for an index that is none, names a file elsewhere, or an array that its file lacks; what `hdf5` throws
    static func shards(
        of index: URL, _ choice: CheckpointWeights?, _ hdf5: (URL) throws -> HDF5Contents
    ) throws -> ForeignWeights {
        func refused(_ reason: String) -> ForeignFileError {
            ForeignFileError(path: index.path, problem: .unsupported(reason: reason))
        }
        guard FileManager.default.fileExists(atPath: index.path) else { throw refused("there is no such file") }
        guard let bytes = try? FileBytes.read(index),
            let map = try? JSONDecoder().decode(ShardIndex.self, from: Data(bytes)).files, !map.isEmpty
        else { throw refused("it is no index of weights: there is no 'weight_map' of names and files in it") }
        let isKeras = index.lastPathComponent.hasSuffix(".weights.json")
        var (entries, format, groups) = ([WeightEntry](), ForeignFormat.safetensors, [String]())
        let pairs = map.flatMap { name, files in files.names.map { (file: $0, name: name) } }
        for (file, named) in Dictionary(grouping: pairs, by: \.file).sorted(by: { $0.key < $1.key }) {
            guard !file.isEmpty, !file.contains("/"), file != "..", !file.hasSuffix(".json") else {
                throw refused("its files have to lie beside it: '\(file)' is named elsewhere")
            }
            let url = index.deletingLastPathComponent().appendingPathComponent(file)
            let shard = try ForeignWeights(contentsOf: url, choice: choice, hdf5: hdf5)
            format = shard.format
            groups += shard.hdf5?.groups ?? []
            // Keras names groups of arrays, and what is in a file is what was not in the ones before.
            guard !isKeras else {
                entries += shard.entries
                continue
            }
            let found = Set(shard.entries.map(\.path))
            var wanted = Set(named.map { WeightNorm.foldedName($0.name) })
            if !wanted.isSubset(of: found) { wanted = Set(wanted.map(TorchStateDict.unwrapped)) }
            if let absent = wanted.sorted().first(where: { !found.contains($0) }) {
                throw refused("'\(absent)' is not in \(file), where it says so")
            }
            entries += shard.entries.filter { wanted.contains($0.path) }
        }
        var weights = ForeignWeights(format: format, entries: entries)
        if isKeras { weights.hdf5 = HDF5Contents(entries: entries, groups: groups) }
        return weights
    }
}

/// An index of several files.
private struct ShardIndex: Decodable {
    /// One file, or several.
    struct Files: Decodable {
        let names: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let name = try? container.decode(String.self) {
                names = [name]
            } else {
                names = try container.decode([String].self)
            }
        }
    }
    let files: [String: Files]
    private enum CodingKeys: String, CodingKey { case files = "weight_map" }
}
