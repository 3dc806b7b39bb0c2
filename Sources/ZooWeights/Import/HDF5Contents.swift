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

    /// Reads a file with all its arrays. Those that hold no numbers are left out.
    ///
    /// HDF5 1.10 can crash on metadata bytes that were changed: a file of unknown origin belongs into a separate process.
    /// - Throws: `WeightError`; `ForeignError` for an archive that is damaged
    package init(contentsOf url: URL) throws {
        self = try Self.reading(url) { contents in
            var contents = contents
            contents.entries = try contents.entries.map { try $0.loaded() }
            return contents
        }
    }

    /// Calls `body` with what a file holds, whose arrays can be read there and nowhere else.
    private static func reading<R: Sendable>(_ url: URL, _ body: (HDF5Contents) throws -> R) throws -> R {
        let file = try FileBytes(url)
        var (bytes, range, configuration) = (file, file.all, String?.none)
        if try file.prefix(4) == ForeignWeights.zipSignature {
            let archive = try ZipDirectory(file)
            func member(_ name: String) throws -> (FileBytes, Range<Int>) {
                guard let inflated = try archive.inflated(name) else { return (file, try archive.checked(name)) }
                return (FileBytes(inflated), inflated.indices)
            }
            (bytes, range) = try member(archivedWeights)
            guard archive.size(of: "config.json") <= mostConfiguration else {
                throw ForeignError.unsupported(
                    reason: "its config.json is longer than \(mostConfiguration >> 20) MB: no network needs as much")
            }
            let (text, place) = try member("config.json")
            configuration = String(validating: try text.read(place), as: UTF8.self)
            guard configuration != nil else {
                throw ForeignError.malformed(location: "config.json", reason: "its text is not UTF-8")
            }
        }
        return try bytes.withMapped(range) { image, release in
            try HDF5Library.locked {
                try HDF5Reader.withContents(image, release: release) { contents in
                    var contents = contents
                    contents.configuration = configuration ?? contents.configuration
                    return try body(contents)
                }
            }
        }
    }

    /// The member of an archive that holds the arrays.
    static let archivedWeights = "model.weights.h5"

    /// Writes what a file holds as a safetensors file, one array after the other: how a separate process hands it over.
    ///
    /// - Throws: as `init(contentsOf:)`; `WeightError.invalidEntry`; what `write` throws
    package static func handOver(_ url: URL, _ write: (UnsafeRawBufferPointer) throws -> Void) throws {
        try reading(url) { try $0.container.writeSafetensors(write) }
    }

    /// The bytes of that file.
    ///
    /// - Throws: `WeightError.invalidEntry`
    package func handedOver() throws -> [UInt8] { try container.safetensors() }

    private var container: ModelFile {
        let texts = [
            ("groups", groups), ("configuration", configuration.map { [$0] } ?? []),
            ("synonyms", synonyms.flatMap { $0 + [""] }),
        ]
        return ModelFile(
            kind: "", architecture: "", weights: entries, vocabularies: texts.map { (field: $0.0, entries: $0.1) },
            created: "", zooVersion: "")
    }

    /// Reads what `handOver` wrote; its arrays are read when they are asked for.
    ///
    /// - Throws: `ForeignError`
    package init(handedOver bytes: FileBytes) throws {
        let (entries, texts) = try SafetensorsReader.read(bytes)
        func list(_ name: String) -> [String] {
            texts["vocab." + name].flatMap { try? JSONDecoder().decode([String].self, from: Data($0.utf8)) } ?? []
        }
        self.init(
            entries: entries, configuration: list("configuration").first, groups: list("groups"),
            synonyms: list("synonyms").split(separator: "", omittingEmptySubsequences: true).map(Array.init))
    }
}
