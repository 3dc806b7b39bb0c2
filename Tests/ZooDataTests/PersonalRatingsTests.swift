import Foundation
import Testing
import ZooData

private func ratings(
    _ text: String, _ options: PersonalRatingsOptions = PersonalRatingsOptions(), takesLikes: Bool = false
) throws -> PersonalRatings {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-ratings-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(text.utf8).write(to: file)
    return try PersonalRatings.read(path: file.path, scale: 1...5, takesLikes: takesLikes, options: options)
}

@Test func theExportOfIMDbIsKnownByItsHeader() throws {
    let read = try ratings(
        """
        Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes
        tt0211915,9,2024-03-15,Amelie,Le fabuleux destin,https://x,Movie,8.3,122,2001,"Comedy, Romance",700000
        tt1,7,2024-03-15,Pilot,Pilot,https://x,TV Episode,8.3,40,2004,Drama,1

        """)
    #expect(read.source == "IMDb" && read.scale == 1...10 && read.episodes == 1 && read.place == "line")
    #expect(read.ratings.map(\.item) == ["Amelie"] && read.ratings.map(\.year) == [2001])
    #expect(read.ratings[0].otherNames == ["tt0211915", "Le fabuleux destin"] && read.ratings[0].rating == 9)
}

@Test func theExportOfLetterboxdIsKnownByItsHeader() throws {
    let read = try ratings(
        "Date,Name,Year,Letterboxd URI,Rating\n2024-01-02,\"Good Night, and Good Luck.\",2005,https://boxd.it/a,4.5\n"
            + "2024-01-03,Fargo,1996,https://boxd.it/b,\n")
    #expect(read.source == "Letterboxd" && read.scale == 0.5...5 && read.unrated == 1)
    #expect(read.ratings.map(\.item) == ["Good Night, and Good Luck."] && read.ratings.map(\.rating) == [4.5])
}

@Test func theExportsOfTraktAreKnownAsCSVAndAsJSON() throws {
    let table = try ratings(
        """
        rated_at,type,title,year,trakt_rating,trakt_id,imdb_id,tmdb_id,tvdb_id,url,released,genres,rating
        2021-03-22T06:33:00Z,movie,Fargo,1996,8.1,1,tt0116282,275,,https://x,1996-03-08,crime,9
        2021-03-22T06:33:00Z,episode,Lost,2004,8.1,1,tt0411008,4607,,https://x,2004-09-22,drama,8

        """)
    let json = try ratings(
        """
        [{"rated_at": "2021-03-22T06:33:00.000Z", "rating": 9, "type": "movie",
          "movie": {"title": "Fargo", "year": 1996, "ids": {"trakt": 1, "slug": "fargo-1996", "imdb": "tt0116282"}}},
         {"rated_at": "2021-03-22T06:33:00.000Z", "rating": 8, "type": "season", "season": {"number": 1},
          "show": {"title": "Lost", "year": 2004, "ids": {"trakt": 2}}}]
        """)
    for read in [table, json] {
        #expect(read.source == "Trakt" && read.scale == 1...10 && read.episodes == 1)
        #expect(read.ratings.map(\.item) == ["Fargo"] && read.ratings.map(\.year) == [1996])
        #expect(read.ratings[0].otherNames == ["tt0116282"] && read.ratings[0].rating == 9)
    }
    #expect(throws: DataError.self) { try ratings("[1, 2") }
}

@Test(arguments: [
    #"[{"title": "Fargo", "rating": 4, "year": 1996}]"#, #"[{"movie": "Fargo", "rating": "4", "year": 1996}]"#,
    #"{"item": "Fargo", "year": 1996, "rating": 4.0}"#,
]) func ratingsMayBeJSON(text: String) throws {
    let read = try ratings(text)
    #expect(read.source == nil && read.ratings.map(\.item) == ["Fargo"] && read.ratings.map(\.rating) == [4])
    #expect(read.ratings.map(\.year) == [1996])
}

@Test func columnsAndScaleCanBeGiven() throws {
    var options = PersonalRatingsOptions()
    #expect(throws: DataError.self) { try ratings("film,points,year\nFargo,70,1996\n") }
    (options.itemColumn, options.ratingColumn) = ("film", "points")
    #expect(throws: DataError.self) { try ratings("film,points,year\nFargo,70,1996\n", options) }
    options.scale = 0...100
    let read = try ratings("film,points,year\nFargo,70,1996\n", options)
    #expect(read.source == nil && read.scale == 0...100)
    #expect(read.ratings.map(\.year) == [1996] && read.ratings.map(\.rating) == [70])
}

