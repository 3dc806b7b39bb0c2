import Foundation
import Testing

@Suite struct RawKeysTests {
    @Test func keysAndKeptColumnsAreThoseOfTheDatabase() throws {
        try withSandbox { (box) throws in
            let keys = ["a", " a", "NA", "1.1", "1.10"]
            let rows = (0..<60).map { "('n\($0)', \($0), \($0 * 2))" } + keys.map { "('\($0)', 3, 6)" }
            let made = try box.shell(
                "sqlite3 own.sqlite \"CREATE TABLE kk (k TEXT, a REAL, y REAL, p REAL)"
                    + "; INSERT INTO kk (k, a, y) VALUES \(rows.joined(separator: ", "))\"")
            #expect(made.code == 0, "\(made.stderr)")
            try box.succeed(
                "train", "tabular", "--db", "own.sqlite", "--sql", "SELECT a, y FROM kk", "--target", "y", "--allow",
                "a", "--epochs",
                "1",
                "--save", "r", "--quiet")
            for key in keys.dropFirst() {
                try box.succeed(
                    "predict", "r", "--db", "own.sqlite", "--sql", "SELECT k, a FROM kk WHERE k = '\(key)'", "--table",
                    "kk", "--update", "p", "--key", "k")
                let written = try box.shell(
                    "sqlite3 own.sqlite \"SELECT k FROM kk WHERE p IS NOT NULL; UPDATE kk SET p = NULL\"")
                #expect(written.stdout == key + "\n")
            }
            try box.succeed(
                "predict", "r", "--db", "own.sqlite", "--sql", "SELECT k, a FROM kk WHERE y = 6 AND k <> 'n3'",
                "--table", "kept", "--keep", "k")
            #expect(
                try box.shell("sqlite3 own.sqlite 'SELECT k FROM kept'").stdout == keys.joined(separator: "\n") + "\n")
        }
    }

    @Test func timesOfADataSetAreOnTheModelsClock() throws {
        try withSandbox { (box) throws in
            func table(_ shift: Int, _ zone: String) -> String {
                (0..<120).reduce("at,y\n") { text, row in
                    let hour = (row * 5 % 20) + 2
                    let day = row % 28 + 1
                    return text
                        + "2024-06-\(day < 10 ? "0" : "")\(day) \(hour - shift < 10 ? "0" : "")\(hour - shift):00:00\(zone),\(hour)\n"
                }
            }
            try box.write("local.csv", table(0, "+02:00"))
            try box.write("utc.csv", table(2, "Z"))
            for name in ["local", "utc"] { try box.succeed("data", "import", "csv", "\(name).csv", "--name", name) }
            try box.succeed(
                "train", "tabular", "--data", "local", "--target", "y", "--allow", "at_hour", "--epochs", "3", "--save",
                "m", "--quiet")
            #expect(try box.succeed("predict", "m", "--data", "utc") == box.succeed("predict", "m", "--data", "local"))
        }
    }
}
