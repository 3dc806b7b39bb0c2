import Foundation
import GRDB
import Testing
import ZooData

/// Virtual tables of SQLite 3.40.1, and what they must not open.
@Suite struct VirtualTableTests {
    private func withTables<R>(_ body: (DataStore, URL) throws -> R) throws -> R {
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("z.sqlite")
            let store = try DataStore(url: url)
            let own = try DatabaseQueue(path: url.path)
            try own.write { db in
                try db.execute(
                    sql: """
                        CREATE VIRTUAL TABLE doc USING fts5(text, label);
                        CREATE VIRTUAL TABLE note USING fts4(text, label);
                        CREATE VIRTUAL TABLE box USING rtree(id, left, right);
                        CREATE TABLE bag(id INTEGER, list TEXT);
                        INSERT INTO doc VALUES ('a foggy morning by the pond', 'foggy'), ('a bright noon', 'bright');
                        INSERT INTO note SELECT text, label FROM doc;
                        INSERT INTO box VALUES (1, 0, 2), (2, 5, 7);
                        INSERT INTO bag VALUES (1, '[1,2]'), (2, '[3]');
                        """)
            }
            try own.close()
            return try body(store, url)
        }
    }

    @Test(
        arguments: [
            ("SELECT label, count(*) FROM doc GROUP BY label", 2), ("SELECT label FROM note ORDER BY label", 2),
            ("SELECT text FROM doc WHERE doc MATCH 'foggy AND pond' ORDER BY rank", 1),
            ("SELECT highlight(doc, 0, '<', '>') FROM doc WHERE doc MATCH 'noon'", 1),
            ("SELECT text FROM note WHERE note MATCH 'pond'", 1), ("SELECT id FROM box WHERE left >= 3", 1),
            ("SELECT bag.id, sum(e.value) FROM bag, json_each(bag.list) AS e GROUP BY bag.id", 2),
            ("SELECT name, type FROM pragma_table_info('bag')", 2), ("SELECT count(*) FROM json_tree('[1,[2]]')", 1),
            ("SELECT user_version FROM pragma_user_version", 1),
        ])
    func virtualTablesAreRead(sql: String, rows: Int) throws {
        try withTables { (store, _) throws in
            #expect(try store.query(sql).rows().count == rows)
            #expect(try store.tableSource(sql: sql).rowCount == rows)
        }
    }

    @Test(
        arguments: [
            "INSERT INTO doc(doc) VALUES ('rebuild')", "DELETE FROM note", "INSERT INTO box VALUES (3, 1, 2)",
            "PRAGMA user_version = 5", "SELECT * FROM pragma_user_version(5)", "PRAGMA query_only = 0",
            "SELECT * FROM pragma_query_only(0)", "PRAGMA journal_mode = DELETE", "PRAGMA writable_schema = 1",
            "CREATE TABLE x(a)", "CREATE TEMP TABLE x(a)", "CREATE VIRTUAL TABLE v USING fts5(a)", "DROP TABLE doc",
            "SELECT optimize(note) FROM note", "SELECT fts3_tokenizer('x', x'00')", "ATTACH 'x' AS y",
            "SELECT load_extension('x')", "VACUUM INTO 'copy'", "PRAGMA wal_checkpoint",
            "SELECT * FROM pragma_optimize",
        ])
    func nothingIsWritten(sql: String) throws {
        try withTables { (store, url) throws in
            let before = try Data(contentsOf: url)
            #expect(throws: DataError.self) { try store.query(sql).rows() }
            #expect(try Data(contentsOf: url) == before)
            #expect(try store.query("SELECT count(*) FROM doc").rows() == [[.integer(2)]])
        }
    }
}
