import Foundation
import Testing
import ZooData
import ZooRecords

@Test(.enabled(if: realMovieLens != nil, "there is no ML-100K here")) func realMovieLensIsImported() throws {
    let folder = try #require(realMovieLens)
    try withStore { store, _ in
        let dataset = try store.importMovieLens(folder: folder, name: "ml").dataset
        let read = try store.interactions(dataset: "ml", split: "u1")
        let summary = try dataset.ratings()
        #expect(summary.users == 943 && summary.items == 1682 && summary.ratings == 100_000)
        #expect(dataset.splits.map(\.name) == ["u1", "u2", "u3", "u4", "u5", "ua", "ub"])
        #expect(dataset.splits.allSatisfy { $0.train + $0.test == 100_000 })
        #expect(read.parts.count { $0 == DataPart.test.mark } == 20_000)
        #expect(read.ratings.reduce(0, +) == 352_986)
        #expect(read.userKeys[41] == "42" && read.itemTitles[0] == "Toy Story (1995)")
        #expect(read.itemTitles.contains("Misérables, Les (1995)"))
        let known = try store.attributes(dataset: "ml")
        #expect(known == read.attributes && known.items.map(\.name) == ["year", "genres"])
        #expect(known.users.map(\.name) == ["age", "gender", "occupation", "zip"])
        guard case .sets(let sets, let genres) = known.items[1].values,
            case .numbers(let years) = known.items[0].values, case .numbers(let ages) = known.users[0].values,
            case .categories(let places, let occupations) = known.users[2].values
        else { throw WrongKind() }
        #expect(sets[0].map { genres[Int($0)] } == ["Animation", "Children's", "Comedy"] && genres.count == 18)
        // Counted by awk: 2891 marks other than unknown, ages of 32111 years together, 196 students of 21 occupations.
        #expect(sets.joined().count == 2891 && years[0] == 1995 && years.count { $0 == nil } == 1)
        #expect(ages.compactMap { $0 }.reduce(0, +) == 32111 && occupations.count == 21)
        #expect(places.count { occupations[Int($0)] == "student" } == 196)
    }
}

private struct WrongKind: Error {}

/// A folder in the form of ML-100K with two users, two films and one split.
private func writeMovieLens(_ folder: URL, _ change: [String: String?] = [:]) throws {
    var files: [String: String?] = [
        "u.data": "2\t1\t3\t100\n1\t1\t5\t200\n1\t2\t4\t300\n", "u.item": "1|Amélie (2001)|x\n2|M (1931)|\n",
        "u1.base": "2\t1\t3\t100\n1\t1\t5\t200\n", "u1.test": "1\t2\t4\t300\n",
    ]
    files.merge(change) { $1 }
    for case (let name, let text?) in files {
        try text.data(using: .isoLatin1)?.write(to: folder.appendingPathComponent(name))
    }
}

private func message(_ change: [String: String?], skipping: Bool = false) throws -> String {
    try withStore { (store, folder) throws in
        let source = folder.appendingPathComponent("ml")
        try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
        try writeMovieLens(source, change)
        var options = ImportOptions()
        options.skipsBadRows = skipping
        let error = #expect(throws: DataError.self) {
            try store.importMovieLens(folder: source, name: "d", options: options)
        }
        let left = try store.datasets()
        #expect(left.isEmpty)
        return (error?.description ?? "").replacingOccurrences(of: source.path + "/", with: "")
    }
}

@Test func theOldFormIsReadWithItsSplits() throws {
    try withStore { store, folder in
        try writeMovieLens(folder)
        let report = try store.importMovieLens(folder: folder, name: "d")
        let split = try #require(report.dataset.splits.first)
        #expect(split.name == "u1" && split.train == 2 && split.test == 1 && report.dataset.splits.count == 1)
        let summary = try report.dataset.ratings()
        #expect(summary.ratingMinimum == 1 && summary.ratingMaximum == 5 && summary.hasTimestamps)
        let data = try store.interactions(dataset: "d", split: "u1")
        #expect(data.itemTitles == ["Amélie (2001)", "M (1931)"] && data.userKeys == ["1", "2"])
        #expect(data.ratings == [5, 4, 3] && data.timestamps == [200, 300, 100] && data.parts == [1, 2, 1])
    }
}

@Test func theNewFormIsReadWithHalfStarsAndQuotedTitles() throws {
    try withStore { store, folder in
        let ratings = "userId,movieId,rating,timestamp\n1,11,4.0,964982703\n1,3,0.5,964981247\n2,11,3.5,964982224\n"
        let movies =
            "movieId,title,genres\n3,\"Up, \"\"Up\"\" (2009)\",Comedy\n11,\"American President, The (1995)\",x\n5,Unseen,y\n"
        try Data(ratings.utf8).write(to: folder.appendingPathComponent("ratings.csv"))
        try Data(movies.utf8).write(to: folder.appendingPathComponent("movies.csv"))
        let report = try store.importMovieLens(folder: folder, name: "d")
        let summary = try report.dataset.ratings()
        #expect(summary.items == 3 && summary.ratings == 3 && report.dataset.splits.isEmpty)
        let data = try store.interactions(dataset: "d")
        #expect(data.itemTitles == ["Up, \"Up\" (2009)", "Unseen", "American President, The (1995)"])
        #expect(data.ratings == [0.5, 4, 3.5])
    }
}

