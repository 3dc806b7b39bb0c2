import Foundation
import ZooHash

/// A folder of model files, each named by the SHA-256 of its bytes: `<sha256>.h5`.
///
/// A file is written beside its place, flushed to the disk and only then renamed, so a killed process leaves the whole
/// file or none. Names of models live in the catalogue: until a catalogue row names a file, it is as if it were not there.
package struct WeightStore: Sendable {
    /// The folder.
    package let directory: URL
    /// Models of more bytes than these, 8 MiB, are saved without their file ever being in memory.
    package var mostBytesInMemory = 1 << 23
    /// Called before every step of a save; a test throws here, or kills itself.
    package let beforeStep: @Sendable (SaveStep) throws -> Void

    /// A store in `directory`, which is made at the first save.
    package init(directory: URL) { self.init(directory: directory, beforeStep: { _ in }) }

    /// A store that calls `beforeStep` before every step of a save.
    package init(directory: URL, beforeStep: @escaping @Sendable (SaveStep) throws -> Void) {
        self.directory = directory
        self.beforeStep = beforeStep
    }

    /// Saves `model` and then runs `commit`, which writes the catalogue row that makes the file count.
    ///
    /// No `sweep`, of this process or another, comes between the two. Saving what is there already writes nothing.
    /// - Throws: `WeightError.invalidEntry`, `.notSaved`; what `commit` throws (the file is then swept later)
    @discardableResult
    package func save(_ model: ModelFile, commit: (StoredFile) throws -> Void = { _ in }) throws -> StoredFile {
        guard model.byteCount <= mostBytesInMemory else { return try saveOnDisk(model, commit: commit) }
        return try save(bytes: model.encoded(), commit: commit)
    }

    /// Saves the bytes of a model file as they are, as `save(_:commit:)` does: for files that ship or are imported.
    ///
    /// - Throws: `WeightError.notSaved`; what `commit` throws
    @discardableResult
    package func save(bytes: [UInt8], commit: (StoredFile) throws -> Void = { _ in }) throws -> StoredFile {
        let sha256 = WeightStore.sha256(bytes)
        let stored = StoredFile(sha256: sha256, url: url(sha256: sha256), bytes: bytes.count)
        let writer = AtomicFileWriter(directory: directory, beforeStep: beforeStep)
        try writer.makeDirectory()
        return try withStoreLock(exclusive: false) {
            // A file of that name may be damaged: only the same bytes spare the writing.
            if !((try? FileBytes.read(stored.url)) == bytes) { try writer.write(bytes, as: stored.url) }
            try commit(stored)
            return stored
        } ?? stored
    }

    /// The model of that hash. The bytes are read once, hashed, and only then given to HDF5.
    ///
    /// - Throws: `WeightError.missing`, `.unreadable`, `.damaged`, `.malformed`, `.newerFormat`
    package func load(sha256: String) throws -> ModelFile { try ModelFile(decoding: bytes(sha256: sha256)) }

    /// The checked bytes of the file of that hash.
    ///
    /// - Throws: `WeightError.missing`, `.unreadable`, `.damaged`
    package func bytes(sha256: String) throws -> [UInt8] {
        let url = url(sha256: sha256)
        let bytes = try FileBytes.read(url)
        let actual = WeightStore.sha256(bytes)
        guard actual == sha256 else { throw WeightError.damaged(path: url.path, expected: sha256, actual: actual) }
        return bytes
    }

    /// Where the file of that hash is, or would be.
    package func url(sha256: String) -> URL { directory.appendingPathComponent(sha256 + ".h5") }

    /// The model files in the folder by their names, unread and unchecked, sorted by hash.
    ///
    /// - Throws: `WeightError.unreadable` if the folder cannot be listed; a folder that is not there holds nothing
    package func list() throws -> [StoredFile] {
        try names().compactMap { name in
            guard let sha256 = WeightStore.hash(inName: name) else { return nil }
            let url = directory.appendingPathComponent(name)
            var status = stat()
            guard lstat(url.path, &status) == 0 else { return nil }
            return StoredFile(sha256: sha256, url: url, bytes: Int(status.st_size))
        }
    }

    /// The lower-case hexadecimal SHA-256 of `bytes`.
    package static func sha256(_ bytes: some ContiguousBytes) -> String {
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update($0) }
        return hash.hexadecimal()
    }

    /// Runs `body` under the store's lock: saves share it, a sweep has it alone.
    ///
    /// - Returns: nil if the lock is exclusive and somebody is saving right now
    func withStoreLock<R>(exclusive: Bool, _ body: () throws -> R) throws -> R? {
        let path = directory.appendingPathComponent(".lock").path
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw WeightError.notSaved(path: path, step: "lock", reason: systemReason()) }
        defer { FileLock.release(descriptor) }
        while flock(descriptor, exclusive ? LOCK_EX | LOCK_NB : LOCK_SH) != 0 {
            if errno == EWOULDBLOCK { return nil }
            if errno != EINTR { throw WeightError.notSaved(path: path, step: "lock", reason: systemReason()) }
        }
        return try body()
    }

    /// The names in the folder, sorted.
    func names() throws -> [String] {
        guard FileManager.default.fileExists(atPath: directory.path) else { return [] }
        do { return try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() } catch {
            throw WeightError.unreadable(path: directory.path, reason: error.localizedDescription)
        }
    }

    /// The hash in the name of a model file, or nil for other files.
    static func hash(inName name: String) -> String? {
        guard name.hasSuffix(".h5"), name.utf8.count == 67 else { return nil }
        let hash = name.dropLast(3)
        return hash.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) } ? String(hash) : nil
    }
}

/// A model file in a store.
package struct StoredFile: Sendable, Equatable {
    /// Of the file's bytes, lower-case hexadecimal; also its name.
    package let sha256: String
    /// Where it is.
    package let url: URL
    /// Its size.
    package let bytes: Int
}
