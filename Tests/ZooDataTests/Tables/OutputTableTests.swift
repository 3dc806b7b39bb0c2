import Foundation
import GRDB
import Testing
import ZooData

@Suite struct OutputTableTests {
    private static let columns = [ResultColumn(name: "id", kind: .integer), ResultColumn(name: "p", kind: .real)]

    /// A store with a table of the user's.
    private func withShop(_ sql: String, _ body: (DataStore, DatabaseQueue) throws -> Void) throws {
        try withStore { store, folder in
            let own = try DatabaseQueue(path: folder.appendingPathComponent("zoo.sqlite").path)
            try own.write { try $0.execute(sql: sql) }
            try body(store, own)
        }
    }

    private func write(
        _ rows: [[QueryValue]], _ store: DataStore, to table: String = "t", as writing: TableWriting = .create,
        columns: [ResultColumn] = columns
    ) throws {
        try store.writeTable(named: table, columns: columns, as: writing, maker: "zoo predict m") { add in
            for row in rows { try add(row) }
        }
    }

    private func refusal(_ body: () throws -> Void) -> String {
        #expect(throws: DataError.self, performing: body)?.description ?? ""
    }

    @Test func aTableIsReplacedOnlyWhenAskedAndByARecord() throws {
        try withStore { store, _ in
            func rows() throws -> [[QueryValue]] { try store.query("SELECT * FROM t").rows() }
            try write([[.integer(1), .real(0.5)]], store)
            #expect(try rows() == [[.integer(1), .real(0.5)]])
            for table in ["t", "T"] {
                let said = refusal { try write([], store, to: table) }
                #expect(said.contains("'zoo predict m'") && said.contains("--replace") && said.contains("--append"))
            }
            #expect(throws: NoTable.self) {
                try store.writeTable(named: "t", columns: Self.columns, as: .replace, maker: "zoo recommend m") { _ in
                    throw NoTable()
                }
            }
            let other = refusal {
                try store.writeTable(named: "t", columns: Self.columns, as: .replace, maker: "zoo map m item") { _ in }
            }
            #expect(other.contains("was made by 'zoo predict m'") && other.contains("not replaced"))
            let unasked = refusal {
                try store.writeTable(named: "t", columns: Self.columns, maker: "zoo map m item") { _ in }
            }
            #expect(unasked == other)
            #expect(try rows() == [[.integer(1), .real(0.5)]])
            try write([[.text("a")]], store, as: .replace, columns: [ResultColumn(name: "other", kind: .text)])
            #expect(try rows() == [[.text("a")]])
            let doubled = refusal {
                try write([], store, to: "u", columns: [Self.columns[0], ResultColumn(name: "ID", kind: nil)])
            }
            #expect(doubled.contains("two columns"))
        }
    }

    @Test(arguments: [
        // A table that was there before; a result that was dropped and made again; one that was altered.
        "", "DROP TABLE t; CREATE TABLE t (id INTEGER, p REAL)", "ALTER TABLE t ADD COLUMN note TEXT",
    ])
    func aTableOfTheUsersIsNeverReplaced(change: String) throws {
        try withShop(change.isEmpty ? "CREATE TABLE t (id INTEGER PRIMARY KEY, p REAL)" : "SELECT 1") { store, own in
            if !change.isEmpty {
                try write([], store)
                try own.write { try $0.execute(sql: change) }
            }
            try own.write { try $0.execute(sql: "INSERT INTO t (id, p) VALUES (7, 0.25)") }
            for writing in [TableWriting.create, .replace] {
                let said = refusal { try write([[.integer(1), .real(1)]], store, as: writing) }
                #expect(
                    said.contains("'t' is not recorded as made by predictions") && said.contains("--update"), "\(said)")
            }
            #expect(try store.query("SELECT id, p FROM t").rows() == [[.integer(7), .real(0.25)]])
        }
    }

    @Test func whatHangsOnAResultStays() throws {
        try withShop("CREATE TABLE log (id)") { store, own in
            try write([[.integer(1), .real(0.5)]], store)
            try own.write {
                try $0.execute(
                    sql: """
                        CREATE UNIQUE INDEX t_id ON t (id);
                        CREATE TRIGGER t_log AFTER DELETE ON t BEGIN INSERT INTO log VALUES (old.id); END
                        """)
            }
            try write([[.integer(2), .real(0.5)]], store, as: .replace)
            let left = try store.query("SELECT name FROM sqlite_schema WHERE tbl_name = 't' ORDER BY name").rows()
            #expect(left == [[.text("t")], [.text("t_id")], [.text("t_log")]])
            let said = refusal { try write([], store, as: .replace, columns: [ResultColumn(name: "x", kind: .real)]) }
            #expect(said.contains("t_id"), "\(said)")
            try own.write { try $0.execute(sql: "CREATE TABLE child (id REFERENCES t (id) ON DELETE CASCADE)") }
            #expect(refusal { try write([], store, as: .replace) }.contains("'child' refers to"))
            #expect(try store.query("SELECT id FROM t").rows() == [[.integer(2)]])
        }
    }

    @Test(arguments: ["", "a b", "1a", "a;DROP TABLE x", "zoo_models", "ZOO_mine", "zoo_table_1", "sqlite_x", "ä"])
    func tableNamesThatWillNotDoAreRefused(name: String) throws {
        try withStore { store, _ in
            for writing in [TableWriting.create, .replace] {
                #expect(refusal { try write([], store, to: name, as: writing) }.hasPrefix("table name '\(name)'"))
            }
            #expect(!refusal { try write([], store, to: name, as: .append) }.isEmpty)
            #expect(!refusal { try store.updateColumn("kind", of: name, key: "name") { _ in } }.isEmpty)
        }
    }

    @Test func rowsAreAddedByNameWithDefaultsElsewhere() throws {
        let sql = """
            CREATE TABLE "my sales" (id INTEGER PRIMARY KEY, P REAL CHECK (P < 10), day TEXT NOT NULL DEFAULT 'today',
                twice AS (P * 2)); INSERT INTO "my sales" (id, P) VALUES (1, 1)
            """
        try withShop(sql) { store, _ in
            let columns = Self.columns.reversed() + [ResultColumn(name: "p(x)", kind: .real, isOptional: true)]
            func append(_ rows: [[QueryValue]], _ columns: [ResultColumn]) throws {
                try write(rows, store, to: "My Sales", as: .append, columns: columns)
            }
            try append([[.real(2), .integer(5), .real(0)]], columns)
            let select = "SELECT id, P, day, twice FROM \"my sales\" ORDER BY id"
            let rows = try store.query(select).rows()
            #expect(rows.last == [.integer(5), .real(2), .text("today"), .real(4)] && rows.count == 2)
            for (row, reason) in [(1.0, "UNIQUE"), (20, "CHECK")] {
                let said = refusal {
                    try append([[.real(3), .integer(6)], [.real(row), .integer(5)]], columns.dropLast())
                }
                #expect(said.contains("row 2") && said.contains(reason), "\(said)")
            }
            let lacking = refusal { try append([], [ResultColumn(name: "q", kind: .real)]) }
            #expect(lacking.contains("no column 'q'") && lacking.contains("'day'"))
            #expect(
                refusal { try append([], [ResultColumn(name: "twice", kind: .real)]) }.contains("no column 'twice'"))
            #expect(try store.query(select).rows() == rows)
            #expect(refusal { try write([], store, to: "none", as: .append) }.contains("no table 'none'"))
        }
    }

    @Test func aColumnThatNeedsAValueIsNamed() throws {
        try withShop("CREATE TABLE t (id INTEGER PRIMARY KEY, p, who TEXT NOT NULL); CREATE VIEW v AS SELECT 1") {
            store, _ in
            let said = refusal { try write([], store, as: .append) }
            #expect(said.contains("'who' (NOT NULL") && said.contains("--keep"), "\(said)")
            #expect(refusal { try write([], store, to: "v", as: .append) }.contains("'v' is a view"))
            #expect(refusal { try write([], store, to: "v", as: .replace) }.contains("view"))
        }
    }

    @Test func furtherColumnsAreWrittenWithIt() throws {
        try withShop("CREATE TABLE t (id INTEGER, p REAL, p_low REAL, p_high REAL); INSERT INTO t (id) VALUES (1), (2)")
        {
            store, _ in
            try store.updateColumn("p", of: "t", key: "id", also: ["p_low", "p_high"]) { add in
                try add([.integer(2), .real(5), .real(4), .real(6), .text("more")])
            }
            let rows = try store.query("SELECT p, p_low, p_high FROM t ORDER BY id").rows()
            #expect(rows == [[.null, .null, .null], [.real(5), .real(4), .real(6)]])
            let missing = refusal { try store.updateColumn("p", of: "t", key: "id", also: ["p_end"]) { _ in } }
            #expect(missing.contains("no column 'p_end'"))
        }
    }
}

