import Foundation
import Testing
import ZooData
import ZooRecords

/// What Python 3.11's `json` and polars 2.1.0 (`write_ndjson`, `write_json`) write.
@Suite struct JSONTableTests {
    private let lines = #"""
        {"id":1,"size":0.125,"ok":true,"day":"2024-02-29","when":"2024-02-28T23:30:00.000000","code":"007","name":"Öl, \"so\"\nneu","tags":["a","b c"],"point":{"x":1}}
        {"id":2,"size":1e16,"ok":false,"day":"2024-03-01","when":null,"code":"8","name":"\ud83d\ude00 \u00e9","tags":[],"late":5,"point":[1,2]}

        {"size":-3,"id":3,"ok":null,"name":"","day":"2024-03-02","when":"2024-03-01T00:00:00.500000","code":"12","point":{"b":"]}"}}
        """#

    private func check(_ table: ImportedTable) throws {
        #expect(
            table.summary.columns.map(\.name) == ["id", "size", "ok", "day", "when", "code", "name", "tags", "late"])
        #expect(
            table.summary.columns.map(\.kind) == [
                .integer, .real, .boolean, .date, .datetime, .text, .text, .text, .integer,
            ])
        #expect(try table.values("id") == [.integer(1), .integer(2), .integer(3)])
        #expect(try table.values("size") == [.real(0.125), .real(1e16), .real(-3)])
        #expect(try table.values("ok") == [.integer(1), .integer(0), .null])
        #expect(try table.values("day") == [.text("2024-02-29"), .text("2024-03-01"), .text("2024-03-02")])
        #expect(
            try table.values("when") == [.text("2024-02-28 23:30:00"), .null, .text("2024-03-01 00:00:00.500")])
        #expect(try table.values("code") == [.text("007"), .text("8"), .text("12")])
        #expect(try table.values("name") == [.text("Öl, \"so\"\nneu"), .text("😀 é"), .null])
        #expect(try table.values("late") == [.null, .integer(5), .null])
        #expect(try table.values("tags") == [.text("a|b c"), .null, .null])
        #expect(table.summary.notes.contains { $0.contains("objects or lists: 'point'") })
        #expect(table.summary.notes.contains { $0.contains("bars between: 'tags'") })
    }

    @Test func linesAListAndObjectsOverSeveralLinesAreTheSameTable() throws {
        try check(importingTable(lines))
        try check(importingTable("\u{FEFF}" + lines.replacing("\n", with: "\r\n")))
        let objects = lines.split(separator: "\n").map(String.init)
        try check(importingTable(" [\n" + objects.joined(separator: ",\n") + "]\n"))
        try check(importingTable(objects.map { $0.replacing(",\"", with: ",\n  \"") }.joined(separator: "\n")))
        try check(importingTable(bytes: Array(lines.data(using: .utf16LittleEndian) ?? Data())))
    }

    @Test func whatPandasPolarsAndDuckDBWriteIsRead() throws {
        // pandas 3.1.1: to_json(orient="records", lines=True); times are milliseconds, their offsets gone.
        let pandas = try importingTable(
            #"{"id":1,"w":1717804800000,"x":0.1,"n":9007199254740993,"s":"\u00e9"}"# + "\n"
                + #"{"id":2,"w":1717936200000,"x":null,"n":null,"s":"a\/b"}"# + "\n")
        #expect(try pandas.column("w").notes.first?.contains("milliseconds since 1970") == true)
        #expect(try pandas.values("s") == [.text("é"), .text("a/b")] && pandas.values("x") == [.real(0.1), .null])
        #expect(try pandas.values("n") == [.text("9007199254740993"), .null])
        #expect(try tableMessage(#"{"id":{"0":1},"w":{"0":2}}"#).contains("orient='records'"))
        // polars 2.1.0, write_ndjson: decimals are texts.
        let polars = try importingTable(
            #"{"z":"2024-06-08T00:00:00+02:00","d":"2024-02-29","dec":"1.50","t":"01:02:00","l":[1]}"# + "\n")
        #expect(try polars.values("z") == [.text("2024-06-08 00:00:00")] && polars.column("z").clock == "+02:00")
        #expect(try polars.values("d") == [.text("2024-02-29")] && polars.values("dec") == [.text("1.50")])
        // DuckDB 2.0.1, COPY … (FORMAT json): NaN stands there without quotes, lists have a row a line.
        let duck = try importingTable(
            #"{"z":"2024-06-07 22:00:00+00","y":NaN,"dec":1.5,"h":170141183460469231731687303715884105727}"# + "\n")
        #expect(try duck.values("z") == [.text("2024-06-07 22:00:00")] && duck.values("dec") == [.real(1.5)])
        #expect(try duck.values("y") == [.null] && duck.column("h").kind == .text)
        #expect(try importingTable("[\n\t{\"id\":1},\n\t{\"id\":2}\n]\n").values("id") == [.integer(1), .integer(2)])
    }

    @Test func numbersInQuotesStayTextUnlessTheyAreAskedFor() throws {
        let text = "{\"price\":\"1.50\",\"n\":1}\n{\"price\":\"12\",\"n\":\"x\"}\n"
        let table = try importingTable(text)
        #expect(try table.values("price") == [.text("1.50"), .text("12")])
        #expect(try table.column("price").notes == ["numbers in quotes: kept as text (--number 'price' reads numbers)"])
        #expect(try table.values("n") == [.text("1"), .text("x")])
        let numbers = try importingTable(text) { $0.numberColumns = ["price"] }
        #expect(try numbers.values("price") == [.real(1.5), .real(12)])
        #expect(try tableMessage(text) { $0.numberColumns = ["prize"] }.contains("'prize'"))
    }

    @Test func aLineWithAFlawIsABadRow() throws {
        let flaws: [(line: String, reason: String)] = [
            (#"{"a":1,"b":"x""#, "the object is not closed"), (#"{"a":1 "b":2}"#, "a comma is missing"),
            (#"{"a":1,"b":"x}"#, "not closed on its line"), (#"{"a":1,"a":2}"#, "the name 'a' occurs twice"),
            (#"{"a":1} x"#, "text follows the object"), (#"{"a":01}"#, "'01' is not a value"),
            (#"{"a":}"#, "a value is missing"),
            (#"{"a":"\ud800"}"#, "half a surrogate pair"), (#"{"a":"\x"}"#, "a backslash escapes"),
            (#"["a"]"#, "in braces"),
            (#"{"a":[1}"#, "closed by another bracket"), (#"{a:1}"#, "a name in quotes"),
            (#"{"a" 1}"#, "a colon is missing"),
            (#"{"a":"\u00"}"#, "four hexadecimal digits"), (#"{"a":{"b":[}"#, "closed by another bracket"),
            (#"{"a":"\#u{1}"}"#, "a control character"), (#"{"a":{"b":1}"#, "the object is not closed"),
        ]
        for flaw in flaws {
            let text = "{\"a\":7}\n\(flaw.line)\n{\"a\":8}\n"
            let message = try tableMessage(text)
            #expect(message.hasPrefix("t.csv, line 2: ") && message.contains(flaw.reason), "\(flaw.line): \(message)")
            let table = try importingTable(text) { $0.skipsBadRows = true }
            #expect(try table.values("a") == [.integer(7), .integer(8)] && table.report.badRows.count == 1)
        }
    }

    @Test func whatIsNoTableIsRefused() throws {
        let list = "[{\"a\":1},\n {\"a\":2}"
        for (text, reason) in [
            (list, "cut off"), (list + "]]", "text follows the list"), ("[{\"a\":1} {\"a\":2}]", "a comma is missing"),
            ("[{\"a\":1},]", "in braces"), ("[]", "no rows"), ("[[1,2],\n[3,4]]", "a JSON list of lists"),
            ("{}\n{}\n", "have no text, number"),
            ("{\"type\":\"x\",\"features\":[{\"a\":1},{\"a\":2}]}", "jq -c '.features[]'"),
            ("{\n\"a\": 1,\n\"b\": [1\n", "not closed"),
            ("{\"a\":" + String(repeating: "[", count: 2000), "more than 1000 deep"),
        ] {
            let message = try tableMessage(text)
            #expect(message.contains(reason), "\(text.prefix(40)): \(message)")
        }
    }

    @Test func aFileNamedAsJSONIsNoDelimitedText() throws {
        try withStore { store, folder in
            func file(_ name: String, _ text: String) throws -> URL {
                let url = folder.appendingPathComponent(name)
                try Data(text.utf8).write(to: url)
                return url
            }
            var options = TableImportOptions()
            for beginning in ["# made by hand", "null", "'a'", "a,b", "[1,2]", "{a:1}"] {
                let text = "\n\n\(beginning)\n{\"a\":1}\n{\"a\":2}\n"
                for ending in ["jsonl", "ndjson", "JSON"] {
                    let url = try file("t." + ending, text)
                    let error = #expect(throws: DataError.self) {
                        try store.importTable(file: url, name: "t", options: options)
                    }
                    #expect(
                        error?.description.contains("t.\(ending), line 3: ") == true, "\(beginning): \(error as Any)")
                }
                options.skipsBadRows = true
                options.isReplacing = true
                let report = try store.importTable(file: try file("t.jsonl", text), name: "t", options: options)
                #expect(report.badRows.listed.map(\.line) == [3], "\(beginning)")
                #expect(try store.query("SELECT a FROM zoo_data_t").rows() == [[.integer(1)], [.integer(2)]])
                options.skipsBadRows = false
            }
        }
    }

    @Test func ofMutatedLinesEachIsARowOrABadOne() throws {
        let bytes = Array((0..<40).map { "{\"id\":\($0),\"text\":\"line \($0)\",\"size\":\($0).5}\n" }.joined().utf8)
        var state: UInt64 = 1
        func random(_ bound: Int) -> Int {  // Steele et al. 2014, SplitMix64
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            return Int((z ^ z >> 31) % UInt64(bound))
        }
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("t.jsonl")
            var options = TableImportOptions()
            options.skipsBadRows = true
            var read = 0
            for _ in 0..<300 {
                var changed = bytes
                for _ in 0...random(3) {
                    let start = 2 + random(changed.count - 4)
                    let part = start..<min(changed.count, start + 1 + random(40))
                    switch random(4) {
                    case 0: changed[start] ^= 1 << UInt8(random(7))
                    case 1: changed.removeSubrange(part)
                    case 2: changed.insert(contentsOf: Array(changed[part]), at: start)
                    default:
                        changed.replaceSubrange(part, with: ["\"", "\n", "}", "{\"id\":", "1e999"][random(5)].utf8)
                    }
                }
                try Data(changed).write(to: file)
                guard let table = try? TablePreview(file: file, options: options, rows: 1),
                    table.notes.contains(where: { $0.hasPrefix("it is read as JSON lines") })
                else { continue }
                let lines = changed.split(separator: 10).count { $0.contains { ![9, 13, 32].contains($0) } }
                #expect(table.rows + table.badRows.count == lines)
                read += 1
            }
            #expect(read > 250)
        }
    }

    @Test func aLongTextAndManyColumnsAreRead() throws {
        let long = String(repeating: "ä", count: 700_000)
        #expect(try importingTable("{\"t\":\"\(long)\"}\n{\"t\":\"b\"}\n").values("t") == [.text(long), .text("b")])
        let rows = (0..<40).map { row in
            "{" + (0..<20).map { "\"c\(row * 20 + $0)\":\(row)" }.joined(separator: ",") + "}\n"
        }
        let table = try importingTable(rows.joined())
        #expect(
            table.summary.columns.count == 800 && table.rows[39][799] == .integer(39) && table.rows[0][799] == .null)
    }

    @Test func ratingsTextsAndLabelsAreReadAsWell() throws {
        let ratings = try importingRatings([
            (
                "r.jsonl",
                "{\"user_id\":\"u\",\"business_id\":\"007\",\"stars\":4.5}\n{\"user_id\":\"v\",\"business_id\":\"8\",\"stars\":1}\n"
            )
        ])
        #expect(ratings.data.itemKeys == ["007", "8"] && ratings.data.ratings == [4.5, 1])
        #expect(ratings.report.notes.contains { $0.contains("JSON lines") })
        let items = try importingRatings([
            ("r.csv", "user,item,rating\nu,1,4\nv,2,5\n"),
            (
                "i.jsonl",
                #"{"id":1,"title":"One","genres":["a","b"],"cast":[{"x":1}]}"# + "\n"
                    + #"{"id":2,"title":"Two","genres":["b"]}"#
            ),
        ]) { options, folder in options.items = .file(folder.appendingPathComponent("i.jsonl").path) }
        #expect(items.data.itemTitles == ["One", "Two"])
        #expect(items.data.attributes.items == [Attribute("genres", sets: [["a", "b"], ["b"]])])
        #expect(
            items.report.notes.contains { $0.contains("i.jsonl: left out, since they hold objects or lists: 'cast'") })
        try withStore { store, folder in
            let file = folder.appendingPathComponent("t.jsonl")
            try Data("{\"text\":\"gr\\u00fcn\",\"mood\":\"fine\"}\n{\"mood\":\"foul\",\"text\":\"a, b\"}\n".utf8).write(
                to: file)
            _ = try store.importTexts(csv: file.path, text: "text", label: "mood", name: "t")
            let texts = try store.texts(dataset: "t").documents
            #expect(texts.map(\.text) == ["grün", "a, b"] && texts.map(\.label) == ["fine", "foul"])
        }
    }

    @Test func whatIsWrongWithAnObjectIsSaidWithAWayOn() throws {
        // pandas 3.1.1: to_json(orient="split").
        let split = try tableMessage(#"{"columns":["a","b"],"index":[0],"data":[[1,2]]}"#)
        #expect(
            split.contains("'data' is a list of lists") && split.contains("orient='records'") && !split.contains("jq"))
        #expect(try tableMessage("[{}]").contains("have no text, number"))
        #expect(try tableMessage(#"{"it's":[{"a":1}]}"#).contains(#"jq -c '.["it'\''s"][]'"#))
        let bars = try importingTable(#"{"l":["A|B","C"]}"# + "\n" + #"{"l":["D"]}"#)
        #expect(bars.summary.notes.contains { $0.contains("'l': texts of 1 list hold bars") })
    }
}
