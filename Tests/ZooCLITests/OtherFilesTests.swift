import Foundation
import Testing

/// Files and options that do not go with each other, and values that need care when they are shown.
@Suite struct OtherFilesTests {
    @Test func columnsThatThereAreNotAreNamed() throws {
        try withSandbox { (box) throws in
            try box.write("r.csv", "user,item,rating\na,i1,1\nb,i2,2\n")
            for option in ["--text", "--number"] {
                let refused = try box.fail("data", "import", "csv", "r.csv", "--name", "r", option, "colour")
                #expect(refused.contains("'colour'") && refused.contains("'user'"), "\(refused)")
            }
            try box.write("twice.csv", "user,item,rating,Rating\na,i1,1,2\n")
            let twice = try box.fail("data", "import", "csv", "twice.csv", "--name", "r")
            #expect(twice.contains("two columns are called 'rating'"), "\(twice)")
            try box.write("names.csv", "item,year,year\ni1,1990,1991\n")
            let doubled = try box.fail("data", "import", "csv", "r.csv", "--name", "r", "--items", "names.csv")
            #expect(doubled.contains("names.csv: two columns are called 'year'"), "\(doubled)")
        }
    }

    @Test(arguments: [("--items", "item,title", "an item", "i1"), ("--users", "user,age", "a user", "a")])
    func filesOfWhichNoKeyFitsAreRefused(option: String, header: String, noun: String, rated: String) throws {
        try withSandbox { (box) throws in
            try box.write("r.csv", "user,item,rating\na,i1,1\nb,i2,2\n")
            try box.write("other.csv", header + "\nx1,5\nx2,6\n")
            let words = ["data", "import", "csv", "r.csv", "--name", "r", option, "other.csv"]
            let refused = try box.start(words).wait()
            #expect(
                refused.isOneLineFailure
                    && refused.stderr.contains("such as 'x1', is \(noun) of the ratings, such as '\(rated)'"),
                "\(refused.stderr)")
            #expect(refused.stderr.contains("--allow-unmatched"))
            #expect(try box.start(words + ["--allow-unmatched"]).wait().code == 0)
        }
    }

    @Test func choicesInATableAreTrainedBySelect() throws {
        try withSandbox { (box) throws in
            try box.write("c.csv", "user,item\na,x\nb,y\n")
            try box.succeed("data", "import", "csv", "c.csv", "--name", "c", "--as", "table")
            let refused = try box.fail("train", "collab", "--data", "c")
            #expect(refused.contains("FROM zoo_data_c") && refused.contains("--feedback choices"), "\(refused)")
        }
    }

    @Test func oneRuleHoldsForStandardOutput() throws {
        try withSandbox { (box) throws in
            try box.trainSmallModel()
            let lists = ["recommend", "films", "--all", "-n", "1", "--output"]
            let refused = try box.start(lists + ["-"]).wait()
            #expect(refused.isOneLineFailure && refused.stderr.contains("/dev/stdout"), "\(refused.stderr)")
            #expect(
                try box.fail("embeddings", "export", "films", "item", "--as", "csv", "--output", "-").contains("./-"))
            #expect(
                try box.start(lists + ["/dev/stdout"]).wait().stdout.hasPrefix("user,item,title,rank,score,rating\n"))
        }
    }

    @Test func ratingsOfANarrowScaleCanBeToldApart() throws {
        try withSandbox { (box) throws in
            let rows = SmallRatings.rows.map { "u\($0.user),i\($0.film),\($0.rating > 2 ? 1000.005 : 1000.001)\n" }
            try box.write("n.csv", "user,item,rating\n" + rows.joined())
            try box.succeed("data", "import", "csv", "n.csv", "--name", "n")
            try box.succeed("train", "collab", "--data", "n", "--factors", "4", "--save", "n", "--quiet")
            let list = try box.succeed("recommend", "n", "--user", "u1", "-n", "2")
            #expect(try list.contains(Regex(" 1000\\.00[0-9]{3} ")), "\(list)")
            #expect(try box.succeed("recommend", "n", "--user", "u1", "-n", "1", "--why").contains("rated 1000.00"))
        }
    }

    @Test func otherRatingsUnderTheNameOfTheTrainingsAreSaid() throws {
        try withSandbox { (box) throws in
            try box.trainSmallModel()
            try box.write("small.csv", SmallRatings.csv + "u1,i31,5,New\n")
            try box.succeed(
                "data", "import", "csv", "small.csv", "--name", "small", "--title-column", "title", "--replace")
            let run = try box.zoo("recommend", "films", "--user", "u1", "--seen", "train")
            #expect(run.stderr.contains("'small' is not the same as when"), "\(run.stderr)")
            #expect(!run.stderr.contains("is not here"))
        }
    }

    @Test func cellsStayOnTheirLine() throws {
        try withSandbox { (box) throws in
            let select = "SELECT 'a' || char(10) || 'b' AS x, 1 AS y"
            #expect(try box.succeed("query", select).split(separator: "\n").count == 2)
            #expect(try box.succeed("query", select, "--csv").contains("\"a\nb\""))
        }
    }

    @Test func columnsOfBLOBsAreNamed() throws {
        try withSandbox { (box) throws in
            try box.importHouses()
            let blobs = "SELECT *, zeroblob(3) AS photo FROM zoo_data_houses"
            let trained = try box.start([
                "train", "tabular", "--sql", blobs, "--target", "price", "--ignore", "sold", "--epochs", "1", "--save",
                "m",
            ]).wait()
            #expect(trained.code == 0 && trained.stderr.contains("photo"), "\(trained.stderr)")
            #expect(!(trained.stdout + trained.stderr).contains("photo: it has no values"))
            let target = try box.fail("train", "tabular", "--sql", blobs, "--target", "photo")
            #expect(target.contains("'photo'") && target.contains("BLOBs"), "\(target)")
            let rows = "SELECT zeroblob(3) AS town, 3 AS rooms, 80.5 AS area LIMIT 1"
            let refused = try box.fail("predict", "m", "--sql", rows)
            #expect(refused.contains("'town' holds BLOBs"), "\(refused)")
            let kept = try box.fail("predict", "m", "--sql", blobs, "--keep", "photo")
            #expect(kept.contains("photo") && kept.contains("BLOBs"), "\(kept)")
        }
    }

    @Test func valuesThatOnlyLagsUseNeedNotBeSet() throws {
        try withSandbox { (box) throws in
            let rows = (0..<120).map {
                "2024-\($0 / 28 + 1)-\($0 % 28 + 1),\($0 * 37 % 50),\(($0 + 119) * 37 % 50 * 3)"
            }
            try box.write("s.csv", "when,v,y\n" + rows.joined(separator: "\n") + "\n")
            try box.succeed("data", "import", "csv", "s.csv", "--name", "s")
            try box.succeed(
                "train", "tabular", "--data", "s", "--target", "y", "--lag", "v:1", "--time-column", "when", "--ignore",
                "v", "--epochs", "1", "--save", "m", "--quiet")
            let report: JSONObject = try box.json("predict", "m", "--set", "when=2024-5-9")
            #expect((report["filled"] as? [String])?.isEmpty == true && report["matched_rows"] is NSNull, "\(report)")
            // The first row of the training had no lag either.
            let again = try box.zoo("predict", "m", "--data", "s", "--output", "out.csv")
            #expect(again.code == 0 && !again.stderr.contains("v_lag1"), "\(again.stderr)")
        }
    }

    @Test func aClassifierReadsTextsAlone() throws {
        try withSandbox { (box) throws in
            try box.succeed("data", "import", "demo-text")
            try box.succeed(
                "train", "text", "--data", "tales", "--save", "m", "--hidden", "8", "--layers", "1", "--embedding", "8",
                "--batch-size", "64", "--epochs", "1", "--quiet")
            let labelled =
                "SELECT printf('%d %s', value, iif(value % 2, 'odd', 'even')), value % 2 FROM json_each('[1,2,3,4,5,6,7,8,9,10]')"
            let blobs = try box.fail(
                "train", "text-classifier", "--encoder", "m", "--sql",
                labelled.replacing("printf", with: "zeroblob(3) AS t, printf")
                    .replacing(", value % 2 FROM", with: " FROM"))
            #expect(blobs.contains("row 1 holds a BLOB in its column 't'"), "\(blobs)")
            try box.succeed(
                "train", "text-classifier", "--encoder", "m", "--sql", labelled, "--epochs", "1", "--save", "c",
                "--quiet")
            let refused = try box.fail("predict", "c", "--sql", "SELECT x'00ff' AS text")
            #expect(refused.contains("row 1 holds a BLOB in its column 'text'"), "\(refused)")
        }
    }
}
