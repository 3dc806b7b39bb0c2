import Foundation
import GRDB
import Testing

extension Sandbox {
    /// Runs SQL on the database, as the user would.
    func execute(_ sql: String) throws {
        let queue = try DatabaseQueue(path: database.path)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    /// The rows of a SELECT.
    func rows(_ sql: String) throws -> [[DatabaseValue]] {
        let queue = try DatabaseQueue(path: database.path)
        defer { try? queue.close() }
        return try queue.read { try Row.fetchAll($0, sql: sql).map { Array($0.databaseValues) } }
    }
}

@Suite struct PredictTableTests {
    @Test func tablesOfTheUsersAreNeverReplaced() throws {
        try withSandbox { box in
            try box.importHouses()
            try box.succeed(
                "train", "tabular", "--data", "houses", "--target", "price", "--epochs", "1", "--save", "prices")
            try box.execute(
                """
                CREATE TABLE bids (rooms INTEGER PRIMARY KEY, price REAL NOT NULL, note TEXT DEFAULT 'new');
                INSERT INTO bids VALUES (1, 1, 'mine'), (2, 2, 'mine')
                """)
            let before = try box.rows("SELECT * FROM bids")
            let sql = "SELECT DISTINCT rooms, 'Ayton' AS town, 60.5 AS area, '2023-01-01' AS sold FROM zoo_data_houses"
            let predict = ["predict", "prices", "--sql", sql + " WHERE rooms > 2", "--keep", "rooms", "--table"]
            for arguments in [["bids"], ["bids", "--replace"], ["zoo_mine"]] {
                let run = try box.start(predict + arguments).wait()
                #expect(run.isOneLineFailure && run.stderr.contains("'\(arguments[0])'"), "\(run.stderr)")
            }
            #expect(try box.rows("SELECT * FROM bids") == before)
            try box.write("empty.csv", "town,rooms,area,sold\n")
            #expect(try box.start(predict + ["kept"]).wait().code == 0)
            let kept = try box.rows("SELECT * FROM kept")
            let empty = try box.fail("predict", "prices", "--input", "empty.csv", "--table", "kept", "--replace")
            #expect(empty.contains("there are none to predict") && !kept.isEmpty, "\(empty)")
            #expect(try box.rows("SELECT * FROM kept") == kept)
            // Rows that somebody else added are the user's; those of --append are not.
            #expect(try box.start(predict + ["kept", "--append"]).wait().code == 0)
            #expect(try box.start(predict + ["kept", "--replace"]).wait().code == 0)
            try box.execute("INSERT INTO kept (rooms, price) VALUES (99, 1)")
            let added = try box.start(predict + ["kept", "--replace"]).wait()
            #expect(added.isOneLineFailure && added.stderr.contains("3 rows when predictions wrote it and has 4"))
            #expect(try box.rows("SELECT * FROM kept WHERE rooms = 99").count == 1)
            for arguments in [
                ["--replace", "--append"], ["--update", "price"], ["--key", "rooms"],
                ["--update", "price", "--key", "rooms", "--append"],
            ] {
                #expect(try box.start(predict + ["bids"] + arguments).wait().code == 64, "\(arguments)")
            }
            #expect(try box.zoo("predict", "prices", "--sql", sql, "--append").code == 64)

            #expect(try box.start(predict + ["bids", "--append"]).wait().code == 0)
            #expect(
                try box.rows("SELECT count(*), sum(note = 'new') FROM bids") == [[5.databaseValue, 3.databaseValue]])
            let again = try box.start(predict + ["bids", "--append"]).wait()
            #expect(again.isOneLineFailure && again.stderr.contains("UNIQUE"), "\(again.stderr)")

            let update = ["--table", "bids", "--update", "price", "--key", "rooms"]
            let some = ["predict", "prices", "--sql", sql + " WHERE rooms < 3"] + update
            let said = try box.start(some).wait()
            #expect(said.code == 0 && said.stdout.contains("bids, column price"), "\(said.stderr)")
            #expect(
                try box.rows("SELECT 1 FROM bids WHERE rooms < 3 AND price NOT IN (1, 2) AND note = 'mine'").count == 2)
            let after = try box.rows("SELECT * FROM bids")
            try box.write("unknown.csv", "town,rooms,area,sold\nAyton,2,70.5,2023-01-01\nAyton,77,70.5,2023-01-01\n")
            let missing = try box.start(["predict", "prices", "--input", "unknown.csv"] + update).wait()
            #expect(missing.isOneLineFailure && missing.stderr.contains("no row with the key 77"), "\(missing.stderr)")
            #expect(try box.rows("SELECT * FROM bids") == after)
            #expect(said.stderr.contains("'price' of bids is the model's target"), "\(said.stderr)")

