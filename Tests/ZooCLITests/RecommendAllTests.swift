import Foundation
import Testing

/// Lists for everybody, and what a list may name.
@Suite struct RecommendAllTests {
    /// The rows of a CSV file without quotes, as dictionaries by its header.
    private func rows(_ path: String) throws -> [[String: String]] {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let header = lines[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return lines.dropFirst().map { line in
            Dictionary(
                uniqueKeysWithValues: zip(
                    header, line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)))
        }
    }

    private func importSmall(_ box: Sandbox) throws {
        let text = "user,item,rating\n" + SmallRatings.rows.map { "u\($0.user),i\($0.film),\($0.rating)\n" }.joined()
        try box.succeed("data", "import", "csv", try box.write("small.csv", text), "--name", "small")
    }

    /// The small ratings without titles, so that the file needs no quotes; two thirds train.
    private func train(_ box: Sandbox, _ options: String...) throws {
        try importSmall(box)
        let run = try box.start(
            ["train", "collab", "--data", "small", "--factors", "12", "--save", "m", "--quiet"] + options
        ).wait()
        #expect(run.code == 0, "\(run.stderr)")
    }

    @Test func aModelThatHoldsNothingOfItsUsersMakesNoListsWithoutTheData() throws {
        try withSandbox { box in
            for (model, makesLists) in [("ease", false), ("item-knn", false), ("blend", true)] {
                try importSmall(box)
                try box.succeed(
                    "train", "collab", "--data", "small", "--model", model, "--omit-histories", "--save", "m",
                    "--replace")
                try box.succeed("data", "remove", "small")
                let run = try box.start(["recommend", "m", "--all", "-n", "4", "--output", "recs.csv"]).wait()
                if makesLists {
                    #expect(run.code == 0 && run.stderr.contains("are not known and not left out"), "\(run.stderr)")
                } else {
                    #expect(run.isOneLineFailure && run.stderr.contains("holds nothing of its users"), "\(run.stderr)")
                }
            }
        }
    }

    /// What a file does not hold has no part in the lists, so that they are the same wherever the ratings come from.
    @Test(arguments: ["ease", "blend"])
    func listsWithoutHistoriesAreThoseOfATrainingWithoutAttributesOfPeople(_ model: String) throws {
        try withSandbox { box in
            let ratings = try box.write(
                "r.csv",
                "user,item,rating\n" + SmallRatings.rows.map { "u\($0.user),i\($0.film),\($0.rating)\n" }.joined())
            try box.write("u.csv", "user,kind\n" + (1...SmallRatings.users).map { "u\($0),k\($0 % 4)\n" }.joined())
            let train = ["train", "collab", "--model", model, "--save", "m", "--replace", "--quiet", "--data", "d"]
            var lists: [String] = []
            for (users, options) in [
                (["--users", "u.csv"], ["--omit-histories"]), ([], []), (["--users", "u.csv"], []),
            ] {
                let imported = ["data", "import", "csv", ratings, "--name", "d", "--replace"] + users
                for arguments in [imported, train + options, ["recommend", "m", "--user", "u3", "-n", "8"]] {
                    let run = try box.start(arguments).wait()
                    #expect(run.code == 0, "\(run.stderr)")
                    if arguments[0] == "recommend" { lists.append(run.stdout) }
                }
            }
            // Alone, ease does without attributes of people.
            #expect(lists[0] == lists[1] && (lists[0] == lists[2]) == (model == "ease"))
        }
    }

