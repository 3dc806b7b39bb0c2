import CHDF5
import Foundation

/// What an HDF5 file of another program holds, or the one in an archive that Keras 3 wrote (`.keras`).
package struct HDF5Contents: Sendable {
    /// The arrays of numbers by their paths.
    package var entries: [WeightEntry]
    /// The layers of a whole Keras model as JSON, its `model_config` or `config.json`; nil in a file of weights alone.
    package var configuration: String?
    /// The paths of all groups: Keras makes one for a layer without weights, too.
    package var groups: [String]

    /// Puts it together.
    package init(entries: [WeightEntry], configuration: String? = nil, groups: [String] = []) {
        (self.entries, self.configuration, self.groups) = (entries, configuration, groups)
    }

    /// Reads a file. Arrays that hold no numbers are left out.
    ///
    /// HDF5 1.10 can crash on metadata bytes that were changed: a file of unknown origin belongs into a separate process.
    /// - Throws: `WeightError`; `ForeignError` for an archive that is damaged
    package init(contentsOf url: URL) throws {
        let bytes = try FileBytes.read(url)
        guard bytes.starts(with: ForeignWeights.zipSignature) else {
            self = try HDF5Library.locked { try HDF5Reader.contents(bytes) }
            return
        }
        let archive = try ZipDirectory(bytes)
        func member(_ name: String) throws -> [UInt8] {
            try archive.inflated(name) ?? Array(bytes[try archive.checked(name)])
        }
        let weights = try member(Self.archivedWeights)
        self = try HDF5Library.locked { try HDF5Reader.contents(weights) }
        guard let text = String(validating: try member("config.json"), as: UTF8.self) else {
            throw ForeignError.malformed(location: "config.json", reason: "its text is not UTF-8")
        }
        configuration = text
    }

    /// The member of an archive that holds the arrays.
    static let archivedWeights = "model.weights.h5"

    /// The contents as the bytes of a safetensors file: how a separate process hands them over.
    ///
    /// - Throws: `WeightError.invalidEntry`
    package func handedOver() throws -> [UInt8] {
        let texts = [("groups", groups), ("configuration", configuration.map { [$0] } ?? [])]
        let file = ModelFile(
            kind: "", architecture: "", weights: entries, vocabularies: texts.map { (field: $0.0, entries: $0.1) },
            created: "", zooVersion: "")
        return try file.safetensors()
    }

    /// Reads what `handedOver` wrote.
    ///
    /// - Throws: `ForeignError`
    package init(handedOver bytes: [UInt8]) throws {
        let (entries, texts) = try SafetensorsReader.read(bytes)
        func list(_ name: String) -> [String] {
            texts["vocab." + name].flatMap { try? JSONDecoder().decode([String].self, from: Data($0.utf8)) } ?? []
        }
        self.init(entries: entries, configuration: list("configuration").first, groups: list("groups"))
    }
}
