import Foundation
import GRDB

/// The data that models learn from and the catalogue of models, in one SQLite file.
///
/// The file may be the user's own: only tables named `zoo_*` are made. Several processes may have it open; writers wait
/// for each other. A commit is on the disk when a call returns, since a catalogue row decides which model file counts.
package final class DataStore: Sendable {
    /// The SQLite file.
    package let url: URL
    let database: any DatabaseWriter
    let busyTimeout: Double
    /// Called before every part of a write; a test throws here.
    let beforeWrite: @Sendable (String) throws -> Void

    /// Opens the database at `url`, making it, its folder and its tables where they are missing.
    ///
    /// - Parameter busyTimeout: seconds to wait for another process that is writing
    /// - Throws: `DataError.unreadable`, `.database`, `.locked`, `.newerSchema`
    package convenience init(url: URL, busyTimeout: Double = 10) throws {
        try self.init(url: url, busyTimeout: busyTimeout, beforeWrite: { _ in })
    }

    /// Opens the database; `beforeWrite` is called with the name of each part of a write before it is done.
    package init(
        url: URL, busyTimeout: Double = 10, beforeWrite: @escaping @Sendable (String) throws -> Void
    ) throws {
        self.url = url
        self.busyTimeout = busyTimeout
        self.beforeWrite = beforeWrite
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue {
            throw DataError.unreadable(path: url.path, reason: "it is a folder, not an SQLite file")
        }
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        } catch {
            throw DataError.unreadable(
                path: url.path, reason: "its folder cannot be made there: name another place with --home or --db")
        }
        database = try DataError.translated(path: url.path, busyTimeout) {
            try DataStore.open(path: url.path, busyTimeout: busyTimeout)
        }
        try DataError.translated(path: url.path, busyTimeout) { try Migrations.run(database, path: url.path) }
    }

    /// Makes a database for what is looked at once; its file has no name, so that nothing is left however the process ends.
    ///
    /// It has no `query`, which opens the file once more.
    /// - Throws: `DataError.database`, as where there is no room for temporary files
    init(temporaryFor url: URL) throws {
        self.url = url
        (busyTimeout, beforeWrite) = (0, { _ in })
        database = try DataError.translated(path: url.path, 0) { try DatabaseQueue(path: "") }
        try DataError.translated(path: url.path, 0) { try Migrations.run(database, path: url.path) }
    }

    // A queue, not a pool: opening a GRDB pool writes to the file, so that readers would wait for other writers.
    private static func open(path: String, busyTimeout: Double) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busyTimeout)
        configuration.label = "zoo"
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            // WAL's default may lose the last commits at a power cut: the catalogue could then name a swept file.
            try db.execute(sql: "PRAGMA synchronous = FULL")
        }
        // Turning to WAL does not wait for other processes that are just doing the same.
        let deadline = Date().addingTimeInterval(busyTimeout)
        while true {
            do { return try DatabaseQueue(path: path, configuration: configuration) } catch let error as DatabaseError
                where error.resultCode == .SQLITE_BUSY && Date() < deadline
            {
                Thread.sleep(forTimeInterval: 0.02)
            }
        }
    }

    /// Reads in one snapshot.
    func read<R>(_ body: (Database) throws -> R) throws -> R {
        try DataError.translated(path: url.path, busyTimeout) { try database.read(body) }
    }

    /// Numbers that are others when something was written to the database, by whomever.
    package func changeState() throws -> [Int64] {
        try read { db in
            // The version is that of other connections' writes.
            [try Int64.fetchOne(db, sql: "PRAGMA data_version") ?? 0, Int64(db.totalChangesCount)]
        }
    }

    /// Writes in one transaction, rolled back if `body` throws.
    func write<R>(_ body: (Database) throws -> R) throws -> R {
        try DataError.translated(path: url.path, busyTimeout) { try database.write(body) }
    }
}

extension DataError {
    /// Runs `body` and says SQLite's errors in our words.
    static func translated<R>(path: String, _ timeout: Double, _ body: () throws -> R) throws -> R {
        do { return try body() } catch let error as DatabaseError {
            let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
            switch error.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED: throw DataError.locked(path: path, seconds: timeout)
            case .SQLITE_NOTADB:
                throw DataError.database(
                    path: path, reason: "this is not an SQLite database",
                    advice: ForeignTable.reason(ofFile: path) ?? "name another file")
            case .SQLITE_CORRUPT:
                throw DataError.database(path: path, reason: reason, advice: "restore it from a copy")
            case .SQLITE_FULL:
                throw DataError.database(
                    path: path, reason: "the disk is full", advice: "make room; nothing was changed")
            case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
                throw DataError.database(path: path, reason: reason, advice: "check who may write to it and its folder")
            default:
                throw DataError.database(path: path, reason: reason, advice: "nothing was changed")
            }
        }
    }
}
