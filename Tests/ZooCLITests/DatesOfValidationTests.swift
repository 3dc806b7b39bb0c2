import Foundation
import Testing

/// What `--valid-last` finds by itself, and options of tables that would change nothing.
@Suite struct DatesOfValidationTests {
    private static let train = ["train", "tabular", "--target", "price", "--epochs", "1", "--members", "1", "--data"]

    @Test func theOnlyColumnOfDatesIsFoundAndSeveralAreNamed() throws {
        try withSandbox { box in
            try box.importHouses()
            let found = try box.start(Self.train + ["houses", "--valid-last", "30d"]).wait()
            #expect(found.code == 0 && found.stderr.contains("'sold', the only column of dates"), "\(found.stderr)")
            let named = try box.start(
                Self.train + ["houses", "--valid-last", "30d", "--time-column", "sold", "--quiet"]
            ).wait()
            #expect(named.stdout.contains("(last 30 days of sold)") && found.stdout.contains("(last 30 days of sold)"))
            let all = try box.start(Self.train + ["houses", "--valid-last", "9999d"]).wait()
            #expect(all.code == 1 && all.stderr.contains("all 240 rows"), "\(all.stderr)")
            let unit = try box.start(Self.train + ["houses", "--valid-last", "30"]).wait()
            #expect(unit.code == 64 && unit.stderr.contains("30d in days"), "\(unit.stderr)")
            let rows = (1...9).map { "2024-01-0\($0),2024-02-0\($0),\($0)" }
            try box.write("two.csv", (["a,b,price"] + rows).joined(separator: "\n"))
            try box.succeed("data", "import", "csv", "two.csv", "--name", "two")
            let several = try box.start(Self.train + ["two", "--valid-last", "3d"]).wait()
            #expect(several.code == 1 && several.stderr.contains("'a', 'b': name one with --time-column"))
        }
    }

    @Test(arguments: [
        (["--embedding", "twon:4"], "'twon'"), (["--embedding", "area:4"], "is a number"),
        (["--categorical", "price"], "is the target"), (["--ignore", "price"], "is the target"),
    ])
    func optionsThatChangeNothingAreRefused(_ words: [String], _ reason: String) throws {
        try withSandbox { box in
            try box.importHouses()
            let run = try box.start(Self.train + ["houses"] + words).wait()
            #expect(run.isOneLineFailure && run.stderr.contains(reason), "\(run.stderr)")
        }
    }

    @Test func targetsOutsideTheRangeAreCounted() throws {
        try withSandbox { box in
            try box.importHouses()
            let outside = try box.start(Self.train + ["houses", "--range", "0,100"]).wait()
            #expect(
                outside.stdout.contains("lies outside --range 0,100")
                    || outside.stderr.contains("lies outside --range 0,100"))
            let inside = try box.start(Self.train + ["houses", "--range", "0,1000000"]).wait()
            #expect(!(inside.stdout + inside.stderr).contains("outside"))
        }
    }
}
