import Foundation
import Testing

@Suite struct OddTablesTests {
    /// 61 rows: quoted names with blanks, a column of true, false and unknown, identifiers beyond 2^53, and True or False to
    /// foretell, which follows from the name but for every seventh row.
    private func importPeople(_ box: Sandbox) throws {
        var lines = ["id,name,ok,weight,alive"]
        for row in 0..<61 {
            let isAlive = (row % 2 == 0) != (row % 7 == 0)
            lines.append(
                "8500073681380188\(10 + row),\"\(row % 2 == 0 ? "female " : "male  ")\",\(["true", "false", "unknown"][row % 3]),"
                    + "\(row * 37 % 19).5,\(isAlive ? "True" : "False")")
        }
        try box.write("people.csv", lines.joined(separator: "\n") + "\n")
        try box.succeed("data", "import", "csv", "people.csv", "--name", "people")
        // An odd number of rows in batches of two leaves a row over, on which nothing can be normalised.
        try box.succeed(
            "train", "tabular", "--data", "people", "--target", "alive", "--ignore", "id", "--valid", "0", "--epochs",
            "3",
            "--batch-size", "2", "--save", "m")
    }

    @Test func rowsAreTheSameWhereverTheyComeFrom() throws {
        try withSandbox { box in
            try importPeople(box)
            func predictions(_ words: String...) throws -> [[JSONValue]] {
                let run = try box.start(["predict", "m", "--json"] + words).wait()
                try #require(run.code == 0, "\(run.stderr)")
                let report = try JSONDecoder().decode(Predictions.self, from: Data(run.stdout.utf8))
                return report.predictions
            }
            let stored = try predictions("--data", "people")
            #expect(stored.count == 61)
            #expect(try predictions("--input", "people.csv") == stored)
            // By themselves these look like truth values; the model knows texts.
            let some = try predictions("--sql", "SELECT * FROM zoo_data_people WHERE ok = 'true' ORDER BY rowid")
            #expect(some == stride(from: 0, to: 61, by: 3).map { stored[$0] })
        }
    }

    @Test func whatIsWrittenIsWhatStoodInTheTable() throws {
        try withSandbox { box in
            try importPeople(box)
            func lines(_ file: String) throws -> [String] {
                try String(contentsOf: box.folder.appendingPathComponent(file), encoding: .utf8).split(separator: "\n")
                    .map(String.init)
            }
            try box.succeed("submit", "m", "--input", "people.csv", "--id", "id", "--output", "answers.csv")
            let answers = try lines("answers.csv")
            #expect(answers[1].hasPrefix("850007368138018810,") && answers.count == 62)
            #expect(answers.dropFirst().allSatisfy { $0.hasSuffix(",True") || $0.hasSuffix(",False") })
            try box.succeed(
                "submit", "m", "--input", "people.csv", "--id", "id", "--probability", "True", "--output", "p.csv")
            #expect(
                try box.fail(
                    "submit", "m", "--input", "people.csv", "--id", "id", "--probability", "yes", "--output", "q.csv"
                ).contains("there are False, True"))
            try box.succeed("predict", "m", "--data", "people", "--keep", "id", "--output", "kept.csv")
            #expect(
                try lines("kept.csv").dropFirst().map { String($0.prefix(18)) }
                    == answers.dropFirst().map { String($0.prefix(18)) })
            let one: JSONObject = try box.json("explain", "m", "--row", "3", "--class", "1")
            let other: JSONObject = try box.json("explain", "m", "--row", "3", "--class", "0")
            let values = [one, other].compactMap { $0["value"] as? Double }
            #expect(one["answer"] as? String == "p(1)" && values.count == 2 && abs(values.reduce(0, +) - 1) < 1e-5)
            #expect(try box.fail("explain", "m", "--row", "3", "--class", "yes").contains("there are 0, 1"))
        }
    }

    @Test func aModelThatLooksBackAtItsTargetDoesWithoutItInNewRows() throws {
        try withSandbox { box in
            func rows(_ days: ClosedRange<Int>, sales: Bool) -> String {
                var lines = ["day,shop\(sales ? ",sales" : "")"]
                for day in days {
                    for shop in ["a", "b"] {
                        lines.append(
                            "2024-01-\(day < 10 ? "0" : "")\(day),\(shop)\(sales ? ",\(day * 3 + shop.count * day % 5)" : "")"
                        )
                    }
                }
                return lines.joined(separator: "\n") + "\n"
            }
            try box.write("past.csv", rows(1...28, sales: true))
            try box.write("next.csv", rows(29...30, sales: false))
            try box.succeed("data", "import", "csv", "past.csv", "--name", "past")
            let series = [
                "train", "tabular", "--data", "past", "--target", "sales", "--time-column", "day", "--group", "shop",
            ]
            let train = series + ["--epochs", "2", "--save", "back", "--replace"]
            #expect(try box.start(train + ["--lag", "sales:1"]).wait().code == 0)
            let report: JSONObject = try box.json("predict", "back", "--input", "next.csv")
            #expect(report["rows"] as? Int == 4)
            let twice = try box.start(train + ["--lag", "sales:1", "--lag", "sales:1,7"]).wait()
            #expect(twice.isOneLineFailure && twice.stderr.contains("'sales_lag1'"), "\(twice.stderr)")
        }
    }

    @Test func rowsOfClassesThatTrainingLacksAreCounted() throws {
        try withSandbox { box in
            let lines = (1...59).map { row in
                let day = row <= 30 ? "01-\(row < 10 ? "0" : "")\(row)" : "02-\(row - 30 < 10 ? "0" : "")\(row - 30)"
                return "2024-\(day),\(row % 7),\(row > 45 ? "new" : row % 2 == 0 ? "even" : "odd")"
            }
            try box.write("kinds.csv", "day,size,kind\n" + lines.joined(separator: "\n") + "\n")
            try box.succeed("data", "import", "csv", "kinds.csv", "--name", "kinds")
            let run = try box.start([
                "train", "tabular", "--data", "kinds", "--target", "kind", "--time-column", "day", "--valid-last",
                "20d",
                "--epochs", "1",
            ]).wait()
            #expect(
                run.code == 0 && (run.stdout + run.stderr).contains("have a class that no training row has"),
                "\(run.stdout)\(run.stderr)")
        }
    }
}

private struct Predictions: Decodable { let predictions: [[JSONValue]] }

/// A number or a text.
private enum JSONValue: Decodable, Equatable {
    case number(Double)
    case text(String)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }
}
