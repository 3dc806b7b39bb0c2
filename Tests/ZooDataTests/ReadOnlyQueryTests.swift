import Foundation
import Testing
import ZooData
import ZooQueries

private func vector(_ numbers: Float...) -> [Float] { numbers }

private func withCatalogue<R>(_ body: (DataStore) throws -> R) throws -> R {
    try withStore { store, _ in
        let model = CatalogueModel(
            name: "m", kind: "collab", architecture: "dot-bias", sha256: "ab", bytes: 1, created: "2026-11-23T12:00:00Z"
        )
        let rows = [
            EmbeddingRow(field: "item", key: "1", label: "Good", bias: 1, count: 90, mean: 4, vector: vector(1, 0)),
            EmbeddingRow(field: "item", key: "2", label: "Bad", bias: -1, count: 80, mean: 3, vector: vector(0, 2)),
            EmbeddingRow(
                field: "item", key: "3", label: "Worse", bias: -2, biasDeviation: 0.5, count: 70, mean: 3.5,
                vector: vector(3, 4)),
            EmbeddingRow(field: "item", key: "4", label: "Rare", bias: -3, count: 2, mean: 1, vector: vector(-1, 0)),
            EmbeddingRow(field: "user", key: "1", label: "1", bias: nil, count: nil, mean: nil, vector: vector(1, 1)),
        ]
        try store.saveModel(model, embeddings: rows)
        return try body(store)
    }
}

@Test func everyNamedQueryIsReadOnlyAndKeepsToItsHeader() throws {
    try withStore { store, _ in
        for query in NamedQuery.all {
            let prepared = try store.query(query.sql)
            #expect(prepared.columns == query.columns.map(\.name), "\(query.name)")
            #expect(Set(prepared.parameters) == Set(query.parameters.map(\.name)), "\(query.name)")
            #expect(try prepared.rows().isEmpty, "\(query.name)")
        }
    }
}

@Test func worstMoviesGoesByBiasAndLeavesOutTheRare() throws {
    try withCatalogue { store in
        let query = try #require(NamedQuery.named("worst-movies"))
        let rows = try store.query(query.sql).rows(["model": .text("m")])
        #expect(rows.map(\.first) == [.text("Worse"), .text("Bad"), .text("Good")])
        #expect(
            rows.first == [
                .text("Worse"), .real(-2), .real(-2.98), .real(-1.02), .real(3.5), .integer(70), .integer(2),
            ])
        // Of a bias whose deviation is not known.
        #expect(rows[1].prefix(4) == [.text("Bad"), .real(-1), .null, .null])
        let all = try store.query(query.sql).rows([
            "model": .text("m"), "minimum_count": .integer(0), "count": .integer(1),
        ])
        #expect(all.map(\.first) == [.text("Rare")])
        let best = try #require(NamedQuery.named("best-movies"))
        #expect(try store.query(best.sql).rows(["model": .text("m")]).first?.first == .text("Good"))
    }
}

@Test func similarItemsGoByCosine() throws {
    try withCatalogue { store in
        let query = try #require(NamedQuery.named("similar-items"))
        let rows = try store.query(query.sql).rows(["model": .text("m"), "item": .text("Good")])
        #expect(rows == [[.text("Worse"), .real(0.6), .integer(70)], [.text("Bad"), .real(0), .integer(80)]])
    }
}

@Test func vectorFunctionsAnswerInSQL() throws {
    try withCatalogue { store in
        let sql = """
            SELECT dot(a.vector, b.vector), cosine(a.vector, b.vector), l2(a.vector, b.vector), component(b.vector, 1),
                dot(NULL, b.vector), split_part(x'000102', 2), cosine(zeroblob(8), b.vector)
            FROM zoo_embeddings a, zoo_embeddings b WHERE a.label = 'Bad' AND b.label = 'Worse'
            """
        let rows = try store.query(sql).rows()
        #expect(rows == [[.real(8), .real(0.8), .real(13.0.squareRoot()), .real(4), .null, .integer(2), .real(0)]])
    }
}

