import Foundation
import Testing
import ZooEmbeddings
import ZooKernels
import ZooWorkflows

/// A home with a model `v` of five tokens: their angles are 0, 10, 30, 90 and 180 degrees; `zero` has no direction.
func withVectors(_ body: (URL, Workspace) throws -> Void) throws {
    let home = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-sqlite-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: home) }
    let workspace = try Workspace(WorkspaceLocation(home: home))
    let file = home.appendingPathComponent("v.txt")
    try Data(
        """
        6 2
        east 1 0
        ten 0.9848078 0.1736482
        thirty 0.8660254 0.5
        north 0 2
        west -1 0
        zero 0 0
        """.utf8
    ).write(to: file)
    _ = try workspace.importEmbeddings(ImportEmbeddingsRequest(file: file.path, name: "v", command: "test"))
    try body(home, workspace)
}

@Test func theExtensionFindsTheNeighboursThatTheProgramFinds() throws {
    try withVectors { (home, workspace) throws in
        let report = try workspace.neighbours(model: "v", field: "token", near: "east", count: 3, metric: .cosine)
        #expect(report.entries.map(\.key) == ["ten", "thirty", "north"])
        let sql = "SELECT key || round(value, 4) FROM zoo_neighbours('v', 'token', 'east', 3)"
        let expected = "ten0.9848\nthirty0.866\nnorth0.0\n"
        #expect(try StockSQLite.run(sql, home: home) == expected)
        // Loaded into the catalogue itself, wherever the home is said to be; and by a vector, which excludes nothing.
        let database = home.appendingPathComponent("zoo.sqlite").path
        #expect(
            try StockSQLite.run(sql, home: URL(fileURLWithPath: "/nowhere"), database: database) == expected)
        #expect(
            try StockSQLite.run(
                """
                SELECT n.key FROM (SELECT vector FROM zoo_embeddings WHERE key = 'north') a,
                    zoo_neighbours('v', 'token', a.vector, 2, 'euclidean') n
                """, home: home, database: database) == "north\nthirty\n")
    }
}

@Test func versionsAreAskedForByAllTheirNames() throws {
    try withVectors { (home, workspace) throws in
        let file = home.appendingPathComponent("w.txt")
        try Data("3 2\neast 1 0\nten 0 1\nwest 0.9 0.1\n".utf8).write(to: file)
        var request = ImportEmbeddingsRequest(file: file.path, name: "v", command: "test")
        request.isReplacing = true
        _ = try workspace.importEmbeddings(request)
        _ = try workspace.tagModel("v@1", as: "good")
        for (name, nearest) in [("v", "west"), ("v@2", "west"), ("v@1", "ten"), ("v@good", "ten")] {
            let sql = "SELECT key FROM zoo_neighbours('\(name)', 'token', 'east', 1)"
            #expect(try StockSQLite.run(sql, home: home) == nearest + "\n", "\(name)")
        }
        let none = try StockSQLite.run("SELECT key FROM zoo_neighbours('v@3', 'token', 'east', 1)", home: home)
        #expect(none.contains("there is no model 'v@3'"), "\(none)")
    }
}

