import Foundation
import Testing

/// Rows that come from elsewhere: files of every dialect, pipes, queries that do not end, tables that change.
@Suite struct TabularInputTests {
    @discardableResult
    private func train(_ box: Sandbox, _ arguments: String...) throws -> ZooRun {
        let settings = ["--target", "price", "--epochs", "2", "--save", "m", "--replace", "--quiet"]
        let run = try box.start(["train", "tabular"] + settings + arguments).wait()
        try #require(run.code == 0, "\(run.stderr)")
        return run
    }

    /// The prices of three rows, however they are written.
    private func prices(_ run: ZooRun) -> [String] {
        #expect(run.code == 0, "\(run.stderr)")
        return run.stdout.split(separator: "\n").dropFirst().map { $0.trimmingCharacters(in: .whitespaces) }
    }

    @Test func aFileToPredictMayBeOfAnyDialectAndComeThroughAPipe() throws {
        try withSandbox { box in
            try box.importHouses()
            try train(box, "--data", "houses", "--ignore", "sold")
            let rows = ["Ayton,3,80.5", "Beford,2,61.5", "?,5,140.5"]
            try box.write("plain.csv", "town,rooms,area\n" + rows.joined(separator: "\n") + "\n")
            let usual = prices(try box.zoo("predict", "m", "--input", "plain.csv"))
            #expect(usual.count == 3)
            let semicolons = rows.map { $0.replacing(",", with: ";").replacing(".", with: ",") + "*" }
            try box.write("odd.txt", "made today\n" + semicolons.joined(separator: "\n") + "\n")
            let odd = try box.zoo(
                "predict", "m", "--input", "odd.txt", "--delimiter", "semicolon", "--decimal-comma", "--skip-lines",
                "1", "--header", "none", "--columns", "town,rooms,area", "--trim-end", "*")
            #expect(prices(odd) == usual)
            for command in [
                "cat plain.csv | \"$zoo\" predict m --input -", "cat plain.csv | \"$zoo\" predict m --input /dev/stdin",
                "\"$zoo\" predict m --input - < plain.csv", "exec 9< plain.csv; \"$zoo\" predict m --input /dev/fd/9",
            ] {
                #expect(prices(try box.shell(command)) == usual, "\(command)")
            }
            let bad = try box.shell("printf 'town,rooms,area\\nAyton,3,x\\n' | \"$zoo\" predict m --input -")
            #expect(bad.isOneLineFailure && bad.stderr.contains("/dev/stdin, line 2"), "\(bad.stderr)")
            let empty = try box.shell(": | \"$zoo\" predict m --input -")
            #expect(empty.isOneLineFailure && empty.stderr.contains("/dev/stdin"), "\(empty.stderr)")
            let imported = try box.shell("cat houses.csv | \"$zoo\" data import csv - --name piped")
            #expect(imported.stdout.contains("240 rows"), "\(imported.stderr)")
            let text = try box.shell("printf 'A text.' | \"$zoo\" data import text - --name text")
            #expect(text.stdout.contains("7 characters in 1 text\n"), "\(text.stderr)")
            let pipe = box.folder.appendingPathComponent("pipe").path
            mkfifo(pipe, 0o600)
            for arguments in [["predict", "m", "--input", pipe], ["data", "import", "csv", pipe, "--name", "p"]] {
                let run = try box.start(arguments).wait(timeout: 10)
                #expect(run.isOneLineFailure && run.stderr.contains("a pipe, which can be read only once"))
            }
        }
    }

    @Test func datesAreReadInTheOrderOfTheTraining() throws {
        try withSandbox { box in
            // Sales grow with the month; 13/1 and the like say that the day comes first.
            let rows = (0..<360).map { row in
                "\(row % 28 + 1)/\(row % 12 + 1)/2023,\((row % 12 + 1) * 100 + row / 84 * 9)"
            }
            try box.write("sales.csv", "day,sales\n" + rows.joined(separator: "\n") + "\n")
            try box.succeed("data", "import", "csv", "sales.csv", "--name", "sales")
            try box.succeed(
                "train", "tabular", "--data", "sales", "--target", "sales", "--epochs", "30", "--save", "m", "--quiet")
            // Every one of these could be read both ways.
            try box.write("new.csv", "day\n1/12/2023\n2/12/2023\n3/11/2023\n")
            let read: JSONObject = try box.json("predict", "m", "--input", "new.csv")
            let one: JSONObject = try box.json("predict", "m", "--set", "day=1/12/2023")
            let known: JSONObject = try box.json("predict", "m", "--set", "day=2023-12-01")
            let other: JSONObject = try box.json("predict", "m", "--input", "new.csv", "--day-first")
            func first(_ report: JSONObject) -> Double? { (report["predictions"] as? [[Double]])?.first?.first }
            #expect(first(read) == first(known) && first(one) == first(known) && first(other) == first(known))
            #expect((first(known) ?? 0) > 800)
        }
    }

