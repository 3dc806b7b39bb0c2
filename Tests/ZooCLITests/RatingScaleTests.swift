import Foundation
import Testing

/// Ratings on narrow scales, ratings that are all the same, and titles that several items have.
@Suite struct RatingScaleTests {
    /// Ratings of two groups of people who each like one half of twelve items, times a factor.
    private func ratings(_ factor: Double) -> String {
        let rows = (0..<60).flatMap { user in
            (0..<12).filter { ($0 + user * 7) % 5 > 1 }.map { item in
                let rating = (user % 2 == item % 2 ? 8.0 : 2) + Double((user * item) % 3) - 1
                return "u\(user),i\(item),\(rating * factor)\n"
            }
        }
        return "user,item,rating\n" + rows.joined()
    }

    @Test func narrowScalesAreLearnedAndPrintedWithDigits() throws {
        try withSandbox { box in
            var lists: [String] = []
            for (name, factor) in [("wide", 1.0), ("narrow", 1e-6)] {
                try box.succeed("data", "import", "csv", try box.write(name + ".csv", ratings(factor)), "--name", name)
                let run = try box.zoo(
                    "train", "collab", "--data", name, "--split", "random:0.2", "--model", "dot-bias", "--save", name)
                let error = try #require(run.stdout.firstMatch(of: /: rmse (\S+), mae/)?.output.1)
                // The noise has a deviation of 0.8, the mean an error of 3.1.
                #expect(try #require(Double(error)) < 1.5 * factor)
                #expect(!run.stdout.contains("rmse 0.0000") && !run.stderr.contains("rmse 0.0000"))
                let list = try box.succeed("recommend", name, "--user", "u3", "-n", "3")
                lists.append(
                    list.split(separator: "\n").map { $0.split(separator: " ").last ?? "" }.joined(separator: " "))
                #expect(!list.contains("0.00 "))
            }
            #expect(lists[0] == lists[1])
        }
    }

    @Test func ratingsThatAreAllTheSameRankAndAreRefusedByModelsOfRatings() throws {
        try withSandbox { box in
            // Two groups of people, each of whom chose three of six items of the own group.
            let rows = (0..<40).flatMap { user in
                (0..<3).map { "u\(user),\(user % 2 == 0 ? "a" : "b")\((user / 2 + $0) % 6),1\n" }
            }
            let path = try box.write("ones.csv", "user,item,rating\n" + rows.joined())
            try box.succeed("data", "import", "csv", path, "--name", "ones")
            let run = try box.zoo("train", "collab", "--data", "ones", "--save", "m")
            #expect(run.stderr.contains("all 120 ratings are 1: the model ranks by who chose what"))
            for user in 0..<40 {
                let list = try box.succeed("recommend", "m", "--user", "u\(user)", "-n", "3")
                let own = list.split(separator: "\n").dropFirst().count { $0.contains(user % 2 == 0 ? " a" : " b") }
                #expect(own == 3, "\(list)")
            }
            for model in ["dot-bias", "neural"] {
                let message = try box.fail("train", "collab", "--data", "ones", "--model", model, "--save", "n")
                #expect(message.contains("all 120 ratings are 1") && message.contains("leave out --model"))
            }
            #expect(try box.fail("recommend", "n", "--user", "u1").contains("'n'"))
        }
    }

    @Test func itemsOfOneTitleAreToldApartByTheirKeys() throws {
        try withSandbox { box in
            let rows = (0..<20).flatMap { user in
                (0..<6).filter { ($0 + user) % 4 > 0 }.map { item in
                    "u\(user),f\(item),\(1 + (item * 2 + user) % 5),\(item < 2 ? "The Lake (1999)" : "Film \(item)")\n"
                }
            }
            let path = try box.write("films.csv", "user,item,rating,title\n" + rows.joined())
            try box.succeed("data", "import", "csv", path, "--title-column", "title", "--name", "films")
            try box.succeed("train", "collab", "--data", "films", "--save", "f", "--quiet")
            let list = try box.succeed("recommend", "f", "--user", "u1", "-n", "6", "--include-seen")
            let query = try box.succeed("query", "worst-movies", "--param", "model=f", "--param", "minimum_count=1")
            for text in [list, query, try box.succeed("recommend", "f", "--user", "u1", "--why", "--include-seen")] {
                #expect(text.contains("The Lake (1999) [f0]") && text.contains("The Lake (1999) [f1]"), "\(text)")
                #expect(!text.contains("Film 3 ["))
            }
            // JSON has the title as it is, and the key beside it.
            let report: JSONObject = try box.json("recommend", "f", "--user", "u1", "-n", "6", "--include-seen")
            let titles = (report["items"] as? [JSONObject] ?? []).compactMap { $0["title"] as? String }
            #expect(titles.count { $0 == "The Lake (1999)" } == 2)
        }
    }
}
