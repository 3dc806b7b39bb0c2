import Foundation
import Testing

extension Sandbox {
    /// Rows whose classes have nothing to do with their columns: what is learned of them is learned by heart.
    fileprivate func importNoise() throws {
        var lines = ["a,b,c,left"]
        var state: UInt64 = 1
        func next(_ count: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % count
        }
        for _ in 0..<300 { lines.append("a\(next(40)),b\(next(40)),c\(next(40)),\(next(4) == 0 ? 1 : 0)") }
        try write("noise.csv", lines.joined(separator: "\n") + "\n")
        try succeed("data", "import", "csv", "noise.csv", "--name", "noise")
    }
}

private let train = ["train", "tabular", "--data"]

@Suite struct TabularEvaluationTests {
    @Test func aModelIsMeasuredOnTheValidationRowsOfItsTraining() throws {
        try withSandbox { box in
            try box.importNoise()
            let run = try box.start(
                train + [
                    "noise", "--target", "left", "--classes", "--epochs", "12", "--seed", "3", "--save", "m", "--json",
                    "--valid", "0.2", "--members", "1", "--layers", "200,100", "--lr", "0.003", "--weight-decay",
                    "0.01",
                ]
            ).wait()
            #expect(
                run.code == 0 && run.stderr.contains("warning: the model is not better than the baseline (class freq"))
            let report = try #require(try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject)
            let valid = try #require(report["valid"] as? [String: Double])
            let baseline = try #require(report["baseline"] as? JSONObject)
            #expect(Set(baseline.keys) == Set(valid.keys).union(["name"]))
            let kept = try #require(report["kept_epoch"] as? Int)
            #expect(report["best_epoch"] as? Int == kept)
            let losses = (report["epochs"] as? [JSONObject] ?? []).compactMap {
                ($0["valid"] as? [String: Double])?["log_loss"]
            }
            let least = try #require(losses.min())
            #expect(losses.firstIndex(of: least) == kept - 1)
            // The temperature that is fitted afterwards makes it less.
            #expect(valid["log_loss"] ?? 9 <= least)

            let rows = report["valid_rows"] as? Int
            let measured: JSONObject = try box.json("evaluate", "m")
            #expect(measured["test"] as? [String: Double] == valid)
            #expect(measured["rows"] as? Int == rows && measured["split"] as? String == "valid")
            #expect((measured["baseline"] as? JSONObject)?["log_loss"] as? Double == baseline["log_loss"] as? Double)
            #expect(try box.succeed("evaluate", "m").contains("m on the \(rows ?? 0) validation rows of this training"))
            let same: JSONObject = try box.json("evaluate", "m", "--sql", "SELECT * FROM zoo_data_noise")
            #expect(same["test"] as? [String: Double] == valid)

            let all: JSONObject = try box.json("evaluate", "m", "--split", "all")
            let trained: JSONObject = try box.json("evaluate", "m", "--split", "train")
            #expect(all["rows"] as? Int == 300 && trained["rows"] as? Int == 300 - (rows ?? 0))
            #expect(try box.start(["evaluate", "m", "--split", "u1"]).wait().code == 64)
            let importance: JSONObject = try box.json("importance", "m", "--repeats", "1")
            #expect(importance["rows"] as? Int == rows && importance["split"] as? String == "valid")
            #expect(try box.succeed("importance", "m", "--repeats", "1").contains("validation rows of this training"))
        }
    }

    @Test func fewRowsAreMeasuredInFoldsAndSoAgain() throws {
        try withSandbox { box in
            try box.importNoise()
            let report: JSONObject = try box.json(
                "train", "tabular", "--data", "noise", "--target", "left", "--classes", "--epochs", "2", "--save", "m")
            #expect(report["split"] as? String == "6 folds")
            #expect(report["train_rows"] as? Int == 300 && report["valid_rows"] as? Int == 300)
            let valid = try #require(report["valid"] as? [String: Double])
            let measured: JSONObject = try box.json("evaluate", "m")
            let again = try #require(measured["test"] as? [String: Double])
            #expect(valid.allSatisfy { abs((again[$0.key] ?? 9) - $0.value) < 1e-6 } && again.count == valid.count)
            let importance: JSONObject = try box.json("importance", "m", "--repeats", "1")
            #expect(importance["rows"] as? Int == 300 && importance["split"] as? String == "valid")
            #expect(abs((importance["baseline"] as? Double ?? 9) - (again["log_loss"] ?? 0)) < 1e-6)
            #expect(importance["warnings"] as? [String] == [])
            let all = try box.start(["evaluate", "m", "--split", "all"]).wait()
            #expect(all.code == 0 && all.stderr.contains("--split valid gives those of its cross-validation"))
        }
    }

    @Test func otherRowsAreSaidToBeOthersAndThoseOfTheTrainingToBeTrainedOn() throws {
        try withSandbox { box in
            try box.importHouses()
            try box.succeed(
                "train", "tabular", "--data", "houses", "--target", "price", "--valid", "0", "--epochs", "1", "--save",
                "m")
            let run = try box.start(["evaluate", "m"]).wait()
            #expect(run.code == 0 && run.stdout.contains("all 240 rows of 'houses', which it was trained on"))
            #expect(run.stderr.contains("warning: 'm' was trained on these rows"))
            #expect(
                try box.start(["importance", "m", "--repeats", "1"]).wait().stderr.contains("was trained on these"))
            #expect(try box.fail("evaluate", "m", "--split", "valid").contains("no validation rows"))
            let other = ["evaluate", "m", "--sql", "SELECT * FROM zoo_data_houses WHERE rooms > 1"]
            let report: JSONObject = try box.json(other[0], other[1], other[2], other[3])
            #expect(report["rows"] as? Int == 192 && report["split"] as? String == "all")
            #expect((report["on"] as? String)?.hasSuffix("192 of them equal to rows that it was trained on") == true)
            let warned = try box.start(other).wait()
            #expect(warned.stderr.contains("warning: 192 of these 192 rows"), "\(warned.stderr)")
            let new = try box.start(
                other.dropLast() + ["SELECT town, rooms, area, sold, price + 0.5 AS price FROM zoo_data_houses"]
            ).wait()
            #expect(
                new.stdout.contains("not the data of this training") && !new.stderr.contains("have the inputs"),
                "\(new.stderr)")
            let refused = try box.start(other + ["--split", "valid"]).wait()
            #expect(refused.isOneLineFailure && refused.stderr.contains("fingerprint"))
        }
    }

    @Test func theLastEpochIsKeptOnRequest() throws {
        try withSandbox { box in
            try box.importNoise()
            let words = train + ["noise", "--target", "left", "--classes", "--epochs", "20", "--keep-last"]
            let text = try box.start(words + ["--quiet"]).wait()
            #expect(text.code == 0 && text.stdout.contains("kept epoch 20 of 20, the last: epoch"))
            #expect(text.stdout.contains("baseline (class frequencies): accuracy 0."))
        }
    }

    @Test func theOrderOfTimeIsAskedFor() throws {
        try withSandbox { box in
            try box.importHouses()
            let words = train + ["houses", "--target", "price", "--epochs", "1"]
            for option in [["--lag", "price:1"], ["--mean", "price:7"], ["--events", "rooms"]] {
                let run = try box.start(words + option).wait()
                #expect(run.code == 64 && run.stderr.contains("--time-column rowid"), "\(option): \(run.stderr)")
            }
            let rows = try box.start(words + ["--lag", "price:1", "--time-column", "rowid"]).wait()
            #expect(rows.code == 0 && rows.stderr.contains("in the order of the table"), "\(rows.stderr)")
            #expect(rows.stderr.contains("warning: the validation rows are chosen by chance"))
            let events = try box.start(words + ["--events", "rooms", "--time-column", "rowid"]).wait()
            #expect(events.isOneLineFailure && events.stderr.contains("column of dates"))
        }
    }

    @Test func whatZeroAndOneAreTakenForIsSaid() throws {
        try withSandbox { box in
            try box.importNoise()
            let words = train + ["noise", "--target", "left", "--epochs", "1"]
            let run = try box.start(words).wait()
            #expect(run.code == 0 && run.stderr.contains("note: 'left' holds only 0 and 1"), "\(run.stderr)")
            #expect(try !box.start(words + ["--classes"]).wait().stderr.contains("note: 'left'"))
            #expect(try box.start(words + ["--classes", "--regression"]).wait().code == 64)
        }
    }
}
