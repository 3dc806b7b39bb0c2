import Foundation
import Testing

extension Sandbox {
    /// Rows with a class that a number decides now and then, and a number with noise that grows with it.
    fileprivate func importNoisy() throws {
        var lines = ["id,x,kind,left,price"]
        var state: UInt64 = 5
        func next() -> Double {
            // Steele, Lea & Flood 2014: SplitMix64.
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return Double((mixed ^ (mixed >> 31)) >> 40) / Double(1 << 24)
        }
        for row in 0..<3000 {
            let x = next()
            let noise = next() + next() + next() - 1.5
            let price = 20 * exp(2 * x + noise)
            lines.append(
                "\(row),\(x),\("abcdefgh".randomLetter(next())),\(next() < 0.2 + 0.6 * x ? "yes" : "no"),\(price)")
        }
        try write("noisy.csv", lines.joined(separator: "\n") + "\n")
        try succeed("data", "import", "csv", "noisy.csv", "--name", "noisy")
    }

    /// Trains on them and gives the report and what was said.
    @discardableResult
    fileprivate func trainNoisy(
        _ name: String, _ target: String, _ more: String...
    ) throws -> (report: JSONObject, said: String) {
        let ignored = target == "left" ? "id,price" : "id,left"
        let run = try start(
            ["train", "tabular", "--data", "noisy", "--target", target, "--ignore", ignored, "--save", name, "--json"]
                + more
        ).wait()
        try #require(run.code == 0, "\(run.stderr)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject)
        return (report, run.stderr)
    }
}

extension String {
    fileprivate func randomLetter(_ part: Double) -> Character { Array(self)[Int(part * Double(count))] }
}

