import Foundation

/// The steps of a save, in order; `write` comes once for every mebibyte.
package enum SaveStep: String, Sendable, CaseIterable {
    /// Making the folder.
    case makeDirectory
    /// Making the temporary file.
    case create
    /// Writing a part of it.
    case write
    /// Flushing it to the disk.
    case flush
    /// Giving it its name.
    case rename
    /// Flushing the folder.
    case flushDirectory
}

/// Writes a file so that it is there wholly or not at all, whatever dies in between.
struct AtomicFileWriter {
    let directory: URL
    let beforeStep: @Sendable (SaveStep) throws -> Void
    private static let partBytes = 1 << 20

    /// Temporary files are locked for as long as their process lives; see `WeightStore.sweep`.
    static let temporarySuffix = ".tmp"

    func makeDirectory() throws {
        try step(.makeDirectory, directory.path) {
            do { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) } catch {
                throw Refusal(reason: error.localizedDescription)
            }
        }
    }

    func write(_ bytes: [UInt8], as url: URL) throws { try write([.bytes(bytes)], as: url) }

    func write(_ parts: [FilePart], as url: URL) throws {
        let (temporary, descriptor) = try step(.create, directory.path) { try createTemporary() }
        defer { FileLock.release(descriptor) }
        do {
            for part in parts {
                try part.withUnsafeBytes { bytes in
                    var start = 0
                    while start < bytes.count {
                        try step(.write, url.path) {
                            let some = bytes[start..<min(start + Self.partBytes, bytes.count)]
                            start += try writeSome(UnsafeRawBufferPointer(rebasing: some), descriptor)
                        }
                    }
                }
            }
            _ = try step(.flush, url.path) { try check(fsync(descriptor)) }
            _ = try step(.rename, url.path) { try check(rename(temporary, url.path)) }
        } catch {
            unlink(temporary)
            throw error
        }
        try step(.flushDirectory, directory.path) {
            let folder = try check(open(directory.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
            defer { close(folder) }
            try check(fsync(folder))
        }
    }

    /// A new locked file. A sweep may take it in the moment between its making and its locking: then another is made.
    private func createTemporary() throws -> (path: String, descriptor: Int32) {
        for _ in 0..<100 {
            let name = ".\(getpid())-\(UInt64.random(in: 0 ... .max))" + Self.temporarySuffix
            let path = directory.appendingPathComponent(name).path
            let descriptor = try check(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644))
            var status = stat()
            if flock(descriptor, LOCK_EX) == 0, fstat(descriptor, &status) == 0, status.st_nlink == 1 {
                return (path, descriptor)
            }
            FileLock.release(descriptor)
            unlink(path)
        }
        throw Refusal(reason: "temporary files vanish as fast as they are made")
    }

    private func writeSome(_ bytes: UnsafeRawBufferPointer, _ descriptor: Int32) throws -> Int {
        while true {
            let count = Foundation.write(descriptor, bytes.baseAddress, bytes.count)
            if count > 0 { return count }
            if count == 0 { throw Refusal(reason: "the system writes nothing") }
            if errno != EINTR { throw Refusal(reason: systemReason()) }
        }
    }

    private struct Refusal: Error { let reason: String }

    @discardableResult
    private func check(_ result: Int32) throws -> Int32 {
        guard result >= 0 else { throw Refusal(reason: systemReason()) }
        return result
    }

    private func step<R>(_ step: SaveStep, _ path: String, _ body: () throws -> R) throws -> R {
        try beforeStep(step)
        do { return try body() } catch let refusal as Refusal {
            throw WeightError.notSaved(path: path, step: step.rawValue, reason: refusal.reason)
        }
    }
}
