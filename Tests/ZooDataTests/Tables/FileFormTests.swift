import Foundation
import Testing
import ZooData

/// Files in the forms in which other programs leave them.
@Suite struct FileFormTests {
    @Test(arguments: [String.Encoding.utf16LittleEndian, .utf16BigEndian], [true, false])
    func utf16IsRead(encoding: String.Encoding, hasMark: Bool) throws {
        let text = "item,price\r\npen,3 €\r\nink,“blue”\r\ncup,\u{1F375} Œuvre\r\n"
        let bytes = try #require(((hasMark ? "\u{FEFF}" : "") + text).data(using: encoding))
        let table = try importingTable(bytes: Array(bytes))
        #expect(try table.values("price") == [.text("3 €"), .text("“blue”"), .text("\u{1F375} Œuvre")])
        let named = try importingTable(bytes: Array(bytes)) {
            $0.encoding = encoding == .utf16LittleEndian ? .utf16le : .utf16be
        }
        #expect(named.rows == table.rows)
    }

    @Test func utf16IsReadAcrossBlocks() throws {
        let text = "a,b\n" + (0..<60_000).map { "\($0),wört\u{1F375}\($0)\n" }.joined()
        let bytes = Array(try #require(text.data(using: .utf16LittleEndian)))
        let table = try importingTable(bytes: [0xFF, 0xFE] + bytes)
        #expect(table.rows.count == 60_000 && table.rows[59_999] == [.integer(59_999), .text("wört\u{1F375}59999")])
        #expect(throws: DataError.self) { try importingTable(bytes: [0xFF, 0xFE] + bytes.dropLast()) }
        let lone: [UInt8] = [0xFF, 0xFE, 0x61, 0, 10, 0, 0x3D, 0xD8, 0x61, 0, 10, 0]
        let error = #expect(throws: DataError.self) { try importingTable(bytes: lone) }
        #expect(error?.description.hasSuffix("line 2: a lone surrogate of UTF-16") == true)
    }

    @Test func latin1HasThePunctuationOfWindows1252() throws {
        // Codec cp1252 of Python 3.11.
        let bytes = Array("a,b\n1,".utf8) + [0x80, 0x93, 0x94, 0x96, 0x8C, 0x99, 0x92, 0x85, 0xFC]
        let table = try importingTable(bytes: bytes + Array("\n2,x\n".utf8)) { $0.encoding = .latin1 }
        #expect(try table.values("b").first == .text("€“”–Œ™’…ü"))
    }

    @Test func aFirstLineNamesTheDelimiter() throws {
        let table = try importingTable("sep=;\r\nsize;kind;note\r\n3;x;a,b\r\n5;y;c\r\n")
        #expect(table.rows == [[.integer(3), .text("x"), .text("a,b")], [.integer(5), .text("y"), .text("c")]])
        let bar = try importingTable("\u{FEFF}\"sep=|\"\na|b\n1|2\n")
        #expect(bar.summary.columns.map(\.name) == ["a", "b"])
    }

    @Test func commentsAreLeftOutAndItIsSaid() throws {
        let text = "# written by a logger\n# unit: mm\nsize,kind\n3,x\n# pause\n5,y\n8,x\n"
        let table = try importingTable(text)
        #expect(table.rows == [[.integer(3), .text("x")], [.integer(5), .text("y")], [.integer(8), .text("x")]])
        #expect(
            table.summary.notes == [
                "3 lines with '#' at the beginning are left out as comments (--comment none: they are rows)"
            ])
        // What has as many fields as the rows is one of them.
        let header = try importingTable("#chrom\tpos\n1\t5\n2\t6\n")
        #expect(header.summary.columns.map(\.name) == ["#chrom", "pos"])
        let colours = try importingTable("n,colour\n1,red\n#3,blue\n")
        #expect(colours.rows.count == 2)
        let given = try importingTable("a,b\n1,2\n%,3\n4,5\n") { $0.comment = UInt8(ascii: "%") }
        #expect(given.rows.count == 2 && given.summary.notes.isEmpty)
        let late = "a,b\n" + String(repeating: "1,2\n", count: 30_000) + "# end\n"
        #expect(try tableMessage(late).contains("line 30002: 1 field where the header has 2; if it is a comment"))
    }

    @Test func escapedQuotesAreFoundInTheWholeFile() throws {
        let text = "id,title\n1,\"The \\\"Old\\\" Mill\"\n2,\"Plain, with comma\"\n3,\"Ends in a quote \\\"\"\n"
        let titles: [QueryValue] = ["The \"Old\" Mill", "Plain, with comma", "Ends in a quote \""].map { .text($0) }
        #expect(try importingTable(text).values("title") == titles)
        let many = (4..<20_000).map { "\($0),\"t\"\n" }.joined()
        let late = try importingTable("id,title\n" + many + text.dropFirst(9))
        #expect(try late.values("title").suffix(3) == titles[...])
        #expect(late.summary.notes.first?.hasPrefix("a backslash makes the quote behind it") == true)
        // A backslash at the end of a field is one.
        let paths = try importingTable("a,b\n1,\"C:\\temp\\\"\n2,\"D:\\new\\x\\\"\n")
        #expect(try paths.values("b") == [.text("C:\\temp\\"), .text("D:\\new\\x\\")])
        let given = try importingTable("a;b\n1;x\\;y\n2;\\N\n3;C:\\new\\\\x\n") { $0.escape = UInt8(ascii: "\\") }
        #expect(try given.values("b") == [.text("x;y"), .null, .text("C:\\new\\x")])
    }

