import Foundation
import GRDB
import Testing

@Suite struct RatingSourcesTests {
    /// A row of the shop's table of sales.
    private struct Sale {
        let person: String
        let thing: String
        let stars: Int
    }

    /// 40 people and 12 things: even people choose things of the sea, odd ones those of the wood.
    private static let sales: [Sale] = {
        var sales: [Sale] = []
        for person in 0..<40 {
            for thing in 0..<12 where (thing * 7 + person * 3) % 5 != 0 {
                let isLiked = person % 2 == thing % 2
                sales.append(Sale(person: "u\(person)", thing: "i\(thing)", stars: (isLiked ? 4 : 1) + thing % 2))
            }
        }
        return sales
    }()

    private func writeShop(_ box: Sandbox) throws -> String {
        let path = box.folder.appendingPathComponent("shop.sqlite").path
        try DatabaseQueue(path: path).write { db in
            try db.execute(sql: "CREATE TABLE sale (person TEXT, thing TEXT, stars REAL)")
            try db.execute(sql: "CREATE TABLE thing (id TEXT PRIMARY KEY, title TEXT, genre TEXT)")
            for sale in Self.sales {
                try db.execute(
                    sql: "INSERT INTO sale VALUES (?, ?, ?)", arguments: [sale.person, sale.thing, sale.stars])
            }
            for thing in 0..<12 {
                let genre = thing % 2 == 0 ? "sea" : "wood"
                try db.execute(
                    sql: "INSERT INTO thing VALUES (?, ?, ?)", arguments: ["i\(thing)", "Tale \(thing)", genre])
            }
        }
        return path
    }

    @Test func aTableOfTheDatabaseTrainsARecommender() throws {
        try withSandbox { box in
            let shop = try writeShop(box)
            let sql = ["--sql", "SELECT person, thing, stars FROM sale", "--items-sql", "SELECT * FROM thing"]
            let run = try box.start(["train", "collab", "--db", shop, "--save", "s"] + sql).wait()
            try #require(run.code == 0, "\(run.stderr)")
            #expect(run.stderr.contains("taken for user, item, rating") && run.stderr.contains("in common: genre"))
            let list: JSONObject = try box.json(
                "recommend", "s", "--db", shop, "--user", "u2", "-n", "3", "--include-seen")
            let titles = (list["items"] as? [JSONObject] ?? []).compactMap { $0["title"] as? String }
            #expect(titles.count == 3 && titles.allSatisfy { $0.hasPrefix("Tale ") }, "\(list)")
            // The model knows what the training saw, where no data set does.
            let unseen: JSONObject = try box.json("recommend", "s", "--db", shop, "--user", "u2", "-n", "12")
            let bought = Self.sales.filter { $0.person == "u2" }.map { $0.thing.replacing("i", with: "Tale ") }
            let others = (unseen["items"] as? [JSONObject] ?? []).compactMap { $0["title"] as? String }
            #expect(others.count == 12 - bought.count && Set(others).isDisjoint(with: bought))
            // The same ratings by an import are the same model.
            let rows = Self.sales.map { "\($0.person),\($0.thing),\($0.stars)\n" }.joined()
            try box.write("sales.csv", "user,item,rating\n" + rows)
            let things = (0..<12).map { thing -> String in
                let genre = thing % 2 == 0 ? "sea" : "wood"
                return "i\(thing),Tale \(thing),\(genre)\n"
            }
            try box.write("things.csv", "item,title,genre\n" + things.joined())
            try box.succeed("data", "import", "csv", "sales.csv", "--name", "d", "--items", "things.csv")
            try box.succeed("train", "collab", "--data", "d", "--save", "s")
            let other: JSONObject = try box.json("recommend", "s", "--user", "u2", "-n", "3", "--include-seen")
            #expect((other["items"] as? [JSONObject] ?? []).compactMap { $0["title"] as? String } == titles)
        }
    }

