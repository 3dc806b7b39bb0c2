import Foundation
import Testing

/// On which part models are measured, and what stands beside the result.
@Suite struct EvaluationTests {
    private func trainTales(_ box: Sandbox, _ settings: String...) throws -> JSONObject {
        let small = [
            "train", "text", "--data", "tales", "--save", "m", "--hidden", "16", "--layers", "1", "--embedding", "8",
            "--batch-size", "64", "--epochs", "1", "--json",
        ]
        let run = try box.start(small + settings).wait()
        try #require(run.code == 0, "\(run.stderr)")
        return try #require(try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject)
    }

    private func number(_ report: JSONObject, _ key: String, in part: String? = nil) throws -> Double {
        let object = try part.map { try #require(report[$0] as? JSONObject) } ?? report
        return try #require(object[key] as? Double, "\(key)")
    }

    @Test func aTextIsMeasuredOnTheValidationPartOfItsTraining() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-text")
            let trained = try trainTales(box, "--lr", "0.02")
            let report: JSONObject = try box.json("evaluate", "m")
            #expect(report["split"] as? String == "valid")
            #expect(try abs(number(report, "nats") - number(trained, "valid_nats")) < 1e-6)
            #expect(report["tokens"] as? Int == trained["valid_tokens"] as? Int)
            let on = try #require(report["on"] as? String)
            #expect(on.hasSuffix("validation tokens of this training ('tales')"))
            #expect(try box.succeed("evaluate", "m").hasPrefix("m on \(on): "))
            let unigram = try number(report, "nats", in: "baseline")
            let nats = try number(report, "nats")
            #expect(unigram > nats && unigram < 4)
            #expect(try abs(unigram - number(trained, "valid_nats", in: "baseline")) < 1e-9)
            #expect((report["warnings"] as? [String])?.isEmpty == true)
            let all = try box.zoo("evaluate", "m", "--split", "all")
            #expect(all.stderr.contains("warning: the model was trained on these texts"))
            #expect(all.stdout.contains("of 'tales', which the model was trained on"))
            try box.succeed(
                "data", "import", "text", try box.write("o.txt", String(repeating: "One day. ", count: 80)), "--name",
                "o")
            let other = try box.succeed("evaluate", "m", "--data", "o")
            #expect(other.hasPrefix("m on all 718 tokens of 'o', other data than the model was trained on: "))
            #expect(try box.fail("evaluate", "m", "--data", "o", "--split", "valid").contains("--split all"))
            // Two of its texts, the first of which trained.
            let ends: [JSONObject] = try box.json(
                "query", "SELECT text FROM zoo_texts WHERE idx IN (0, (SELECT max(idx) FROM zoo_texts)) ORDER BY idx")
            for (number, text) in ends.enumerated() {
                try box.write("some/\(number).txt", text["text"] as? String ?? "")
            }
            try box.succeed("data", "import", "text", "some", "--name", "some")
            let some = try box.zoo("evaluate", "m", "--data", "some")
            #expect(some.stdout.contains("of 'some', some of which it was trained on: "), "\(some.stdout)")
            #expect(
                some.stderr.contains("warning: 1 of these texts was used to train the model"), "\(some.stderr)"
            )
            #expect(try box.zoo("evaluate", "m", "--split", "u1").code == 64)
        }
    }

    @Test func aTextWithoutAValidationPartIsSaidToBeTrainedOn() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-text")
            let trained = try trainTales(box, "--valid", "0")
            #expect(trained["baseline"] is NSNull && trained["best_epoch"] is NSNull)
            #expect(trained["kept_epoch"] as? Int == 1)
            let run = try box.zoo("evaluate", "m")
            #expect(run.code == 0 && run.stderr.contains("warning: the model was trained on these texts"))
            #expect(try box.fail("evaluate", "m", "--split", "valid").contains("--valid 0"))
        }
    }

    @Test func aModelThatIsNoBetterThanItsBaselineIsSaidToBe() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-text")
            let run = try box.zoo(
                "train", "text", "--data", "tales", "--hidden", "8", "--layers", "1", "--embedding", "4",
                "--batch-size", "64", "--epochs", "1", "--lr", "1e-9", "--save", "m")
            #expect(run.code == 0 && run.stderr.contains("is not better than token frequencies"), "\(run.stderr)")
            #expect(run.stdout.contains("baseline (unigram): "))
            #expect(try box.zoo("evaluate", "m").stderr.contains("warning: the model ("))
        }
    }

    @Test func aRecommenderIsMeasuredOnTheTestPartOfItsTraining() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            let trained: JSONObject = try box.json(
                "train", "collab", "--data", "small", "--split", "random:0.25", "--seed", "3", "--save", "m")
            let report: JSONObject = try box.json("evaluate", "m")
            #expect(try abs(number(report, "rmse", in: "test") - number(trained, "rmse", in: "test")) < 1e-6)
            #expect(report["on"] as? String == "the 200 test ratings of this training ('small', random:0.25)")
            let baseline = try number(report, "rmse", in: "baseline")
            #expect((1...2).contains(baseline))
            #expect(try abs(baseline - number(trained, "rmse", in: "baseline")) < 1e-6)
            let training: JSONObject = try box.json("evaluate", "m", "--split", "train")
            #expect(training["ratings"] as? Int == 600)
            #expect(try box.zoo("evaluate", "m", "--split", "all").stderr.contains("warning: the model was trained on"))
            // Another cut is not that of the training.
            let other = try box.zoo("evaluate", "m", "--split", "random:0.25", "--seed", "4")
            #expect(other.code == 0 && other.stderr.contains("warning: the model was trained on some or all"))
            let folds: JSONObject = try box.json("cross-validate", "collab", "--data", "small", "--folds", "2")
            #expect(try (1...2).contains(number(folds, "rmse", in: "baseline")))
        }
    }

    @Test func ratingsFromWhichNothingIsLearnedAreSaidToBe() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            let slow = try box.zoo("train", "collab", "--data", "small", "--lr", "1e-7", "--epochs", "2")
            #expect(slow.code == 0 && slow.stderr.contains("warning: nothing was learned"), "\(slow.stderr)")
            #expect(slow.stderr.contains("try a higher --lr"))
            func warnings(_ rows: String) throws -> [String] {
                let path = try box.write("r.csv", "user,item,rating\n" + rows)
                try box.succeed("data", "import", "csv", path, "--name", "r", "--replace")
                let report: JSONObject = try box.json("train", "collab", "--data", "r")
                return try #require(report["warnings"] as? [String])
            }
            let one = try warnings("u,a,1\nu,b,5\nu,c,3\n")
            #expect(one.count == 1 && one[0].hasPrefix("all 3 ratings are by one person"))
            let equal = try warnings("u,a,4\nv,b,4\nv,c,4\n")
            #expect(equal.count == 1 && equal[0].hasPrefix("all 3 ratings are 4"))
        }
    }
}
