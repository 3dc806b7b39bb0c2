import Foundation
import ZooWeights

/// Where a pack comes from: a file, a registry's name, or an address of either.
package struct PackSource: Sendable {
    /// As it was typed.
    package let text: String
    /// Fetches what is on the web; nil where that is not allowed.
    let download: PackDownload?

    /// Names a place.
    package init(_ text: String, download: PackDownload? = nil) { (self.text, self.download) = (text, download) }

    /// The pack, checked.
    ///
    /// - Throws: `PackError`
    package func pack() throws -> PackedModel {
        guard PackDownload.isAddress(text) else { return try localPack() }
        guard text.split(separator: "?").first?.hasSuffix(".zoo") == true else {
            let (registry, name) = Self.split(text)
            return try pack(name, of: registry, index(registry))
        }
        return try fetched(text, bytes: nil, most: ModelPack.mostBytes) { try Self.read($0, text) }
    }

    /// The index of this registry.
    ///
    /// - Throws: `PackError`
    package func index() throws -> PackIndex { try index(Self.trimmed(text)) }

    private func localPack() throws -> PackedModel {
        let path = Self.path(text)
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            guard isFolder.boolValue else { return try Self.read(URL(fileURLWithPath: path), text) }
            let folder = URL(fileURLWithPath: path, isDirectory: true)
            func has(_ name: String) -> Bool {
                FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path)
            }
            if has(ModelPack.manifestFile), !has(PackIndex.fileName) {
                let bytes = try ModelPack.bytes(ofFolder: folder, named: text)
                return try PackedModel(ModelPack(decoding: bytes, named: text), in: text)
            }
            let index = try index(path)
            guard index.models.count == 1 else {
                let names = index.models.prefix(20).map(\.versionedName).joined(separator: ", ")
                throw PackError.registry(
                    text, reason: "it has \(index.models.count) packs, say which: \(Self.trimmed(text))/NAME (\(names))"
                )
            }
            return try pack(index.models[0].versionedName, of: path, index)
        }
        let (registry, name) = Self.split(path)
        guard FileManager.default.fileExists(atPath: registry + "/" + PackIndex.fileName) else {
            throw PackError.refused(
                pack: text, reason: "there is no such file, and \(registry) is no registry of packs")
        }
        return try pack(name, of: registry, index(registry))
    }

    private func index(_ registry: String) throws -> PackIndex {
        let place = Self.trimmed(registry) + "/" + PackIndex.fileName
        guard PackDownload.isAddress(registry) else {
            let path = Self.path(place)
            let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.intValue
            guard let size, size <= PackIndex.mostBytes, let bytes = FileManager.default.contents(atPath: path) else {
                throw PackError.registry(
                    registry,
                    reason: size == nil
                        ? "there is no \(PackIndex.fileName): 'zoo models index FOLDER' writes one"
                        : "its \(PackIndex.fileName) cannot be read, or has more than 16 MiB")
            }
            return try PackIndex(bytes, of: registry)
        }
        return try fetched(place, bytes: nil, most: PackIndex.mostBytes) {
            try PackIndex(Data(contentsOf: $0), of: registry)
        }
    }

    private func pack(_ name: String, of registry: String, _ index: PackIndex) throws -> PackedModel {
        guard let entry = index.entry(name) else {
            let names = Set(index.models.map(\.name)).sorted().prefix(20).joined(separator: ", ")
            throw PackError.registry(registry, reason: "it has no '\(name.prefix(100))'; there are \(names)")
        }
        guard PackDownload.isAddress(registry) else {
            let url = URL(fileURLWithPath: Self.path(registry)).appendingPathComponent(entry.file)
            return try Self.read(url, url.path, entry)
        }
        guard let base = URL(string: Self.trimmed(registry)) else {
            throw PackError.registry(registry, reason: "it is no address")
        }
        let address = base.appendingPathComponent(entry.file).absoluteString
        return try fetched(address, bytes: entry.bytes, most: entry.bytes) { try Self.read($0, address, entry) }
    }

    private func fetched<Result>(_ address: String, bytes: Int?, most: Int, _ body: (URL) throws -> Result) throws
        -> Result
    {
        guard let download else {
            throw PackError.download(url: address, reason: "downloads are off: --allow-download lets curl fetch it")
        }
        return try download.file(address, bytes: bytes, most: most, body)
    }

    /// Reads a pack, which an entry of an index describes.
    private static func read(_ url: URL, _ name: String, _ entry: PackIndex.Entry? = nil) throws -> PackedModel {
        if let entry {
            let size = (try? FileManager.default.attributesOfItem(atPath: url.path)[.size] as? NSNumber)?.intValue
            guard size == entry.bytes else {
                throw PackError.refused(
                    pack: name,
                    reason: "it has \(size.map(String.init) ?? "no") bytes, and the index says \(entry.bytes)")
            }
        }
        let bytes = try ModelPack.fileBytes(url, named: name)
        if let entry, WeightStore.sha256(bytes) != entry.sha256 {
            throw PackError.refused(pack: name, reason: "its SHA-256 is not the one that the index says")
        }
        let packed = try PackedModel(ModelPack(decoding: bytes, named: name), in: name)
        if let entry, (packed.row.name, packed.row.version) != (entry.name, entry.version) {
            throw PackError.refused(
                pack: name,
                reason: "it holds '\(packed.row.versionedName)', and the index says '\(entry.versionedName)'")
        }
        return packed
    }

    /// The path that a text means, which may be a `file:` address.
    private static func path(_ text: String) -> String {
        text.lowercased().hasPrefix("file:") ? URL(string: text)?.path ?? text : text
    }

    private static func trimmed(_ text: String) -> String {
        var text = text
        while text.count > 1, text.hasSuffix("/") { text.removeLast() }
        return text
    }

    private static func split(_ text: String) -> (registry: String, name: String) {
        let text = trimmed(text)
        guard let slash = text.lastIndex(of: "/") else { return (".", text) }
        return (String(text[..<slash]), String(text[text.index(after: slash)...]))
    }
}