    @Test func aHeaderWithANameLessIsThatOfR() throws {
        // write.table(d, sep = ",") and write.table(d) of R 4.2.2
        for (text, delimiter) in [
            ("\"size\",\"kind\"\n\"r1\",3,\"x\"\n\"r2\",5,\"y\"\n", nil),
            ("\"size\" \"kind\"\n\"r1\" 3 \"x\"\n\"r2\" 5 \"y\"\n", UInt8(ascii: " ")),
            ("\"size\" \"kind\"\n\"r1\" 3 \"x\"\n\"r2\" 5 \"y\"\n", nil),
            ("size kind\nr1 3 x\nr2 5 y\n", nil),  // quote = FALSE
        ] {
            let table = try importingTable(text) { $0.delimiter = delimiter }
            #expect(table.summary.columns.map(\.name) == ["row_name", "size", "kind"])
            #expect(try table.values("row_name") == [.text("r1"), .text("r2")])
            #expect(try table.values("size") == [.integer(3), .integer(5)])
            #expect(table.summary.notes.contains { $0.contains("'row_name'") })
            let isGuessed = delimiter == nil && !text.contains(",")
            #expect(table.summary.notes.contains { $0.contains("separated by blanks: --delimiter") } == isGuessed)
        }
        // Words are no columns.
        for text in [
            "name\nAnn Lee\nBob Ray\n", "\"name\"\n\"Ann Lee\"\n\"Bob Ray\"\n", "my name\nAnn B Lee\nBob C Ray\n",
        ] {
            #expect(try importingTable(text).summary.columns.count == 1, "\(text)")
        }
        let trailing = try importingTable("a,b\n1,2,\n3,4,\n")
        #expect(trailing.summary.columns.map(\.name) == ["a", "b", "column_3"])
        #expect(trailing.rows[0] == [.integer(1), .integer(2), .null])
    }

    @Test func fieldsBetweenBlanksAreFoundWhereTheyAreMostlyNumbers() throws {
        // write.table(d, row.names = FALSE, col.names = FALSE), with row.names alone FALSE, and columns that are aligned
        let plain = try importingTable("5.1 3.5 \"setosa\"\n4.9 3 \"setosa\"\n6.3 NA \"virginica\"\n")
        #expect(plain.rows.count == 3 && plain.summary.columns.map(\.kind) == [.real, .real, .text])
        #expect(plain.summary.notes.contains { $0.contains("--delimiter tab") })
        let headed = try importingTable("\"mpg\" \"cyl\"\n21 6\n22.8 4\n")
        #expect(headed.summary.columns.map(\.name) == ["mpg", "cyl"])
        let aligned = try importingTable(" 0.00632  18.00   2.31 \n 0.02731   0.00   7.07\n12.50000   0.00  18.10\n")
        #expect(aligned.rows[1] == [.real(0.02731), .real(0), .real(7.07)] && aligned.rows.count == 3)
        let given = try importingTable("a  b\nx   1\n y 2 \n") { $0.delimiter = UInt8(ascii: " ") }
        #expect(given.rows == [[.text("x"), .integer(1)], [.text("y"), .integer(2)]])
        for text in ["Room 5\nRoom 6\nRoom 7\n", "1 234\n5 678\n9 100\n", "2024-01-05 10:00\n2024-01-06 11:00\n"] {
            #expect(try importingTable(text).summary.columns.count == 1, "\(text)")
        }
    }

    @Test func wordsForMissingAreThoseOfOtherPrograms() throws {
        let words = ["None", "<NA>", "n/a", "\\N", "NaT", "#N/A"]
        let table = try importingTable("k,c\n" + words.map { "1,\($0)\n" }.joined() + "2,5\n")
        #expect(table.summary.columns.map(\.kind) == [.integer, .integer])
        #expect(try table.column("c").missing == 6)
    }

    @Test func longRowsAreRead() throws {
        let long = String(repeating: "wörds and ", count: 128_000)
        let table = try importingTable("text,label\n\"too short\",a\n\(long),b\n\"the third\",a\n")
        #expect(try table.values("text")[1] == .text(String(long.dropLast())))
        #expect(table.rows.count == 3)
    }

    @Test func ratingsAndRowsToAnswerSayWhatTheyTakeForComments() throws {
        try withTemporaryFolder { folder in
            let ratings = folder.appendingPathComponent("r.csv")
            try Data("user,item,rating\n# made by hand\nann,\"a \\\"b\\\"\",3\nbob,x,4\n".utf8).write(to: ratings)
            let preview = try RatingsPreview(file: ratings, columns: RatingColumns(), options: ImportOptions(), rows: 2)
            #expect(preview.report.notes.contains { $0.hasPrefix("lines with '#' at the beginning are left out") })
            #expect(preview.report.notes.contains { $0.hasPrefix("a backslash makes the quote behind it") })
            let rows = folder.appendingPathComponent("t.csv")
            try Data("a,b\n# made by hand\n1,2\n".utf8).write(to: rows)
            let wanted = [TableFile.Column(name: "a", kind: .integer), TableFile.Column(name: "b", kind: .integer)]
            let file = try TableFile(path: rows.path, columns: wanted, options: TableImportOptions())
            #expect(file.notes.contains { $0.hasPrefix("lines with '#' at the beginning are left out") })
        }
    }
}
