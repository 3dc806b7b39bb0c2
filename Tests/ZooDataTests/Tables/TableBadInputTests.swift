import Foundation
import Testing
import ZooData

@Suite struct TableBadInputTests {
    @Test(
        arguments: [
            ("1", "1 field where the header has 2"), ("1,2,3", "3 fields where the header has 2"),
            ("1,\"2\"x", "text follows the closing quote"), ("\"1\"\"\"2,3", "text follows the closing quote"),
            ("a,b", "the header again"), ("1,2\0", "a NUL byte"),
        ])
    func aBadRowIsNamedAndCanBeSkipped(row: String, reason: String) throws {
        let text = "a,b\n8,9\n\(row)\n6,7\n"
        let found = try tableMessage(text)
        #expect(found.hasPrefix("t.csv, line 3: ") && found.contains(reason), "\(found)")
        let table = try importingTable(text) { $0.skipsBadRows = true }
        #expect(table.rows == [[.integer(8), .integer(9)], [.integer(6), .integer(7)]])
        #expect(table.report.badRows.count == 1 && table.report.badRows.listed.first?.line == 3)
    }

    @Test func aStrayQuoteCostsItsRowsAndNoMore() throws {
        // The quote before abc closes at the next one, two lines on; what follows is whole again.
        let table = try importingTable("a,b\n1,x\n2,\"abc\n3,\"def\n4,y\n") { $0.skipsBadRows = true }
        #expect(table.rows == [[.integer(1), .text("x")], [.integer(4), .text("y")]])
        #expect(table.report.badRows.listed.map(\.line) == [3])
        let inside = try importingTable("a,b\n1,5\" pipe\n2,6\" pipe\n")  // no quote at the beginning: it is text
        #expect(try inside.values("b") == [.text("5\" pipe"), .text("6\" pipe")])
        #expect(
            try tableMessage("a,b\n1,x\n2,\"y\n3,z\n") { $0.skipsBadRows = true }
                == "t.csv, line 3: a quote opens here and is never closed")
    }

    @Test func manyBadRowsAreAllCountedAndTheFirstListed() throws {
        let table = try importingTable("a,b\n1,1\n" + (0..<50).map { "\($0)\n" }.joined()) { $0.skipsBadRows = true }
        #expect(table.report.badRows.count == 50 && table.report.badRows.listed.count == 20)
    }

    @Test func mixedColumnsBecomeTextAndItIsSaid() throws {
        let table = try importingTable("a,d\n1,2011-01-01\n2.5,2011-01-02\noops,5\n4,2011-01-04\n")
        #expect(try table.values("a") == [.text("1"), .text("2.5"), .text("oops"), .text("4")])
        let note = try #require(try table.column("a").notes.first)
        #expect(note.hasPrefix("mixed, kept as text: 1 text, the first 'oops' on line 4; 3 numbers"), "\(note)")
        #expect(note.hasSuffix("(--missing oops: it stands for no value)"), "\(note)")
        #expect(try table.column("d").kind == .text)
        #expect(try table.column("d").notes.first?.contains("1 number, the first on line 4; 3 dates") == true)
    }

    @Test func aHeaderThatIsTakenForDataIsNoticed() throws {
        let text = "age,town\n" + (0..<5).map { "\($0),x\n" }.joined()
        let notes = try importingTable(text) {
            $0.header = .none
            $0.columnNames = ["a", "b"]
        }.summary.notes
        #expect(notes == ["the first row looks like a header among the data: --header first takes it for one"])
        #expect(try importingTable(text).summary.notes.isEmpty)
        #expect(
            try importingTable("1\n2\nx\n") { $0.header = .none }.summary.notes.allSatisfy {
                !$0.contains("looks like")
            })
    }

    @Test func infinitiesAreNoNumbers() throws {
        let table = try importingTable("a\n1\ninf\n-Infinity\n1e999\n2\n")
        let column = try table.column("a")
        #expect(column.kind == .real || column.kind == .integer)
        #expect(column.missing == 3 && column.maximum == 2)
        #expect(column.notes == ["infinity is not a number: 3 read as missing, the first 'inf' on line 3"])
        #expect(try table.values("a") == [.integer(1), .null, .null, .null, .integer(2)])
    }

    @Test func namesThatSQLiteWouldNotTakeAreChanged() throws {
        let table = try importingTable("x,X,,\"a\nb\",x_2,\"q\"\"uote\"\n1,2,3,4,5,6\n")
        #expect(table.summary.columns.map(\.name) == ["x", "X_3", "column_3", "a b", "x_2", "q\"uote"])
        #expect(table.summary.notes.contains("there are two columns 'X': the later one is called 'X_3'"))
        #expect(table.summary.notes.contains("column 3 has no name: it is called 'column_3'"))
        #expect(table.rows == [[1, 2, 3, 4, 5, 6].map { .integer($0) }])
    }

    @Test func twoThousandColumnsWorkAndMoreAreCounted() throws {
        func text(_ count: Int) -> String {
            (0..<count).map { "c\($0)" }.joined(separator: ",") + "\n"
                + (0..<3).map { row in (0..<count).map { "\($0 * row)" }.joined(separator: ",") + "\n" }.joined()
        }
        let table = try importingTable(text(2000))
        #expect(table.summary.columns.count == 2000 && table.rows[2][1999] == .integer(3998))
        #expect(
            try tableMessage(text(2001))
                == "t.csv: it has 2001 columns, SQLite takes at most 2000: leave some out, as with cut(1), or of JSON with jq(1)"
        )
    }

    @Test(arguments: ["", "\n\n", "\u{FEFF}", "a,b", "a,b\n", "a,b\n\n\n"])
    func aFileWithoutRowsIsSaidToHaveNone(text: String) throws {
        let header = text.contains("a") ? " below the header" : ""
        #expect(try tableMessage(text) == "t.csv: there are no rows in it\(header)")
    }

    @Test func columnsOfOneNameAreCountedUp() throws {
        let table = try importingTable("a,A,a_3,a,,\n1,2,3,4,5,6\n")
        #expect(table.summary.columns.map(\.name) == ["a", "A_2", "a_3", "a_4", "column_5", "column_6"])
        #expect(try tableMessage(String(repeating: ",", count: 40_000) + "\n").contains("SQLite takes at most 32767"))
    }

    @Test func constantAndEmptyColumnsAreImported() throws {
        let table = try importingTable("a,b,c\n1,,x\n2,,x\n3,?,x\n")
        #expect(try table.column("b").missing == 3 && table.column("b").notes == ["no value at all"])
        #expect(try table.column("c").distinct == 1)
    }

    @Test func aMillionDifferentTextsAreImported() throws {
        let text = "id,n\n" + (0..<200_000).map { "key\($0),1\n" }.joined()
        let table = try importingTable(text)
        #expect(table.rows.count == 200_000 && table.rows[199_999][0] == .text("key199999"))
        #expect(try table.column("id").isDistinctBounded)
    }

    @Test func otherLineEndsAreNamed() throws {
        #expect(try tableMessage("a,b\r1,2\r3,4\r").contains("its lines end in CR alone"))
    }

    @Test func anEndlessLineEndsTheImportInBoundedMemory() throws {
        try withStore { store, folder in
            let file = folder.appendingPathComponent("t.csv")
            try Data("a,b\n1,1\n".utf8).write(to: file)
            truncate(file.path, 100_000_000)  // 100 MB of NUL bytes in one line, none of them on the disk
            let error = #expect(throws: DataError.self) { try store.importTable(file: file, name: "d") }
            #expect(error == .lineTooLong(file: file.path, line: 3, limit: 1 << 25))
        }
    }

    @Test func missingFilesFoldersAndPipesAreSaidToBeSo() throws {
        try withStore { (store, folder) throws in
            let missing = #expect(throws: DataError.self) {
                try store.importTable(file: folder.appendingPathComponent("no.csv"), name: "d")
            }
            #expect(missing?.description.hasSuffix("no.csv: No such file or directory") == true)
            let aFolder = #expect(throws: DataError.self) { try store.importTable(file: folder, name: "d") }
            #expect(aFolder?.description.hasSuffix("it is a folder, not a file") == true)
            let pipe = folder.appendingPathComponent("pipe")
            mkfifo(pipe.path, 0o600)  // nobody writes: to open it would wait for ever
            let aPipe = #expect(throws: DataError.self) { try store.importTable(file: pipe, name: "d") }
            #expect(aPipe?.description.contains("it is a pipe, which can be read only once") == true)
        }
    }
}
