import Testing

@Suite struct QueryCommandTests {
    @Test func namedQueriesAreListedAndAnswer() throws {
        try withSandbox { box in
            let queries: [JSONObject] = try box.json("query")
            let names = queries.compactMap { $0["name"] as? String }
            #expect(names.contains("worst-movies") && names.contains("best-movies"))
            try box.trainSmallModel()
            for name in ["worst-movies", "best-movies"] {
                let rows: [JSONObject] = try box.json(
                    "query", name, "--param", "model=films", "--param", "minimum_count=10", "--param", "count=4")
                #expect(rows.count == 4)
                #expect(Set(rows.flatMap(\.keys)) == ["title", "bias", "low", "high", "mean", "ratings", "mean_rank"])
                let biases = rows.compactMap { $0["bias"] as? Double }
                #expect(biases == (name == "worst-movies" ? biases.sorted() : biases.sorted(by: >)))
            }
            #expect(try box.succeed("query", "training-history", "--param", "model=films").contains("train_loss"))
        }
    }

    @Test(arguments: ["SELECT name FROM zoo_models", "SELECT DISTINCT model FROM zoo_embeddings WHERE model = :m"])
    func modelsThatShipAreThereWhereSQLAsksForThem(_ sql: String) throws {
        try withSandbox { box in
            let more = sql.hasSuffix(":m") ? ["--param", "m=movielens-100k"] : []
            let run = try box.start(["query", sql, "--csv"] + more).wait()
            #expect(run.code == 0 && run.stdout.contains("movielens-100k\n"), "\(run.stdout)\(run.stderr)")
        }
    }

    @Test func onlyVectorsOfEmbeddingsAreShownAsNumbers() throws {
        try withSandbox { box in
            let key = "SELECT x'34C2DA8003CC4F2793FDCAB87B89296C' AS key, zeroblob(20) AS more"
            #expect(try box.succeed("query", key).hasSuffix("x'34c2da8003cc4f2793fdcab87b89296c'  <20 bytes>\n"))
            #expect(try box.succeed("query", key, "--csv").contains("x'34c2da8003cc4f2793fdcab87b89296c',x'00"))
            let rows: [JSONObject] = try box.json("query", key)
            #expect(rows.first?["key"] as? String == "x'34c2da8003cc4f2793fdcab87b89296c'")
            let vectors =
                "SELECT v FROM (SELECT vector AS v FROM zoo_embeddings WHERE model = 'movielens-100k' LIMIT 1)"
            #expect(try box.succeed("query", vectors).contains(" numbers]"))
            let numbers: [JSONObject] = try box.json("query", vectors)
            #expect((numbers.first?["v"] as? [Double])?.isEmpty == false)
        }
    }

    @Test func countsOfNamedQueriesAreNotNegative() throws {
        try withSandbox { box in
            for count in ["-1", "x", "1.5"] {
                let message = try box.fail(
                    "query", "item-biases", "--param", "model=movielens-100k", "--param", "count=\(count)")
                #expect(message.contains("'count' is '\(count)': it is a whole number, 0 or more"), "\(message)")
            }
        }
    }

