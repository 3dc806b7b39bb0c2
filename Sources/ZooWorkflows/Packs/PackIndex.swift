import Foundation
import ZooData
import ZooWeights

/// What `index.json` says of the packs beside it: a registry is a folder, or a folder on a web server, with such a file.
package struct PackIndex: Codable, Sendable {
    /// The newest version of the format, which is the only one.
    package static let newestVersion = 1
    static let format = "zoo-registry"
    static let fileName = "index.json"
    /// The bytes that an index has at most.
    static let mostBytes = 16 << 20

    /// A pack.
    package struct Entry: Codable, Sendable {
        /// Name of the model.
        package var name: String
        /// Its version.
        package var version: Int
        /// Name of the pack's file, which lies beside the index.
        package var file: String
        /// Size of the pack.
        package var bytes: Int
        /// Of the pack.
        package var sha256: String
        /// The application: `collab`.
        package var kind: String
        /// The network: `dot-bias`.
        package var architecture: String
        /// The data set it learned from.
        @StableKey package var dataset: String?
        /// What its data's licence allows; nil where that is not known.
        @StableKey package var licence: String?
        /// When it was made, ISO 8601.
        package var created: String
        /// The first line of its card; nil without one.
        @StableKey package var about: String?

        /// `films@2`.
        var versionedName: String { "\(name)@\(version)" }

        private var texts: [String] {
            [name, file, kind, architecture, created] + [dataset, licence, about].compactMap(\.self)
        }

        /// Whether each word is somewhere in what is said of the pack.
        func matches(_ words: [String]) -> Bool {
            let text = texts.joined(separator: " ").lowercased()
            return words.allSatisfy { text.contains($0.lowercased()) }
        }

        /// What is wrong with it; nil for nothing.
        var flaw: String? {
            if (try? Workspace.check(name: name)) == nil || version < 1 { return "a name that no model has" }
            let isPlain = !file.hasPrefix(".") && !file.contains("/") && !file.contains("\\") && file.hasSuffix(".zoo")
            guard isPlain, file.utf8.count <= 255 else { return "a file that is no pack beside the index" }
            guard (1...ModelPack.mostBytes).contains(bytes), sha256.utf8.count == 64,
                sha256.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
            else { return "a size or a hash that no pack has" }
            guard
                texts.allSatisfy({
                    $0.utf8.count <= 4096 && PackedModel.isPlain($0) && !$0.contains(where: \.isNewline)
                })
            else { return "a text that is too long or has control characters" }
            return nil
        }
    }

    var format = Self.format
    var version = Self.newestVersion
    /// The packs, by name.
    package var models: [Entry]

    init(models: [Entry]) { self.models = models }

    /// Reads an index.
    ///
    /// - Parameter registry: where it is from, for messages
    /// - Throws: `PackError`
    init(_ bytes: Data, of registry: String) throws {
        struct Head: Decodable {
            var format: String
            var version: Int
        }
        func refuse(_ reason: String) -> PackError { .registry(registry, reason: reason) }
        guard bytes.count <= Self.mostBytes else { throw refuse("its \(Self.fileName) has more than 16 MiB") }
        guard let head = try? PackJSON.decoded(Head.self, bytes), head.format == Self.format else {
            throw refuse("its \(Self.fileName) is not that of a registry: 'zoo models index FOLDER' writes one")
        }
        guard head.version <= Self.newestVersion else {
            throw PackError.newerFormat(
                file: "\(registry)/\(Self.fileName)", version: head.version, newest: Self.newestVersion)
        }
        guard let index = try? PackJSON.decoded(Self.self, bytes) else {
            throw refuse("its \(Self.fileName) is damaged")
        }
        for entry in index.models {
            if let flaw = entry.flaw { throw refuse("its \(Self.fileName) names \(flaw)") }
        }
        guard Set(index.models.map(\.versionedName)).count == index.models.count else {
            throw refuse("its \(Self.fileName) names a model twice")
        }
        self = index
    }

    /// The packs of which all words are said.
    package func matching(_ words: [String]) -> [Entry] { models.filter { $0.matches(words) } }

    /// The pack of a name, of its highest version unless the name has one.
    func entry(_ name: String) -> Entry? {
        models.first { $0.versionedName == name } ?? models.filter { $0.name == name }.max { $0.version < $1.version }
    }
}

extension StableKey: Decodable where Value: Decodable {
    /// Decodes the part, or nil for null.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self.init(wrappedValue: container.decodeNil() ? nil : try container.decode(Value.self))
    }
}

/// What `zoo models index` wrote.
package struct RegistryReport: Sendable, Encodable {
    /// The index.
    package let output: String
    /// The packs that it names.
    package let models: [PackIndex.Entry]
}

extension PackIndex {
    /// Writes the index of the packs in a folder, each of which is checked before.
    ///
    /// - Throws: `PackError` for a pack that is refused, for two of one version, and for an `index.json` of something else
    package static func write(folder path: String) throws -> RegistryReport {
        let folder = URL(fileURLWithPath: path, isDirectory: true)
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
            throw PackError.registry(path, reason: "the folder cannot be read")
        }
        let output = folder.appendingPathComponent(fileName)
        if FileManager.default.fileExists(atPath: output.path) {
            guard let old = FileManager.default.contents(atPath: output.path), (try? PackIndex(old, of: path)) != nil
            else {
                throw PackError.registry(path, reason: "there is an \(fileName) of something else: name another folder")
            }
        }
        let entries = try names.filter { $0.hasSuffix(".zoo") && !$0.hasPrefix(".") }.sorted().map { name in
            let url = folder.appendingPathComponent(name)
            let bytes = try ModelPack.fileBytes(url)
            let packed = try PackedModel(ModelPack(decoding: bytes, named: url.path), in: url.path)
            let row = packed.row
            var entry = Entry(
                name: row.name, version: row.version, file: name, bytes: bytes.count,
                sha256: WeightStore.sha256(bytes), kind: row.kind, architecture: row.architecture, created: row.created)
            (entry.dataset, entry.licence, entry.about) = (row.dataset, row.licence, packed.title)
            if let flaw = entry.flaw { throw PackError.refused(pack: url.path, reason: "an index cannot name \(flaw)") }
            return entry
        }
        for (number, entry) in entries.enumerated() {
            if let other = entries[..<number].first(where: { $0.versionedName == entry.versionedName }) {
                throw PackError.registry(
                    path, reason: "\(other.file) and \(entry.file) are both \(entry.versionedName): remove one")
            }
        }
        let index = PackIndex(models: entries.sorted { ($0.name, $0.version) < ($1.name, $1.version) })
        try Data(PackJSON.encoded(index)).writeOutput(to: output.path)
        return RegistryReport(output: output.path, models: index.models)
    }
}
