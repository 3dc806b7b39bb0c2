import Foundation
import GRDB
import Testing
import ZooData

/// All rows of a source, with nil for what is missing.
private func cells(_ source: TableSource, rows: Int = 8192) throws -> [[String?]] {
    var result: [[String?]] = []
    try source.forEachBlock(rows: rows) { result += cells($0) }
    return result
}

private func cells(_ block: TableBlock) -> [[String?]] {
    (0..<block.rowCount).map { row in
        block.columns.map { column in
            switch column {
            case .numbers(let values): values[row].isNaN ? nil : "\(values[row])"
            case .texts(let numbers, let texts): numbers[row] < 0 ? nil : texts.entries[Int(numbers[row])]
            }
        }
    }
}

private func withTable<R>(_ text: String, _ body: (DataStore, URL) throws -> R) throws -> R {
    try withStore { store, folder in
        let file = folder.appendingPathComponent("t.csv")
        try Data(text.utf8).write(to: file)
        try store.importTable(file: file, name: "d")
        return try body(store, folder)
    }
}

@Suite struct TableSourceTests {
    private let text = "n,w,d,b\n1,x,1970-01-02,true\n2.5,,1970-01-01 00:00:01,false\n,y,,\n4,x,2011-01-01,true\n"

    @Test func aDataSetIsReadInBlocks() throws {
        try withTable(text) { store, _ in
            let source = try store.tableSource(dataset: "d")
            let expected: [[String?]] = [
                ["1.0", "x", "86400.0", "1.0"], ["2.5", nil, "1.0", "0.0"], [nil, "y", nil, nil],
                ["4.0", "x", "1293840000.0", "1.0"],
            ]
            for rows in [1, 2, 3, 4, 5] { #expect(try cells(source, rows: rows) == expected) }
            #expect(source.rowCount == 4 && source.columns.map(\.name) == ["n", "w", "d", "b"])
        }
    }

    @Test func aSelectOfTheSameRowsHasTheSameHashAndKinds() throws {
        try withTable(text) { store, _ in
            let dataset = try store.tableSource(dataset: "d")
            let select = try store.tableSource(sql: "SELECT * FROM zoo_data_d -- all")
            #expect(select.fingerprint == dataset.fingerprint && select.fingerprint.count == 64)
            #expect(select.columns.map(\.kind) == dataset.columns.map(\.kind) && select.rowCount == 4)
            #expect(try cells(select) == cells(dataset))
            let part = try store.tableSource(sql: "SELECT * FROM zoo_data_d LIMIT 3")
            #expect(part.fingerprint != dataset.fingerprint)
        }
    }

    @Test func kindsComeFromDeclarationsAndValues() throws {
        try withStore { store, _ in
            let sql = """
                SELECT 1 AS i, 2.5 AS r, '39' AS digits, '2011-01-31' AS day, 'NA' AS gap, 'a ' AS w, 1 AS i
                UNION ALL SELECT 2, 3, '40', '2011-02-28', 'b', '?', 2
                """
            let source = try store.tableSource(sql: sql)
            #expect(source.columns.map(\.kind) == [.integer, .real, .integer, .date, .text, .text, .integer])
            #expect(source.columns.last?.name == "i_2")
            #expect(try cells(source)[0] == ["1.0", "2.5", "39.0", "1296432000.0", nil, "a", "1.0"])
        }
    }

    @Test func declaredTimesInNumbersAreTimes() throws {
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("z.sqlite")
            let store = try DataStore(url: url)
            let own = try DatabaseQueue(path: url.path)
            try own.write {
                try $0.execute(sql: "CREATE TABLE t (at TIMESTAMP, f BOOLEAN); INSERT INTO t VALUES (86400, 1), (0, 0)")
            }
            try own.close()
            let source = try store.tableSource(sql: "SELECT * FROM t")
            #expect(source.columns.map(\.kind) == [.datetime, .boolean])
            #expect(source.columns[0].latest == "1970-01-02 00:00:00")
        }
    }

    @Test(
        arguments: [
            ("DELETE FROM zoo_datasets", "only reading is allowed"), ("SELECT 1; SELECT 2", "more than one statement"),
            ("SELECT missing_column", "no such column"), ("SELECT", "incomplete input"), ("", "there is no statement"),
            ("SELECT 1 WHERE 0", "it gives no rows"), ("SELECT :a", "parameters have no values"),
            ("ATTACH 'x' AS y", "only"),
            ("SELECT abs(-9223372036854775808)", "integer overflow"), ("PRAGMA user_version = 5", "only"),
            ("WITH t AS (SELECT 1) INSERT INTO zoo_models SELECT * FROM t", "only reading is allowed"),
        ])
    func selectsThatFailOrWriteAreRefused(sql: String, reason: String) throws {
        try withStore { store, _ in
            let error = #expect(throws: DataError.self) { try store.tableSource(sql: sql) }
            #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
        }
    }

