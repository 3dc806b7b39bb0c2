import Foundation
import ZooData

/// Several databases can keep their models in one home (`--db`). A file is swept only when none of them names it.
///
/// The home's file `catalogues` lists them, a URL a line.
extension Workspace {
    /// The hashes of the model files that any database over this home names.
    ///
    /// - Throws: `WorkflowError.invalid` for a listed database that is not there; `DataError` for one that cannot be read
    func filesInUse() throws -> Set<String> { try inUse { try $0.usedFiles() } }

    /// The hashes of the files of packed images that any database over this home names.
    ///
    /// - Throws: as `filesInUse`
    func packsInUse() throws -> Set<String> { try inUse { try $0.usedPacks() } }

    private func inUse(_ used: (DataStore) throws -> Set<String>) throws -> Set<String> {
        var all = try used(data)
        for other in try otherCatalogues() {
            guard FileManager.default.fileExists(atPath: other.path) else {
                throw WorkflowError.invalid(
                    what: other.path,
                    reason: "this database names files of \(home.path) and is not there; nothing is removed. "
                        + "If it is gone for good, take its line out of \(list.path)")
            }
            all.formUnion(try used(try DataStore(url: other)))
        }
        return all
    }

    /// Lists a database of the user's own before it names files of this home; the home's own needs no list.
    ///
    /// - Throws: `WorkflowError.notWritten`
    func listCatalogue() throws {
        guard let database, try !listed().contains(Self.resolved(database)) else { return }
        do {
            try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
            let descriptor = open(list.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw CocoaError(.fileWriteNoPermission) }
            let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            // One write, so that lines of two processes do not mix; a line that is there twice does no harm. It begins with a line
            // end, since the one before may have been cut short by a full disk.
            try handle.write(contentsOf: Data(("\n" + Self.resolved(database).absoluteString + "\n").utf8))
            // Before any file that the database names: after a power cut it must not be taken for nobody's.
            try handle.synchronize()
        } catch { throw WorkflowError.notWritten(path: list.path, reason: error.localizedDescription) }
    }

    private var list: URL { home.appendingPathComponent("catalogues") }

    private func otherCatalogues() throws -> [URL] {
        let own = Self.resolved(home.appendingPathComponent("zoo.sqlite"))
        let current = Self.resolved(database ?? own)
        let homes = FileManager.default.fileExists(atPath: own.path) ? [own] : []
        return Set(homes + (try listed())).filter { $0 != current }.sorted { $0.path < $1.path }
    }

    private func listed() throws -> [URL] {
        guard FileManager.default.fileExists(atPath: list.path) else { return [] }
        return try String(contentsOf: list, encoding: .utf8).split(separator: "\n").compactMap {
            URL(string: String($0))
        }
    }

    private static func resolved(_ url: URL) -> URL {
        URL(fileURLWithPath: url.absoluteURL.resolvingSymlinksInPath().path)
    }
}
