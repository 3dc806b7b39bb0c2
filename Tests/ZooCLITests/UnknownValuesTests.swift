import Foundation
import Testing

/// Values that a model has not seen are said, with what it knows instead.
@Suite struct UnknownValuesTests {
    private func withPrices(_ body: (Sandbox) throws -> Void) throws {
        try withSandbox { box in
            try box.importHouses()
            try box.succeed(
                "train", "tabular", "--data", "houses", "--target", "price", "--epochs", "2", "--save", "m", "--quiet")
            try body(box)
        }
    }

    @Test func aRowWithUnknownValuesSaysThemInOneNote() throws {
        try withPrices { box in
            let set = ["town=aytn", "rooms=99", "area=1e9", "sold=2031-05-01"].flatMap { ["--set", $0] }
            let run = try box.start(["predict", "m", "--json"] + set).wait()
            #expect(run.code == 0)
            let notes = run.stderr.split(separator: "\n")
            #expect(notes.count == 1, "\(run.stderr)")
            for part in [
                "town=aytn (the nearest known is Ayton)", "rooms=99 (training had 1, 2, 3, 4, 5)",
                "area=1000000000 (training had 5", "sold=2031-05-01 (training had 2023-01-01 to 2023-04-",
            ] { #expect(run.stderr.contains(part), "\(part): \(run.stderr)") }
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject)
            let unknown = try #require(report["unknown"] as? [JSONObject])
            #expect(unknown.map { $0["column"] as? String } == ["town", "rooms", "area", "sold"])
            #expect(unknown[0]["value"] as? String == "aytn" && unknown[0]["nearest"] as? String == "Ayton")
            #expect(unknown[1]["value"] as? Int == 99 && unknown[1]["range"] as? [Int] == [1, 5])
            #expect(unknown[1]["nearest"] is NSNull && unknown[0]["range"] is NSNull)
            #expect((unknown[3]["range"] as? [String])?.first == "2023-01-01")
            let known = try box.zoo(
                "predict", "m", "--set", "town=Ayton", "--set", "rooms=2", "--set", "area=75.5", "--set",
                "sold=2023-01-05")
            #expect(known.code == 0 && known.stderr.isEmpty, "\(known.stderr)")
        }
    }

    @Test func strictRefusesThemAndWritesNothing() throws {
        try withPrices { box in
            #expect(try box.fail("predict", "m", "--set", "town=aytn", "--strict").contains("Ayton"))
            try box.write("new.csv", "town,rooms,area,sold\nAyton,2,75.5,2023-01-05\nAytn,2,75.5,2023-01-05\n")
            let said = try box.fail("predict", "m", "--input", "new.csv", "--output", "out.csv", "--strict")
            #expect(said.contains("town=Aytn"), "\(said)")
            #expect(!FileManager.default.fileExists(atPath: box.folder.appendingPathComponent("out.csv").path))
            try box.succeed("predict", "m", "--set", "town=Ayton", "--strict")
        }
    }

