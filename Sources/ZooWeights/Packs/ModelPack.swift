import Foundation

/// A model in one file: a zip archive of members that are stored as they are, of which the first names the others with their sizes and
/// SHA-256.
///
/// Equal members make equal bytes, and only these bytes are read: a pack of which any byte was changed, or that was packed again, is refused.
package struct ModelPack: Sendable {
    /// The newest version of the format, which is the only one.
    package static let newestVersion = 1
    /// The bytes that a pack has at most: zip without its extension for larger files.
    package static let mostBytes = Int(UInt32.max)

    /// What a pack of version 1 holds: the most bytes of each, and whether each pack has it.
    private static let kinds: [(name: String, most: Int, isRequired: Bool)] = [
        (modelFile, mostBytes, true), (rowFile, 16 << 20, true), (runFile, 64 << 20, true), (cardFile, 1 << 20, false),
        (vectorFile, 1 << 30, false),
    ]

    /// The member that lists the others.
    package static let manifestFile = PackManifest.fileName
    /// The member that is the model's HDF5 file.
    package static let modelFile = "model.h5"
    /// The member that is the row of the catalogue.
    package static let rowFile = "model.json"
    /// The member that holds the run that made the model, with its epochs.
    package static let runFile = "run.json"
    /// The member that is the card.
    package static let cardFile = "card.md"
    /// The member that holds vectors and columns beside them that the model's file does not.
    package static let vectorFile = "embeddings.json"

    /// The name of the model.
    package let name: String
    /// The members but the manifest, in their order.
    package let members: [(name: String, bytes: ArraySlice<UInt8>)]

    /// Puts a pack together.
    ///
    /// - Precondition: the names are those of members, the required ones among them
    package init(name: String, members: [(name: String, bytes: [UInt8])]) {
        (self.name, self.members) = (name, members.map { ($0.name, $0.bytes[...]) })
    }

    /// The bytes of a member; nil where the pack has none of that name.
    package func bytes(of name: String) -> ArraySlice<UInt8>? { members.first { $0.name == name }?.bytes }

    /// The bytes of the archive.
    ///
    /// - Throws: `WeightError.invalidEntry` beyond 4 GiB
    package func encoded() throws -> [UInt8] {
        let files = members.map {
            PackManifest.Member(name: $0.name, bytes: $0.bytes.count, sha256: WeightStore.sha256($0.bytes))
        }
        var archive = ZipArchive()
        try archive.add(PackManifest.fileName, PackJSON.encoded(PackManifest(name: name, files: files)))
        for member in members { try archive.add(member.name, member.bytes) }
        return try archive.finished()
    }

    /// The bytes of a file that may be a pack.
    ///
    /// - Parameter file: what it is called in messages; nil for its path
    /// - Throws: `PackError.refused` for a file that is not there, cannot be read, or is too large for a pack
    package static func fileBytes(_ url: URL, named file: String? = nil) throws -> [UInt8] {
        let file = file ?? url.path
        var status = stat()
        guard stat(url.path, &status) == 0 else { throw PackError.refused(pack: file, reason: systemReason()) }
        guard status.st_size <= mostBytes else {
            throw PackError.refused(pack: file, reason: "it has \(status.st_size) bytes, and a pack has at most 4 GiB")
        }
        do { return try FileBytes.read(url) } catch WeightError.unreadable(_, let reason) {
            throw PackError.refused(pack: file, reason: reason)
        }
    }

    /// The bytes of the pack whose members lie in a folder as files, as a program that unpacks zip archives leaves them. What else lies
    /// there is not looked at.
    ///
    /// - Parameter name: what it is called in messages
    /// - Throws: `PackError.refused`
    package static func bytes(ofFolder folder: URL, named name: String) throws -> [UInt8] {
        func refuse(_ reason: String) -> PackError { .refused(pack: name, reason: reason) }
        func bytes(_ member: String, most: Int) throws -> [UInt8] {
            let path = folder.appendingPathComponent(member).path
            var status = stat()
            guard lstat(path, &status) == 0 else { throw refuse("its \(member) cannot be read: \(systemReason())") }
            guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= most else {
                throw refuse("its \(member) is no file, or has more than \(most) bytes")
            }
            return try fileBytes(folder.appendingPathComponent(member), named: name)
        }
        let head = try bytes(manifestFile, most: 1 << 20)
        guard let manifest = try? PackJSON.decoded(PackManifest.self, head) else {
            throw refuse("its \(manifestFile) is not that of a pack")
        }
        var archive = ZipArchive()
        do {
            try archive.add(manifestFile, head)
            for member in manifest.files {
                guard let kind = kinds.first(where: { $0.name == member.name }) else {
                    throw refuse(complaint(of: member.name))
                }
                try archive.add(member.name, bytes(member.name, most: kind.most))
            }
            return try archive.finished()
        } catch WeightError.invalidEntry { throw refuse("it has more than 4 GiB") }
    }

    /// Reads a pack and checks all that it says of itself. It takes the memory of the file twice.
    ///
    /// - Parameter file: what it is called in messages
    /// - Throws: `PackError`
    package init(decoding bytes: [UInt8], named file: String) throws {
        do { try self.init(checking: bytes, file) } catch let problem as ForeignError {
            throw PackError.refused(pack: file, reason: "\(problem)")
        } catch is DecodingError {
            throw PackError.refused(pack: file, reason: "its \(PackManifest.fileName) is not that of a pack")
        }
    }

    private init(checking bytes: [UInt8], _ file: String) throws {
        func refuse(_ reason: String) -> PackError { .refused(pack: file, reason: reason) }
        guard bytes.starts(with: ForeignWeights.zipSignature) else {
            throw refuse(bytes.isEmpty ? "it is empty" : "it is no pack: 'zoo models pack' makes one")
        }
        let directory = try ZipDirectory(FileBytes(bytes))
        guard directory.names.contains(PackManifest.fileName) else {
            throw refuse("it is a zip archive without \(PackManifest.fileName): 'zoo models pack' makes a pack")
        }
        let manifestRange = try directory.checked(PackManifest.fileName)
        guard manifestRange.count <= 1 << 20 else { throw refuse("its \(PackManifest.fileName) has more than 1 MiB") }
        let head = try PackJSON.decoded(PackManifest.Head.self, bytes[manifestRange])
        guard head.format == PackManifest.format else { throw refuse("it is no pack of a model") }
        guard head.version <= Self.newestVersion else {
            throw PackError.newerFormat(file: file, version: head.version, newest: Self.newestVersion)
        }
        let manifest = try PackJSON.decoded(PackManifest.self, bytes[manifestRange])
        let listed = manifest.files.map(\.name)
        for name in directory.names + listed where name != PackManifest.fileName {
            guard Self.kinds.contains(where: { $0.name == name }) else { throw refuse(Self.complaint(of: name)) }
        }
        guard Set(listed).count == listed.count, Set(listed + [PackManifest.fileName]) == Set(directory.names) else {
            throw refuse("its manifest does not list what it holds, each file once")
        }
        if let lacking = Self.kinds.first(where: { $0.isRequired && !listed.contains($0.name) }) {
            throw refuse("it holds no \(lacking.name)")
        }
        let members = try manifest.files.map { member in
            let range = try directory.checked(member.name)
            let most = Self.kinds.first { $0.name == member.name }?.most ?? 0
            guard range.count == member.bytes, range.count <= most else {
                throw refuse("its \(member.name) has \(range.count) bytes, and not the \(member.bytes) of its manifest")
            }
            guard WeightStore.sha256(bytes[range]) == member.sha256 else {
                throw refuse("its \(member.name) is damaged: the SHA-256 is not that of its manifest")
            }
            return (name: member.name, bytes: bytes[range])
        }
        (name, self.members) = (manifest.name, members)
        guard try encoded() == bytes else {
            throw refuse("it was changed, or packed by another program: get it again, or pack the model again")
        }
    }

    private static func complaint(of name: String) -> String {
        let shown = String(name.prefix(60).map { $0.isASCII && $0 >= " " && $0 != "\u{7F}" ? $0 : "?" })
        return name.contains("/") || name.contains("\\") || name.contains("..")
            ? "it holds '\(shown)', a name that leads out of the pack"
            : "it holds '\(shown)', which no pack of version \(newestVersion) does"
    }
}
