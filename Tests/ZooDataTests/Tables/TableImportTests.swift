import Foundation
import Testing
import ZooData

@Suite struct TableImportTests {
    @Test func kindsAreFoundOutAndStoredAsSuch() throws {
        let table = try importingTable(
            """
            n,x,word,day,moment,truth
            1,1.5,a,2011-01-31,2011-01-31T13:00:00,true
            -2,2,b,2012-02-29,2011-01-31 13:00,FALSE
            3,.5e1,a,,2011-01-31 14:30:15.25,True

            """)
        #expect(table.summary.columns.map(\.kind) == [.integer, .real, .text, .date, .datetime, .boolean])
        #expect(try table.values("n") == [.integer(1), .integer(-2), .integer(3)])
        #expect(try table.values("x") == [.real(1.5), .real(2), .real(5)])
        #expect(try table.values("word") == [.text("a"), .text("b"), .text("a")])
        #expect(try table.values("day") == [.text("2011-01-31"), .text("2012-02-29"), .null])
        #expect(
            try table.values("moment") == [
                .text("2011-01-31 13:00:00"), .text("2011-01-31 13:00:00"), .text("2011-01-31 14:30:15.250"),
            ])
        #expect(try table.values("truth") == [.integer(1), .integer(0), .integer(1)])
        #expect(table.summary.rows == 3 && table.summary.view == "zoo_data_d")
    }

    @Test func aDelimiterMayHaveSeveralCharacters() throws {
        let table = try importingTable("n::w\n1::a:b\n2::\"c::d\"\n3:: e\n::\n4::f:\n") {
            ($0.delimiter, $0.delimiterRest) = (UInt8(ascii: ":"), [UInt8(ascii: ":")])
        }
        #expect(try table.values("n") == [.integer(1), .integer(2), .integer(3), .null, .integer(4)])
        #expect(try table.values("w") == [.text("a:b"), .text("c::d"), .text("e"), .null, .text("f:")])
        #expect(
            try tableMessage("n::w\n1:a\n") {
                ($0.delimiter, $0.delimiterRest) = (UInt8(ascii: ":"), [UInt8(ascii: ":")])
            }.contains("1 field where the header has 2"))
    }

    @Test func theReportSaysWhatIsInTheColumns() throws {
        let table = try importingTable("n,w\n1,a\n2,b\n?,a\nNA,\n6,a\n")
        let (n, w) = (try table.column("n"), try table.column("w"))
        #expect(n.missing == 2 && n.distinct == 3 && n.minimum == 1 && n.maximum == 6 && n.mean == 3)
        #expect(w.missing == 1 && w.distinct == 2)
        #expect(w.top.map(\.text) == ["a", "b"] && w.top.map(\.count) == [3, 1])
        #expect(try table.values("n") == [.integer(1), .integer(2), .null, .null, .integer(6)])
        #expect(try table.values("w").last == .text("a") && table.rows[3][1] == .null)
    }

    @Test func distinctValuesAreCountedUpToABound() throws {
        let text = "n\n" + (0..<500).map { "\($0 % 250)\n" }.joined()
        #expect(try importingTable(text).column("n").distinct == 250)
        let bounded = try importingTable(text) { $0.distinctBound = 249 }.column("n")
        #expect(bounded.distinct == nil && bounded.isDistinctBounded)
    }

    @Test func quotesLineBreaksAndBlanksAreRead() throws {
        let table = try importingTable(
            "\u{FEFF}a, \"b\" ,c\r\n 1 ,\"x, \"\"y\"\"\r\nz\" , u v \r\n\r\n2,\"\",w\r\n3,\"é\"\"\",q")
        #expect(table.summary.columns.map(\.name) == ["a", "b", "c"])
        #expect(
            try table.values("b") == [.text("x, \"y\"\r\nz"), .null, .text("é\"")])
        #expect(try table.values("c") == [.text("u v"), .text("w"), .text("q")])
    }

    @Test func recordsAcrossBlockEdgesComeOutWhole() throws {
        // Rows of growing length, so that quotes, breaks and ends fall on every place of a block's edge.
        var text = "i,t,r\n"
        for i in 0..<3000 { text += "\(i),\"\(String(repeating: "é\n\"\"", count: i % 97))\(i)\",\(i % 5 + 1)\r\n" }
        let table = try importingTable(text)
        #expect(table.rows.count == 3000)
        for i in 0..<3000 {
            #expect(table.rows[i][0] == .integer(Int64(i)))
            #expect(table.rows[i][1] == .text(String(repeating: "é\n\"", count: i % 97) + "\(i)"))
        }
    }

    @Test(arguments: [",", ";", "\t", "|"])
    func theDelimiterIsFound(delimiter: String) throws {
        let rows = [["name", "x"], ["a, b; c | d\te", "5"], ["f", "6"]]
        let text = rows.map { $0.map { "\"\($0)\"" }.joined(separator: delimiter) }.joined(separator: "\n")
        let table = try importingTable(text)
        #expect(try table.values("name") == [.text("a, b; c | d\te"), .text("f")])
    }

    @Test func delimiterHeaderNamesAndSkippedLinesCanBeGiven() throws {
        let table = try importingTable("junk \"with, a quote\nmore\n39 x\n50 y\n") {
            $0.delimiter = UInt8(ascii: " ")
            $0.header = .none
            $0.columnNames = ["age", "w"]
            $0.skippedLines = 2
        }
        #expect(table.rows == [[.integer(39), .text("x")], [.integer(50), .text("y")]])
        let wrong = try tableMessage("1,2\n") { $0.columnNames = ["a"] }
        #expect(wrong == "t.csv: 1 name is given, but the first row has 2 fields")
    }

    @Test func theCensusFilesAreReadAsTheyCome() throws {
        // The test part has a junk line, no header, blanks behind commas, '?' and a full stop behind the label.
        let table = try importingTable(
            """
            |1x3 Cross validator
            25, Private, 226802, <=50K.
            38, ?, 89814, >50K.

            """
        ) {
            $0.header = .none
            $0.columnNames = ["age", "workclass", "fnlwgt", "earnings"]
            $0.skippedLines = 1
            $0.trimmedEnds = [UInt8(ascii: ".")]
        }
        #expect(table.rows[0] == [.integer(25), .text("Private"), .integer(226_802), .text("<=50K")])
        #expect(table.rows[1] == [.integer(38), .null, .integer(89_814), .text(">50K")])
    }

    @Test(
        arguments: [
            ("a,b\n1,2\n", true), ("1,2\n3,4\n", false), ("a,b\nc,d\n", true), ("x,1\ny,2\n", false),
            (",a\n0,5\n", true), ("2011-01-01,a\n2011-01-02,b\n", false),
        ])
    func headersAreFound(text: String, isHeader: Bool) throws {
        let table = try importingTable(text)
        #expect(table.rows.count == text.split(separator: "\n").count - (isHeader ? 1 : 0))
        #expect(table.summary.notes.contains { $0.contains("taken for data") } == !isHeader)
        let first = try importingTable(text) { $0.header = .first }
        #expect(first.rows.count == text.split(separator: "\n").count - 1)
    }

    @Test func missingMarkersCanBeChosen() throws {
        let table = try importingTable("c,n\nNA,1\n-,-999\nUS,3\n") { $0.rules.missing = ["-", "-999"] }
        #expect(try table.values("c") == [.text("NA"), .null, .text("US")])
        #expect(try table.values("n") == [.integer(1), .null, .integer(3)])
    }

    @Test func codesStayText() throws {
        let table = try importingTable("zip,id,n\n01234,12345678901234567890,7\n99999,1,8\n") { $0.textColumns = ["n"] }
        #expect(try table.values("zip") == [.text("01234"), .text("99999")])
        #expect(try table.values("id").first == .text("12345678901234567890"))
        #expect(try table.values("n") == [.text("7"), .text("8")])
        let ids = try importingTable("id,x\n850007368138018817,1\n,2\n-3,9007199254740993\n")
        #expect(try ids.values("id") == [.text("850007368138018817"), .null, .text("-3")])
        #expect(try ids.column("id").distinct == 2)
        #expect(try ids.values("x").last == .text("9007199254740993"))
        let wrong = try tableMessage("a,b\n1,2\n") { $0.textColumns = ["c"] }
        #expect(wrong.contains("no column 'c'; there are 'a', 'b'"))
    }

    @Test func decimalCommasAreReadWhenSaid() throws {
        let table = try importingTable("a;b\n1,5;x\n-2,25e1;y\n") { $0.rules.decimal = .comma }
        #expect(try table.values("a") == [.real(1.5), .real(-22.5)])
    }

    @Test func numbersAreReadToTheLastBit() throws {
        var texts = ["0.1", "1e22", "1e-22", "123456789012345678", "0.30000000000000004", "2.2250738585072014e-308"]
        texts += ["-0.0", "9007199254740993.0", "1.7976931348623157E308", "5e-324", "+7.25", "00.5", "1e23", "3.e2"]
        let table = try importingTable("x\n0.5\n" + texts.joined(separator: "\n"))
        let values = try table.values("x").dropFirst()
        for (text, value) in zip(texts, values) { #expect(value == .real(try #require(Double(text))), "\(text)") }
    }

    @Test func latin1IsReadWhenSaidAndRefusedWhenNot() throws {
        let bytes = Array("a,b\n1,caf".utf8) + [0xE9] + Array("\n2,".utf8) + [UInt8](repeating: 0xFC, count: 5000)
        let error = #expect(throws: DataError.self) { try importingTable(bytes: bytes) }
        #expect(
            error?.description.hasSuffix("line 2: this is not UTF-8; if it is Latin-1, say so (--encoding latin1)")
                == true)
        let table = try importingTable(bytes: bytes) { $0.encoding = .latin1 }
        #expect(try table.values("b") == [.text("café"), .text(String(repeating: "ü", count: 5000))])
    }

    @Test func equalRowsHaveEqualFingerprintsAndOthersHaveNot() throws {
        let plain = try importingTable("a,b\n1,x\n2,y\n").report.dataset.fingerprint
        #expect(try importingTable("a;b\r\n\"1\";x\n2;\"y\"\n").report.dataset.fingerprint == plain)
        for other in ["a,b\n1,x\n2,z\n", "a,c\n1,x\n2,y\n", "a,b\n2,y\n1,x\n", "a,b\n1,xy\n2,\n"] {
            #expect(try importingTable(other).report.dataset.fingerprint != plain, "\(other)")
        }
    }

    @Test func aDataSetIsListedReplacedAndRemovedWithItsTable() throws {
        try withStore { store, folder in
            let file = folder.appendingPathComponent("t.csv")
            try Data("a\n1\n2\n".utf8).write(to: file)
            let first = try store.importTable(file: file, name: "my-data").dataset
            #expect(try store.query("SELECT count(*) FROM zoo_data_my_data").rows() == [[.integer(2)]])
            #expect(throws: DataError.exists(kind: "data set", name: "my-data")) {
                try store.importTable(file: file, name: "my-data")
            }
            try Data("a\n1\n2\n3\n".utf8).write(to: file)
            var options = TableImportOptions()
            options.isReplacing = true
            try store.importTable(file: file, name: "my-data", options: options)
            #expect(try store.query("SELECT count(*) FROM zoo_data_my_data").rows() == [[.integer(3)]])
            #expect(try store.datasets().count == 1 && first.kind == .table)
            try store.removeDataset(named: "my-data")
            let left = "SELECT name FROM sqlite_schema WHERE name GLOB 'zoo_table_*' OR name GLOB 'zoo_data_*'"
            #expect(try store.query(left).rows().isEmpty)
        }
    }

    @Test func anInterruptedImportLeavesTheOldTable() throws {
        for part in ["dataset", "rows", "summary"] {
            try withTemporaryFolder { folder in
                let (url, file) = (folder.appendingPathComponent("z.sqlite"), folder.appendingPathComponent("t.csv"))
                try Data("a\n1\n2\n".utf8).write(to: file)
                try DataStore(url: url).importTable(file: file, name: "d")
                let failing = try DataStore(url: url) { if $0 == part { throw NoTable() } }
                try Data("a\n7\n".utf8).write(to: file)
                var options = TableImportOptions()
                options.isReplacing = true
                #expect(throws: NoTable.self) { try failing.importTable(file: file, name: "d", options: options) }
                #expect(try DataStore(url: url).query("SELECT a FROM zoo_data_d").rows().count == 2, "\(part)")
            }
        }
    }
}
