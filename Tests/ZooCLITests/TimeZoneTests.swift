import Foundation
import GRDB
import Testing

@Test func anOffsetThatTrainingDidNotHaveIsSaid() throws {
    try withSandbox { box in
        let rows = (1...30).map { "2024-06-\($0 < 10 ? "0" : "")\($0) 22:00:00+0\($0 % 2 + 1):00,\($0 * $0 % 11)\n" }
        try box.write("t.csv", "moment,visitors\n" + rows.joined())
        try box.succeed("data", "import", "csv", "t.csv", "--name", "t")
        try box.succeed(
            "train", "tabular", "--data", "t", "--target", "visitors", "--epochs", "1", "--members", "1", "--valid",
            "0",
            "--save", "m", "--quiet")
        // Capitals do not matter where they are not needed.
        let other = try box.zoo("predict", "m", "--set", "MOMENT=2024-06-08T10:00:00Z")
        #expect(
            other.stderr.contains("moment: 1 time with +00:00, where training had +01:00, +02:00"), "\(other.stderr)")
        let known = try box.zoo("predict", "m", "--set", "moment=2024-06-08T10:00:00+02:00")
        #expect(known.code == 0 && !known.stderr.contains("where training had +01:00"), "\(known.stderr)")
    }
}

/// `--time-zone` of a SELECT. 2024-06-08 is a Saturday, number 5 from Monday.
@Suite struct TimeZoneTests {
    @Test func aModelKeepsTheClockOnWhichItsSelectWasRead() throws {
        try withSandbox { box in
            let path = box.folder.appendingPathComponent("own.sqlite").path
            let queue = try DatabaseQueue(path: path)
            try queue.write { database in
                try database.execute(sql: "CREATE TABLE visit(moment TEXT, visitors REAL)")
                for day in 1...30 {
                    try database.execute(
                        sql: "INSERT INTO visit VALUES(?, ?)",
                        arguments: [String(format: "2024-06-%02d 22:00:00Z", day), Double(day * day % 11)])
                }
            }
            try queue.close()
            let train = [
                "train", "tabular", "--db", path, "--sql", "SELECT * FROM visit", "--target", "visitors", "--epochs",
                "1",
                "--members", "1", "--valid", "0", "--save",
            ]
            let asked = "SELECT '2024-06-07 22:00:00Z' AS moment UNION ALL SELECT '2024-06-08 10:00:00+02:00'"
            for (model, option, weekdays) in [
                ("here", ["--time-zone", "Europe/Berlin"], ["5.0", "5.0"]), ("utc", [], ["4.0", "5.0"]),
            ] {
                let run = try box.start(train + [model] + option).wait()
                try #require(run.code == 0, "\(run.stderr)")
                let csv = box.folder.appendingPathComponent("\(model).csv").path
                try box.succeed("export-features", model, "--db", path, "--sql", asked, "--output", csv)
                let rows = try String(contentsOfFile: csv, encoding: .utf8).split(separator: "\n").map {
                    $0.split(separator: ",")
                }
                let place = try #require(rows[0].firstIndex(of: "moment_weekday"))
                #expect(rows.dropFirst().map { String($0[place]) } == weekdays)
            }
            // 2 o'clock in Berlin, of which New York says Friday, 20 o'clock.
            let there = ["--time-zone", "-04:00"]
            try box.write("n.csv", "moment\n2024-06-07 20:00:00\n")
            func answer(_ arguments: [String]) throws -> [[Any]] {
                let run = try box.start(["predict", "here", "--db", path, "--json"] + arguments).wait()
                let json = try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject
                return try #require(json?["predictions"] as? [[Any]], "\(run.stderr)")
            }
            let twice = try box.start(["predict", "here", "--db", path, "--set", "moment=2024-10-27 02:30:00"]).wait()
            #expect(
                twice.stderr.contains("moment=2024-10-27 02:30:00: 1 time that Europe/Berlin shows twice is taken for"),
                "\(twice.stderr)")
            let expected = try answer(["--set", "moment=2024-06-08 02:00:00"]).description
            #expect(try answer(["--set", "moment=2024-06-07 20:00:00"]).description != expected)
            for rows in [
                ["--set", "moment=2024-06-07 20:00:00"], ["--input", "n.csv"],
                ["--sql", "SELECT '2024-06-07 20:00:00' AS moment"],
            ] { #expect(try answer(rows + there).description == expected, "\(rows)") }
            #expect(try box.start(["predict", "here", "--db", path, "--data", "d"] + there).wait().code == 64)
            for command in [["train", "tabular", "--target", "a"], ["train", "collab"]] {
                #expect(try box.start(command + ["--data", "d", "--time-zone", "+02:00"]).wait().code == 64)
            }
        }
    }
}