    @Test func titlesAreLookedForWhereTheItemsAre() throws {
        try withSandbox { box in
            try box.write("r.csv", "user,item,rating,label\n1,a,5,x\n1,b,3,y\n2,a,4,x\n")
            try box.write("things.csv", "item,caption,kind\na,Alpha,k\nb,Beta,k\n")
            func titles(_ column: String) throws -> [String] {
                try box.succeed(
                    "data", "import", "csv", "r.csv", "--name", "d", "--items", "things.csv", "--title-column", column,
                    "--replace")
                let rows: [JSONObject] = try box.json("query", "SELECT title FROM zoo_items ORDER BY key")
                return rows.compactMap { $0["title"] as? String }
            }
            #expect(try titles("caption") == ["Alpha", "Beta"])
            #expect(try titles("Caption") == ["Alpha", "Beta"])
            #expect(try titles("label") == ["x", "y"])
            let error = try box.fail(
                "data", "import", "csv", "r.csv", "--name", "e", "--items", "things.csv", "--title-column", "nothing")
            #expect(error.contains("'caption'") && error.contains("things.csv"), "\(error)")
        }
    }

    @Test(arguments: [
        ["--header", "none"], ["--header", "none", "--columns", "user,item,rating"], ["--as", "ratings"],
    ])
    func triplesBetweenBlanksAreRatings(_ options: [String]) throws {
        try withSandbox { box in
            try box.write("triples.txt", "1 20 5\n1 21 3\n2 20 4.5\n")
            let run = try box.start(["data", "import", "csv", "triples.txt", "--name", "d"] + options).wait()
            #expect(
                run.stdout.contains("3 ratings by 2 users on 2 items, from 3.0 to 5.0"), "\(run.stdout)\(run.stderr)")
            #expect((run.stdout + run.stderr).contains("separated by blanks"))
            try box.write("ratings.dat", "1::20::5::978300760\n1::21::3::978302109\n")
            #expect(
                try box.succeed("data", "import", "csv", "ratings.dat", "--name", "m").contains("2 ratings by 1 user"))
            // Words are no ratings, and one number a line is none.
            for text in ["the old sea\nthe new sea\n", "1 234\n2 345\n"] {
                try box.write("words.txt", text)
                let words = try box.succeed(
                    "data", "import", "csv", "words.txt", "--name", "w", "--header", "none", "--replace")
                #expect(!words.contains("ratings"), "\(words)")
            }
        }
    }

    @Test func ratingsThatSinglePrecisionCannotTellApartAreNamed() throws {
        try withSandbox { box in
            let rows = Self.sales.map { "\($0.person),\($0.thing),\(1_000_000 + Double($0.stars) / 10_000)\n" }.joined()
            try box.write("fine.csv", "user,item,rating\n" + rows)
            try box.succeed("data", "import", "csv", "fine.csv", "--name", "d")
            let run = try box.zoo("train", "collab", "--data", "d")
            #expect(run.code == 0 && run.stderr.contains("single precision"), "\(run.stderr)")
            let error = try box.fail("train", "collab", "--data", "d", "--model", "dot-bias")
            #expect(error.contains("single precision") && error.contains("less 1000000"), "\(error)")
        }
    }

    @Test func itemsWithoutRatingsAreRecommendedByTheirAttributes() throws {
        try withSandbox { box in
            let rows = Self.sales.map { "\($0.person),\($0.thing),\($0.stars)\n" }.joined()
            try box.write("sales.csv", "user,item,rating\n" + rows)
            func importThings(_ count: Int) throws {
                let things = (0..<count).map { "i\($0),Tale \($0),\($0 % 2 == 0 ? "sea" : "wood")\n" }
                try box.write("things.csv", "item,title,genre\n" + things.joined())
                try box.succeed(
                    "data", "import", "csv", "sales.csv", "--name", "d", "--items", "things.csv", "--replace")
            }
            try importThings(12)
            try box.succeed("train", "collab", "--data", "d", "--save", "s")
            // Two more came after the training.
            try importThings(14)
            let ask = ["recommend", "s", "--user", "u2", "-n", "14", "--include-seen", "--why", "--json"]
            let run = try box.start(ask).wait()
            try #require(run.code == 0, "\(run.stderr)")
            #expect(run.stderr.contains("2 items of 'd' without training ratings"), "\(run.stderr)")
            #expect(run.stdout.contains("\"Tale 12\"") && run.stdout.contains("genre: sea"), "\(run.stdout)")
            let known = try box.start(ask + ["--only", "count > 0"]).wait()
            #expect(known.code == 0 && !known.stdout.contains("\"Tale 12\"") && known.stdout.contains("\"Tale 11\""))
            try box.succeed("recommend", "s", "--all", "-n", "14", "--seen", "none", "--output", "lists.csv")
            #expect(try String(contentsOfFile: box.folder.path + "/lists.csv", encoding: .utf8).contains("Tale 13"))
            try box.succeed("recommend", "s", "--user", "u2", "--diversity", "0.5")
        }
    }

    @Test func whatIsNoSelectOfRatingsIsRefused() throws {
        try withSandbox { box in
            let shop = try writeShop(box)
            for (arguments, code, reason) in [
                (["--sql", "SELECT person FROM sale", "--db", shop], 1, "name its columns"),
                (["--sql", "DELETE FROM sale", "--db", shop], 1, "only"),
                (["--sql", "SELECT 1, 2, 3", "--data", "d"], 64, "either --data or --sql"),
                ([], 64, "either --data or --sql"),
                (["--data", "d", "--items-sql", "SELECT 1"], 64, "go with --sql"),
                (["--sql", "SELECT * FROM sale", "--db", shop, "--split", "u1"], 1, "no splits with names"),
            ] as [([String], Int32, String)] {
                let run = try box.start(["train", "collab"] + arguments).wait()
                #expect(run.code == code && run.stderr.contains(reason), "\(arguments): \(run.stderr)")
            }
            #expect(try box.start(["cross-validate", "collab", "--folds", "2"]).wait().code == 64)
        }
    }

    @Test(arguments: ["counts", "choices"])
    func aModelOfStarsIsRefusedWhereThereAreNone(feedback: String) throws {
        try withSandbox { box in
            let rows = Self.sales.map { "\($0.person),\($0.thing),\($0.stars * 1000)\n" }.joined()
            try box.write("plays.csv", "user,song,plays\n" + rows)
            let text = try box.succeed("data", "import", "csv", "plays.csv", "--name", "d", "--feedback", feedback)
            #expect(text.contains(" \(feedback) by 40 users on 12 items"), "\(text)")
            for model in ["dot-bias", "neural"] {
                let line = try box.fail("train", "collab", "--data", "d", "--model", model)
                #expect(
                    line.contains("the data holds \(feedback)") && line.contains("ials") && line.contains("leave out"))
            }
            try box.succeed("train", "collab", "--data", "d", "--model", "ials", "--alpha", "0.01", "--save", "m")
            let report: JSONObject = try box.json("train", "collab", "--data", "d", "--split", "random:0.25")
            #expect(
                (report["test"] as? JSONObject)?["ndcg"] is Double && (report["test"] as? JSONObject)?["rmse"] == nil)
        }
    }
}

