import Foundation
import Testing

@Suite struct RecommendRatingsTests {
    /// 'Harbour 3', '4' and '5' are of 1983 to 1985, 'Film 7' of 1957.
    private static let list = """
        title,rating
        harbour 3,5
        FILM 7 (1958),4
        no such film,3
        Harbour,2
        "again, ohara's elan",1
        another one (1999),1
        Film 8,

        """

    @Test func whatIsUnknownOrAmbiguousIsLeftOutAndListed() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            try box.write("mine.csv", Self.list)
            let run = try box.zoo("recommend", "films", "--ratings", "mine.csv", "-n", "30")
            #expect(run.code == 0 && run.complaints.count == 2, "\(run.stderr)")
            let leftOut = run.complaints.first { $0.contains("left out of 7 ratings") } ?? ""
            #expect(leftOut.contains("3 unknown ('no such film', ") && leftOut.contains("1 ambiguous ('Harbour': "))
            #expect(leftOut.contains("1 without a rating"))
            #expect(run.stderr.contains("'FILM 7 (1958)' as 'Film 7 (1957)'"))
            let report: JSONObject = try box.json("recommend", "films", "--ratings", "mine.csv", "-n", "30")
            let unknown = report["unknown"] as? [JSONObject] ?? []
            #expect(unknown.compactMap { $0["line"] as? Int } == [4, 6, 7])
            let ambiguous = report["ambiguous"] as? [JSONObject] ?? []
            #expect(ambiguous.count == 1 && ambiguous.first?["total"] as? Int == 3)
            #expect((ambiguous.first?["candidates"] as? [String])?.contains("Harbour 4 (1984)") == true)
            #expect(report["rated_items"] as? Int == 2)
            #expect(try box.fail("recommend", "films", "--ratings", "mine.csv", "--strict").contains("line 4"))
        }
    }

    @Test func shownRatingsAreOnTheScaleAndListsInTheOrderOfTheScores() throws {
        try withSandbox { box in
            // Everybody gives the highest rating but to the last films, so that sums go beyond it.
            let rows = SmallRatings.rows.map { "u\($0.user),i\($0.film),\($0.film > 24 ? 1 : 5)\n" }.joined()
            try box.write("r.csv", "user,item,rating\n" + rows)
            try box.succeed("data", "import", "csv", "r.csv", "--name", "r")
            try box.succeed("train", "collab", "--data", "r", "--model", "bayesian", "--save", "b", "--quiet")
            let report: JSONObject = try box.json("recommend", "b", "--user", "u1", "--seen", "none", "-n", "30")
            let items = report["items"] as? [JSONObject] ?? []
            let (scores, ratings) = (
                items.compactMap { $0["score"] as? Double }, items.compactMap { $0["rating"] as? Double }
            )
            #expect(scores.contains { $0 > 5 } && ratings.allSatisfy { (1...5).contains($0) } && ratings.count == 30)
            #expect(scores == scores.sorted(by: >))
            let text = try box.succeed("recommend", "b", "--user", "u1", "--seen", "none", "-n", "30")
            let shown = text.split(separator: "\n").dropFirst().compactMap { Double($0.split(separator: " ")[0]) }
            #expect(text.hasPrefix("score  title") && shown.count == 30 && shown.allSatisfy { (1...5).contains($0) })
            try box.succeed("recommend", "b", "--all", "--seen", "none", "--output", "all.csv")
            let all = try box.succeed("recommend", "b", "--all", "--seen", "none", "--table", "lists")
            #expect(all.contains("lists of 'b'"))
            let most = try box.succeed("query", "SELECT max(rating) AS most, max(score) > 5 AS beyond FROM lists")
            #expect(most.contains("5.0000") && most.hasSuffix(" 1\n"), "\(most)")
        }
    }

    @Test func aKeyIsTheSameAsAWholeAndAsADecimalNumber() throws {
        try withSandbox { box in
            let rows = SmallRatings.rows.map { "\($0.user).0,\($0.film).0,\($0.rating)\n" }.joined()
            try box.write("r.csv", "user,item,rating\n" + rows)
            let films = (1...SmallRatings.films).map { "\($0),\(SmallRatings.quoted(SmallRatings.title($0)))\n" }
            try box.write("i.csv", "item,title\n" + films.joined())
            let imported = try box.zoo("data", "import", "csv", "r.csv", "--name", "r", "--items", "i.csv")
            #expect(
                (imported.stdout + imported.stderr).contains(
                    "30 items written as a whole and as a decimal number, such as '1' and '1.0'"), "\(imported)")
            try box.succeed("train", "collab", "--data", "r", "--model", "ease", "--save", "e", "--quiet")
            try box.write("decimal.csv", "item,rating\n3.0,5\n7.0,4\n")
            try box.write("whole.csv", "item,rating\n3,5\n7,4\n")
            let decimal = try box.zoo("recommend", "e", "--ratings", "decimal.csv")
            #expect(try decimal.stdout == box.succeed("recommend", "e", "--ratings", "whole.csv"))
            #expect(
                decimal.stderr.contains(
                    "2 keys written otherwise than in the training: '3.0' as '3', '7.0' as '7'"), "\(decimal.stderr)")
            #expect(
                try box.succeed("recommend", "e", "--user", "5") == box.succeed("recommend", "e", "--user", "5.0"))
        }
    }

    @Test func aListOfWhichNothingIsKnownIsAnError() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            try box.write("mine.csv", "item,rating\nno such film,3\nHarbour,2\n")
            let message = try box.fail("recommend", "films", "--ratings", "mine.csv")
            #expect(message.contains("none of its 2 items is known") && message.contains("'no such film'"))
        }
    }

    @Test func ofTwoRatingsOfAFilmTheLastCountsAndTheSurerName() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            try box.write("mine.csv", "item,rating\nHarbour 3 (1983),1\ni3,4\nHarbour 3 (1984),2\n")
            try box.write("once.csv", "item,rating\nHarbour 3,4\n")
            let run = try box.zoo("recommend", "films", "--ratings", "mine.csv", "-n", "5")
            #expect(run.code == 0 && run.stderr.contains("rated more than once"), "\(run.stderr)")
            #expect(try box.succeed("recommend", "films", "--ratings", "once.csv", "-n", "5") == run.stdout)
            // By their times, as an import has it.
            try box.write("timed.csv", "item,rating,timestamp\ni3,4,1717804800\ni3,1,1717804700\n")
            #expect(try box.succeed("recommend", "films", "--ratings", "timed.csv", "-n", "5") == run.stdout)
        }
    }

    /// The model that ships knows 'Star Wars (1977)', 'Fugitive, The (1993)', 'Postino, Il (1994)' and two films 'Sabrina'.
    @Test func threeSpaceAdventuresBringFilmsOfSpaceAndTheFuture() throws {
        try withSandbox { box in
            try box.write("own.csv", "item,rating\nStar Wars,5\nStar Trek: The Wrath of Khan,5\nAliens,5\n")
            let list: JSONObject = try box.json("recommend", "movielens-100k", "--ratings", "own.csv", "-n", "5")
            let titles = (list["items"] as? [JSONObject] ?? []).compactMap { $0["title"] as? String }
            // All but one are science fiction, by the genres of the data set.
            let future: Set = [
                "Alien (1979)", "Return of the Jedi (1983)", "Empire Strikes Back, The (1980)", "Blade Runner (1982)",
                "Star Trek: First Contact (1996)", "Terminator, The (1984)", "Terminator 2: Judgment Day (1991)",
            ]
            #expect(titles.count == 5 && Set(titles).intersection(future).count >= 4, "\(titles)")
            let worst = try box.succeed("query", "worst-movies", "--param", "model=movielens-100k", "--csv")
            let values = worst.split(separator: "\n")[1].split(separator: ",").suffix(6).compactMap { Double($0) }
            #expect(values.count == 6 && values[1] < values[0] && values[0] < values[2], "\(worst)")
            // The file holds nothing that anybody rated: it may not be given away.
            try box.succeed("models", "export", "movielens-100k", "--output", "films.h5")
            let bytes = try Data(contentsOf: box.folder.appendingPathComponent("films.h5"))
            #expect(bytes.count < 8_000_000 && bytes.range(of: Data("history".utf8)) == nil)
        }
    }

    @Test func exportsAreKnownByTheirHeadersAndTheirScalesAreMapped() throws {
        try withSandbox { box in
            try box.write(
                "own.csv",
                "item,rating\nStar Wars (1977),5\nFugitive, The (1993),1\n".replacing(
                    "Fugitive, The (1993)", with: "\"Fugitive, The (1993)\""))
            try box.write(
                "imdb.csv",
                "Const,Your Rating,Date Rated,Title,URL,Title Type,IMDb Rating,Runtime (mins),Year\n"
                    + "tt0076759,10,2024-03-15,Star Wars,https://x,Movie,8.6,121,1977\n"
                    + "tt0106977,1,2024-03-15,The Fugitive,https://x,Movie,7.8,130,1993\n")
            try box.write(
                "boxd.csv",
                "Date,Name,Year,Letterboxd URI,Rating\n2024-01-02,Star Wars,1977,https://boxd.it/a,5\n"
                    + "2024-01-02,The Fugitive,1993,https://boxd.it/b,0.5\n")
            try box.write(
                "trakt.json",
                """
                [{"rating": 10, "type": "movie", "movie": {"title": "Star Wars", "year": 1977, "ids": {}}},
                 {"rating": 1, "type": "movie", "movie": {"title": "The Fugitive", "year": 1993, "ids": {}}}]
                """)
            let expected = try box.succeed("recommend", "movielens-100k", "--ratings", "own.csv", "-n", "5")
            for (file, source) in [("imdb.csv", "IMDb"), ("boxd.csv", "Letterboxd"), ("trakt.json", "Trakt")] {
                let run = try box.zoo("recommend", "movielens-100k", "--ratings", file, "-n", "5")
                #expect(run.stdout == expected, "\(file): \(run.stderr)")
                #expect(run.complaints.count == 1 && run.stderr.contains("an export of \(source)"), "\(run.stderr)")
            }
        }
    }

    @Test func columnsAndScaleAreTakenAsGivenAndTheMostRatedOfSeveralFilms() throws {
        try withSandbox { box in
            try box.write("own.csv", "film;points;year\nsabrina;100;\nil postino;0;1995\n")
            let words = ["--item-column", "film", "--rating-column", "points", "--scale", "0,100", "-n", "5"]
            let list = ["recommend", "movielens-100k", "--ratings", "own.csv"] + words
            let run = try box.start(list).wait()
            #expect(run.code == 0 && run.stderr.contains("0 to 100 are mapped linearly onto 1 to 5"), "\(run.stderr)")
            #expect(run.stderr.contains("'sabrina' as 'Sabrina (1995)' (the most rated of 2)"))
            #expect(run.stderr.contains("'il postino (1995)' as 'Postino, Il (1994)'"))
            #expect(try box.start(list + ["--strict"]).wait().stderr.contains("may be any of 2"))
            #expect(try box.zoo("recommend", "movielens-100k", "--user", "3", "--scale", "10").code == 64)
            #expect(try box.zoo("recommend", "movielens-100k", "--ratings", "own.csv", "--scale", "1").code == 64)
        }
    }
}
