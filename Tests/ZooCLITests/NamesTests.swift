import Testing

@Suite struct NamesTests {
    @Test func keysTitlesAndNamesMayHaveQuotesAndUnicode() throws {
        try withSandbox { box in
            let name = "O'Neil's \"ratings\"; DROP TABLE zoo_datasets -- 日本 🎬"
            let people = ["O'Neil", "日本", "\"q\"", "a b", "-x", "%_*", "é"]
            let rows = people.flatMap { person in
                people.map {
                    "\(SmallRatings.quoted(person)),\(SmallRatings.quoted("film " + $0)),\(1 + $0.count % 5)\n"
                }
            }
            let path = try box.write("häßlich 'x'.csv", "user,item,rating\n" + rows.joined())
            try box.succeed("data", "import", "csv", path, "--name", name)
            let set: JSONObject = try box.json("data", "show", name)
            #expect(set["name"] as? String == name && set["users"] as? Int == people.count)
            try box.succeed("train", "collab", "--data", name, "--epochs", "1", "--save", "größe")
            for person in people where !person.hasPrefix("-") {
                let report: JSONObject = try box.json("recommend", "größe", "--user", person, "--include-seen")
                #expect(report["rated_items"] as? Int == people.count, "\(person)")
            }
            try box.succeed("query", "embeddings", "größe", "item", "--near", "film %_*")
            try box.succeed("data", "remove", name)
        }
    }

    @Test(arguments: ["", " ", "a b", "../x", "a/b", ".hidden", "a;b", "x\u{0007}", String(repeating: "x", count: 101)])
    func badModelNamesAreRefusedBeforeTheTraining(_ name: String) throws {
        try withSandbox { box in
            try box.importSmallRatings()
            let run = try box.start(["train", "collab", "--data", "small", "--save", name]).wait()
            #expect(run.code == 64 && run.stderr.contains("letters, digits") && run.stderr.contains("100"))
            try box.succeed("train", "collab", "--data", "small", "--save", "films")
            #expect(try box.start(["models", "copy", "films", name]).wait().code == 64)
        }
    }

    @Test(arguments: ["", " ", "a\nb", "x\u{0007}", " x"])
    func dataSetNamesThatCannotBeSeenAreRefused(_ name: String) throws {
        try withSandbox { box in
            let path = try box.write("s.csv", SmallRatings.csv)
            #expect(try box.fail("data", "import", "csv", path, "--name", name).contains("name"))
            #expect(try box.fail("data", "import", "demo", "--name", name).contains("name"))
        }
    }

    @Test func theSameSeedGivesTheSameModelAndAnotherAnother() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            func rmse(_ seed: String) throws -> Double {
                let report: JSONObject = try box.json(
                    "train", "collab", "--data", "small", "--split", "random:0.2", "--seed", seed)
                return try #require((report["test"] as? JSONObject)?["rmse"] as? Double)
            }
            #expect(try rmse("1") == rmse("1"))
            #expect(try rmse("1") != rmse("2"))
            #expect(try rmse("18446744073709551615") == rmse("18446744073709551615"))
        }
    }

    @Test func aTrainingThatDivergesSavesNothing() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            for settings in [[], ["--batch-size", "32"], ["--model", "neural"]] {
                let run = try box.start(
                    ["train", "collab", "--data", "small", "--lr", "1e30", "--save", "wild", "--quiet"] + settings
                ).wait()
                #expect(run.isOneLineFailure && run.stderr.contains("lower learning rate"), "\(run.stderr)")
            }
            try box.fail("models", "show", "wild")
        }
    }

    @Test func theSmallestDataSetIsTrainedAndAsked() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "csv", try box.write("o.csv", "user,item,rating\nu,i,3\n"), "--name", "o")
            let warning = try box.zoo("train", "collab", "--data", "o", "--save", "m").stderr
            #expect(warning.contains("ranks by who chose what"))
            #expect(try box.succeed("recommend", "m", "--user", "u", "--include-seen").contains("i\n"))
            #expect(try box.zoo("recommend", "m", "--user", "u").stderr.contains("nothing is left"))
            #expect(try box.fail("pca", "m", "item").contains("too few"))
            for architecture in ["dot-bias", "neural"] {
                let refused = try box.fail("train", "collab", "--data", "o", "--model", architecture)
                #expect(refused.contains("leave out --model"))
            }
            #expect(try box.fail("train", "collab", "--data", "o", "--split", "random:0.5").contains("random:0.5"))
        }
    }
}
