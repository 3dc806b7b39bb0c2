import Foundation
import GRDB
import Testing

@Suite struct TextDatabaseTests {
    @Test func aClassifierLearnsFromATableOfTheUsersOwn() throws {
        try withSandbox { box in
            let file = box.folder.appendingPathComponent("shop.sqlite").path
            let shop = try DatabaseQueue(path: file)
            try shop.write { db in
                try db.execute(sql: "CREATE TABLE reviews (id INTEGER PRIMARY KEY, review TEXT, stars INTEGER)")
                for number in 0..<80 {
                    let (text, stars) = number % 2 == 0 ? ("a fine lamp, it shines", 5) : ("it broke, never again", 1)
                    try db.execute(
                        sql: "INSERT INTO reviews (review, stars) VALUES (?, ?)",
                        arguments: ["\(text) (\(number))", stars])
                }
            }
            let own = ["--db", file, "--quiet"]
            func run(_ arguments: [String]) throws -> String {
                let run = try box.start(arguments + own).wait()
                try #require(run.code == 0, "\(arguments): \(run.stderr)")
                return run.stdout
            }
            _ = try run(["data", "import", "demo-text"])
            let small = ["--hidden", "16", "--layers", "1", "--embedding", "8", "--batch-size", "64", "--epochs", "1"]
            _ = try run(["train", "text", "--data", "tales", "--save", "m"] + small)
            let select = "SELECT review, stars FROM reviews"
            let trained = try run(
                [
                    "train", "text-classifier", "--sql", select, "--encoder", "m", "--save", "c", "--lr", "0.05",
                    "--batch-size", "8", "--epochs", "6",
                ])
            #expect(trained.contains("accuracy 1.0000 on 16 texts"), "\(trained)")
            let said = try run([
                "predict", "c", "--text", "a fine lamp, it shines (7)", "--text", "it broke, never again (8)",
            ])
            #expect(said.split(separator: "\n").dropFirst().map { $0.prefix(1) } == ["5", "1"], "\(said)")
            let tables = try shop.read {
                try String.fetchAll($0, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
            }
            #expect(tables.allSatisfy { $0 == "reviews" || $0.hasPrefix("zoo_") }, "\(tables)")
            #expect(try shop.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM reviews") } == 80)
        }
    }
}
