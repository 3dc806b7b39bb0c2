import Foundation
import GRDB

extension DataStore {
    /// The bytes that the vectors of older versions of models take, by the names of their rows, such as `films@1`.
    package func vectorBytesOfOlderVersions() throws -> [String: Int] {
        try read { db in
            let sql = "SELECT name, vector_bytes FROM zoo_versions WHERE NOT is_newest"
            return Dictionary(
                try Row.fetchAll(db, sql: sql).map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// The bytes that the vectors of a model or of one version of it take.
    package func vectorBytes(of name: String) throws -> Int {
        try read { db in
            try Int.fetchOne(
                db, sql: "SELECT coalesce(sum(length(vector)), 0) FROM zoo_stored_embeddings WHERE model = ?",
                arguments: [resolved(name, db)]) ?? 0
        }
    }

    /// Gives the room of rows that were removed back to the file system, by writing the database a second time.
    ///
    /// - Returns: the bytes by which its files are smaller
    /// - Throws: `DataError.locked` while another process reads or writes, `.database` as on a full disk; nothing was changed then
    package func shrink() throws -> Int {
        let before = fileBytes
        try DataError.translated(path: url.path, busyTimeout) {
            guard try database.read({ try Int.fetchOne($0, sql: "PRAGMA freelist_count") }) != 0 else { return }
            try database.vacuum()
            _ = try database.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        }
        return max(0, before - fileBytes)
    }

    /// The bytes of the database and of its journal.
    private var fileBytes: Int {
        ["", "-wal"].reduce(0) { sum, suffix in
            var status = stat()
            return sum + (stat(url.path + suffix, &status) == 0 ? Int(status.st_size) : 0)
        }
    }
}