extension RatingSourcesTests {
    @Test func decimalCommasOfRatingsAreDecidedByTheWholeFile() throws {
        try withSandbox { box in
            let rows = (1...20).map { "u\($0 % 5);i\($0);\($0 % 5 + 1),\($0 % 2 * 5)\n" }.joined()
            try box.write("commas.csv", "user;item;rating\nu0;i0;4\n" + rows)
            let said = try box.succeed("data", "import", "csv", "commas.csv", "--name", "commas")
            #expect(said.contains("from 1.5 to 5") || said.contains("from 1.0 to 5"), "\(said)")
            #expect(said.contains("note: ratings are read with a decimal comma: --decimal point says otherwise"))
            try box.write("mixed.csv", "user;item;rating\nu0;i0;4.5\nu1;i0;3,5\n")
            let mixed = try box.fail("data", "import", "csv", "mixed.csv", "--name", "mixed")
            #expect(mixed.contains("line 3") && mixed.contains("'3,5' is not a number"), "\(mixed)")
            let points = try box.fail(
                "data", "import", "csv", "commas.csv", "--name", "p", "--as", "ratings", "--decimal", "point")
            #expect(points.contains("is not a number"), "\(points)")
            let shown: JSONObject = try box.json("data", "show", "commas")
            #expect((shown["item_attributes"] as? [JSONObject])?.isEmpty == true && shown["fingerprint"] != nil)
        }
    }
}
