import Foundation
import Testing

@Suite struct WritingQueryTests {
    static let attempts = [
        "INSERT INTO zoo_models (name) VALUES ('x')", "UPDATE zoo_models SET name = 'x'", "DELETE FROM zoo_models",
        "DELETE FROM zoo_models RETURNING name", "DROP TABLE zoo_models", "CREATE TABLE t (x)",
        "CREATE TEMP TABLE t AS SELECT * FROM zoo_models", "CREATE VIEW v AS SELECT 1", "ALTER TABLE zoo_models ADD y",
        "REPLACE INTO zoo_models (name) VALUES ('x')", "ATTACH 'other.sqlite' AS other", "DETACH main", "VACUUM",
        "VACUUM INTO 'copy.sqlite'", "PRAGMA writable_schema = 1", "PRAGMA journal_mode = DELETE",
        "PRAGMA user_version = 9", "PRAGMA query_only = 0", "SELECT * FROM pragma_journal_mode('DELETE')",
        "SELECT 1; DELETE FROM zoo_models", "SELECT 1; SELECT 2", "/* x */ SELECT 1; -- y\n; DROP TABLE zoo_models",
        "WITH gone AS (SELECT id FROM zoo_models) DELETE FROM zoo_models WHERE id IN gone",
        "WITH x AS (DELETE FROM zoo_models RETURNING *) SELECT * FROM x", "SELECT load_extension('x')",
        "SELECT writefile('written', 'x')", "SELECT edit('x')", "BEGIN IMMEDIATE", "COMMIT", "SAVEPOINT s", "REINDEX",
        "ANALYZE", "EXPLAIN DELETE FROM zoo_models", "DELETE FROM zoo_stored_models",
        "SELECT fts3_tokenizer('x', x'00')",
    ]

    @Test func noQueryWritesWhateverItSays() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let before = try contents(of: box)
            for (index, sql) in Self.attempts.enumerated() {
                let run = try box.zoo("query", try box.write("attempt\(index).sql", sql))
                #expect(run.isOneLineFailure, "\(sql): \(run.code as Any) \(run.stdout) \(run.stderr)")
            }
            #expect(try contents(of: box) == before)
            let here = try FileManager.default.contentsOfDirectory(atPath: box.folder.path)
            #expect(!here.contains { ["other.sqlite", "copy.sqlite", "written"].contains($0) })
        }
    }

    /// All models with all that hangs on them, and the schema.
    private func contents(of box: Sandbox) throws -> String {
        try box.write(
            "all.sql",
            "SELECT type, name, sql FROM sqlite_schema UNION ALL "
                + "SELECT name, sha256, created FROM zoo_models UNION ALL "
                + "SELECT model, key, hex(vector) FROM zoo_embeddings")
        return try box.succeed("query", "all.sql", "--csv")
    }
}