@Suite struct ColumnUpdateTests {
    private func withTable(
        _ key: String, _ body: (DataStore, ([(QueryValue, QueryValue)], String) throws -> Void) throws -> Void
    )
        throws
    {
        try withStore { store, folder in
            let own = try DatabaseQueue(path: folder.appendingPathComponent("zoo.sqlite").path)
            try own.write {
                try $0.execute(
                    sql: """
                        CREATE TABLE t (\(key), name TEXT UNIQUE, score REAL CHECK (score < 10));
                        INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2), (9007199254740993, 'c', 3)
                        """)
            }
            try body(store) { rows, key in
                try store.updateColumn("score", of: "t", key: key) { add in
                    for (key, value) in rows { try add([key, value]) }
                }
            }
        }
    }

    @Test(arguments: ["id INTEGER PRIMARY KEY", "id TEXT", "id", "id INT PRIMARY KEY"])
    func oneColumnIsWrittenByKey(key: String) throws {
        try withTable(key) { store, update in
            try update([(.text("9007199254740993"), .real(4)), (.integer(1), .real(7))], "ID")
            try update([(.integer(9_007_199_254_740_993), .real(8)), (.integer(1), .real(7))], "ID")
            let rows = try store.query("SELECT name, score FROM t ORDER BY name").rows()
            #expect(rows == [[.text("a"), .real(7)], [.text("b"), .real(2)], [.text("c"), .real(8)]])
            try update([(.text("b"), .real(6))], "name")
            #expect(try store.query("SELECT score FROM t WHERE name = 'b'").rows() == [[.real(6)]])
        }
    }

