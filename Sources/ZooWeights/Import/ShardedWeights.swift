import Foundation

extension ForeignWeights {
    /// The weights of several files, as an index names them (`model.safetensors.index.json`, `pytorch_model.bin.index.json`).
    ///
    /// - Throws: `ForeignFileError` for an index that is none, names a file elsewhere, or an array that its file lacks
    static func shards(of index: URL) throws -> ForeignWeights {
        struct Index: Decodable {
            let files: [String: String]
            private enum CodingKeys: String, CodingKey { case files = "weight_map" }
        }
        func refused(_ reason: String) -> ForeignFileError {
            ForeignFileError(path: index.path, problem: .unsupported(reason: reason))
        }
        guard FileManager.default.fileExists(atPath: index.path) else { throw refused("there is no such file") }
        guard let bytes = try? FileBytes.read(index),
            let map = try? JSONDecoder().decode(Index.self, from: Data(bytes)).files, !map.isEmpty
        else { throw refused("it is no index of weights: there is no 'weight_map' of names and files in it") }
        var (entries, format): ([WeightEntry], ForeignFormat) = ([], .safetensors)
        for (file, names) in Dictionary(grouping: map.keys, by: { map[$0] ?? "" }).sorted(by: { $0.key < $1.key }) {
            guard !file.isEmpty, !file.contains("/"), file != "..", !file.hasSuffix(".index.json") else {
                throw refused("its files have to lie beside it: '\(file)' is named elsewhere")
            }
            let shard = try ForeignWeights(contentsOf: index.deletingLastPathComponent().appendingPathComponent(file))
            let found = Set(shard.entries.map(\.path))
            var wanted = Set(names.map(WeightNorm.foldedName))
            if !wanted.isSubset(of: found) { wanted = Set(wanted.map(TorchStateDict.unwrapped)) }
            if let absent = wanted.sorted().first(where: { !found.contains($0) }) {
                throw refused("'\(absent)' is not in \(file), where it says so")
            }
            entries += shard.entries.filter { wanted.contains($0.path) }
            format = shard.format
        }
        return ForeignWeights(format: format, entries: entries)
    }
}
