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
                #expect(Set(rows.flatMap(\.keys)) == ["title", "bias", "mean", "ratings", "mean_rank"])
                let biases = rows.compactMap { $0["bias"] as? Double }
                #expect(biases == (name == "worst-movies" ? biases.sorted() : biases.sorted(by: >)))
            }
            #expect(try box.succeed("query", "training-history", "--param", "model=films").contains("train_loss"))
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
}
