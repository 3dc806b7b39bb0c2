import Foundation
import Testing

/// Rows to predict are read as those of the training; where that says nothing, what was decided is said.
@Suite struct InputAsTrainedTests {
    private func train(_ box: Sandbox, _ arguments: String...) throws -> ZooRun {
        let settings = ["--target", "y", "--epochs", "1", "--members", "1", "--save", "m", "--replace"]
        let run = try box.start(["train", "tabular"] + arguments + settings).wait()
        try #require(run.code == 0, "\(run.stderr)")
        return run
    }

    @Test func anOpenDateIsSaidWhereTrainingHadNone() throws {
        try withSandbox { box in
            let rows = (0..<60).map { "2024-\($0 % 12 < 9 ? "0" : "")\($0 % 12 + 1)-15,\($0 * 37 % 101)\n" }.joined()
            try box.write("d.csv", "day,y\n" + rows)
            try box.succeed("data", "import", "csv", "d.csv", "--name", "d")
            _ = try train(box, "--data", "d")
            try box.write("new.csv", "day\n03/04/2024\n")
            let file = try box.zoo("predict", "m", "--input", "new.csv")
            #expect(file.stderr.contains("note: day: every date could be read as day/month"), "\(file.stderr)")
            let sql = try box.zoo("predict", "m", "--sql", "SELECT '03/04/2024' AS day")
            #expect(sql.stderr.contains("every date could be read") && !sql.stderr.contains("--day-first"))
            let set = try box.zoo("predict", "m", "--set", "day=03/04/2024")
            #expect(set.stderr.contains("day=03/04/2024 is read as 2024-03-04, with the month first"), "\(set.stderr)")
            let said = try box.zoo("predict", "m", "--input", "new.csv", "--day-first")
            let plain = try box.zoo("predict", "m", "--set", "day=2024-04-03")
            #expect(said.stderr.isEmpty && plain.stderr.isEmpty && said.stdout == plain.stdout)
            for same in ["03/03/2024", "2024-03-04"] {
                #expect(try !box.zoo("predict", "m", "--set", "day=\(same)").stderr.contains("month first"))
            }
        }
    }

    @Test func datesInAnotherOrderThanInTrainingAreSaid() throws {
        try withSandbox { box in
            let rows = (0..<60).map { "\($0 % 28 + 1)/\($0 % 12 + 1)/2024,\($0 * 37 % 101)\n" }.joined()
            try box.write("d.csv", "day,y\n" + rows)
            try box.succeed("data", "import", "csv", "d.csv", "--name", "d")
            _ = try train(box, "--data", "d")
            try box.write("new.csv", "day\n1/31/2024\n")
            for source in [["--input", "new.csv"], ["--sql", "SELECT '1/31/2024' AS day"]] {
                let other = try box.start(["predict", "m"] + source).wait()
                #expect(
                    other.stderr.contains(
                        "day: the dates are month/day and are read so; in the model's training they were day/month"),
                    "\(other.stderr)")
            }
            try box.write("same.csv", "day\n31/1/2024\n")
            #expect(try box.zoo("predict", "m", "--input", "same.csv").stderr.isEmpty)
        }
    }

    @Test func textsOfMissingValuesAreThoseOfTheTraining() throws {
        try withSandbox { box in
            let rows = (0..<60).map { "\($0 % 7 == 0 ? "-" : "\($0 % 7)"),\($0 % 7)\n" }.joined()
            try box.write("d.csv", "a,y\n" + rows)
            try box.succeed("data", "import", "csv", "d.csv", "--name", "d", "--missing", "-")
            _ = try train(box, "--data", "d", "--allow", "a")
            try box.write("new.csv", "a\n-\nNA\n3\n")
            let kept = try box.succeed("predict", "m", "--input", "new.csv").split(separator: "\n")
            #expect(kept.count == 4 && kept[1] == kept[2] && kept[2] != kept[3])
            #expect(try box.succeed("predict", "m", "--sql", "SELECT '-' AS a").split(separator: "\n")[1] == kept[1])
            #expect(try box.zoo("predict", "m", "--set", "a=-").code == 0)
            try box.succeed("data", "import", "csv", "d.csv", "--name", "d", "--missing-only", "-", "--replace")
            _ = try train(box, "--data", "d", "--allow", "a")
            #expect(
                try box.fail("predict", "m", "--input", "new.csv").contains("line 3, column 'a': 'NA' is not a number"))
            try box.succeed("predict", "m", "--input", "new.csv", "--missing", "NA")
            // A training without them: the message names the option.
            try box.write("d.csv", "a,y\n" + rows.replacing("-", with: ""))
            try box.succeed("data", "import", "csv", "d.csv", "--name", "d", "--replace")
            _ = try train(box, "--data", "d", "--allow", "a")
            let refusal = try box.fail("predict", "m", "--input", "new.csv")
            #expect(refusal.contains("'-' is not a number (--missing - reads it as a missing value)"), "\(refusal)")
            try box.succeed("predict", "m", "--input", "new.csv", "--missing", "-")
        }
    }

    @Test func timesOfADataSetAreItsClocksInASelect() throws {
        try withSandbox { box in
            func table(_ shift: Int, _ zone: String) -> String {
                (0..<120).reduce("at,y\n") { text, row in
                    let (day, hour) = (row % 20 + 10, row * 5 % 8 + 12)
                    return text + "2024-06-\(day) \(hour - shift):00:00\(zone),\(hour)\n"
                }
            }
            for (name, shift, zone) in [("local", 0, "+02:00"), ("utc", 2, "Z")] {
                try box.write("\(name).csv", table(shift, zone))
                try box.succeed("data", "import", "csv", "\(name).csv", "--name", name)
            }
            _ = try train(box, "--data", "local", "--allow", "at_hour")
            let expected = try box.succeed("predict", "m", "--data", "local")
            #expect(try box.succeed("predict", "m", "--sql", "SELECT at AS at FROM zoo_data_utc") == expected)
            // A data set of before times were kept on their clocks.
            let older = "UPDATE zoo_datasets SET summary = json_remove(summary, '$.keepsClocks', '$.columns[0].isUTC')"
            #expect(try box.shell("sqlite3 home/zoo.sqlite \"\(older) WHERE name = 'utc'\"").code == 0)
            let note = "at: this data set is of an earlier version, in which times with an offset became UTC"
            #expect(try box.zoo("predict", "m", "--data", "utc").stderr.contains(note))
            #expect(try train(box, "--data", "utc", "--allow", "at_hour").stderr.contains(note))
            #expect(try !train(box, "--data", "local", "--allow", "at_hour").stderr.contains(note))
        }
    }
}