    /// What validates was rated as well, so that no list names it and no measure counts it as a miss.
    @Test func whatValidatesIsLeftOutOfTheListsThatAreMeasured() throws {
        try withSandbox { box in
            try train(box, "--model", "ials", "--split", "random:0.2", "--valid", "0.3")
            try box.succeed("recommend", "m", "--all", "-n", "100", "--seen", "train", "--output", "recs.csv")
            let listed = try rows(box.folder.appendingPathComponent("recs.csv").path).count
            let tested = try #require(
                ((try box.json("train", "collab", "--data", "small", "--model", "ials", "--split", "random:0.2")
                    as JSONObject)[
                        "test_ratings"]) as? Int)
            let films = Set(SmallRatings.rows.map(\.film)).count
            // All films of 40 people but those of the training part, which the validation part belongs to.
            #expect(listed == 40 * films - (SmallRatings.rows.count - tested), "\(listed), \(tested), \(films)")
        }
    }

    @Test func everybodysListsAreThoseOfEachUser() throws {
        try withSandbox { box in
            try train(box)
            let path = box.folder.appendingPathComponent("recs.csv").path
            let text = try box.succeed("recommend", "m", "--all", "-n", "4", "--output", path)
            #expect(text.contains("160 rows") && text.contains("40 people"))
            let rows = try rows(path)
            #expect(rows.count == 160 && Set(rows[0].keys) == ["user", "item", "title", "rank", "score", "rating"])
            try box.succeed("recommend", "m", "--all", "-n", "4", "--table", "recs")
            let stored = try box.succeed(
                "query", "SELECT count(*) AS n FROM recs AS r JOIN zoo_users AS u ON u.key = r.user WHERE rank = 1")
            #expect(stored.contains("40"))
            for user in ["u1", "u17", "u40"] {
                let report: JSONObject = try box.json("recommend", "m", "--user", user, "-n", "4")
                let items = report["items"] as? [JSONObject] ?? []
                let own = rows.filter { $0["user"] == user }
                #expect(own.compactMap { $0["item"] } == items.compactMap { $0["item"] as? String })
                #expect(own.compactMap { $0["rank"] } == ["1", "2", "3", "4"])
                for (row, item) in zip(own, items) {
                    for key in ["score", "rating"] {
                        let (a, b) = (Double(row[key] ?? ""), item[key] as? Double)
                        #expect(abs((a ?? 0) - (b ?? 9)) < 1e-4, "\(key) of \(row)")
                    }
                }
            }
            // A table is replaced only where that is asked for, and only one of these.
            #expect(try box.fail("recommend", "m", "--all", "--table", "recs").contains("--replace"))
            try box.succeed("recommend", "m", "--all", "--table", "recs", "--replace")
            #expect(try box.fail("recommend", "m", "--all", "--table", "zoo_items", "--replace").contains("zoo_"))
        }
    }

    @Test func listsOfASplitRestOnItsTrainingPart() throws {
        try withSandbox { box in
            try train(box, "--split", "random:0.3")
            let sql =
                "SELECT count(*) FROM recs JOIN zoo_users AS u ON u.key = recs.user JOIN zoo_items AS i ON i.key = recs.item "
                + "JOIN zoo_ratings AS r ON r.user = u.idx AND r.item = i.idx"
            var hits: [String: Int] = [:]
            for seen in ["all", "train", "none"] {
                try box.succeed(
                    "recommend", "m", "--all", "-n", "10", "--seen", seen, "--table", "recs", "--replace")
                hits[seen] = Int(try box.succeed("query", sql).split(separator: "\n")[1].filter(\.isNumber))
            }
            // Of rated items: none; those of the test part alone; more.
            #expect(hits["all"] == 0 && hits["train"] ?? 0 > 0 && hits["none"] ?? 0 > hits["train"] ?? 0)
            let list: JSONObject = try box.json("recommend", "m", "--user", "u5", "--seen", "train", "-n", "30")
            #expect(list["rated_items"] as? Int ?? 99 < SmallRatings.rows.count { $0.user == 5 })
        }
    }

    @Test(arguments: ["blend", "dot-bias"]) func whatWasRatedAfterTheTrainingIsLeftOutToo(_ model: String) throws {
        try withSandbox { box in
            try train(box, "--model", model)
            func best(_ options: String...) throws -> (item: String?, stderr: String) {
                let run = try box.start(["recommend", "m", "--user", "u1", "-n", "1"] + options).wait()
                #expect(run.code == 0, "\(run.stderr)")
                return (run.stdout.split(separator: " ").last.map { $0.trimmingCharacters(in: .newlines) }, run.stderr)
            }
            let first = try #require(try best().item)
            let rows = SmallRatings.rows.map { "u\($0.user),i\($0.film),\($0.rating)\n" }.joined()
            try box.write("more.csv", "user,item,rating\n" + rows + "u1,\(first),5\nnew,i3,5\nnew,i4,1\n")
            try box.succeed("data", "import", "csv", "more.csv", "--name", "small", "--replace")
            let (second, note) = try best()
            #expect(second != first && note.contains("is not the same as when the model was trained on it"), "\(note)")
            #expect(try best("--seen", "train").stderr.contains("so that its training part is not known"))
            let path = box.folder.appendingPathComponent("recs.csv").path
            let run = try box.zoo("recommend", "m", "--all", "-n", "99", "--output", path)
            #expect(run.stderr.contains("is not the same as when the model was trained on it"), "\(run.stderr)")
            let lists = try self.rows(path)
            #expect(!lists.contains { $0["user"] == "u1" && $0["item"] == first })
            #expect(lists.count { $0["user"] == "new" } == SmallRatings.films - 2)
        }
    }

    @Test func itemsAreNarrowedBySQLAndByFile() throws {
        try withSandbox { box in
            try train(box)
            func items(_ options: String...) throws -> [String] {
                let run = try box.start(
                    ["recommend", "m", "--user", "u1", "--seen", "none", "-n", "30", "--json"] + options
                ).wait()
                #expect(run.code == 0, "\(run.stderr)")
                let report = try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject
                return (report?["items"] as? [JSONObject] ?? []).compactMap { $0["item"] as? String }
            }
            #expect(try Set(items("--only", "key IN ('i3', 'i7') OR title = 'i9'")) == ["i3", "i7", "i9"])
            #expect(try Set(items("--only", "SELECT 'i2' UNION SELECT 'i4'")) == ["i2", "i4"])
            let path = try box.write("not.txt", "i1\n  i2\r\n\nunheard of\n")
            let left = try items("--exclude", path)
            #expect(left.count == SmallRatings.films - 2 && !left.contains("i1") && !left.contains("i2"))
            let note = try box.zoo("recommend", "m", "--user", "u1", "--exclude", path).stderr
            #expect(note.contains("1 item of --exclude not known to the model: 'unheard of'"))
            #expect(
                try items("--only", "count >= 0", "--exclude", "SELECT key FROM zoo_items WHERE key <> 'i8'") == ["i8"])
            #expect(try box.fail("recommend", "m", "--user", "u1", "--only", "no_such > 1").contains("no_such"))
            #expect(try box.fail("recommend", "m", "--user", "u1", "--only", "key = 'x'").contains("no item"))
            #expect(try box.fail("recommend", "m", "--user", "u1", "--exclude", "gone.txt").contains("gone.txt"))
        }
    }

    @Test func diverseListsHoldTheBestItemAndAreLessAlike() throws {
        try withSandbox { box in
            try train(box)
            func items(_ diversity: String) throws -> [String] {
                let report: JSONObject = try box.json(
                    "recommend", "m", "--user", "u1", "-n", "5", "--diversity", diversity)
                return (report["items"] as? [JSONObject] ?? []).compactMap { $0["item"] as? String }
            }
            func alikeness(_ items: [String]) throws -> Double {
                let list = items.map { "'\($0)'" }.joined(separator: ", ")
                let sql =
                    "SELECT avg(cosine(a.vector, b.vector)) FROM zoo_embeddings AS a, zoo_embeddings AS b WHERE a.model = 'm' "
                    + "AND b.model = 'm' AND a.field = 'item' AND b.field = 'item' AND a.key < b.key AND a.key IN (\(list)) "
                    + "AND b.key IN (\(list))"
                return Double(try box.succeed("query", sql).split(separator: "\n")[1].filter { $0 != " " }) ?? .nan
            }
            let (plain, diverse, only) = (try items("0"), try items("0.5"), try items("1"))
            #expect(plain[0] == diverse[0] && plain[0] == only[0])
            let (alike, different) = (try alikeness(plain), try alikeness(only))
            #expect(different < alike)
            try box.succeed("train", "collab", "--data", "small", "--model", "ease", "--save", "e")
            #expect(try box.fail("recommend", "e", "--user", "u1", "--diversity", "0.5").contains("--diversity"))
        }
    }

    @Test(arguments: [
        ["--all"], ["--all", "--user", "u1", "--table", "t"], ["--user", "u1", "--table", "t"], [],
        ["--all", "--table", "t", "--output", "f.csv"], ["--user", "u1", "--replace"],
        ["--all", "--table", "t", "--why"], ["--user", "u1", "--diversity", "1.1"],
        ["--ratings", "f.csv", "--seen", "train"], ["--user", "u1", "--seen", "all", "--include-seen"],
    ])
    func wrongOptionsAreUsageErrors(_ options: [String]) throws {
        try withSandbox { box in
            let run = try box.start(["recommend", "m"] + options).wait()
            #expect(run.code == 64, "\(run.stderr)")
        }
    }
}