@Test(arguments: [false, true]) func theExtensionSearchesByTheIndex(isBinary: Bool) throws {
    try withVectors { (home, workspace) throws in
        var generator = RandomGenerator(seed: 3)
        let lines = (0..<900).map { row in
            "w\(row)"
                + (0..<8).map { " \(Float(row % 7 == $0 ? 3 : 0) + generator.normal())" }.joined()
        }
        let file = home.appendingPathComponent("m.txt")
        try Data(("900 8\n" + lines.joined(separator: "\n") + "\n").utf8).write(to: file)
        _ = try workspace.importEmbeddings(ImportEmbeddingsRequest(file: file.path, name: "m", command: "test"))
        var recipe = VectorIndex.Recipe()
        // So little that what the index leaves out is seen.
        (recipe.recall, recipe.isBinary) = (0.3, isBinary)
        let report = try workspace.indexEmbeddings(model: "m", field: "token", recipe: recipe)
        #expect(report.recall < 0.95 && report.codes == (isBinary ? "binary" : "int8"))
        let database = home.appendingPathComponent("zoo.sqlite").path
        func keys(_ key: String, exact: Bool) throws -> [String] {
            try workspace.neighbours(
                model: "m", field: "token", near: key, count: 40, metric: .cosine, exact: exact
            ).entries.map { $0.key + "\n" }
        }
        var differ = 0
        for key in ["w5", "w77", "w500", "w899"] {
            let ask = "SELECT key FROM zoo_neighbours('m', 'token', '\(key)', 40);"
            let (found, all) = (try keys(key, exact: false), try keys(key, exact: true))
            #expect(try StockSQLite.run(ask + ask, home: home) == (found + found).joined())
            #expect(
                try StockSQLite.run(ask.replacing("40)", with: "40, NULL, 1)"), home: home, database: database)
                    == all.joined())
            let byVector = "(SELECT vector FROM zoo_embeddings WHERE key = '\(key)')"
            #expect(
                try StockSQLite.run(
                    "SELECT key FROM zoo_neighbours('m', 'token', \(byVector), 41);", home: home, database: database)
                    == "\(key)\n" + found.joined())
            if found != all { differ += 1 }
        }
        #expect(differ > 0)
        // Of vectors that changed it is refused, in the middle of a connection as well.
        let ask = "SELECT key FROM zoo_neighbours('m', 'token', 'w5', 1, 'cosine', 0);"
        let told = try StockSQLite.run(
            ask + "DELETE FROM zoo_stored_embeddings WHERE key = 'w899';" + ask, home: home, database: database)
        #expect(told.contains("stale") && told.contains("'zoo embeddings index m token'"), "\(told)")
        #expect(try StockSQLite.run(ask.replacing("0)", with: "2)"), home: home).contains("exact is 0 or 1"))
        for change in ["vector = zeroblob(32) WHERE key = 'w700'", "label = 'x' WHERE key = 'w700'"] {
            _ = try workspace.indexEmbeddings(model: "m", field: "token", recipe: recipe)
            let changed = try StockSQLite.run(
                "UPDATE zoo_stored_embeddings SET \(change) AND model = 'm';" + ask, home: home, database: database)
            #expect(changed.contains("stale") == change.hasPrefix("vector"), "\(changed)")
        }
        // More than the index is for are found by all vectors.
        let many = "SELECT count(*) FROM zoo_neighbours('m', 'token', 'w5', 800);"
        #expect(try StockSQLite.run(many, home: home) == "800\n")
        let hash = try #require(try workspace.data.index(model: "m", field: "token")).sha256
        try FileManager.default.removeItem(at: workspace.weights.url(sha256: hash))
        let missing = try StockSQLite.run(ask, home: home)
        #expect(
            missing.contains("its file is missing") && missing.contains("'zoo embeddings index m token'"), "\(missing)")
        let hostile = "UPDATE zoo_embedding_indexes SET sha256 = '../m';"
        #expect(try StockSQLite.run(hostile + ask, home: home, database: database).contains("names no file for 'm'"))
    }
}

@Test func aModelThatIsReplacedIsReadAgain() throws {
    try withVectors { (home, _) throws in
        let database = home.appendingPathComponent("zoo.sqlite").path
        let ask = "SELECT key FROM zoo_neighbours('v', 'token', 'east', 1);"
        let change = "UPDATE zoo_stored_embeddings SET vector = X'0000803F00000000' WHERE key = 'west';"
        #expect(try StockSQLite.run(ask + change + ask, home: home, database: database) == "ten\nwest\n")
    }
}