    @Test func numbersAreReadWithTheMarksOfTheTraining() throws {
        try withSandbox { box in
            // 1.234 is 1234 here, which the decimal commas of the prices show.
            let rows = (0..<240).map { row in
                let amount = 1000 + row * 37 % 900 * 97
                let mark = String(format: "%d.%03d", amount / 1000, amount % 1000)
                return "\(mark);\(row % 5);\(amount / 10),5"
            }
            try box.write("sales.csv", "amount;rooms;price\n" + rows.joined(separator: "\n") + "\n")
            try box.succeed("data", "import", "csv", "sales.csv", "--name", "sales")
            try train(box, "--data", "sales")
            let known = prices(try box.zoo("predict", "m", "--set", "amount=55321", "--set", "rooms=3"))
            func expect(_ arguments: String..., at location: SourceLocation = #_sourceLocation) throws {
                let run = try box.start(["predict", "m"] + arguments).wait()
                #expect(prices(run) == known, "\(arguments): \(run.stderr)", sourceLocation: location)
            }
            try expect("--set", "amount=55.321", "--set", "rooms=3")
            try box.write("new.csv", "amount;rooms\n55.321;3\n")
            try expect("--input", "new.csv")
            try box.write("new.json", #"[{"amount": "55.321", "rooms": 3}]"#)
            try expect("--input", "new.json")
            try expect("--sql", "SELECT '55.321' AS amount, 3 AS rooms")
            // The numbers of JSON have no marks, those beside texts neither.
            try box.write("mixed.json", #"[{"amount": 55321.0, "rooms": 3}, {"amount": "55321.0", "rooms": 3}]"#)
            #expect(prices(try box.zoo("predict", "m", "--input", "mixed.json")) == known + known)
            // A file of decimal points stays one, and an option says otherwise.
            try box.write("points.csv", "amount,rooms\n55321.0,3\n")
            try expect("--input", "points.csv")
            let plain = try box.zoo("predict", "m", "--input", "new.csv", "--decimal", "point", "--thousands", "none")
            #expect(prices(plain) != known)
            try box.write("ids.csv", "id;amount;rooms\n7;55.321;3\n")
            try box.succeed("submit", "m", "--input", "ids.csv", "--id", "id", "--output", "out.csv")
            let answer = try String(contentsOf: box.folder.appendingPathComponent("out.csv"), encoding: .utf8)
            let written = Double(answer.split(separator: "\n")[1].split(separator: ",")[1]) ?? .nan
            #expect(abs(written - (Double(known[0]) ?? .nan)) < 1e-3 * abs(written), "\(answer) \(known)")
            #expect(try box.succeed("models", "show", "m").contains("amount as in '1.234,5'"))
        }
    }

    @Test(arguments: ["x > 0", "x < 0"]) func aSelectThatNeverEndsCanBeInterrupted(_ condition: String) throws {
        try withSandbox { box in
            try box.importHouses()
            let sql =
                "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x, x AS y FROM n WHERE \(condition)"
            let process = try box.start(["train", "tabular", "--sql", sql, "--target", "y", "--save", "m"])
            #expect(process.awaitHandler())
            usleep(300_000)
            process.interrupt()
            let start = Date()
            let run = process.wait(timeout: 10)
            #expect(Date().timeIntervalSince(start) < 2 && run.code == 130 && run.stdout.isEmpty)
            #expect(try box.fail("models", "show", "m").contains("'m'"))
            try box.succeed("data", "remove", "houses")
        }
    }

    @Test func aTableThatChangesWhileTrainingIsReadAsItWas() throws {
        try withSandbox { box in
            try box.importHouses("before")
            try box.importHouses()
            let settings = ["--target", "price", "--epochs", "400", "--ignore", "sold"]
            let process = try box.start(["train", "tabular", "--data", "houses", "--save", "m"] + settings)
            #expect(process.awaitMessage("epoch 1/400"))
            try box.write("houses.csv", "town,rooms,area,sold,price\nX,1,1.5,2020-01-01,1\nY,2,2.5,2020-01-02,2\n")
            try box.succeed("data", "import", "csv", "houses.csv", "--name", "houses", "--replace")
            let run = process.wait()
            #expect(run.code == 0, "\(run.stderr)")
            let straight = try box.start(["train", "tabular", "--data", "before", "--save", "s"] + settings).wait()
            #expect(straight.code == 0)
            let metrics = try ["m", "s"].map { name -> [String: Double] in
                let report: JSONObject = try box.json("evaluate", name, "--data", "before")
                return try #require(report["test"] as? [String: Double])
            }
            #expect(metrics[0] == metrics[1] && !metrics[0].isEmpty)
        }
    }
}
