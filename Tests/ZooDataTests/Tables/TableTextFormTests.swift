import Foundation
import Testing
import ZooData

/// What is said of texts that are not taken just as they stand there.
@Suite struct TableTextFormTests {
    @Test func textsThatDifferInUnicodeFormAreOne() throws {
        let rows = (0..<3).map { "C\u{F3}rdoba,\($0)\nCo\u{301}rdoba,\($0)\nLima,\($0)\n" }.joined()
        let table = try importingTable("place,y\n" + rows)
        let column = try table.column("place")
        #expect(column.distinct == 2 && column.top.map(\.count) == [6, 3])
        #expect(
            column.notes == ["1 text with accents in two Unicode forms, such as 'C\u{F3}rdoba': counted as one each"])
        // The bytes are kept.
        guard case .text(let second) = try table.values("place")[1] else { throw NoTable() }
        #expect(Array(second.utf8) == Array("Co\u{301}rdoba".utf8))
        let alone = try importingTable("place,y\nCo\u{301}rdoba,1\nCo\u{301}rdoba,2\n한국,3\n")
        let place = try alone.column("place")
        #expect(place.distinct == 2 && place.notes.isEmpty)
    }

    @Test func keysThatDifferInUnicodeFormAreOne() throws {
        try withStore { store, folder in
            let file = folder.appendingPathComponent("r.csv")
            try Data("user,item,rating\nZo\u{EB},a,4\nZoe\u{308},b,2\nOle,a,3\nOle,b,5\n".utf8).write(to: file)
            let columns = RatingColumns(user: "user", item: "item", rating: "rating")
            let report = try store.importCSV(file: file, name: "u", columns: columns)
            #expect(
                report.notes == ["1 user with accents in two Unicode forms, such as 'Zo\u{EB}': counted as one each"])
        }
    }

    @Test func blanksThatAreTakenOffAreSaid() throws {
        let table = try importingTable("name,n\nx,1\n edge ,2\n\" kept \",3\n")
        #expect(try table.values("name") == [.text("x"), .text("edge"), .text(" kept ")])
        #expect(
            try table.column("name").notes == ["blanks taken off the ends of 1 text, the first ' edge ' on line 3"])
        let all = try importingTable("a, b\nx, y\nz, w\n")
        #expect(try all.column("b").notes.isEmpty)
    }

    @Test func wordsThatAreTakenAsMissingAreSaid() throws {
        let table = try importingTable("cellar,n\nNone,1\nfull,None\nhalf,3\n")
        #expect(try table.values("cellar").first == .null)
        #expect(
            try table.column("cellar").notes == [
                "1 value such as 'None' on line 2 read as missing (--missing-only for other words)"
            ])
        #expect(try table.column("n").notes.isEmpty)
    }

    @Test func thePreviewReadsAndStoresNothing() throws {
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("t.csv")
            try Data("a;d;x\n1,5;31.1.2011;NA\n1.000,25;1.2.2011;y\n".utf8).write(to: file)
            let preview = try TablePreview(file: file, options: TableImportOptions(), rows: 1)
            #expect(preview.columns.map(\.kind) == [.real, .date, .text] && preview.rows == 2)
            #expect(preview.firstRows == [[.real(1.5), .text("2011-01-31"), .null]])
            #expect(preview.evidence[0].counts.map(\.what) == ["numbers with other marks"])
            #expect(preview.evidence[0].counts[0].count == 2 && preview.evidence[0].counts[0].example == "1,5")
            #expect(preview.evidence[2].counts.map(\.what) == ["words for missing values", "other texts"])
            #expect(preview.evidence[2].counts.map(\.text) == ["1 word for a missing value", "1 other text"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["t.csv"])
        }
    }
}
