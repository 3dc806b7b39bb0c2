import Foundation
import Testing

/// Rows of a SELECT or a data set are held to the kinds of columns that the model was trained on.
@Suite struct KindsAsTrainedTests {
    /// The model `m` of numbers, kinds, days, and times in UTC; -999 is a missing number.
    private func withModel(_ body: (Sandbox) throws -> Void) throws {
        try withSandbox { box in
            let rows = (0..<200).map { row in
                let (day, hour) = (row * 7 % 28 + 1, row * 5 % 24)
                func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
                return
                    "\(row % 9 == 0 ? "-999" : "\(row * 7 % 31)"),\(["u", "v", "w"][row % 3]),2024-03-\(two(day)),2024-03-10T\(two(hour)):00:00Z,\(row % 31 + hour * 3 + day)"
            }
            try box.write("t.csv", (["x,k,day,t,y"] + rows).joined(separator: "\n") + "\n")
            try box.succeed("data", "import", "csv", "t.csv", "--name", "t", "--missing", "-999")
            try box.succeed(
                "train", "tabular", "--data", "t", "--target", "y", "--epochs", "3", "--save", "m", "--quiet")
            try body(box)
        }
    }

    private static let rest = "'u' AS k, '2024-03-03' AS day, '2024-03-10T02:00:00Z' AS t"

    @Test func aTextAmongNumbersIsRefusedWithItsPlace() throws {
        try withModel { box in
            for (rows, said) in [
                ("SELECT '12 %' AS x, \(Self.rest)", "row 1 of the SELECT, column 'x': '12 %' among"),
                (
                    "SELECT 1 AS x, \(Self.rest) UNION ALL SELECT 'abc', \(Self.rest)",
                    "row 2 of the SELECT, column 'x': 'abc'"
                ),
                (
                    "SELECT 1 AS x, 'u' AS k, 'soon' AS day, '2024-03-10T02:00:00Z' AS t",
                    "column 'day': 'soon' among dates"
                ),
            ] {
                #expect(try box.fail("predict", "m", "--sql", rows).contains(said))
                #expect(try box.fail("predict", "m", "--sql", rows, "--strict").contains(said))
                let measured = "SELECT *, 5 AS y FROM (\(rows))"
                #expect(try box.fail("evaluate", "m", "--sql", measured).contains(said))
            }
            #expect(
                try box.fail("predict", "m", "--sql", "SELECT 9e999 AS x, \(Self.rest)").contains(
                    "infinity is not a number"))
            let row = "u,2024-03-03,2024-03-10T02:00:00Z\n"
            try box.write("bad.csv", "x,k,day,t\n1,\(row)abc,\(row)")
            try box.succeed("data", "import", "csv", "bad.csv", "--name", "bad")
            #expect(try box.fail("predict", "m", "--data", "bad").contains("row 2 of 'bad', column 'x': 'abc'"))
        }
    }

    @Test func emptyDatesAreAnswered() throws {
        try withModel { box in
            try box.write("e.csv", "x,k,day,t\n1,u,,2024-03-10T02:00:00Z\n")
            let file = try box.succeed("predict", "m", "--input", "e.csv").split(separator: "\n")
            for empty in ["NULL", "''"] {
                let rows = "SELECT 1 AS x, 'u' AS k, \(empty) AS day, '2024-03-10T02:00:00Z' AS t"
                #expect(try box.succeed("predict", "m", "--sql", rows).split(separator: "\n").last == file.last)
            }
        }
    }

    @Test func timesInUTCStayInUTC() throws {
        try withModel { box in
            func answer(_ time: String) throws -> String {
                try box.succeed(
                    "predict", "m", "--set", "t=\(time)", "--set", "x=3", "--set", "k=u", "--set", "day=2024-03-03")
            }
            let ahead = try answer("2024-03-10T20:00:00+02:00")
            let (same, later) = (try answer("2024-03-10T18:00:00Z"), try answer("2024-03-10T20:00:00Z"))
            #expect(ahead == same && ahead != later)
        }
    }

    @Test func numbersThatEqualAMarkAreMissing() throws {
        try withModel { box in
            let missing = try box.succeed("predict", "m", "--sql", "SELECT NULL AS x, \(Self.rest)")
            for value in ["-999", "-999.0", "'-999'"] {
                #expect(try box.succeed("predict", "m", "--sql", "SELECT \(value) AS x, \(Self.rest)") == missing)
            }
            let given = ["k=u", "day=2024-03-03", "t=2024-03-10T02:00:00Z"].flatMap { ["--set", $0] }
            let set = try ["-999", "-999.0"].map { try box.start(["predict", "m", "--set", "x=\($0)"] + given).wait() }
            #expect(set[0].code == 0 && set[0].stdout == set[1].stdout)
            try box.write("n.csv", "x,k,day,t\n-999.0,u,2024-03-03,2024-03-10T02:00:00Z\n")
            let file = try box.succeed("predict", "m", "--input", "n.csv").split(separator: "\n").last
            #expect(file == missing.split(separator: "\n").last)
        }
    }
}