@Test(
    arguments: [
        ("SELECT dot(x'00', x'00')", "1 bytes are not a vector"),
        ("SELECT cosine(zeroblob(4), zeroblob(8))", "widths: 1 and 2"),
        ("SELECT l2('text', zeroblob(4))", "JSON array of numbers"),
        ("SELECT component(zeroblob(8), 2)", "no component 2"),
        ("SELECT component(zeroblob(8), 'x')", "whole number"), ("SELECT split_part(zeroblob(3), -1)", "no rating -1"),
        ("SELECT component(zeroblob(7), 0)", "7 bytes"),
    ])
func vectorFunctionsRefuseWhatDoesNotFit(sql: String, reason: String) throws {
    try withStore { (store, _) throws in
        let error = #expect(throws: DataError.self) { try store.query(sql).rows() }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }
}

@Test(
    arguments: [
        "DELETE FROM zoo_models", "INSERT INTO zoo_models DEFAULT VALUES", "DROP TABLE zoo_models", "VACUUM",
        "CREATE TABLE t (a)", "CREATE TEMP TABLE t (a)", "ATTACH 'other.sqlite' AS other", "PRAGMA user_version = 7",
        "PRAGMA journal_mode = DELETE", "PRAGMA query_only = 0", "SELECT load_extension('x')", "BEGIN", "REINDEX",
        "UPDATE zoo_models SET name = 'x' RETURNING name", "SELECT 1; DELETE FROM zoo_models", "SELECT 1; SELECT 2", "",
        "-- nothing", "SELECT", "SELECT 1; nonsense", "EXPLAIN DELETE FROM zoo_models",
        "VACUUM INTO '/tmp/zoo-never.sqlite'",
        "WITH x AS (SELECT 1) DELETE FROM zoo_models", "SELECT ?", "SELECT ?1", "SELECT $a", "ANALYZE",
        "PRAGMA user_version", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA table_info(zoo_models)",
    ])
func aQueryCanNeverWrite(sql: String) throws {
    try withCatalogue { store in
        #expect(throws: DataError.self) { try store.query(sql).rows() }
        let models = try store.models()
        #expect(models.count == 1)
    }
}

@Test func lookingAtTheSchemaIsReading() throws {
    try withCatalogue { store in
        let rows = try store.query("SELECT type FROM sqlite_schema WHERE name = 'zoo_embeddings'").rows()
        #expect(rows == [[.text("view")]])
    }
}

@Test func aWrongQuerySaysWhere() throws {
    try withStore { store, _ in
        let error = #expect(throws: DataError.self) { try store.query("SELECT name,\n  title FROM zoo_models") }
        #expect(error?.description == "query, line 2, column 3: no such column: title")
        let second = #expect(throws: DataError.self) { try store.query("SELECT 1;\n  SELECT 2") }
        #expect(second?.description.contains("more than one statement") == true)
    }
}

@Test func parametersAreBoundByNameAndType() throws {
    try withStore { store, _ in
        let query = try store.query("SELECT typeof(:a), typeof(:b), typeof(:c), typeof(:d), typeof(:a)")
        let values: [String: QueryValue] = [
            "a": .init(parsing: "1"), "b": .init(parsing: "1.5"), "c": .init(parsing: "1x"),
        ]
        let types: [QueryValue] = [.text("integer"), .text("real"), .text("text"), .text("null"), .text("integer")]
        #expect(try query.rows(values) == [types])
        #expect(try query.rows() == [Array(repeating: .text("null"), count: 5)])
        let error = #expect(throws: DataError.self) { try query.rows(["z": .null]) }
        #expect(error?.description == "query: there is no parameter z; it has a, b, c, d")
    }
}

@Test func typedParametersKeepTheirKind() {
    #expect(QueryValue(parsing: "-7") == .integer(-7) && QueryValue(parsing: "0") == .integer(0))
    #expect(QueryValue(parsing: "02139") == .text("02139") && QueryValue(parsing: "0.5") == .real(0.5))
    #expect(QueryValue(parsing: "2.5e3") == .real(2500))
    #expect(QueryValue(parsing: "nan") == .text("nan") && QueryValue(parsing: "0x10") == .text("0x10"))
    #expect(
        QueryValue(parsing: "") == .text("") && QueryValue(parsing: "Toy Story (1995)") == .text("Toy Story (1995)"))
}

@Test func aHugeResultStreamsAndCanBeStopped() throws {
    try withStore { store, _ in
        let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
        var count = 0
        try store.query(sql).forEachRow { _ in
            count += 1
            return count < 100_000
        }
        #expect(count == 100_000)
    }
}