@Test func theFormOf1MIsReadWithGenresAndPeople() throws {
    try withStore { store, folder in
        func write(_ name: String, _ text: String) throws {
            try text.data(using: .isoLatin1)?.write(to: folder.appendingPathComponent(name))
        }
        try write(
            "movies.dat",
            "1::Café: a story (1951)::Drama\n3::\"Quote (1952)::Comedy|Drama\n4::None::(no genres listed)\n")
        try write("ratings.dat", "1::1::2::1614866767\n1::3::4::1614873967\n2::3::5::1614877567\n")
        try write("users.dat", "1::M::26::1::00000\n2::F::27::2::02138\n")
        let report = try store.importMovieLens(folder: folder, name: "d")
        let data = try store.interactions(dataset: "d")
        #expect(data.itemTitles == ["Café: a story (1951)", "\"Quote (1952)", "None"] && data.ratings == [2, 4, 5])
        #expect(data.timestamps == [1_614_866_767, 1_614_873_967, 1_614_877_567] && report.notes.isEmpty)
        #expect(data.summary.ratingMinimum == 1 && data.summary.ratingMaximum == 5)
        #expect(
            data.attributes.items == [
                Attribute("year", .numbers([1951, 1952, nil])),
                Attribute("genres", sets: [["Drama"], ["Comedy", "Drama"], []]),
            ])
        #expect(
            data.attributes.users == [
                Attribute("gender", categories: ["M", "F"]), Attribute("age", .numbers([26, 27])),
                Attribute("occupation", categories: ["1", "2"]), Attribute("zip", categories: ["00000", "02138"]),
            ])
    }
}

@Test func goodbooksIsReadWithItsBooks() throws {
    try withStore { store, folder in
        try Data("user_id,book_id,rating\n1,258,5\n2,4081,4\n2,260,5\n".utf8)
            .write(to: folder.appendingPathComponent("ratings.csv"))
        let books =
            "book_id,goodreads_book_id,authors,original_publication_year,title,language_code,average_rating\n"
            + "258,1,\"A. One, B. Two\",1997.0,Alpha,eng,4.2\n260,2,A. One,,Beta,,3\n4081,3,C,2001.0,Gamma,fre,2\n"
        try Data(books.utf8).write(to: folder.appendingPathComponent("books.csv"))
        _ = try store.importMovieLens(folder: folder, name: "d")
        let data = try store.interactions(dataset: "d")
        #expect(data.itemTitles == ["Alpha", "Beta", "Gamma"] && data.ratings == [5, 5, 4])
        #expect(
            data.attributes.items == [
                Attribute("authors", sets: [["A. One", "B. Two"], ["A. One"], ["C"]]),
                Attribute("year", .numbers([1997, nil, 2001])), Attribute("language", categories: ["eng", nil, "fre"]),
            ])
    }
}

@Test(
    arguments: [
        (["u.data": "1\t1\t6\t1\n"], "u.data, line 1, column 'rating': 6 is outside 1 to 5"),
        (["u.data": "1\t1\t5\n"], "u.data, line 1: 3 fields separated by tabs, not 4"),
        (["u.data": "1\t1\t5\t1\n1\t1\t4\t2\n"], "u.data, line 2: user '1' rated item '1' on line 1 already"),
        (["u.data": ""], "u.data: there are no ratings in it"), (["u.item": nil], "cannot read u.item: No such file"),
        (["u.item": "1\n"], "u.item, line 1: there is no title"), (["u1.test": nil], "cannot read u1.test"),
        (["u1.test": "9\t9\t1\t1\n"], "u1.test, line 1: this rating is not in u.data"),
        (["u1.test": "1\t1\t5\t200\n"], "u1.test, line 1: this rating is in the split already"),
    ] as [([String: String?], String)])
func aDamagedFolderIsRefusedByFileAndLine(change: [String: String?], reason: String) throws {
    let found = try message(change)
    #expect(found.hasPrefix(reason), "\(found)")
}

@Test func whatIsNoMovieLensFolderIsSaidToBeSo() throws {
    try withStore { (store, folder) throws in
        let file = folder.appendingPathComponent("ml.zip")
        try Data("x".utf8).write(to: file)
        let cases = [
            (folder, "there is neither u.data, nor ratings.dat, nor ratings.csv in it"),
            (file, "give the unpacked MovieLens folder"),
            (folder.appendingPathComponent("none"), "there is no such folder"),
        ]
        for (url, reason) in cases {
            let error = #expect(throws: DataError.self) { try store.importMovieLens(folder: url, name: "d") }
            #expect(error?.description.hasSuffix(reason) == true, "\(String(describing: error))")
        }
    }
}
