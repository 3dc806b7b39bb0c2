import Testing
import ZooData

/// Expected values: those of the files in the form of Excel (German, English, French), worked out by hand.
@Suite struct NumberFormatTests {
    @Test func numbersWithSignsAreTextsWhichIsSaid() throws {
        let table = try importingTable("a;b;c;d\n−1,5;2,5 %;€ 1.000,50;x %\n−2,5;12,5 %;€ 3,50;3 %\n")
        #expect(table.summary.columns.map(\.kind) == [.text, .text, .text, .text])
        #expect(
            table.summary.columns.map { $0.notes.contains { $0.hasPrefix("numbers with signs, such as '") } }
                == [true, true, true, false])
    }

    @Test func decimalCommasAreFoundAndSaid() throws {
        let table = try importingTable("Zimmer;Flaeche;Miete\n1;38,7;778,90\n3;54,6;1170,31\n6;83,1;1792,95\n")
        #expect(table.summary.columns.map(\.kind) == [.integer, .real, .real])
        #expect(try table.values("Miete") == [.real(778.9), .real(1170.31), .real(1792.95)])
        #expect(
            table.summary.notes == [
                "Flaeche, Miete: the comma in '38,7' is read as a decimal comma (--decimal point: as text)"
            ])
        let text = try importingTable("a;b\n1;38,7\n3;54,6\n") { $0.rules.decimal = .point }
        #expect(try text.values("b") == [.text("38,7"), .text("54,6")])
    }

    @Test(arguments: [DecimalMark.auto, .comma])
    func pointsBesideDecimalCommasStandBetweenThousands(decimal: DecimalMark) throws {
        let text = "Stueck;Anteil\n999;0,5\n1.234;1,25\n12.345;3,75\n7;0,25\n250.000;12,5\n"
        let table = try importingTable(text) { $0.rules.decimal = decimal }
        #expect(try table.values("Stueck") == [999, 1234, 12345, 7, 250_000].map { .integer($0) })
        #expect(try table.values("Anteil").last == .real(12.5))
        #expect(
            table.summary.notes.contains(
                "Stueck: the points in '1.234' are read as between thousands (--thousands none: not)"))
        let other = try importingTable(text) { $0.rules.thousands = ThousandsMark.none }
        #expect(try other.values("Stueck")[1] == .real(1.234))
    }

    /// Long numbers of one length are no keys where shorter ones stand beside them.
    @Test(
        arguments: [
            ("Ort;Leute\na;1.234.567\nb;512.394\nc;999\n", [1_234_567, 512_394, 999]),
            ("Ort;Leute\na;1.234.567\nb;512.394\n", [1_234_567, 512_394]),
            ("Ort;Leute\na;3'755'251\nb;999\n", [3_755_251, 999]), ("Ort;Leute\na;3 755 251\nb;12\n", [3_755_251, 12]),
        ] as [(String, [Int64])])
    func thousandsOfMillionsAreFound(_ text: String, _ values: [Int64]) throws {
        let table = try importingTable(text)
        #expect(try table.values("Leute") == values.map { .integer($0) }, "\(table.summary.notes)")
        let keys = try importingTable("Ort;Nummer\na;755 251 333\nb;123 456 789\n").summary.columns[1]
        #expect(
            keys.kind == .text
                && keys.notes == [
                    "kept as text: 2 numbers with marks, the first '755 251 333' (--decimal and --thousands say what the marks are)"
                ])
    }

    @Test(arguments: ["k.A.", "-", "x"])
    func aWordAmongDecimalCommasIsSaid(_ word: String) throws {
        let text = "a;b\n1;12,5\n2;13,25\n3;\(word)\n4;14,75\n"
        let column = try importingTable(text).summary.columns[1]
        #expect(
            column.notes == [
                "mixed, kept as text: 3 numbers with marks, the first '12,5'; 1 text, the first '\(word)' on line 4 "
                    + "(--missing \(word): it stands for no value)"
            ], "\(column.notes)")
        #expect(column.isMixed == true)
        let read = try importingTable(text) { $0.rules.missing.append(word) }
        #expect(try read.values("b") == [.real(12.5), .real(13.25), .null, .real(14.75)])
    }

    @Test func theExampleHasTheMarkOfTheNote() throws {
        let notes = try importingTable("x;y\n1,5;1\n1.234,5;2\n2.345.678;3\n").summary.notes
        #expect(notes.contains { $0.contains("the points in '1.234,5' are read as between thousands") }, "\(notes)")
    }

    @Test(
        arguments: [
            ("Konto;Betrag\n1;1.000,50\n2;27,35\n3;1.234.567,89\n4;12,00\n", "Excel, German"),
            ("account,amount\n1,\"1,000.50\"\n2,27.35\n3,\"1,234,567.89\"\n4,\"12.00\"\n", "Excel, English"),
            ("compte;montant\n1;1\u{202F}000,50\n2;27,35\n3;1\u{202F}234\u{202F}567,89\n4;12,00\n", "Excel, French"),
            ("compte;montant\n1;1\u{A0}000,50\n2;27,35\n3;1 234 567,89\n4;12,00\n", "blanks"),
            ("Konto;Betrag\n1;1'000.50\n2;27.35\n3;1’234’567.89\n4;12.00\n", "Excel, Swiss"),
        ])
    func thousandsAreFound(text: String, form: String) throws {
        let table = try importingTable(text)
        #expect(table.rows.map { $0[1] } == [1000.5, 27.35, 1_234_567.89, 12].map { .real($0) }, "\(form)")
        #expect(!table.summary.notes.isEmpty)
    }

    @Test(
        arguments: [
            // Three digits behind a lone comma: the delimiter says.
            ("a;b\nx;1,234\ny;2,500\n", QueryValue.real(1.234)), ("a,b\nx,\"1,234\"\ny,\"2,500\"\n", .integer(1234)),
            // Long numbers without a mark beside it speak against thousands.
            ("a,b\nx,\"1,234\"\ny,2500\n", .real(1.234)),
            // A point alone stays a decimal point.
            ("a;b\nx;1.234\ny;2.500\n", .real(1.234)),
            // Keys of one length, lists, versions, dates and codes are none.
            ("a;b\nx;123 456 789\ny;987 654 321\n", .text("123 456 789")), ("a;b\nx;1,2,3\ny;4,5\n", .text("1,2,3")),
            ("a;b\nx;1.2.3\ny;1.10.0\n", .text("1.2.3")), ("a;b\nx;0123,5\ny;1,5\n", .real(123.5)),
            ("a,b,c\nx,\"1,2\",0.5\ny,\"3,4\",1.5\n", .text("1,2")),
        ])
    func whatCouldBeEitherIsSettledByTheFile(text: String, first: QueryValue) throws {
        #expect(try importingTable(text).rows[0][1] == first)
    }

    @Test func eachColumnOfAFileOfSemicolonsIsReadByItself() throws {
        let table = try importingTable("lat;preis\n52.5200;12,50\n48.1371;9,95\n")
        #expect(table.rows[0] == [.real(52.52), .real(12.5)])
    }

    @Test func aLateValueDecidesForTheWholeColumn() throws {
        let text = "n;m\n" + (0..<20_000).map { "\($0 % 9 + 1).125;\($0)\n" }.joined()
        #expect(try importingTable(text).values("n").first == .real(1.125))
        let table = try importingTable(text + "1.500,5;1\n")
        #expect(try table.values("n").first == .real(1125))
    }
}
