import Foundation

// Files that HDF5 writes to the disk itself, since they may be larger than the memory.
extension WeightStore {
    /// Saves a model as `save(_:commit:)` does; its file never is in memory.
    ///
    /// - Throws: `WeightError.invalidEntry`, `.notSaved`; what `commit` throws
    func saveOnDisk(_ model: ModelFile, commit: (StoredFile) throws -> Void) throws -> StoredFile {
        try AtomicFileWriter(directory: directory, beforeStep: beforeStep).makeDirectory()
        let saved = try withStoreLock(exclusive: false) {
            let temporary = temporaryPath()
            defer { unlink(temporary) }  // there is nothing of that name any more where all went well
            do { try HDF5Library.locked { try HDF5Writer.encode(model, to: temporary) } } catch WeightError.malformed(
                _, let reason)
            {
                throw WeightError.notSaved(path: temporary, step: "write", reason: reason)
            }
            let descriptor = open(temporary, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Self.notSaved(temporary, "create") }
            defer { close(descriptor) }
            let stored = try publish(temporary, descriptor)
            try commit(stored)
            return stored
        }
        guard let saved else { throw Self.notSaved(directory.path, "lock") }
        return saved
    }

    /// Flushes a finished file and gives it its name.
    func publish(_ temporary: String, _ descriptor: Int32) throws -> StoredFile {
        guard fsync(descriptor) == 0 else { throw Self.notSaved(temporary, "flush") }
        let (sha256, bytes) = try FileHash.sha256(of: descriptor, path: temporary)
        let url = url(sha256: sha256)
        guard rename(temporary, url.path) == 0 else { throw Self.notSaved(url.path, "rename") }
        let folder = open(directory.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw Self.notSaved(directory.path, "flushDirectory") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw Self.notSaved(directory.path, "flushDirectory") }
        return StoredFile(sha256: sha256, url: url, bytes: bytes)
    }

    func temporaryPath() -> String {
        let name = ".\(getpid())-\(UInt64.random(in: 0 ... .max))" + AtomicFileWriter.temporarySuffix
        return directory.appendingPathComponent(name).path
    }

    static func notSaved(_ path: String, _ step: String) -> WeightError {
        WeightError.notSaved(path: path, step: step, reason: systemReason())
    }
}