    @Test func manyRowsHaveANoteAColumnWithTheMostFrequentValues() throws {
        try withPrices { box in
            let towns = ["Ayton", "Chem", "Chem", "Chem", "Befrd", "Befrd", "x", "y", "z", "Cheam"]
            let rows = towns.enumerated().map { "\($1),2,\($0 < 2 ? 9000 : 75),2023-01-05" }
            try box.write("new.csv", (["town,rooms,area,sold"] + rows).joined(separator: "\n") + "\n")
            let run = try box.zoo("predict", "m", "--input", "new.csv", "--json")
            #expect(run.code == 0)
            #expect(run.stderr.split(separator: "\n").count == 2, "\(run.stderr)")
            #expect(run.stderr.contains("town of 8 rows: Chem (3 rows, the nearest known is Cheam), Befrd (2 rows, "))
            #expect(run.stderr.contains("area of 2 rows: 9000 (2 rows); training had 5"), "\(run.stderr)")
            #expect(!run.stderr.contains("z (1 row"))
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject)
            #expect(report["unknown_rows"] as? [String: Int] == ["town": 8, "area": 2])
            let unknown = try #require(report["unknown"] as? [JSONObject])
            #expect(unknown.map { $0["rows"] as? Int } == [3, 2, 1, 2])
            // The same through a SELECT.
            let sql = "SELECT 'Chem' AS town, 2 AS rooms, 75.5 AS area, '2023-01-05' AS sold"
            #expect(try box.zoo("predict", "m", "--sql", sql).stderr.contains("town=Chem (the nearest known is Cheam)"))
            let explained = try box.zoo("explain", "m", "--set", "town=Chem")
            #expect(explained.code == 0 && explained.stderr.contains("town=Chem (the nearest known is Cheam)"))
            try box.write("ids.csv", (["id,town,rooms,area,sold", "1,Chem,2,75,2023-01-05"]).joined(separator: "\n"))
            let submitted = try box.zoo("submit", "m", "--input", "ids.csv", "--id", "id", "--output", "s.csv")
            #expect(submitted.code == 0 && submitted.stderr.contains("town=Chem"), "\(submitted.stderr)")
        }
    }

    @Test func missingValuesThatTrainingDidNotHaveAreUnknown() throws {
        try withPrices { box in
            try box.write(
                "new.csv", "id,town,rooms,area,sold\n1,Ayton,2,75.5,2023-01-05\n2,Ayton,2,,2023-01-05\n3,,,,\n")
            let run = try box.zoo("predict", "m", "--input", "new.csv", "--interval", "0.8", "--json")
            #expect(
                run.code == 0 && run.stderr.contains("area of 2 rows: (missing) (2 rows, training had none missing)"))
            #expect(run.stderr.contains("note: price_low to price_high say too little of rows with missing values"))
            let report = try #require(try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject)
            #expect(report["unknown_rows"] as? [String: Int] == ["rooms": 1, "area": 2, "sold": 1])
            let area = try #require((report["unknown"] as? [JSONObject])?.first { $0["column"] as? String == "area" })
            #expect(area["value"] is NSNull && area["rows"] as? Int == 2 && area["range"] is NSNull)
            #expect(try box.fail("predict", "m", "--input", "new.csv", "--strict").contains("(missing)"))
            let sql = "SELECT town, rooms, NULL AS area, sold FROM zoo_data_houses LIMIT 1"
            for asked in [["--set", "area=", "--set", "rooms=2"], ["--sql", sql]] {
                let run = try box.start(["predict", "m"] + asked).wait()
                #expect(run.stderr.contains("area=(missing) (training had none missing)"), "\(run.stderr)")
                #expect(!run.stderr.contains("sold="))
                #expect(try box.start(["predict", "m", "--strict"] + asked).wait().isOneLineFailure)
            }
            let submitted = try box.zoo("submit", "m", "--input", "new.csv", "--id", "id", "--output", "s.csv")
            #expect(submitted.code == 0 && submitted.stderr.contains("area of 2 rows: (missing)"))
            // Where training had missing values they are values like others.
            try box.succeed(
                "train", "tabular", "--sql", "SELECT rooms, nullif(area, 50.5) AS area, price FROM zoo_data_houses",
                "--target", "price", "--epochs", "1", "--save", "gaps", "--quiet")
            let known = try box.zoo("predict", "gaps", "--input", "new.csv")
            #expect(known.stderr.contains("rooms=(missing)") && !known.stderr.contains("area"), "\(known.stderr)")
        }
    }

    @Test func aColumnGivenTwiceAndAMistypedOneAreErrors() throws {
        try withPrices { box in
            for command in ["predict", "explain"] {
                let run = try box.zoo(command, "m", "--set", "rooms=1", "--set", "rooms=2")
                #expect(run.code == 64 && run.stderr.contains("'rooms' more than once: 1, 2"), "\(run.stderr)")
                #expect(try box.fail(command, "m", "--set", "roms=1").contains("the nearest is 'rooms'"))
            }
        }
    }
}
