import Foundation
import Testing

/// Inputs that look at earlier rows, where those are not there; values that are read in a way that is said.
@Suite struct EarlierRowsTests {
    private func withSeries(_ body: (Sandbox) throws -> Void) throws {
        try withSandbox { box in
            var lines = ["when,v,promo,kind,size,y"]
            for row in 0..<200 {
                let day = "2024-\(["01", "02", "03", "04", "05", "06", "07", "08"][row / 25])-\(row % 25 + 1)"
                let before = (row + 199) * 37 % 50
                lines.append(
                    "\(day),\(row * 37 % 50),\(row % 9 == 0),\(row % 2 == 0 ? "a" : "b"),\(row % 7).5,\(before * 3 + row % 5)"
                )
            }
            try box.write("s.csv", lines.joined(separator: "\n") + "\n")
            try box.succeed("data", "import", "csv", "s.csv", "--name", "s")
            try box.succeed(
                "train", "tabular", "--data", "s", "--target", "y", "--lag", "v:1", "--time-column", "when", "--ignore",
                "v", "--epochs", "2", "--save", "m", "--quiet")
            try body(box)
        }
    }

    @Test func lagsThatAreNotKnownAreSaid() throws {
        try withSeries { box in
            // Of the first row the value before is in the model; of the two after it there is none.
            try box.write(
                "new.csv",
                "when,v,promo,kind,size\n2024-08-26,,true,a,1.5\n2024-08-27,,false,a,1.5\n2024-08-28,,true,b,2.5\n")
            let run = try box.start(["predict", "m", "--input", "new.csv", "--interval", "0.8", "--json"]).wait()
            #expect(run.code == 0 && run.stderr.contains("v_lag1 of 2 rows: (missing)"), "\(run.stderr)")
            #expect(run.stderr.contains("say too little of rows with missing values in v_lag1"), "\(run.stderr)")
            let report = try #require(try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject)
            #expect((report["unknown_rows"] as? [String: Int])?["v_lag1"] == 2)
            let unknown = try #require(report["unknown"] as? [JSONObject])
            #expect(unknown.contains { $0["column"] as? String == "v_lag1" && $0["value"] is NSNull })
            #expect(try box.fail("predict", "m", "--input", "new.csv", "--strict").contains("v_lag1"))
            let row = ["when=2024-03-05", "v=9", "promo=yes", "kind=a", "size=1.5"].flatMap { ["--set", $0] }
            let within = try box.start(["predict", "m"] + row).wait()
            #expect(within.code == 0 && within.stderr.contains("v_lag1=(missing)"), "\(within.stderr)")
            #expect(within.stderr.contains("v is not used"), "\(within.stderr)")
            #expect(try box.start(["predict", "m", "--strict"] + row).wait().isOneLineFailure)
            let interval = try box.start(["predict", "m", "--interval", "0.8"] + row).wait()
            #expect(interval.isOneLineFailure && interval.stderr.contains("v_lag1"), "\(interval.stderr)")
            // The value before is known of the row after the data.
            let next = ["when=2024-08-26", "v=9", "promo=no", "kind=a", "size=1.5"].flatMap { ["--set", $0] }
            let known = try box.start(["predict", "m", "--interval", "0.8"] + next).wait()
            #expect(known.code == 0 && !known.stderr.contains("v_lag1"), "\(known.stderr)")
            let wrong = try box.fail("predict", "m", "--set", "promo=perhaps")
            #expect(wrong.contains("true or false") && wrong.contains("yes or no"), "\(wrong)")
        }
    }

    @Test func columnsWithoutNumbersOrEventsAreRefused() throws {
        try withSeries { box in
            let words = [
                "train", "tabular", "--data", "s", "--target", "y", "--time-column", "when", "--ignore", "v",
                "--epochs", "1",
            ]
            for (option, column, held) in [
                ("--lag", "kind:1", "'kind' holds texts"), ("--mean", "kind:3", "'kind' holds texts"),
                ("--events", "kind", "'kind' holds texts"), ("--events", "size", "'size' holds numbers"),
            ] {
                let run = try box.start(words + [option, column]).wait()
                #expect(run.isOneLineFailure && run.stderr.contains(held), "\(option): \(run.stderr)")
            }
            let events = try box.start(words + ["--events", "promo"]).wait()
            #expect(events.code == 0, "\(events.stderr)")
            // Of means from logarithms the rmse, too, is compared with the baseline's.
            let means = try box.start(words + ["--log-target"]).wait()
            #expect(means.stderr.contains("the baseline (mean): rmsle ") && means.stderr.contains("; rmse "))
        }
    }

    @Test func aPointThatMayStandBetweenThousandsIsSaid() throws {
        try withSandbox { box in
            let rows = (0..<120).map { "1.\(100 + $0 * 7),\($0 % 3),\($0 * 5 % 11)" }
            try box.write("t.csv", (["area,kind,y"] + rows).joined(separator: "\n") + "\n")
            try box.succeed("data", "import", "csv", "t.csv", "--name", "t", "--thousands", "point")
            try box.succeed(
                "train", "tabular", "--data", "t", "--target", "y", "--epochs", "1", "--save", "m", "--quiet")
            try box.write("new.csv", "area,kind\n1.234,1\n")
            for (input, said) in [
                (["--input", "new.csv"], "area: the points in '1.234' are read as between thousands"),
                (["--set", "area=1.234", "--set", "kind=1"], "area=1.234 is read as 1234, as training had"),
            ] {
                let run = try box.start(["predict", "m"] + input).wait()
                #expect(run.code == 0 && run.stderr.contains(said), "\(run.stderr)")
            }
            let meant = try box.zoo("predict", "m", "--input", "new.csv", "--thousands", "point")
            #expect(meant.code == 0 && !meant.stderr.contains("decimal point"), "\(meant.stderr)")
        }
    }

    @Test func oneValueWithAMarkIsReadAsAFileOfThem() throws {
        try withSandbox { box in
            let rows = (0..<120).map { "\(1000 + $0 * 7),\($0 * 5 % 11)" }
            try box.write("t.csv", (["f,y"] + rows).joined(separator: "\n") + "\n")
            try box.succeed("data", "import", "csv", "t.csv", "--name", "t")
            try box.succeed(
                "train", "tabular", "--data", "t", "--target", "y", "--epochs", "1", "--save", "m", "--quiet")
            let plain = try box.succeed("predict", "m", "--set", "f=1234")
            let marked = try box.start(["predict", "m", "--set", "f=1,234"]).wait()
            #expect(marked.stdout == plain && marked.stderr.contains("f=1,234 is read as 1234"), "\(marked.stderr)")
        }
    }

    @Test func infinitiesAloneAndTakenViewsAreSaid() throws {
        try withSandbox { box in
            try box.write("i.csv", "a,b\ninf,1\n-inf,2\nnan,3\n1e400,4\n")
            let said = try box.zoo("data", "import", "csv", "i.csv", "--name", "my-x")
            #expect(said.code == 0 && said.stdout.contains("infinity is not a number"), "\(said.stdout)")
            let nulls = try box.succeed("query", "SELECT count(*) - count(a) AS n FROM zoo_data_my_x")
            #expect(nulls.contains("4"), "\(nulls)")
            let second = try box.zoo("data", "import", "csv", "i.csv", "--name", "my_x")
            #expect((second.stdout + second.stderr).contains("no view zoo_data_my_x"), "\(second.stdout)")
        }
    }
}
