import Testing

@Suite struct DataCommandTests {
    @Test func demoDataAreImportedAndTheSameForTheSameSeed() throws {
        try withSandbox { box in
            let first: JSONObject = try box.json("data", "import", "demo")
            #expect(first["ratings"] as? Int == 120_000)
            #expect(first["users"] as? Int == 2_000)
            #expect(first["items"] as? Int == 800)
            let second: JSONObject = try box.json("data", "import", "demo", "--name", "again")
            #expect(first["fingerprint"] as? String == second["fingerprint"] as? String)
            let other: JSONObject = try box.json("data", "import", "demo", "--name", "other", "--seed", "7")
            #expect(first["fingerprint"] as? String != other["fingerprint"] as? String)
        }
    }

    @Test func movieLens100KFoldersAreImportedWithTheirFoldsAndLatinTitles() throws {
        try withSandbox { box in
            let report: JSONObject = try box.json(
                "data", "import", "movielens", try box.writeMovieLens100K(), "--name", "ml")
            let set = try #require(report["dataset"] as? JSONObject)
            #expect(set["ratings"] as? Int == SmallRatings.rows.count)
            let splits = try #require(set["splits"] as? [JSONObject])
            #expect(splits.map { $0["name"] as? String } == ["u1"])
            try box.write("titles.sql", "SELECT title FROM zoo_items WHERE key = '2'")
            #expect(try box.succeed("query", "titles.sql").contains("Élan (1953)"))
            #expect(try box.succeed("data", "show", "ml").contains("split u1"))
        }
    }

    @Test func newerMovieLensFoldersAreImportedWithHalfStarsAndQuotedTitles() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "movielens", try box.writeMovieLensCSV(), "--name", "ml")
            try box.write(
                "q.sql",
                "SELECT title, max(rating) AS best FROM zoo_ratings r JOIN zoo_items i ON i.idx = r.item "
                    + "WHERE i.key IN ('1', '2') GROUP BY i.key ORDER BY i.key")
            let rows: [JSONObject] = try box.json("query", "q.sql")
            #expect(rows.map { $0["title"] as? String } == [SmallRatings.title(1), SmallRatings.title(2)])
            #expect(rows.contains { $0["best"] as? Double == 4.5 })
        }
    }

    @Test func csvFilesAreImportedByTheNamesOfTheirColumns() throws {
        try withSandbox { box in
            let path = try box.write("r.csv", "who;what;stars;when\nanna;Solaris;4,;1\n".replacing("4,", with: "4"))
            let report: JSONObject = try box.json(
                "data", "import", "csv", path, "--name", "r", "--user-column", "who", "--item-column", "what",
                "--rating-column", "stars", "--timestamp-column", "when", "--minimum", "1", "--maximum", "5")
            let set = try #require(report["dataset"] as? JSONObject)
            #expect(set["ratings"] as? Int == 1)
            #expect(set["rating_maximum"] as? Double == 5)
            #expect(set["has_timestamps"] as? Bool == true)
        }
    }

    @Test func dataSetsAreListedShownAndRemoved() throws {
        try withSandbox { box in
            #expect(try box.succeed("data", "list").contains("zoo data import demo"))
            try box.importSmallRatings()
            let sets: [JSONObject] = try box.json("data", "list")
            #expect(sets.map { $0["name"] as? String } == ["small"])
            #expect(try box.succeed("data", "list").contains("small"))
            let set: JSONObject = try box.json("data", "show", "small")
            #expect(set["ratings"] as? Int == SmallRatings.rows.count)
            let removed: JSONObject = try box.json("data", "remove", "small")
            #expect(removed["removed"] as? String == "small")
            let left: [JSONObject] = try box.json("data", "list")
            #expect(left.isEmpty)
        }
    }

    @Test func aDataSetIsReplacedOnlyWhenThatIsAskedFor() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            let path = try box.write("one.csv", "user,item,rating\na,b,3\n")
            #expect(try box.fail("data", "import", "csv", path, "--name", "small").contains("'small'"))
            let kept: JSONObject = try box.json("data", "show", "small")
            #expect(kept["ratings"] as? Int == SmallRatings.rows.count)
            try box.succeed("data", "import", "csv", path, "--name", "small", "--replace")
            let replaced: JSONObject = try box.json("data", "show", "small")
            #expect(replaced["ratings"] as? Int == 1)
        }
    }

    @Test func aDatabaseOfTheUsersOwnGetsOnlyTablesNamedZoo() throws {
        try withSandbox { box in
            let path = box.folder.appendingPathComponent("mine.sqlite").path
            try box.succeed(
                "data", "import", "csv", try box.write("s.csv", SmallRatings.csv), "--name", "s", "--db", path)
            try box.write(
                "t.sql", "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'zoo\\_%' ESCAPE '\\'")
            let others: [JSONObject] = try box.json("query", "t.sql", "--db", path)
            #expect(others.isEmpty)
        }
    }
}