    @Test func aKeyIsFoundByItsOtherForm() throws {
        for key in ["id TEXT", "id", "id INTEGER"] {
            try withStore { store, folder in
                let own = try DatabaseQueue(path: folder.appendingPathComponent("zoo.sqlite").path)
                try own.write {
                    try $0.execute(sql: "CREATE TABLE t (\(key), p); INSERT INTO t (id) VALUES ('1'), ('2'), ('x')")
                }
                let others = try store.updateColumn("p", of: "t", key: "id") { add in
                    for (key, value) in [("1.0", 7.0), ("x", 8)] { try add([.text(key), .real(value)]) }
                }
                #expect(try store.query("SELECT p FROM t").rows() == [[.real(7)], [.null], [.real(8)]])
                #expect(others == (key == "id TEXT" ? 1 : 0))
                try own.write { try $0.execute(sql: "INSERT INTO t (id) VALUES ('1.0')") }
                // Where the table has both, the same text goes before the same key.
                if key == "id TEXT" {
                    try store.updateColumn("p", of: "t", key: "id") { try $0([.text("1.0"), .real(9)]) }
                    #expect(try store.query("SELECT id, p FROM t WHERE p = 9").rows() == [[.text("1.0"), .real(9)]])
                }
            }
        }
    }

    @Test func theRowNumberIsAKey() throws {
        try withTable("id TEXT") { store, update in
            try update([(.integer(2), .real(6))], "rowid")
            #expect(try store.query("SELECT score FROM t").rows() == [[.real(1)], [.real(6)], [.real(3)]])
        }
    }

    @Test func nothingIsWrittenWhereAKeyIsNotOneRow() throws {
        try withTable("id INTEGER") { store, update in
            func refusal(_ rows: [(QueryValue, QueryValue)], _ key: String = "id") -> String {
                #expect(throws: DataError.self) { try update(rows, key) }?.description ?? ""
            }
            let first: (QueryValue, QueryValue) = (.integer(1), .real(5))
            #expect(refusal([first, (.integer(3), .real(5))]).contains("no row with the key 3 of row 2"))
            #expect(refusal([first, (.integer(2), .real(5)), first]).contains("twice"))
            #expect(refusal([first, (.null, .real(5))]).contains("row 2 has no key"))
            #expect(refusal([first, (.integer(2), .real(50))]).contains("CHECK"))
            #expect(refusal([first], "nobody").contains("no column 'nobody'"))
            #expect(refusal([first], "score").contains("both the key"))
            let same = try DatabaseQueue(path: store.url.path)
            try same.write { try $0.execute(sql: "INSERT INTO t VALUES (1, 'd', 4)") }
            #expect(refusal([first]).contains("2 rows with the key 1 of row 1"))
            let rows = try store.query("SELECT score FROM t ORDER BY name").rows()
            #expect(rows == [[.real(1)], [.real(2)], [.real(3)], [.real(4)]])
        }
    }
}
