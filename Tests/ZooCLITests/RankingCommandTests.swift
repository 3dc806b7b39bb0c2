import Foundation
import Testing
import ZooCollab

@Suite struct RankingCommandTests {
    private static let measures = [
        "ndcg", "recall", "precision", "map", "mrr", "hit_rate", "coverage", "novelty", "gini",
    ]

    @Test func listsAreMeasuredBesideThePopularityList() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            try box.succeed(
                "train", "collab", "--data", "small", "--model", "dot-bias", "--split", "random:0.25", "--save", "m")
            let report: JSONObject = try box.json("evaluate", "m", "--top", "5")
            let test = try #require(report["test"] as? JSONObject)
            let keys = Set(Self.measures + ["intervals"])
            #expect(Set(test.keys) == keys.union(["rmse", "mae"]) && report["top"] as? Int == 5)
            #expect(Set((report["popularity"] as? JSONObject)?.keys.map { $0 } ?? []) == keys)
            let interval = try #require((test["intervals"] as? JSONObject)?["hit_rate"] as? [Double])
            let rate = try #require(test["hit_rate"] as? Double)
            #expect(interval.count == 2 && interval[0] <= rate && rate <= interval[1])
            let text = try box.succeed("evaluate", "m", "--top", "5")
            #expect(text.contains("popularity") && text.contains("hit rate") && text.contains("rmse"))
            let plain: JSONObject = try box.json("evaluate", "m")
            #expect((plain["test"] as? JSONObject)?.count == 2 && plain["popularity"] is NSNull)
            #expect(try box.fail("evaluate", "m", "--top", "5", "--split", "train").contains("test part"))
            let run = try box.zoo("evaluate", "m", "--top", "0")
            #expect(run.code == 64 && run.stderr.hasPrefix("Error: --top"), "\(run.stderr)")
            // Lists of ten, as everywhere; of ratings that are too high for all, there is nothing to be measured by.
            let high: JSONObject = try box.json("evaluate", "m", "--min-rating", "4")
            let same: JSONObject = try box.json("evaluate", "m", "--min-rating", "4", "--top", "10")
            #expect(high["top"] as? Int == 10 && NSDictionary(dictionary: high) == NSDictionary(dictionary: same))
            #expect(try box.fail("evaluate", "m", "--min-rating", "5.5").contains("at most 5"))
        }
    }

    @Test func theDefaultRanksAndPredictsRatings() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            let trained: JSONObject = try box.json(
                "train", "collab", "--data", "small", "--split", "random:0.25", "--save", "m")
            let report: JSONObject = try box.json("evaluate", "m")
            for measured in [trained, report] {
                let test = try #require(measured["test"] as? JSONObject)
                #expect(Set(test.keys) == Set(Self.measures + ["intervals", "rmse", "mae"]))
                #expect(measured["popularity"] is JSONObject && measured["baseline"] is JSONObject)
            }
            // Without a test part the errors are measured, and no lists.
            let part: JSONObject = try box.json("evaluate", "m", "--split", "train")
            #expect((part["test"] as? JSONObject)?.count == 2 && part["popularity"] is NSNull)
            for person in [["--user", "u1"], ["--ratings", try box.write("mine.csv", "item,rating\ni3,5\ni9,1\n")]] {
                let list: JSONObject = try box.json("recommend", "m", "-n", "4", person[0], person[1])
                let items = try #require(list["items"] as? [JSONObject])
                let (scores, ratings) = (
                    items.compactMap { $0["score"] as? Double }, items.compactMap { $0["rating"] as? Double }
                )
                #expect(scores.count == 4 && scores == scores.sorted(by: >) && ratings.count == 4)
                #expect(ratings.allSatisfy { $0 > 0 && $0 < 6 } && ratings != scores)
            }
            #expect(try box.succeed("recommend", "m", "--user", "u1").contains("rating"))
            try box.succeed("train", "collab", "--data", "small", "--model", "dot-bias", "--save", "stars")
            #expect(try box.zoo("recommend", "stars", "--user", "u1").stderr.contains("ranks by expected ratings"))
        }
    }

    @Test(
        arguments: CollabAlgorithm.all.filter {
            !($0.model is any PredictsRatings.Type) && $0.name != CollabAlgorithm.usual.name
        }.map(\.name))
    func aModelThatRanksIsTrainedMeasuredAndAsked(_ algorithm: String) throws {
        try withSandbox { box in
            try box.importSmallRatings()
            let trained: JSONObject = try box.json(
                "train", "collab", "--data", "small", "--model", algorithm, "--split", "random:0.25", "--save", "m")
            let report: JSONObject = try box.json("evaluate", "m")
            #expect(Set((report["test"] as? JSONObject ?? [:]).keys) == Set(Self.measures + ["intervals"]))
            #expect(report["baseline"] is NSNull && trained["baseline"] is NSNull)
            for measure in Self.measures {
                let (first, second) = (trained["test"] as? JSONObject, report["test"] as? JSONObject)
                let value = try #require(first?[measure] as? Double)
                #expect(abs(value - (second?[measure] as? Double ?? -1)) < 1e-9)
            }
            let list: JSONObject = try box.json("recommend", "m", "--user", "u1", "-n", "3")
            #expect((list["items"] as? [JSONObject])?.count == 3)
            #expect(try box.succeed("models", "show", "m").contains(algorithm))
            // A training in epochs prints those instead; their loss is no error of ratings.
            let epochs = try #require(trained["epochs"] as? [JSONObject])
            #expect(epochs.allSatisfy { $0["train_loss"] is Double && $0["train_rmse"] == nil })
            if CollabAlgorithm.named(algorithm)?.defaults[.epochs] == nil {
                let text = try box.succeed("train", "collab", "--data", "small", "--model", algorithm)
                #expect(text.contains("ratings in"))
            }
            let run = try box.zoo("train", "collab", "--data", "small", "--model", algorithm, "--batch-size", "2")
            #expect(
                run.code == 64 && run.stderr.contains("--batch-size is not an option of \(algorithm)"), "\(run.stderr)")
            guard CollabAlgorithm.named(algorithm)?.defaults[.learningRate] == nil else { return }
            #expect(
                try box.fail("lr-find", "collab", "--data", "small", "--model", algorithm).contains("learning rate"))
        }
    }

    @Test(arguments: CollabAlgorithm.all)
    func newPeopleAreTakenInAndTheTermsAddUp(_ algorithm: CollabAlgorithm) throws {
        try withSandbox { box in
            try box.importSmallRatings()
            try box.succeed("train", "collab", "--data", "small", "--model", algorithm.name, "--save", "m")
            try box.write("mine.csv", "item,rating\ni3,5\ni9,1\ni12,4\n")
            let all: JSONObject = try box.json("recommend", "m", "--ratings", "mine.csv", "-n", "99")
            let unrated = SmallRatings.films - 3
            #expect(all["rated_items"] as? Int == 3 && (all["items"] as? [JSONObject])?.count == unrated)
            guard algorithm.model is any Explains.Type else { return }
            let report: JSONObject = try box.json("recommend", "m", "--ratings", "mine.csv", "-n", "5", "--why")
            let items = try #require(report["items"] as? [JSONObject])
            #expect(items.count == 5)
            for item in items {
                let terms = try #require(item["why"] as? [JSONObject])
                let sum = terms.compactMap { $0["amount"] as? Double }.reduce(0, +)
                #expect(abs(sum - (item["score"] as? Double ?? -9)) < 1e-7)
                #expect(terms.count { $0["rating"] is Double } == 3)
            }
        }
    }

    /// The part of a SELECT that its training held out is found again, as that of a data set is.
    @Test(arguments: [["random:0.25"], ["time:0.25"], ["random:0.25", "--feedback", "choices"]])
    func aModelOfASelectIsMeasuredOnItsTestPart(_ options: [String]) throws {
        try withSandbox { box in
            try box.importSmallRatings()
            let sql =
                "SELECT user, item\(options.count > 1 ? "" : ", rating, user * item % 31 AS timestamp") FROM zoo_ratings"
            let meaning = Array(options.dropFirst())
            let train = [
                "train", "collab", "--sql", sql, "--split", options[0], "--save", "m", "--model", "ease", "--json",
            ]
            func document(_ arguments: [String]) throws -> JSONObject {
                let run = try box.start(arguments).wait()
                #expect(run.code == 0, "\(run.stderr)")
                return try #require(JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject)
            }
            let trained = try document(train + meaning)
            let report = try document(["evaluate", "m", "--sql", sql, "--json"] + meaning)
            #expect(report["split"] as? String == options[0] && report["warnings"] as? [String] == [])
            #expect((report["on"] as? String)?.contains("test ratings of this training") == true)
            for measure in Self.measures {
                let values = [trained, report].map { ($0["test"] as? JSONObject)?[measure] as? Double }
                #expect(values[0] != nil && values[0] == values[1], "\(measure)")
            }
            #expect(try box.fail("evaluate", "m").contains("--sql"))
            let other = try document(
                ["evaluate", "m", "--sql", sql + " WHERE user > 3", "--split", "random:0.5", "--json"] + meaning)
            #expect((other["on"] as? String)?.contains("some of which it") == true)
        }
    }

    @Test(arguments: ["ials", "blend"])
    func weightsThatAreTooLargeAreNamedWithWhatToSet(_ model: String) throws {
        try withSandbox { box in
            let rows = SmallRatings.rows.map { "u\($0.user),i\($0.film),\($0.rating * $0.rating * $0.film * 50_000)\n" }
            try box.write("plays.csv", "user,item,plays\n" + rows.joined())
            try box.succeed("data", "import", "csv", "plays.csv", "--name", "plays", "--feedback", "counts")
            let train = ["train", "collab", "--data", "plays", "--model", model, "--alpha"]
            let run = try box.start(train + ["1000"]).wait()
            #expect(run.isOneLineFailure && run.stderr.contains("--alpha 1,000 gives ratings weights"), "\(run.stderr)")
            #expect(try box.start(train + ["0.000003"]).wait().code == 0)
        }
    }

    @Test func aModelWithoutBiasesIsNamedWhereTheWorstAreAskedFor() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            try box.succeed("train", "collab", "--data", "small", "--model", "ease", "--save", "m")
            let run = try box.zoo("query", "worst-movies", "--param", "model=m")
            #expect(run.code == 0 && run.stderr.contains("model 'm' has no biases"), "\(run.stderr)")
        }
    }

    @Test func crossValidationMeasuresListsOfEveryRecommender() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            let folds = ["cross-validate", "collab", "--data", "small", "--folds", "2"]
            for settings in [["--model", "popularity"], ["--top", "10", "--epochs", "2"]] {
                let run = try box.start(folds + settings + ["--json"]).wait()
                let report = try #require(
                    try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject, "\(run.stderr)")
                let parts = try #require(report["folds"] as? [JSONObject])
                let mean = try #require(report["mean"] as? JSONObject)
                for measure in Self.measures {
                    let values = parts.compactMap { $0[measure] as? Double }
                    #expect(values.count == 2 && abs(values.reduce(0, +) / 2 - (mean[measure] as? Double ?? -1)) < 1e-9)
                }
                #expect((report["popularity"] as? JSONObject)?["ndcg"] is Double && report["top"] as? Int == 10)
                #expect((mean["rmse"] is Double) == (settings[0] == "--top"))
            }
            let text = try box.succeed(
                "cross-validate", "collab", "--data", "small", "--folds", "2", "--model", "popularity")
            #expect(text.contains("popularity") && text.contains("deviation") && !text.contains("rmse"))
        }
    }

    @Test func listsBelowThoseOfTheMostRatedItemsAreToldAsSuch() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo")
            let training = ["train", "collab", "--data", "demo", "--split", "random:0.2", "--save"]
            for (model, options, isWorse) in [
                ("stars", ["--model", "dot-bias", "--epochs", "2"], true), ("often", ["--model", "popularity"], false),
                ("lists", ["--model", "ease"], false),
            ] {
                #expect(try box.start(training + [model] + options).wait().code == 0)
                let report: JSONObject = try box.json("evaluate", model, "--top", "10")
                let warnings = try #require(report["warnings"] as? [String])
                let isWarned = warnings.contains { $0.contains("not better than the list of the most rated items") }
                #expect(isWarned == isWorse, "\(model): \(report)")
            }
        }
    }
}
