import Foundation

/// The formats into which a model can be written for other programs.
package enum ExportFormat: String, Sendable, CaseIterable {
    /// Weights with a JSON header, as Hugging Face's `safetensors` reads them.
    case safetensors
    /// A zip of NumPy arrays, as `numpy.load` reads them.
    case npz
}

extension ModelFile {
    /// Writes the model to a file in another program's format; the file is there wholly or not at all.
    ///
    /// - Throws: `WeightError.invalidEntry` for what the format cannot hold, `.notSaved`
    package func export(to url: URL, as format: ExportFormat) throws {
        let bytes = format == .safetensors ? try safetensors() : try npz()
        let writer = AtomicFileWriter(directory: url.deletingLastPathComponent(), beforeStep: { _ in })
        try writer.write(bytes, as: url)
    }

    /// The arrays by the names that exports give them: weights by their paths, the rest behind a prefix.
    ///
    /// - Throws: `WeightError.invalidEntry` if two get the same name
    func exportedEntries() throws -> [(name: String, entry: WeightEntry)] {
        let entries =
            weights.map { ($0.path, $0) } + statistics.map { ("statistics." + $0.path, $0) }
            + optimizer.map { ("optimizer." + $0.path, $0) }
        var known: Set<String> = []
        for (name, _) in entries where !known.insert(name).inserted {
            throw WeightError.invalidEntry(path: name, reason: "two arrays would have this name")
        }
        return entries
    }

    /// What is not an array, by the names that exports give it.
    var exportedTexts: [(name: String, text: String)] {
        [
            ("kind", kind), ("architecture", architecture), ("config", configuration), ("created", created),
            ("zoo_version", zooVersion),
        ]
    }
}