@Test(
    arguments: [
        ("SELECT dot(X'0000803F', X'00000040')", "2.0"), ("SELECT l2('[0, 0]', '[3, 4]')", "5.0"),
        ("SELECT cosine(zeroblob(8), '[1, 2]')", "0.0"), ("SELECT cosine('[1, 1]', '[2, 2]')", "1.0"),
        ("SELECT dot(NULL, '[1]')", "NULL"), ("SELECT component('[1, 2.5]', 1)", "2.5"),
        ("SELECT component(NULL, 1)", "NULL"), ("SELECT l2(X'0000C07F', '[1]')", "NULL"),
        ("SELECT dot('[1]', '[1, 2]')", "vectors of different widths: 1 and 2"),
        ("SELECT dot(X'', X'')", "a vector without numbers"), ("SELECT dot(X'01', X'01')", "1 bytes are not a vector"),
        ("SELECT dot('king', '[1]')", "JSON array of numbers"), ("SELECT dot(1, '[1]')", "vectors are needed"),
        ("SELECT dot('[]', '[]')", "JSON array of numbers"), ("SELECT dot('[1,\"2\"]', '[1,2]')", "JSON array"),
        ("SELECT dot('[1,,2]', '[1,2]')", "JSON array"), ("SELECT dot('[1,2,]', '[1,2]')", "5.0"),
        ("SELECT component('[1]', 1)", "there is no component 1"),
        ("SELECT component('[1]', -9223372036854775808)", "there is no component -9"),
        ("SELECT component('[1]', 'x')", "whole number"),
        ("SELECT dot(replace(hex(zeroblob(1000000)), '0', '['), '[1]')", "JSON array of numbers"),
        ("SELECT * FROM zoo_neighbours", "model is missing"),
        ("SELECT * FROM zoo_neighbours('v', 'token', 'east')", "k is missing"),
        ("SELECT * FROM zoo_neighbours(NULL, NULL, NULL, NULL)", "model must be a text"),
        ("SELECT * FROM zoo_neighbours('v', 'token', NULL, 1)", "near is missing"),
        ("SELECT * FROM zoo_neighbours('v', 'token', '', 1)", "near is empty"),
        ("SELECT * FROM zoo_neighbours('v', 'token', 'east', -1)", "k must be a whole number from 1"),
        ("SELECT * FROM zoo_neighbours('v', 'token', 'east', 9223372036854775807)", "k must be a whole number"),
        ("SELECT * FROM zoo_neighbours('v', 'token', 'east', 1, 'near')", "metric is one of 'cosine', 'dot'"),
        ("SELECT * FROM zoo_neighbours('v', 'token', X'0000803F', 1)", "near has 1 numbers, the vectors have 2"),
        ("SELECT * FROM zoo_neighbours('v', 'token', X'00', 1)", "1 bytes are not a vector"),
        ("SELECT * FROM zoo_neighbours('v', 'item', 'east', 1)", "has no field 'item'; there are 'token'"),
        ("SELECT * FROM zoo_neighbours('w', 'token', 'east', 1)", "there is no model 'w'; there are 'v'"),
        (
            "SELECT * FROM zoo_neighbours('movielens-100k', 'item', 'toy story', 1)",
            "it ships with zoo, and 'zoo models show movielens-100k' puts it into the home"
        ),
        ("SELECT * FROM zoo_neighbours('v', 'token', 'eats', 1)", "did you mean 'east'"),
        ("INSERT INTO zoo_neighbours VALUES (1, 2, 3)", "may not be modified"),
    ])
func theExtensionAnswersHostileArguments(sql: String, answer: String) throws {
    try withVectors { (home, _) throws in
        let printed = try StockSQLite.run(sql, home: home)
        #expect(printed.contains(answer) && !printed.contains("VectorFlaw"), "\(printed)")
    }
}

@Test func theExtensionSaysWhereItLookedForModels() throws {
    let printed = try StockSQLite.run(
        "SELECT * FROM zoo_neighbours('v', 'token', 'east', 1)", home: URL(fileURLWithPath: "/nowhere"))
    #expect(printed.contains("/nowhere/zoo.sqlite"), "\(printed)")
    #expect(printed.contains("$ZOO_HOME"))
}
