import Foundation

extension WeightStore {
    /// Removes the files that no catalogue row names, and temporary files whose process is gone.
    ///
    /// - Parameter named: the hashes that the catalogue names; read only once nobody else is between file and row
    /// - Returns: the names of the files removed; nothing is swept while another process is saving
    /// - Throws: `WeightError.unreadable`; what reading the catalogue throws
    @discardableResult
    package func sweep(keeping named: @autoclosure () throws -> Set<String>) throws -> [String] {
        guard FileManager.default.fileExists(atPath: directory.path) else { return [] }
        let removed = try withStoreLock(exclusive: true) {
            let kept = try named()
            return try names().filter { name in
                let path = directory.appendingPathComponent(name).path
                if let hash = WeightStore.hash(inName: name) { return !kept.contains(hash) && unlink(path) == 0 }
                return WeightStore.isAbandonedTemporary(name, path) && unlink(path) == 0
            }
        }
        return removed ?? []
    }

    /// Whether a file is a temporary one that no living process holds locked.
    private static func isAbandonedTemporary(_ name: String, _ path: String) -> Bool {
        guard name.hasSuffix(AtomicFileWriter.temporarySuffix) else { return false }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { FileLock.release(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }

    /// Reads and hashes every file that the catalogue names, and compares the folder with the catalogue.
    ///
    /// - Parameter named: the hashes that the catalogue names
    /// - Throws: `WeightError.unreadable` if the folder cannot be listed
    package func verify(named: Set<String>) throws -> StoreReport {
        var report = StoreReport()
        let present = try list()
        for file in present {
            // What nobody names may be whatever it is: it is swept, not repaired.
            guard named.contains(file.sha256) else {
                report.orphans.append(file.sha256)
                continue
            }
            do {
                try check(file)
                report.intact.append(file.sha256)
            } catch { report.damaged.append(file.sha256) }
        }
        report.missing = named.subtracting(present.map(\.sha256)).sorted()
        report.abandoned = try names().filter {
            WeightStore.isAbandonedTemporary($0, directory.appendingPathComponent($0).path)
        }
        return report
    }

    /// Compares a file with its name, in parts: files of images can be larger than the memory.
    ///
    /// - Throws: `WeightError.unreadable`, `.damaged`
    private func check(_ file: StoredFile) throws {
        let path = file.url.path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw WeightError.unreadable(path: path, reason: systemReason()) }
        defer { close(descriptor) }
        let actual = try FileHash.sha256(of: descriptor, path: path).sha256
        guard actual == file.sha256 else {
            throw WeightError.damaged(path: path, expected: file.sha256, actual: actual)
        }
    }
}

/// What `WeightStore.verify` found.
package struct StoreReport: Sendable, Equatable {
    /// Files that the catalogue names and whose bytes are those that were saved.
    package var intact: [String] = []
    /// Files that the catalogue names and whose bytes are not those that were saved, or that cannot be read.
    package var damaged: [String] = []
    /// Files that the catalogue names and that are not there.
    package var missing: [String] = []
    /// Files that the catalogue does not name; `sweep` removes them.
    package var orphans: [String] = []
    /// Temporary files of processes that are gone; `sweep` removes them.
    package var abandoned: [String] = []

    /// Whether every model that the catalogue names can be loaded.
    package var isSound: Bool { damaged.isEmpty && missing.isEmpty }
}