            // A key may be written in other capitals, and who writes over what the model reads is told.
            for key in ["ROOMS", "room"] {
                let run = try box.start(some.dropLast() + [key]).wait()
                #expect((run.code == 0) == (key == "ROOMS"), "\(run.stderr)")
                #expect(run.code == 0 || run.stderr.contains("'room' (--key): the nearest is 'rooms'"), "\(run.stderr)")
            }
            try box.execute("CREATE TABLE copy AS SELECT rooms, price AS area FROM bids")
            let over = try box.start([
                "predict", "prices", "--sql", sql + " WHERE rooms < 3", "--table", "copy", "--update", "area", "--key",
                "rooms",
            ]).wait()
            #expect(over.stderr.contains("'area' of copy is a column that the model reads"), "\(over.stderr)")

            #expect(try box.start(predict + ["out"]).wait().code == 0)
            let asked = try box.start(predict + ["out"]).wait()
            #expect(asked.isOneLineFailure && asked.stderr.contains("'zoo predict prices'"), "\(asked.stderr)")
            #expect(try box.start(predict + ["out", "--replace"]).wait().code == 0)
            #expect(try box.rows("SELECT count(*) FROM out") == [[3.databaseValue]])
        }
    }

    @Test func otherFilesAreNotOverwritten() throws {
        try withSandbox { box in
            try box.importHouses()
            try box.succeed("train", "tabular", "--data", "houses", "--target", "price", "--epochs", "1", "--save", "m")
            let database = try Data(contentsOf: box.database)
            let csv = try Data(contentsOf: box.folder.appendingPathComponent("houses.csv"))
            let place = box.database.path
            let predicted = try box.fail("predict", "m", "--data", "houses", "--output", place)
            #expect(predicted.contains("an SQLite database"))
            #expect(try box.fail("export-features", "m", "--output", place).contains("an SQLite database"))
            #expect(try box.fail("predict", "m", "--input", "houses.csv", "--output", "houses.csv").contains("is read"))
            #expect(
                try box.fail("submit", "m", "--input", "houses.csv", "--id", "area", "--output", "houses.csv").contains(
                    "is read"))
            for arguments in [
                ["explain", "m", "--column", "rooms"], ["pca", "m", "town"],
                ["lr-find", "tabular", "--data", "houses", "--target", "price"],
            ] {
                let run = try box.start(arguments + ["--plot", "houses.csv"]).wait()
                #expect(run.isOneLineFailure && run.stderr.contains("text such as CSV of that name"), "\(run.stderr)")
            }
            try FileManager.default.copyItem(
                at: box.folder.appendingPathComponent("houses.csv"), to: box.folder.appendingPathComponent("w.npz"))
            #expect(try box.fail("models", "export", "m", "-o", "w.npz").contains("--replace"))
            try box.succeed("models", "export", "m", "-o", "w.h5")
            try box.succeed("models", "export", "m", "-o", "w.h5", "--replace")
            #expect(try Data(contentsOf: box.folder.appendingPathComponent("houses.csv")) == csv)
            #expect(try Data(contentsOf: box.database) == database)
        }
    }
}
