import Foundation
import Testing

extension Sandbox {
    /// Two hundred rows of houses: prices follow town, rooms and area; some towns are missing.
    @discardableResult
    func importHouses(_ name: String = "houses", prices: Bool = true) throws -> String {
        var lines = ["town,rooms,area,sold,\(prices ? "price" : "other")"]
        for row in 0..<240 {
            let town = ["Ayton", "Beford", "Cheam", ""][row % 4]
            let rooms = row * 7 % 5 + 1
            let area = 30 + rooms * 20 + row * 13 % 11
            let price = 100 * area + [9000, 2000, 500, 3000][row % 4] + row * 31 % 97
            let day = row % 28 + 1
            lines.append("\(town),\(rooms),\(area).5,2023-0\(row / 60 + 1)-\(day < 10 ? "0" : "")\(day),\(price)")
        }
        try (lines.joined(separator: "\n") + "\n").write(
            to: folder.appendingPathComponent("\(name).csv"), atomically: true, encoding: .utf8)
        return try succeed("data", "import", "csv", "\(name).csv", "--name", name)
    }
}

@Suite struct TabularCommandTests {
    @Test func aNumberIsLearnedEvaluatedAndPredicted() throws {
        try withSandbox { box in
            try box.importHouses()
            let report: JSONObject = try box.json(
                "train", "tabular", "--data", "houses", "--target", "price", "--epochs", "20", "--save", "prices")
            let valid = try #require(report["valid"] as? [String: Double])
            #expect(Set(valid.keys) == ["rmse", "mae", "rmspe", "rmsle", "r2"])
            #expect((valid["r2"] ?? 0) > 0.7)
            #expect((report["train_rows_per_second"] as? Double ?? 0) > 0)
            // Training may stop early.
            #expect(report["planned_epochs"] as? Int == 20)
            #expect((5...20).contains((report["epochs"] as? [JSONObject])?.count ?? 0))

            let evaluated: JSONObject = try box.json("evaluate", "prices", "--data", "houses")
            #expect(((evaluated["test"] as? [String: Double])?["r2"] ?? 0) > 0.7)

            let row = ["--set", "town=Ayton", "--set", "rooms=4", "--set", "area=115"]
            let large = try box.start(["predict", "prices", "--json"] + row).wait()
            #expect(large.code == 0)
            #expect(large.stderr.contains("not set: sold: the answer is the mean over"))
            let one: JSONObject = try box.json("predict", "prices", "--set", "rooms=1", "--set", "area=50.5")
            let other: JSONObject = try box.json("predict", "prices", "--set", "rooms=5", "--set", "area=135.5")
            func price(_ report: JSONObject) -> Double { (report["predictions"] as? [[Double]])?.first?.first ?? 0 }
            #expect(price(other) > price(one) + 3000)

            try box.succeed(
                "predict", "prices", "--input", "houses.csv", "--keep", "town,rooms", "--output", "out.csv")
            let written = try String(
                contentsOf: box.folder.appendingPathComponent("out.csv"), encoding: .utf8)
            let lines = written.split(separator: "\n")
            #expect(lines.count == 241)
            #expect(lines.first == "town,rooms,price")
            try box.succeed("predict", "prices", "--data", "houses", "--table", "predicted")
            try "SELECT count(*) AS n FROM predicted".write(
                to: box.folder.appendingPathComponent("count.sql"), atomically: true, encoding: .utf8)
            #expect(try box.succeed("query", "count.sql").contains("240"))
        }
    }

