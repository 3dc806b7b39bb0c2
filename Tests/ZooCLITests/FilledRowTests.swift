import Foundation
import Testing

extension Sandbox {
    /// A year of days: fewer are out on a day off, and more when it is warm.
    fileprivate func importDays() throws {
        let lines = (0..<364).map { row in
            let (weekday, warm) = (row % 7, Double(row % 52) / 2)
            let isWorkday = weekday < 5 ? 1 : 0
            let place = ["hill", "port"][row / 7 % 2]
            return "\(place),\(weekday),\(isWorkday),\(warm),\(100 + 300 * isWorkday + Int(warm) + row % 3)"
        }
        try write("days.csv", (["place,weekday,workday,warm,visits"] + lines).joined(separator: "\n") + "\n")
        try succeed("data", "import", "csv", "days.csv", "--name", "days")
    }
}

/// What is not given of a row is as in real rows.
@Suite struct FilledRowTests {
    private func train(_ box: Sandbox, _ more: String...) throws {
        let settings = [
            "--data", "days", "--target", "visits", "--valid", "0", "--epochs", "40", "--save", "m", "--quiet",
        ]
        let run = try box.start(["train", "tabular"] + settings + more).wait()
        try #require(run.code == 0, "\(run.stderr)")
    }

    private func number(_ report: JSONObject) -> Double { (report["predictions"] as? [[Double]])?.first?.first ?? .nan }

    @Test func theAnswerIsTheMeanOverRealRows() throws {
        try withSandbox { box in
            try box.importDays()
            try train(box)
            let arguments = ["predict", "m", "--set", "workday=0", "--set", "place=port", "--json"]
            let run = try box.start(arguments).wait()
            #expect(run.code == 0)
            #expect(run.stderr.contains("not set: weekday, warm: the answer is the mean over 52 rows of 'days'"))
            #expect(run.stderr.contains("10th to 90th percentile"))
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject)
            #expect(report["matched_rows"] as? Int == 52 && report["matched_from"] as? String == "days")
            #expect(report["filled"] as? [String] == ["weekday", "warm"])
            #expect((report["assumed"] as? JSONObject)?.isEmpty == true)
            let spread = try #require((report["spread"] as? [JSONObject])?.first)
            let (low, high) = (spread["p10"] as? Double ?? .nan, spread["p90"] as? Double ?? .nan)
            #expect(low < number(report) && number(report) < high && (spread["deviation"] as? Double ?? 0) > 0)
            // The same as asking for these rows one by one.
            let each: JSONObject = try box.json(
                "predict", "m", "--sql", "SELECT * FROM zoo_data_days WHERE workday = 0 AND place = 'port'")
            let all = (each["predictions"] as? [[Double]] ?? []).compactMap(\.first)
            let mean = all.reduce(0, +) / Double(all.count)
            #expect(all.count == 52 && abs(number(report) - mean) < 0.001 * mean)
            // Nothing is filled in where all is given.
            let whole = try box.zoo(
                "predict", "m", "--set", "workday=0", "--set", "place=port", "--set", "weekday=6", "--set", "warm=3")
            #expect(whole.code == 0 && whole.stderr.isEmpty)
        }
    }

    @Test func nearRowsAreTakenForNumbersAndTheGivenOneStays() throws {
        try withSandbox { box in
            try box.importDays()
            try train(box)
            let report: JSONObject = try box.json("predict", "m", "--set", "warm=20", "--set", "workday=1")
            #expect(report["matched_rows"] as? Int == 26, "a tenth of 260")
            // Far from what any row has, the number that was given decides, as far as training went.
            let cold: JSONObject = try box.json("predict", "m", "--set", "warm=0", "--set", "workday=1")
            #expect(number(report) > number(cold))
        }
    }

    @Test func whatNoRowAgreesWithIsGivenUpAndSaid() throws {
        try withSandbox { box in
            try box.importDays()
            try train(box)
            let run = try box.zoo("predict", "m", "--set", "workday=1", "--set", "weekday=6", "--set", "place=hill")
            #expect(run.code == 0)
            #expect(
                run.stderr.contains("no row of 'days' agrees with all that is set: weekday did not choose the rows"))
            let report: JSONObject = try box.json("predict", "m", "--set", "place=hlil", "--set", "workday=1")
            #expect(report["ignored"] as? [String] == ["place"])
        }
    }

    @Test func rowsOfTheModelsFileStandInForDataThatAreGone() throws {
        try withSandbox { box in
            try box.importDays()
            try train(box)
            let here: JSONObject = try box.json("predict", "m", "--set", "workday=0")
            try box.succeed("data", "remove", "days")
            let run = try box.zoo("predict", "m", "--set", "workday=0")
            #expect(run.code == 0 && run.stderr.contains("rows of the sample in the model's file"), "\(run.stderr)")
            let gone: JSONObject = try box.json("predict", "m", "--set", "workday=0")
            #expect(abs(number(gone) - number(here)) < 60)
            #expect((gone["matched_rows"] as? Int ?? 0) > 40)
        }
    }

    @Test func withoutRowsUsualValuesAreTakenAndTheirDoubtIsSaid() throws {
        try withSandbox { box in
            try box.importDays()
            try train(box, "--sample-rows", "0")
            try box.succeed("data", "remove", "days")
            let run = try box.zoo("predict", "m", "--set", "workday=0")
            #expect(run.code == 0 && run.stderr.contains("not set, taken as usual: place=hill"), "\(run.stderr)")
            #expect(run.stderr.contains("together they may not fit"))
            let report: JSONObject = try box.json("predict", "m", "--set", "workday=0")
            #expect(report["matched_rows"] is NSNull && (report["assumed"] as? JSONObject)?.count == 3)
        }
    }

    @Test func classesHaveTheMeanOfTheirProbabilities() throws {
        try withSandbox { box in
            try box.importDays()
            try box.succeed(
                "train", "tabular", "--data", "days", "--target", "place", "--epochs", "2", "--save", "c", "--quiet")
            let report: JSONObject = try box.json("predict", "c", "--set", "workday=1")
            let row = try #require((report["predictions"] as? [[Any]])?.first)
            let sum = row.compactMap { $0 as? Double }.reduce(0, +)
            #expect(abs(sum - 1) < 1e-4)
            #expect(
                (report["spread"] as? [JSONObject])?.compactMap { $0["column"] as? String } == ["p(hill)", "p(port)"])
            let explained = try box.zoo("explain", "m2", "--set", "workday=1")
            #expect(explained.code != 0)
            let row1 = try box.zoo("explain", "c", "--set", "workday=1")
            #expect(row1.code == 0 && row1.stderr.contains("the row which agrees best with what is set"))
        }
    }
}