@Test(arguments: [
    "item;rating\nFargo;4,5\nHeat;3\n", "Fargo::4.5\nHeat::3\n", "7\tFargo\t4.5\t978300760\n7\tHeat\t3\t978300761\n",
    "user_id:token\titem_id:token\trating:float\n7\tFargo\t4.5\n7\tHeat\t3\n",
    "7::Fargo::4.5::978300760\n7::Heat::3::978300761\n", "Fargo;4,5\nHeat;3\n",
]) func ratingsAreReadInTheFormsOfAnImport(_ text: String) throws {
    let read = try ratings(text)
    #expect(read.ratings.map(\.item) == ["Fargo", "Heat"] && read.ratings.map(\.rating) == [4.5, 3])
    #expect(read.notes.contains { $0.contains("decimal comma") } == text.contains(","))
    let isHeaded = text.contains("rating")
    #expect(read.notes.contains { $0.contains("the first row is taken for data") } != isHeaded, "\(read.notes)")
}

@Test func ratingsOfSeveralPeopleAreRefused() throws {
    let error = #expect(throws: DataError.self) { try ratings("7::Fargo::4.5::978300760\n8::Heat::3::978300761\n") }
    #expect(error?.description.contains("several people, such as '7' and '8'") == true, "\(error as Any)")
}

@Test func aDecimalCommaAmongPointsIsTheBadRow() throws {
    let error = #expect(throws: DataError.self) { try ratings("item,rating\nFargo,4.5\nHeat,\"1,5\"\n") }
    #expect(error?.description.contains("line 3, column 'rating': '1,5' is not a number") == true, "\(error as Any)")
}

@Test(arguments: [
    "# mine\nitem,rating\nFargo,4.5\nHeat,3\n", "item,rating\nFargo,4.5\n# not sure\nHeat,3\n",
]) func linesOfCommentsAreLeftOut(_ text: String) throws {
    let read = try ratings(text)
    #expect(read.ratings.map(\.item) == ["Fargo", "Heat"] && read.notes.contains { $0.contains("as comments") })
    #expect(try ratings("item,rating\n#Alive,4\nHeat,3\n").ratings.map(\.item) == ["#Alive", "Heat"])
}

@Test(
    arguments: [
        (
            "userId,movieId,rating,timestamp\n1,a,5,1717804800000\n1,a,1,1717804700000\n",
            [1_717_804_800, 1_717_804_700]
        ),
        ("item,rating,timestamp\na,5,1/2/2011\na,1,31/1/2011\nb,1,\n", [1_296_518_400, 1_296_432_000, nil]),
        ("1::a::5::1717804800\n1::a::1::1717804700\n", [1_717_804_800, 1_717_804_700]),
        (
            "Date,Name,Year,Letterboxd URI,Rating\n2024-06-08,Fargo,1996,u,4\nlong ago,Heat,1995,u,4\n",
            [1_717_804_800, nil]
        ),
        (#"[{"rated_at":"2024-06-08T00:00:00.000Z","rating":9,"movie":{"title":"Fargo"}}]"#, [1_717_804_800]),
    ] as [(String, [Int64?])]) func timesOfRatingsAreRead(text: String, times: [Int64?]) throws
{
    #expect(try ratings(text).ratings.map(\.time) == times)
}

@Test(arguments: [
    "Date,Name,Year,Letterboxd URI\n2024-01-02,Star Wars,1977,https://boxd.it/a\n2024-01-03,Fargo,1996,https://boxd.it/b\n",
    "Star Wars\nFargo\n", "title\nStar Wars\nFargo\n", "movieId,title\n50,Star Wars\n100,Fargo\n",
    #"[{"watched_at": "x", "movie": {"title": "Star Wars"}}, {"watched_at": "x", "movie": {"title": "Fargo"}}]"#,
]) func aListWithoutRatingsIsOfLikes(_ text: String) throws {
    let read = try ratings(text, takesLikes: true)
    let items = text.contains("movieId") ? ["50", "100"] : ["Star Wars", "Fargo"]
    #expect(read.ratings.map { $0.item }.allSatisfy { items.contains($0) || ["Star Wars", "Fargo"].contains($0) })
    #expect(read.ratings.count == 2 && read.ratings.map(\.rating) == [5, 5] && read.scale == 1...5)
    #expect(read.notes.contains { $0.contains("an item that is liked, rated 5") }, "\(read.notes)")
    #expect(throws: DataError.self) { try ratings(text) }
}

@Test func numbersMayBeRatingsOfAnotherName() throws {
    #expect(throws: DataError.self) { try ratings("title,points\nFargo,70\nHeat,20\n", takesLikes: true) }
    let read = try ratings("Fargo 4\nHeat 2\n", takesLikes: true)
    #expect(read.ratings.map(\.item) == ["Fargo", "Heat"] && read.ratings.map(\.rating) == [4, 2])
}

@Test func titlesAndKeysAreToldByTheHeader() throws {
    for (header, naming) in [
        ("title,rating", .title), ("item,year,rating", .title), ("movieId,rating", .key), ("item,rating", .any),
    ] as [(String, PersonalRating.Naming)] {
        let row = header.contains("year") ? "187,1997,5" : "187,5"
        #expect(try ratings("\(header)\n\(row)\n").ratings.map(\.naming) == [naming], "\(header)")
    }
}