    @Test func intervalsOfBiasesArePlotted() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let rows: [JSONObject] = try box.json(
                "query", "item-biases", "--param", "model=films", "--param", "count=3", "--plot", "biases.svg")
            let biases = rows.compactMap { $0["bias"] as? Double }
            #expect(biases.count == 6 && biases == biases.sorted())
            let svg = try String(contentsOf: box.folder.appendingPathComponent("biases.svg"), encoding: .utf8)
            #expect(svg.components(separatedBy: "<circle").count == 7)
            let ratings = try #require(rows.first?["ratings"] as? Int)
            #expect(svg.contains(" (\(ratings))</text>"), "\(svg)")
            let refused = try box.fail("query", "SELECT 1 AS low, 2 AS high", "--plot", "no.svg")
            #expect(refused.contains("there is none before it"))
        }
    }

    @Test func equalTitlesAreToldApartByTheirKeys() throws {
        try withSandbox { box in
            var lines = "user,item,title,rating\n"
            for user in 0..<30 {
                lines += "u\(user),a,The Lake,\(1 + user % 5)\n"
                if user < 20 { lines += "u\(user),b,The Lake,\(1 + user % 3)\n" }
                if user < 10 { lines += "u\(user),c,The Sea,\(1 + user % 4)\n" }
            }
            try box.write("r.csv", lines)
            try box.succeed("data", "import", "csv", "r.csv", "--name", "r", "--title-column", "title")
            try box.succeed(
                "train", "collab", "--data", "r", "--save", "m", "--model", "dot-bias", "--factors", "2", "--epochs",
                "1")
            let rated = try box.succeed("query", "most-rated", "--param", "data=r", "--csv")
            let titles = rated.split(separator: "\n").dropFirst().map { $0.split(separator: ",")[0] }
            #expect(titles == ["The Lake [a]", "The Lake [b]", "The Sea"])
            let similar = try box.succeed(
                "query", "similar-items", "--param", "model=m", "--param", "item=c", "--param", "minimum_count=1",
                "--csv")
            #expect(similar.contains("The Lake [a],") && similar.contains("The Lake [b],"), "\(similar)")
        }
    }

    @Test func rowsArePlottedAsLines() throws {
        try withSandbox { box in
            func svg(_ arguments: String...) throws -> String {
                let run = try box.start(["query"] + arguments + ["--plot", "l.svg", "--replace"]).wait()
                try #require(run.code == 0, "\(run.stderr)")
                return try String(contentsOf: box.folder.appendingPathComponent("l.svg"), encoding: .utf8)
            }
            let columns = try svg("SELECT 1 AS step, 2 AS a, 3 AS b UNION ALL VALUES (2, 4, NULL), (3, 5, 6)")
            for text in [">step</text>", ">a</text>", ">b</text>"] { #expect(columns.contains(text), "\(columns)") }
            #expect(
                columns.components(separatedBy: "<path").count == 2
                    && columns.components(separatedBy: "<circle").count == 3)
            let rows = "SELECT 'one' AS line, 0 AS x, 0 AS \"the loss\", 0 AS faint UNION ALL VALUES ('one', 1, 1, 0),"
            let lines = try svg(
                "\(rows) ('two', 0, 1, 0), ('two', 1, 0, 0), ('back', 0, 0, 1), ('back', 1, 0, 1)", "--title", "T",
                "--arrows")
            for text in [">one</text>", ">two</text>", ">the loss</text>", ">T</text>"] {
                #expect(lines.contains(text), "\(lines)")
            }
            // Three lines and their heads; the faint one has no name.
            #expect(lines.components(separatedBy: "<path").count == 7 && !lines.contains(">back</text>"))
            let refused = try box.fail("query", "SELECT 1 AS a", "--plot", "no.svg")
            #expect(refused.contains("no two columns"))
            #expect(
                try box.fail("query", "SELECT 'x' AS a, 'y' AS b", "--plot", "no.svg").contains(
                    "no row has numbers in 'a' and 'b'"))
            let alone = try box.zoo("query", "SELECT 1, 2", "--arrows")
            #expect(alone.code == 64 && alone.stderr.contains("--title and --arrows go with --plot FILE"))
        }
    }

    @Test func aFileOfTheUsersOwnAnswersAsTableCSVAndJSON() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            try box.write(
                "near.sql",
                """
                -- Titles close to one.
                SELECT a.label AS title, cosine(a.vector, b.vector) AS cosine, dot(a.vector, b.vector) AS dot,
                    l2(a.vector, b.vector) AS l2, component(a.vector, 1) AS x, NULL AS absent
                FROM zoo_embeddings AS a, zoo_embeddings AS b
                WHERE a.field = 'item' AND b.field = 'item' AND b.key = :key ORDER BY cosine DESC, a.key LIMIT 3;
                """)
            let rows: [JSONObject] = try box.json("query", "near.sql", "--param", "key=i1")
            #expect(rows.count == 3 && rows[0]["title"] as? String == SmallRatings.title(1))
            #expect(try box.fail("query", "near.sql").contains("parameter 'key' has no value: --param key=…"))
            #expect(try box.fail("query", "SELECT :a + 1 AS s").contains("parameter 'a' has no value"))
            #expect(abs((rows[0]["cosine"] as? Double ?? 0) - 1) < 1e-5 && abs(rows[0]["l2"] as? Double ?? 1) < 1e-5)
            let csv = try box.succeed("query", "near.sql", "--param", "key=i1", "--csv")
            #expect(csv.hasPrefix("title,cosine,dot,l2,x,absent\n"))
            #expect(csv.contains(SmallRatings.quoted(SmallRatings.title(1))))
            #expect(try box.succeed("query", "near.sql", "--param", "key=i1").split(separator: "\n").count == 4)
        }
    }

    @Test func parametersAreValuesAndNeverSQL() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let run = try box.zoo("query", "training-history", "--param", "model=x' OR 1=1; DROP TABLE zoo_models; --")
            #expect(run.isOneLineFailure)
            let models: [JSONObject] = try box.json("models", "list")
            #expect(models.contains { $0["name"] as? String == "films" })
        }
    }

    @Test func mistakesInAQueryAreNamedWithTheirPlace() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            try box.write("wrong.sql", "SELECT *\nFROM zoo_models\nWHERE ) 1")
            #expect(try box.fail("query", "wrong.sql").contains("line 3, column 7"))
            #expect(try box.fail("query", "gone.sql").contains("gone.sql"))
            #expect(try box.fail("query", "no-such-query").contains("worst-movies"))
            #expect(try box.fail("query", "worst-movies").contains("--param model="))
            #expect(try box.fail("query", "worst-movies", "--param", "model=no").contains("'films'"))
            #expect(try box.fail("query", "worst-movies", "--param", "model=films", "--param", "x=1").contains("x"))
            #expect(try box.zoo("query", "worst-movies", "--param", "model").code == 64)
            let word = try box.fail("query", "worst-movies", "--param", "model=films", "--param", "count=many")
            #expect(word.contains("whole number"))
            try box.write("binary.sql", [0x53, 0, 0xFF, 0xFE])
            try box.fail("query", "binary.sql")
            try box.write("empty.sql", "-- nothing\n")
            try box.fail("query", "empty.sql")
        }
    }

    @Test func aStatementRunsFromTheCommandLineAndFromStandardInput() throws {
        try withSandbox { box in
            #expect(try box.succeed("query", "SELECT 40 + :b AS sum", "--param", "b=2") == "sum\n 42\n")
            #expect(try box.succeed("query", "with t as (select 7 AS x)\nselect x from t", "--csv") == "x\n7\n")
            let piped = try box.shell("echo 'SELECT :a AS a' | \"$zoo\" query - --param a=x --csv")
            #expect(piped.code == 0 && piped.stdout == "a\nx\n", "\(piped.stderr)")
            let writing = try box.fail("query", "DELETE FROM zoo_models")
            #expect(writing.contains("only reading is allowed") && !writing.contains("no query"))
            #expect(try box.fail("query", "SELECT 1; SELECT 2").contains("more than one statement"))
            #expect(try box.fail("query", "-").contains("no statement"))
        }
    }

    @Test func anUnknownParameterIsNamedWithTheNearestAndTheDefaults() throws {
        try withSandbox { box in
            let words = ["query", "worst-movies", "--param", "model=movielens-100k", "--param", "min_count=1"]
            let named = try box.start(words).wait()
            #expect(named.isOneLineFailure && named.stderr.contains("'min_count'; did you mean 'minimum_count'?"))
            #expect(named.stderr.contains("count (default 10), minimum_count (default 50)"), "\(named.stderr)")
            let own = try box.fail("query", "SELECT :limit AS a", "--param", "limt=1")
            #expect(own.contains("'limt'; did you mean 'limit'?"), "\(own)")
            #expect(try box.fail("query", "SELECT 1 AS a", "--param", "x=1").contains("it takes none"))
            #expect(try box.fail("query", "worst-movies").contains("it also takes count (default 10)"))
            #expect(try box.fail("query", "worst-moves").contains("did you mean 'worst-movies'?"))
        }
    }

    @Test func defaultsOfParametersAreListed() throws {
        try withSandbox { box in
            #expect(try box.succeed("query").contains("model,[count=10],[minimum_count=50]"))
            let one = try box.succeed("query", "worst-movies", "--list")
            #expect(one.contains("minimum_count") && one.contains("50") && one.contains("leave out items"))
            let queries: [JSONObject] = try box.json("query", "--list")
            let worst = queries.first { $0["name"] as? String == "worst-movies" }
            let details = worst?["parameter_details"] as? [JSONObject] ?? []
            #expect(details.map { $0["default_value"] as? String } == [nil, "10", "50"])
            #expect(worst?["parameters"] as? [String] == ["model", "[count]", "[minimum_count]"])
        }
    }
}
