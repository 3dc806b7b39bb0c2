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
    /// The paths of each array that has several, by links within the file.
    package var synonyms: [[String]]
    /// The longest configuration that is read, in bytes: Keras writes some hundred kilobytes for its largest networks.
    static let mostConfiguration = 16 << 20

    /// Puts it together.
    package init(
        entries: [WeightEntry], configuration: String? = nil, groups: [String] = [], synonyms: [[String]] = []
    ) {
        (self.entries, self.configuration, self.groups) = (entries, configuration, groups)
        self.synonyms = synonyms
    }

    /// Whether bytes begin like an HDF5 file: at once, or behind a user block of 512 bytes, or twice, four times, ... as many.
    ///
    /// - Parameter read: eight bytes from a place on
    static func begins<Bytes: Sequence<UInt8>>(_ count: Int, _ read: (Int) throws -> Bytes) rethrows -> Bool {
        var place = 0
        while place + 8 <= count {
            if try read(place).elementsEqual([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) { return true }
            place = max(512, 2 * place)
        }
        return false
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
        guard archive.size(of: "config.json") <= Self.mostConfiguration else {
            throw ForeignError.unsupported(
                reason: "its config.json is longer than \(Self.mostConfiguration >> 20) MB: no network needs as much")
        }
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
        let texts = [
            ("groups", groups), ("configuration", configuration.map { [$0] } ?? []),
            ("synonyms", synonyms.flatMap { $0 + [""] }),
        ]
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
        self.init(
            entries: entries, configuration: list("configuration").first, groups: list("groups"),
            synonyms: list("synonyms").split(separator: "", omittingEmptySubsequences: true).map(Array.init))
    }
}