/// The numbers of a file's column.
private func column(_ name: String, _ box: Sandbox, _ file: String) throws -> [Double] {
    let text = try String(contentsOf: box.folder.appendingPathComponent(file), encoding: .utf8)
    let lines = text.split(separator: "\n").map {
        $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let place = try #require(lines.first?.firstIndex(of: name), "\(lines.first ?? [])")
    return lines.dropFirst().map { Double($0[place]) ?? .nan }
}

@Suite struct TabularAnswerTests {
    @Test func probabilitiesAreCalibratedWhereverTheyAreGiven() throws {
        try withSandbox { box in
            try box.importNoisy()
            let settings = ["--epochs", "60", "--dropout", "0", "--keep-last"]
            let (report, _) = try box.trainNoisy(
                "m", "left", settings[0], settings[1], settings[2], settings[3], settings[4])
            let calibration = try #require(report["calibration"] as? JSONObject)
            let rows = try #require(report["valid_rows"] as? Int)
            #expect(calibration["rows"] as? Int == rows && calibration["mean_factor"] is NSNull)
            let temperature = try #require(calibration["temperature"] as? Double)
            #expect(temperature > 1)
            let loss = try #require((report["valid"] as? [String: Double])?["log_loss"])
            let epoch = (report["epochs"] as? [JSONObject])?.last?["valid"] as? [String: Double]
            #expect(loss < epoch?["log_loss"] ?? 0)

            let measured: JSONObject = try box.json("evaluate", "m")
            #expect(measured["test"] as? [String: Double] == report["valid"] as? [String: Double])
            let all: JSONObject = try box.json("evaluate", "m", "--split", "all")
            try box.succeed("predict", "m", "--data", "noisy", "--keep", "id", "--output", "p.csv")
            let given = try String(contentsOf: box.folder.appendingPathComponent("noisy.csv"), encoding: .utf8)
            let labels = given.split(separator: "\n").dropFirst().map { $0.split(separator: ",")[3] }
            let (yes, no) = (try column("p(yes)", box, "p.csv"), try column("p(no)", box, "p.csv"))
            let losses = labels.indices.map { -log(labels[$0] == "yes" ? yes[$0] : no[$0]) }
            let mean = losses.reduce(0, +) / Double(losses.count)
            #expect(abs(mean - ((all["test"] as? [String: Double])?["log_loss"] ?? 0)) < 1e-5)

            try box.succeed(
                "submit", "m", "--input", "noisy.csv", "--id", "id", "--probability", "yes", "--output", "s.csv")
            #expect(zip(try column("left", box, "s.csv"), yes).allSatisfy { abs($0 - $1) < 1e-6 })
            let explained: JSONObject = try box.json("explain", "m", "--row", "7", "--class", "yes")
            #expect(abs((explained["value"] as? Double ?? 0) - yes[6]) < 1e-6)

            let text = try box.start(
                ["train", "tabular", "--data", "noisy", "--target", "left", "--ignore", "id,price", "--epochs", "1"]
            ).wait()
            #expect(text.stdout.contains("\ncalibrated on \(rows) validation rows, temperature "), "\(text.stdout)")
        }
    }

    @Test func fewValidationRowsAreSaidToCalibrateNothing() throws {
        try withSandbox { box in
            try box.importNoisy()
            for (valid, count) in [("0", "0 validation rows"), ("0.01", " validation rows")] {
                let (report, said) = try box.trainNoisy("m", "left", "--epochs", "1", "--replace", "--valid", valid)
                #expect(said.contains("note: no calibration of the probabilities: "), "\(said)")
                #expect(said.contains(count + ", at least 50 are needed"), "\(said)")
                #expect(report["calibration"] is NSNull)
            }
            let (_, said) = try box.trainNoisy(
                "m", "price", "--log-target", "--epochs", "1", "--replace", "--valid", "0")
            #expect(said.contains("predictions will be medians, not means: 0 validation rows"), "\(said)")
            let run = try box.start(["predict", "m", "--input", "noisy.csv", "--output", "p.csv"]).wait()
            #expect(run.code == 0 && run.stderr.contains("note: predictions are medians: the model holds no factor"))
        }
    }

    @Test func intervalsStandBesideNumbers() throws {
        try withSandbox { box in
            try box.importNoisy()
            try box.trainNoisy("m", "price", "--log-target", "--epochs", "5")
            let predict = ["predict", "m", "--interval", "0.9"]
            let row = ["--set", "x=0.5", "--set", "kind=b"]
            let one = try box.start(predict + row + ["--json"]).wait()
            #expect(
                one.code == 0 && one.stderr.contains("price_low to price_high: about 90 % of targets"), "\(one.stderr)")
            let report = try #require(try JSONSerialization.jsonObject(with: Data(one.stdout.utf8)) as? JSONObject)
            #expect(report["columns"] as? [String] == ["price", "price_low", "price_high"])
            let cells = try #require((report["predictions"] as? [[Double]])?.first)
            #expect(cells[1] < cells[0] && cells[0] < cells[2] && cells[2] > 2 * cells[1])
            let interval = try #require(report["interval"] as? JSONObject)
            #expect(interval["level"] as? Double == 0.9 && (interval["rows"] as? Int ?? 0) > 500)
            #expect(try box.start(predict + row).wait().stdout.contains("price_low  price_high"))
            let plain: JSONObject = try box.json("predict", "m", "--set", "x=0.5", "--set", "kind=b")
            #expect(plain["columns"] as? [String] == ["price"] && plain["interval"] is NSNull)

            let all = predict + ["--data", "noisy", "--keep", "id"]
            #expect(try box.start(all + ["--output", "p.csv"]).wait().code == 0)
            let (low, high) = (try column("price_low", box, "p.csv"), try column("price_high", box, "p.csv"))
            let price = try column("price", box, "noisy.csv")
            let inside = price.indices.count { low[$0] <= price[$0] && price[$0] <= high[$0] }
            #expect((2610...2790).contains(inside))

            #expect(try box.start(all + ["--table", "made"]).wait().code == 0)
            #expect(try box.rows("SELECT count(*) FROM made WHERE price_low < price_high") == [[3000.databaseValue]])
            try box.execute(
                """
                CREATE TABLE mine (id INTEGER, price REAL, price_high REAL);
                CREATE TABLE own (id INTEGER PRIMARY KEY, guess REAL, guess_low REAL, guess_high REAL);
                INSERT INTO own (id) SELECT id FROM zoo_data_noisy; CREATE TABLE less (id INTEGER PRIMARY KEY, guess REAL)
                """)
            #expect(try box.start(all + ["--table", "mine", "--append"]).wait().code == 0)
            #expect(try box.rows("SELECT count(*) FROM mine WHERE price_high > 0") == [[3000.databaseValue]])
            let update = predict + ["--data", "noisy", "--update", "guess", "--key", "id", "--table"]
            let updated = try box.start(update + ["own"]).wait()
            #expect(updated.code == 0, "\(updated.stderr)")
            #expect(
                try box.rows(
                    "SELECT count(*) FROM own JOIN made USING (id) WHERE guess = price AND guess_low = price_low")
                    == [[3000.databaseValue]])
            let refused = try box.start(update + ["less"]).wait()
            #expect(refused.isOneLineFailure && refused.stderr.contains("no column 'guess_low'"), "\(refused.stderr)")
        }
    }

    @Test func intervalsThatCannotBeGivenAreRefused() throws {
        try withSandbox { box in
            try box.importNoisy()
            try box.trainNoisy("m", "price", "--epochs", "1", "--valid", "0.2")
            try box.trainNoisy("none", "price", "--epochs", "1", "--valid", "0")
            try box.trainNoisy("classes", "left", "--epochs", "1")
            for level in ["2", "0", "1", "-0.5", "nan", "many"] {
                let run = try box.start(["predict", "m", "--input", "noisy.csv", "--interval=\(level)"]).wait()
                #expect(run.code == 64 && run.stderr.contains("interval"), "\(level): \(run.stderr)")
            }
            let rows = ["--input", "noisy.csv", "--interval"]
            for (model, level, words) in [
                ("m", "0.999", "at least 999 validation rows, and 'm' had "),
                ("none", "0.9", "no errors of validation rows"),
                ("classes", "0.9", "intervals are for numbers"),
            ] {
                let run = try box.start(["predict", model] + rows + [level]).wait()
                #expect(run.isOneLineFailure && run.stderr.contains(words), "\(run.stderr)")
            }
            #expect(
                try box.fail("predict", "m", "--set", "x=1", "--interval", "0.9").contains("--set these, too: kind"))
            #expect(try box.fail("predict", "m", "--set", "x=1", "--median").contains("not trained with --log-target"))
            let images = try box.start(["predict", "cifar10-resnet", "--interval", "0.9"]).wait()
            #expect(images.code == 64 && images.stderr.contains("--interval is for models of tables\n"))
        }
    }

    @Test func meansAreGivenUnlessMediansAreAskedFor() throws {
        try withSandbox { box in
            try box.importNoisy()
            let (report, _) = try box.trainNoisy("m", "price", "--log-target", "--epochs", "5")
            let calibration = try #require(report["calibration"] as? JSONObject)
            let factor = try #require(calibration["mean_factor"] as? Double)
            #expect(factor > 1.05 && factor < 1.3 && calibration["temperature"] is NSNull)
            let predict = ["predict", "m", "--input", "noisy.csv", "--output"]
            let means = try box.start(predict + ["mean.csv"]).wait()
            #expect(means.code == 0 && means.stderr.contains("note: predictions are means: --median gives medians"))
            let medians = try box.start(predict + ["median.csv", "--median"]).wait()
            #expect(medians.code == 0 && !medians.stderr.contains("predictions are"), "\(medians.stderr)")
            let (mean, median) = (try column("price", box, "mean.csv"), try column("price", box, "median.csv"))
            #expect(zip(mean, median).allSatisfy { abs((1 + $0) / (1 + $1) - factor) < 1e-6 })
            for (options, wanted) in [([], mean), (["--median"], median)] {
                let run = try box.start(
                    ["submit", "m", "--input", "noisy.csv", "--id", "id", "--output", "s.csv", "--replace"] + options
                ).wait()
                #expect(run.code == 0 && run.stderr.contains("predictions are means") == options.isEmpty)
                #expect(zip(try column("price", box, "s.csv"), wanted).allSatisfy { abs($0 - $1) < 1e-6 * $1 })
            }
            let answer: JSONObject = try box.json("predict", "m", "--set", "x=0.5")
            #expect(answer["answer"] as? String == "mean")
            let other: JSONObject = try box.json("predict", "m", "--set", "x=0.5", "--median")
            #expect(other["answer"] as? String == "median")
            _ = try box.trainNoisy("unmeasured", "price", "--log-target", "--epochs", "1", "--valid", "0")
            let unmeasured = try box.start(["predict", "unmeasured", "--input", "noisy.csv"]).wait()
            #expect(unmeasured.code == 0 && unmeasured.stderr.contains("note: predictions are medians"))
            let hour = [
                "season=2", "yr=1", "mnth=6", "hr=8", "holiday=0", "weekday=1", "workingday=1", "weathersit=1",
                "temp=0.6",
                "atemp=0.6", "hum=0.5", "windspeed=0.2",
            ].flatMap { ["--set", $0] }
            let answer90 = try box.start(["predict", "bike-sharing", "--interval", "0.9", "--json"] + hour).wait()
            let shipped = try JSONSerialization.jsonObject(with: Data(answer90.stdout.utf8)) as? JSONObject ?? [:]
            #expect(shipped["answer"] as? String == "mean" && shipped["interval"] is JSONObject)
        }
    }

    @Test func progressIsInRows() throws {
        try withSandbox { box in
            try box.importNoisy()
            let (_, said) = try box.trainNoisy("m", "price", "--epochs", "2", "--members", "2")
            #expect(said.contains("epoch 2/2: loss ") && said.contains(" rows/s\n"), "\(said)")
        }
    }
}
