import Foundation
import Testing

/// What recommenders are asked on data that is not what they were trained on.
@Suite struct RecommenderQuestionsTests {
    /// Rows of the small ratings, or those of some, with further ones.
    private func csv(_ more: String = "", where isTaken: (Int) -> Bool = { _ in true }) -> String {
        "user,item,rating\n"
            + SmallRatings.rows.filter { isTaken($0.rating) }.map { "u\($0.user),i\($0.film),\($0.rating)\n" }.joined()
            + more
    }

    @Test func errorsAreThoseOfTheModelsScale() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            try box.succeed("data", "import", "csv", try box.write("fives.csv", csv { $0 == 5 }), "--name", "fives")
            try box.write("chosen.csv", "user,item\nu1,i1\nu2,i1\nu2,i2\n")
            try box.succeed("data", "import", "csv", "chosen.csv", "--name", "chosen", "--feedback", "choices")
            for model in ["dot-bias", "bayesian"] {
                try box.succeed(
                    "train", "collab", "--data", "small", "--model", model, "--epochs", "2", "--save", "m", "--replace")
                let report: JSONObject = try box.json("evaluate", "m", "--data", "fives")
                let rmse = try #require((report["test"] as? JSONObject)?["rmse"] as? Double)
                #expect(rmse > 0.1)
                let refusal = try box.fail("evaluate", "m", "--data", "chosen")
                #expect(refusal.contains("it predicts ratings, and 'chosen' holds choices"), "\(refusal)")
            }
        }
    }

    @Test(arguments: ["dot-bias", "blend"])
    func otherDataMayHoldTrainingRatings(_ model: String) throws {
        try withSandbox { box in
            try box.succeed("data", "import", "csv", try box.write("r.csv", csv()), "--name", "small")
            try box.succeed(
                "train", "collab", "--data", "small", "--model", model, "--epochs", "2", "--save", "m")
            try box.write("r.csv", csv("u99,i1,3\n"))
            try box.succeed("data", "import", "csv", "r.csv", "--name", "small", "--replace")
            let run = try box.zoo("evaluate", "m", "--data", "small", "--split", "all")
            #expect(run.code == 0 && run.stderr.contains("warning: "), "\(run.stderr)")
            #expect(run.stdout.contains("trained on") && !run.stdout.contains("other data"), "\(run.stdout)")
            #expect(run.stderr.contains("\(SmallRatings.rows.count) of these"), "\(run.stderr)")
            try box.succeed(
                "data", "import", "csv", try box.write("o.csv", "user,item,rating\na,b,1\na,c,5\n"), "--name", "o")
            let other = try box.zoo("evaluate", "m", "--data", "o", "--split", "all")
            #expect(
                other.stdout.contains("other data than the model was trained on"), "\(other.stdout) \(other.stderr)")
        }
    }

    @Test func aListOfChoicesOrCountsNeedsNoRatings() throws {
        try withSandbox { box in
            let rows = SmallRatings.rows.map { "u\($0.user),i\($0.film),\($0.rating)\n" }.joined()
            try box.write("plays.csv", "user,item,plays\n" + rows)
            try box.write("mine.csv", "item\ni1\ni4\n")
            try box.write("own.csv", "item,plays\ni1,1000\ni4,1\n")
            for feedback in ["choices", "counts"] {
                try box.succeed("data", "import", "csv", "plays.csv", "--name", feedback, "--feedback", feedback)
                try box.succeed("train", "collab", "--data", feedback, "--model", "ials", "--save", feedback)
                let why = try box.succeed("recommend", feedback, "--ratings", "mine.csv", "-n", "1", "--why")
                #expect(why.contains(", chosen") == (feedback == "choices") && !why.contains("chosen, rated"), "\(why)")
            }
            func rated(_ model: String, _ file: String) throws -> Int? {
                let list: JSONObject = try box.json("recommend", model, "--ratings", file)
                return list["rated_items"] as? Int
            }
            #expect(try rated("choices", "mine.csv") == 2 && rated("choices", "own.csv") == 2)
            #expect(try rated("counts", "own.csv") == 2)
            #expect(try rated("counts", "mine.csv") == 2)
            try box.write("none.csv", "item,plays\ni1,0\n")
            #expect(try box.fail("recommend", "counts", "--ratings", "none.csv").contains("not a count above 0"))
            // There is nothing to search but the weight of attributes, and there are none.
            let refusal = try box.fail("tune", "collab", "--data", "choices", "--minutes", "0.1")
            #expect(refusal.contains("--model ials"), "\(refusal)")
        }
    }

    @Test func wordsOfMissingValuesAreTitlesAndKeys() throws {
        try withSandbox { box in
            let rows = SmallRatings.rows.map { "u\($0.user),\($0.film == 1 ? "NA" : "i\($0.film)"),\($0.rating)\n" }
            try box.write("r.csv", "user,item,rating\n" + rows.joined())
            try box.write("items.csv", "item,title,genre\nNA,None,a\ni2,null,NA\ni3,,b\ni4,NA,a\n")
            try box.succeed("data", "import", "csv", "r.csv", "--name", "d", "--items", "items.csv")
            let known = "SELECT key, title FROM zoo_items WHERE key IN ('NA', 'i2', 'i3', 'i4') ORDER BY key"
            #expect(try box.succeed("query", known, "--csv") == "key,title\nNA,None\ni2,null\ni3,i3\ni4,NA\n")
            let genres = "SELECT group_concat(value) AS g FROM (SELECT value FROM zoo_item_attributes ORDER BY value)"
            #expect(try box.succeed("query", genres, "--csv") == "g\n\"a,a,b\"\n")
            // A text that was given as missing is no title either, in whichever file.
            try box.write("items.csv", "item,title\nNA,None\ni2,-\ni3,foo\ni4,NA\n")
            try box.write("titled.csv", "user,item,rating,title\nu1,NA,1,None\nu1,i2,2,-\nu2,i3,3,foo\nu2,i4,1,NA\n")
            for (file, items) in [("r.csv", ["--items", "items.csv"]), ("titled.csv", ["--title-column", "title"])] {
                for marks in [
                    ["--missing", "-", "--missing", "foo"], ["--missing-only", "-", "--missing-only", "foo"],
                ] {
                    let run = try box.start(
                        ["data", "import", "csv", file, "--name", "d", "--replace"] + items + marks
                    ).wait()
                    try #require(run.code == 0, "\(run.stderr)")
                    #expect(try box.succeed("query", known, "--csv") == "key,title\nNA,None\ni2,i2\ni3,i3\ni4,NA\n")
                }
            }
        }
    }

    @Test func whatIsThoughtOfItemsThatTrainingDidNotSeeIsSaidToBeLeftOut() throws {
        try withSandbox { box in
            let items = (1...SmallRatings.films).map { "i\($0),Film \($0),\($0 % 2 == 0 ? "sea" : "war")\n" }.joined()
            try box.write("items.csv", "item,title,genre\n" + items)
            try box.write("more.csv", "item,title,genre\n" + items + "n1,New 1,sea\nn2,New 2,war\n")
            let ratings = try box.write("r.csv", csv())
            try box.succeed("data", "import", "csv", ratings, "--name", "d", "--items", "items.csv")
            try box.succeed("train", "collab", "--data", "d", "--model", "ease", "--save", "m")
            try box.succeed("data", "import", "csv", ratings, "--name", "d", "--items", "more.csv", "--replace")
            try box.write("likes.csv", "title,rating\nNew 1,5\n")
            let run = try box.zoo("recommend", "m", "--ratings", "likes.csv")
            #expect(run.code == 0 && run.stderr.contains("the training had no ratings of 'New 1'"), "\(run.stderr)")
            #expect(run.stderr.contains("the list is that of the most rated items"))
            #expect(try box.fail("recommend", "m", "--ratings", "likes.csv", "--strict").contains("'New 1'"))
        }
    }

    @Test func aTableOfChoicesAndCountsIsSaid() throws {
        try withSandbox { box in
            try box.write("likes.csv", "user,item\na,b\nc,d\n")
            try box.write("plays.csv", "user,item,plays\na,b,3\nc,d,1\n")
            let likes = try box.zoo("data", "import", "csv", "likes.csv", "--name", "l")
            #expect(likes.stderr.contains("--feedback choices reads 'user' and 'item'"), "\(likes.stderr)")
            let plays = try box.zoo("data", "import", "csv", "plays.csv", "--name", "p")
            #expect(plays.stderr.contains("--feedback counts with 'plays'"), "\(plays.stderr)")
            try box.write("fm.inter", "user_id:token\tartist_id:token\tweight:float\nu\ta\t3\nv\tb\t1\n")
            let typed = try box.zoo("data", "import", "csv", "fm.inter", "--name", "f")
            #expect((typed.stdout + typed.stderr).contains("with 'weight' left out; --feedback counts reads it"))
            try box.write(
                "ml.inter", "user_id:token\titem_id:token\trating:float\tstamp:float\nu\ta\t3\t1\nv\tb\t1\t2\n")
            try box.succeed(
                "data", "import", "csv", "ml.inter", "--name", "n", "--rating-column", "rating", "--user-column",
                "user_id",
                "--timestamp-column", "stamp")
            let mean = try box.succeed(
                "query",
                "SELECT sum(rating) AS s FROM zoo_ratings WHERE dataset = (SELECT id FROM zoo_datasets WHERE name = 'n')",
                "--csv")
            #expect(mean == "s\n4.0\n", "\(mean)")
        }
    }

    @Test func ratingsOnAnotherScaleAreSaid() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let rows = SmallRatings.rows.map { "u\($0.user),i\($0.film),\($0.rating)000000\n" }.joined()
            try box.write("big.csv", "user,item,rating\n" + rows)
            try box.succeed("data", "import", "csv", "big.csv", "--name", "big")
            let run = try box.zoo("evaluate", "films", "--data", "big")
            #expect(run.stderr.contains("those of the training from"), "\(run.stdout) \(run.stderr)")
        }
    }

    @Test func aConditionIsOneExpressionAndSeesEveryAttribute() throws {
        try withSandbox { box in
            try box.write(
                "items.csv", "item,count\n" + (1...SmallRatings.films).map { "i\($0),\($0 + 100)\n" }.joined())
            try box.succeed(
                "data", "import", "csv", try box.write("r.csv", csv()), "--name", "d", "--items", "items.csv")
            try box.succeed("train", "collab", "--data", "d", "--model", "ials", "--save", "m")
            let ask = ["recommend", "m", "--user", "u1", "--seen", "none"]
            let run = try box.start(ask + ["--only", "attribute_count = 107"]).wait()
            #expect(run.code == 0 && run.stdout.contains("i7"), "\(run.stderr)")
            #expect(run.stderr.contains("the attribute of that name is attribute_count"), "\(run.stderr)")
            let closed = try box.start(ask + ["--only", "attribute_count = 107) OR (1=1"]).wait()
            #expect(closed.code != 0 && closed.stderr.contains("--only"), "\(closed.stderr)")
        }
    }
}