    @Test func classesAreLearnedAndWhatWasLearnedCanBeAsked() throws {
        try withSandbox { box in
            try box.importHouses()
            let report: JSONObject = try box.json(
                "train", "tabular", "--data", "houses", "--target", "town", "--ignore", "sold", "--epochs", "10",
                "--save", "towns")
            #expect(Set((report["valid"] as? [String: Double] ?? [:]).keys) == ["accuracy", "log_loss"])
            #expect(report["rows_without_target"] as? Int == 60)
            #expect(report["classes"] as? [String] == ["Ayton", "Beford", "Cheam"])
            let prediction: JSONObject = try box.json("predict", "towns", "--set", "rooms=3")
            #expect(prediction["columns"] as? [String] == ["town", "p(Ayton)", "p(Beford)", "p(Cheam)"])

            #expect(try box.succeed("query", "embeddings", "towns", "rooms", "--list").contains("5"))
            let importance: JSONObject = try box.json("importance", "towns", "--repeats", "3")
            let columns = try #require(importance["columns"] as? [JSONObject])
            #expect(columns.count == 3)
            #expect(columns.allSatisfy { ($0["standard_error"] as? Double ?? -1) >= 0 })
            let column: JSONObject = try box.json("explain", "towns", "--column", "rooms", "--plot", "rooms.svg")
            #expect((column["values"] as? [JSONObject])?.count == 5)
            #expect(FileManager.default.fileExists(atPath: box.folder.appendingPathComponent("rooms.svg").path))
            let row: JSONObject = try box.json("explain", "towns", "--row", "7")
            let parts = (row["parts"] as? [JSONObject] ?? []).compactMap { $0["value"] as? Double }
            let (value, baseline) = (row["value"] as? Double ?? 9, row["baseline"] as? Double ?? 0)
            #expect(abs(parts.reduce(0, +) - (value - baseline)) < 1e-5)
            try box.succeed("export-features", "towns", "--output", "features.csv")
            let written = try String(
                contentsOf: box.folder.appendingPathComponent("features.csv"), encoding: .utf8)
            #expect(written.hasPrefix("town,rooms_1,"))
            #expect(written.split(separator: "\n").count == 241)
        }
    }

    @Test func selectsAreTrainedOnAndKept() throws {
        try withSandbox { box in
            try box.importHouses()
            let sql = "SELECT town, rooms, area, price FROM zoo_data_houses WHERE rooms > 1"
            let report: JSONObject = try box.json(
                "train", "tabular", "--sql", sql, "--target", "price", "--log-target", "--valid", "0", "--epochs", "2",
                "--save", "m")
            #expect((report["valid"] as? JSONObject)?.isEmpty == true)
            #expect(report["train_rows"] as? Int == 192)
            let again: JSONObject = try box.json("evaluate", "m")
            #expect(again["rows"] as? Int == 192)
            for wrong in ["DELETE FROM zoo_models", "SELECT nothing", "SELECT 1; SELECT 2"] {
                try box.fail("train", "tabular", "--sql", wrong, "--target", "x")
            }
        }
    }

    @Test func whatCannotBeLearnedOrAnsweredIsSaidInOneLine() throws {
        try withSandbox { box in
            try box.importHouses()
            #expect(try box.fail("train", "tabular", "--data", "houses", "--target", "prize").contains("'prize'"))
            #expect(try box.fail("train", "tabular", "--data", "none", "--target", "price").contains("'none'"))
            #expect(
                try box.fail("train", "tabular", "--data", "houses", "--target", "sold").contains("dates cannot"))
            #expect(
                try box.fail(
                    "train", "tabular", "--sql", "SELECT rooms, price, price * 1.0 AS cost FROM zoo_data_houses",
                    "--target", "price"
                ).contains("'cost' gives the target away"))
            try box.succeed(
                "train", "tabular", "--data", "houses", "--target", "price", "--epochs", "1", "--save", "m")
            try box.importHouses("less", prices: false)
            #expect(try box.fail("evaluate", "m", "--data", "less").contains("'price'"))
            #expect(
                try box.fail("predict", "m", "--sql", "SELECT rooms FROM zoo_data_houses").contains("'town'"))
            #expect(try box.fail("predict", "m", "--set", "rooms=many").contains("whole numbers"))
            #expect(try box.fail("predict", "m", "--set", "cellar=1").contains("'cellar'"))
            #expect(try box.fail("explain", "m", "--row", "1000").contains("240"))
            #expect(try box.fail("recommend", "m", "--user", "1").contains("zoo predict m --set …"))
            for wrong in [["--valid", "2"], ["--valid-last", "30"], ["--layers", "0"], ["--dropout", "1"]] {
                let run = try box.start(["train", "tabular", "--data", "houses", "--target", "price"] + wrong).wait()
                #expect(run.code == 64, "\(wrong)")
            }
        }
    }
}
