import Testing

@Suite struct TrainCommandTests {
    @Test func trainingReportsEpochsTestAndSpeed() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            let report: JSONObject = try box.json(
                "train", "collab", "--data", "small", "--split", "random:0.2", "--factors", "8", "--epochs", "3",
                "--save",
                "films")
            #expect(report["model"] as? String == "blend")
            let test = try #require(report["test"] as? JSONObject)
            #expect((test["rmse"] as? Double ?? 9) < 2 && (test["mae"] as? Double ?? 9) < 2)
            #expect((report["train_seconds"] as? Double ?? -1) > 0)
            #expect((report["ratings_per_second"] as? Double ?? -1) > 0)
            #expect((report["epochs"] as? [JSONObject])?.compactMap { $0["epoch"] as? Int } == [1, 2, 3])
        }
    }

    @Test(arguments: [["--model", "neural"], ["--batch-size", "64"], ["--lr", "0.01", "--weight-decay", "0.1"]])
    func everyWayOfTrainingSavesAModelThatRecommends(_ settings: [String]) throws {
        try withSandbox { box in
            try box.importSmallRatings()
            let train = ["train", "collab", "--data", "small", "--factors", "6", "--epochs", "2", "--save", "m"]
            let run = try box.start(train + settings).wait()
            #expect(run.code == 0, "\(run.stderr)")
            let report: JSONObject = try box.json("recommend", "m", "--user", "u1", "-n", "3")
            #expect((report["items"] as? [JSONObject])?.count == 3)
        }
    }

    @Test func crossValidationReportsEveryFoldAndTheMean() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "movielens", try box.writeMovieLens100K(), "--name", "ml")
            let report: JSONObject = try box.json(
                "cross-validate", "collab", "--data", "ml", "--splits", "u1,random:0.3", "--epochs", "2")
            let folds = try #require(report["folds"] as? [JSONObject])
            #expect(folds.map { $0["split"] as? String } == ["u1", "random:0.3"])
            let mean = try #require(report["mean"] as? JSONObject)
            for error in ["rmse", "mae"] {
                let values = folds.compactMap { $0[error] as? Double }
                #expect(abs(values.reduce(0, +) / 2 - (mean[error] as? Double ?? 0)) < 1e-9)
            }
            #expect((report["train_seconds"] as? Double ?? -1) > 0)
        }
    }

    @Test func evaluatingASavedModelGivesWhatTrainingMeasured() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            let trained: JSONObject = try box.json(
                "train", "collab", "--data", "small", "--split", "random:0.25", "--seed", "3", "--save", "m")
            let report: JSONObject = try box.json("evaluate", "m", "--split", "random:0.25", "--seed", "3")
            let (first, second) = (trained["test"] as? JSONObject, report["test"] as? JSONObject)
            let rmse = try #require(first?["rmse"] as? Double)
            #expect(abs(rmse - (second?["rmse"] as? Double ?? 0)) < 1e-6)
            #expect(try box.succeed("evaluate", "m").contains("rmse"))
        }
    }

    @Test func lrFindSuggestsARateAndDrawsIt() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            let plot = box.folder.appendingPathComponent("rates.svg")
            let report: JSONObject = try box.json(
                "lr-find", "collab", "--data", "small", "--steps", "50", "--plot", plot.path)
            let rates = try #require(report["rates"] as? [Double])
            #expect(rates == rates.sorted() && rates.count == (report["losses"] as? [Double])?.count)
            let steepest = try #require(report["steepest"] as? Double)
            #expect(rates.contains(steepest) && steepest > rates[0] && steepest < rates[rates.count - 1])
            try SVGDocument.check(plot)
            let text = try box.succeed("lr-find", "collab", "--data", "small", "--steps", "50")
            #expect(text.contains(/steepest descent at [0-9.e-]*[0-9]/), "\(text)")
        }
    }

    @Test func messagesGoToStderrAndDataToStdout() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            let folds = ["cross-validate", "collab", "--data", "small", "--splits", "random:0.2"]
            let run = try box.start(folds).wait()
            #expect(run.stderr.hasPrefix("random:0.2: rmse") && run.stdout.hasPrefix("split"))
            let quiet = try box.start(folds + ["--quiet"]).wait()
            #expect(quiet.stderr.isEmpty && quiet.code == 0)
        }
    }
}
