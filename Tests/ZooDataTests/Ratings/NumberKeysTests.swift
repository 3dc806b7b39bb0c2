import Foundation
import Testing
import ZooData
import ZooRecords

/// Keys that are whole numbers in one file and, as pandas writes a column with a gap, decimal ones in another.
@Suite struct NumberKeysTests {
    private func importing(
        _ ratings: String, items: String? = nil, users: String? = nil
    ) throws -> ImportedRatings {
        let given: [(String, String?)] = [("r.csv", ratings), ("i.csv", items), ("u.csv", users)]
        let files = given.compactMap { name, text in text.map { (name: name, text: $0) } }
        return try importingRatings(files) { options, folder in
            if items != nil { options.items = .file(folder.appendingPathComponent("i.csv").path) }
            if users != nil { options.users = .file(folder.appendingPathComponent("u.csv").path) }
        }
    }

    @Test func aKeyIsTheSameInTheRatingsAndBesideThem() throws {
        for (written, told) in [("10.0,20.0,7", "10,20,7"), ("10,20,7", "10.0,20.0,7.0")] {
            let keys = (written.split(separator: ","), told.split(separator: ","))
            let imported = try importing(
                "user,item,rating\n" + keys.0.map { "\($0),\($0),3\n" }.joined(),
                items: "item,title,genre\n" + keys.1.map { "\($0),Film \(Int(Double($0) ?? 0)),sea\n" }.joined(),
                users: "user,age\n" + keys.1.map { "\($0),4\(Int(Double($0) ?? 0))\n" }.joined())
            #expect(imported.data.itemKeys == ["7", "10", "20"] && imported.data.userKeys == ["7", "10", "20"])
            #expect(imported.data.itemTitles == ["Film 7", "Film 10", "Film 20"])
            let count = written.contains(".") ? 2 : 3
            for what in ["user", "item"] {
                let note =
                    "\(count) \(what)s written as a whole and as a decimal number, such as "
                #expect(imported.report.notes.count { $0.hasPrefix(note) } == 1, "\(imported.report.notes)")
            }
            #expect(!imported.report.notes.contains { $0.hasPrefix("no attributes") }, "\(imported.report.notes)")
            #expect(
                imported.data.attributes.users == [Attribute("age", .numbers([47, 410, 420]))],
                "\(imported.data.attributes.users)")
        }
    }

    @Test func withinOneFileTheyAreOneAndThatIsSaid() throws {
        let imported = try importing("user,item,rating\na,10.0,1\nb,10,2\na,10,5\nc,1e+05,3\nc,4.0,2\n")
        #expect(imported.data.itemKeys == ["10", "1e+05", "4.0"] && imported.data.ratings == [5, 2, 3, 2])
        #expect(imported.report.repeated.count == 1)
        #expect(
            imported.report.notes.contains(
                "1 item written as a whole and as a decimal number, such as '10' and '10.0': counted as one each"),
            "\(imported.report.notes)")
    }

    @Test func twoRowsOfOneKeyAreRefused() throws {
        for (first, second) in [
            ("10", "10.0"), ("b53d7734-bb20-4fce-bf5c-b3afe28a5f58", "B53D7734-BB20-4FCE-BF5C-B3AFE28A5F58"),
        ] {
            let error = #expect(throws: DataError.self) {
                try importing("user,item,rating\na,\(first),1\n", items: "item,title\n\(first),A\n3,C\n\(second),B\n")
            }
            #expect(
                error?.description.hasSuffix(
                    "'\(first)' and '\(second)' are the same key, which is in two rows of column 'item', on lines 2 and 4"
                )
                    == true, "\(error as Any)")
        }
    }

    @Test func theRatingsOfAUserAreFoundByEitherForm() throws {
        try withStore { store, folder in
            let file = folder.appendingPathComponent("r.csv")
            try Data("user,item,rating\n5.0,10.0,3\n".utf8).write(to: file)
            _ = try store.importCSV(file: file, name: "d", columns: RatingColumns())
            #expect(try store.ratings(ofUser: "5", dataset: "d")?.map(\.item) == ["10.0"])
            #expect(try store.ratings(ofUser: "5.0", dataset: "d") != nil)
            #expect(try store.ratings(ofUser: "5.1", dataset: "d") == nil)
        }
    }

    @Test(
        arguments: [
            ("1,5", "2,25", [1.5, 2.25], "'1,5' is read as the number 1.5"),
            ("1.234,5", "999", [1234.5, 999], "'1.234,5' is read as the number 1234.5"),
            ("4,286,656", "12", [4_286_656, 12], "'4,286,656' is read as the number 4286656"),
        ] as [(String, String, [Double], String)])
    func numbersWithMarksBesideItemsAreNumbers(
        _ first: String, _ second: String, _ numbers: [Double], _ note: String
    ) throws {
        let imported = try importing(
            "user,item,rating\na,1,1\na,2,2\n", items: "item;price\n1;\(first)\n2;\(second)\n")
        #expect(imported.report.notes.contains { $0.hasSuffix(note) }, "\(imported.report.notes)")
        #expect(imported.data.attributes.items == [Attribute("price", .numbers(numbers))])
    }
}