    @Test func blobsAreLeftOutAndUUIDsAreKeys() throws {
        try withStore { store, _ in
            let sql = """
                SELECT x'34C2DA8003CC4F2793FDCAB87B89296C' AS id, x'FFD8' AS photo, 1 AS n
                UNION ALL SELECT x'00000000000040008000000000000001', NULL, 2
                """
            let source = try store.tableSource(sql: sql)
            #expect(source.columns.map(\.kind) == [.text, .text, .integer])
            #expect(source.columns[1].notes == ["1 BLOB: the column is left out"] && source.columns[1].missing == 2)
            #expect(source.columns[0].distinct == 2)
            let rows = try cells(source)
            #expect(rows[0] == ["34C2DA80-03CC-4F27-93FD-CAB87B89296C", nil, "1.0"])
            #expect(rows[1] == ["00000000-0000-4000-8000-000000000001", nil, "2.0"])
            let other = try store.tableSource(sql: sql.replacing("296C", with: "296D"))
            #expect(other.fingerprint != source.fingerprint)
        }
    }

    @Test func textsOfADatabaseMayHaveDecimalCommas() throws {
        try withStore { store, _ in
            let source = try store.tableSource(sql: "SELECT '12,5' AS a, 1 AS b UNION ALL SELECT '1.000,25', 2")
            #expect(source.columns.map(\.kind) == [.real, .integer])
            #expect(try cells(source).map { $0[0] } == ["12.5", "1000.25"])
            #expect(source.notes.first?.contains("between thousands") == true)
        }
    }

    @Test func aSelectThatNeverEndsIsStopped() throws {
        try withStore { store, _ in
            let endless = "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT "
            var limits = QueryLimits()
            limits.secondsToRow = 0.2
            let silent = #expect(throws: DataError.self) {
                try store.tableSource(sql: endless + "x FROM t WHERE x < 0", limits: limits)
            }
            #expect(silent?.description == "query: no row came for 0.2 s: does it end?")
            limits.rows = 100_000
            let chatty = #expect(throws: DataError.self) {
                try store.tableSource(sql: endless + "x FROM t", limits: limits)
            }
            #expect(chatty?.description == "query: it gives more than 100000 rows; does it end?")
        }
    }

    @Test func rowsThatAreChangedMeanwhileAreReadAsTheyWere() throws {
        try withTable("a\n1\n2\n3\n") { store, folder in
            let source = try store.tableSource(sql: "SELECT a FROM zoo_data_d")
            let other = try DataStore(url: folder.appendingPathComponent("zoo.sqlite"))
            try other.removeDataset(named: "d")
            #expect(try cells(source) == [["1.0"], ["2.0"], ["3.0"]])
            var seen = 0
            try source.forEachBlock(rows: 1) { seen += $0.rowCount }
            #expect(seen == 3)
            #expect(throws: DataError.self) { try store.tableSource(sql: "SELECT a FROM zoo_data_d") }
        }
    }

    @Test func aMillionTextsKeepTheMemoryOfABlock() throws {
        try withStore { store, _ in
            let sql = """
                WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t WHERE x < 200000) SELECT 'key' || x AS k FROM t
                """
            let source = try store.tableSource(sql: sql)
            var (rows, most) = (0, 0)
            try source.forEachBlock { block in
                guard case .texts(let numbers, let texts) = block.columns[0] else { return }
                most = max(most, texts.entries.count)
                for (row, number) in numbers.enumerated() where row % 1000 == 0 {
                    #expect(texts.entries[Int(number)] == "key\(rows + row + 1)")
                }
                rows += block.rowCount
            }
            #expect(rows == 200_000 && most < 80_000)
        }
    }
}

@Suite struct TableFileTests {
    private func file(_ text: String, _ columns: [TableFile.Column], _ body: (TableFile) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("t.csv")
            try Data(text.utf8).write(to: url)
            try body(TableFile(path: url.path, columns: columns))
        }
    }

    @Test func columnsAreFoundByNameAndReadAsTheirKind() throws {
        let columns = [
            TableFile.Column(name: "day", kind: .date), .init(name: "code", kind: .text),
            .init(name: "Y", kind: .real, isOptional: true), .init(name: "x", kind: .integer),
        ]
        try file("X,other,code,day\n5,q,007,13/1/1970\n?,r,12,2/1/1970\n", columns) { file in
            #expect(file.columns.map(\.name) == ["day", "code", "x"])
            var rows: [[String?]] = []
            try file.forEachBlock { rows += cells($0) }
            #expect(rows == [["1036800.0", "007", "5.0"], ["86400.0", "12", nil]])
            #expect(try file.texts(of: "code") == ["007", "12"])
        }
    }

    @Test func missingColumnsAndValuesOfAnotherKindAreNamed() throws {
        let columns = [TableFile.Column(name: "x", kind: .real), .init(name: "z", kind: .text)]
        let missing = #expect(throws: DataError.self) { try file("x,y\n1,2\n", columns) { _ in } }
        #expect(missing?.description.contains("no column 'z'; there are 'x', 'y'") == true)
        for bad in ["abc", "inf", "1e999", "2011-01-01"] {
            let error = #expect(throws: DataError.self) {
                try file("x,z\n1,2\n\(bad),3\n", columns) { try $0.forEachBlock { _ in } }
            }
            #expect(error?.description.contains("line 3, column 'x': '\(bad)' is not a number") == true)
        }
        #expect(throws: DataError.self) { try file("x,z\n1,2\n3\n", columns) { try $0.forEachBlock { _ in } } }
    }
}
