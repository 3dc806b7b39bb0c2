import Foundation
import Testing

/// `--only` and `--exclude` mean the same for every kind of recommender.
@Suite struct RecommendOnlyTests {
    /// The small ratings in MovieLens' newer form, with two films that nobody rated; odd films are dramas, the others comedies.
    private func importFilms(_ box: Sandbox, moreRatings: String = "", replacing: [String] = []) throws {
        let ratings = SmallRatings.rows.map { "\($0.user),\($0.film),\($0.rating),9\n" }.joined()
        let movies = (1...SmallRatings.films + 2).map {
            "\($0),Film \($0) (\(1950 + $0)),\($0 % 2 == 1 ? "Drama" : "Comedy|War")\n"
        }
        try box.write("ml/ratings.csv", "userId,movieId,rating,timestamp\n" + ratings + moreRatings)
        try box.write("ml/movies.csv", "movieId,title,genres\n" + movies.joined())
        let run = try box.start(["data", "import", "movielens", "ml", "--name", "films"] + replacing).wait()
        #expect(run.code == 0, "\(run.stderr)")
    }

    /// The items of a long list, by number.
    private func items(_ box: Sandbox, _ options: String...) throws -> Set<Int> {
        let run = try box.start(
            ["recommend", "m", "--user", "1", "--seen", "none", "-n", "99", "--json"] + options
        ).wait()
        #expect(run.code == 0, "\(options): \(run.stderr)")
        let report = try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject
        return Set((report?["items"] as? [JSONObject] ?? []).compactMap { ($0["item"] as? String).flatMap { Int($0) } })
    }

    @Test(
        arguments: [
            "blend", "dot-bias", "bayesian", "features", "neural", "ease", "ials", "item-knn", "bpr", "popularity",
        ])
    func conditionsSeeTheSameColumnsOfEveryKindOfModel(_ model: String) throws {
        try withSandbox { box in
            try importFilms(box)
            let epochs = ["ease", "item-knn", "popularity"].contains(model) ? [] : ["--epochs", "2"]
            let training = ["train", "collab", "--data", "films", "--model", model, "--save", "m", "--quiet"]
            #expect(try box.start(training + epochs).wait().code == 0)
            let ranksUnrated = !["dot-bias", "bayesian", "neural"].contains(model)
            for _ in 0..<2 {
                #expect(try items(box, "--only", "count > 0 AND mean >= 1") == Set(1...30))
                let wars = "count > 0 AND genres LIKE '%|War|%' AND year < 1960"
                #expect(try items(box, "--only", wars) == [2, 4, 6, 8])
                #expect(try items(box, "--only", "key IN (3, '7') OR title = 'Film 9 (1959)'") == [3, 7, 9])
                if ranksUnrated {
                    #expect(try items(box, "--only", "count = 0 AND mean IS NULL") == [31, 32])
                    #expect(try items(box, "--exclude", "SELECT key FROM zoo_items WHERE key < '32'").contains(32))
                }
                // Again of the same data with one rating more, which is other data by its fingerprint.
                try importFilms(box, moreRatings: "77,5,3,9\n", replacing: ["--replace"])
            }
            try box.succeed("data", "remove", "films")
            #expect(try items(box, "--only", "count > 0 AND key IN (1, 2, 3)") == [1, 2, 3])
            let error = try box.fail("recommend", "m", "--user", "1", "--only", "genres LIKE '%War%'")
            #expect(error.contains("genres") && error.contains("key, title, bias, mean, count"), "\(error)")
        }
    }
}
