import Foundation
import GRDB
import Testing

@Suite struct PredictTextRowsTests {
    @Test func textsArePredictedByRows() throws {
        try withSandbox { box in
            try box.trainSmallText("--tokens", "word", "--bptt", "32")
            let sql = "SELECT text, label FROM zoo_texts WHERE idx < 200"
            try box.succeed(
                "train", "text-classifier", "--encoder", "m", "--save", "c", "--epochs", "1", "--batch-size", "64",
                "--sql", sql)
            try box.execute(
                """
                CREATE TABLE reviews (id INTEGER PRIMARY KEY, review VARCHAR(99), stars REAL, mood TEXT);
                INSERT INTO reviews VALUES (9007199254740993, 'They danced.', 4.5, NULL), (7, 'The king died.', 1, 'old')
                """)
            let ask = [
                "predict", "c", "--sql", "SELECT id, review, stars FROM reviews ORDER BY id", "--text-column", "review",
            ]
            func succeed(_ arguments: [String]) throws -> String {
                let run = try box.start(ask + arguments).wait()
                #expect(run.code == 0, "\(arguments): \(run.stderr)")
                return run.stdout
            }
            let printed = try succeed(["--keep", "id"])
            #expect(printed.contains("7") && printed.contains("The king died."), "\(printed)")
            let run = try box.start(ask + ["--keep", "id,stars", "--json"]).wait()
            let json = try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject
            let first = try #require((json?["predictions"] as? [JSONObject])?.first)
            #expect((first["kept"] as? JSONObject)?["stars"] as? Double == 1 && json?["rows"] as? Int == 2)
            let label = try #require(first["label"] as? String)

            #expect(try succeed(["--keep", "id", "--table", "out"]).contains("2 predictions of label written to out"))
            let out = try box.rows("SELECT id, label, \"p(grim)\" + \"p(merry)\" FROM out ORDER BY id")
            #expect(out.map { $0[0] } == [7.databaseValue, (9_007_199_254_740_993 as Int64).databaseValue])
            #expect(out[0][1] == label.databaseValue)
            let again = try box.start(ask + ["--keep", "id", "--table", "out"]).wait()
            #expect(again.isOneLineFailure && again.stderr.contains("--replace"))
            _ = try succeed(["--keep", "id", "--table", "out", "--replace"])
            _ = try succeed(["--table", "reviews", "--update", "mood", "--key", "id"])
            #expect(
                try box.rows("SELECT mood, stars FROM reviews WHERE id = 7") == [
                    [label.databaseValue, 1.0.databaseValue]
                ])
            // In tables an empty text has no label, like any missing value; files say it in words.
            try box.execute(
                "CREATE TABLE gaps (id INTEGER PRIMARY KEY, review TEXT, mood TEXT DEFAULT 'none'); "
                    + "INSERT INTO gaps (review) VALUES ('They danced.'), (NULL), (' ')")
            let gaps = ["predict", "c", "--sql", "SELECT id, review FROM gaps", "--text-column", "review"]
            for output in [
                ["--table", "gaps", "--update", "mood", "--key", "id"], ["--table", "made", "--keep", "id"],
            ] {
                #expect(try box.start(gaps + output).wait().code == 0)
            }
            #expect(
                try box.rows("SELECT count(*), count(mood), count(label) FROM gaps JOIN made USING (id)")
                    == [[3.databaseValue, 1.databaseValue, 1.databaseValue]])
            #expect(try box.start(gaps + ["--output", "gaps.csv"]).wait().code == 0)
            // By a pipe and in JSON lines, too, texts are those of a column.
            try box.write("piped.csv", "id,text\n1,They danced.\n2,The king died.\n")
            try box.write(
                "piped.jsonl", "{\"id\":1,\"text\":\"They danced.\"}\n{\"id\":2,\"text\":\"The king died.\"}\n")
            for way in ["--input - < piped.csv", "--input piped.jsonl", "--input - --keep id < piped.jsonl"] {
                let said = try box.shell("cat piped.csv | \"$zoo\" predict c \(way)")
                #expect(said.stdout.split(separator: "\n").count == 3, "\(way): \(said)")
                #expect(said.stderr.contains("are its column 'text'"), "\(way): \(said.stderr)")
            }
            let words = try String(contentsOf: box.folder.appendingPathComponent("gaps.csv"), encoding: .utf8)
            #expect(words.contains("(empty)"))
            _ = try succeed(["--keep", "stars", "--output", "o.csv"])
            let csv = try String(contentsOf: box.folder.appendingPathComponent("o.csv"), encoding: .utf8)
            #expect(csv.hasPrefix("stars,label,p(grim),p(merry)\n1.0,\(label),"), "\(csv)")
            try box.write("r.csv", "id,body\n7,The king died.\n")
            #expect(
                try box.succeed("predict", "c", "--input", "r.csv", "--text-column", "body", "--keep", "id").contains(
                    "7"))
            #expect(try box.succeed("predict", "c", "--data", "tales", "--output", "t.csv").contains("600 predictions"))
            #expect(
                try box.fail("predict", "c", "--sql", "SELECT id, review, stars FROM reviews").contains("--text-column")
            )
            let texts = ["The king died.", "", "\t ", "They danced."]
            try box.write("four.txt", texts.joined(separator: "\n") + "\n")
            try box.write("four.csv", "text,n\n" + texts.enumerated().map { "\"\($1)\",\($0)\n" }.joined())
            func labels(_ arguments: [String]) throws -> [String] {
                let run = try box.start(["predict", "c", "--json"] + arguments).wait()
                let json = try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject
                let predictions = try #require(json?["predictions"] as? [JSONObject], "\(run.stderr)")
                #expect(predictions.map { $0["probability"] is NSNull } == [false, true, true, false], "\(arguments)")
                return predictions.compactMap { $0["label"] as? String }
            }
            let found = try labels(["--input", "four.txt"])
            #expect(found.count == 4 && Array(found[1...2]) == ["(empty)", "(empty)"])
            #expect(try labels(texts.flatMap { ["--text", $0] }) == found)
            #expect(try labels(["--input", "four.csv", "--text-column", "text"]) == found)
            #expect(try labels(["--input", "four.csv"]) == found)
            let noted = try box.start(["predict", "c", "--input", "four.csv"]).wait()
            #expect(noted.stderr.contains("column 'text'") && noted.stderr.contains("--text-column"))
            try box.write("lines.csv", "The king died.\nThey danced.\n")
            let whole = try box.start(["predict", "c", "--input", "lines.csv"]).wait()
            #expect(whole.stderr.contains("each line of lines.csv"), "\(whole.stderr)")
            try box.write("four.jsonl", texts.map { "{\"text\":\"\($0.replacing("\t", with: "\\t"))\"}\n" }.joined())
            #expect(try labels(["--input", "four.jsonl"]) == found)
            try box.write("other.jsonl", "{\"words\":\"They danced.\"}\n")
            #expect(try box.fail("predict", "c", "--input", "other.jsonl", "--quiet").contains("--text-column"))
            #expect(try labels(["--input", "four.jsonl", "--text-column", "text"]) == found)
            let select =
                "SELECT 'The king died.' AS text UNION ALL SELECT NULL UNION ALL SELECT ' ' UNION ALL SELECT 'They danced.'"
            #expect(try labels(["--sql", select]) == found)
            let lines = try box.succeed("predict", "c", "--input", "four.txt").split(separator: "\n")
            #expect(lines.count == 5 && lines[2].hasPrefix("(empty)"))
            try box.write("ragged.csv", "text,n\nThey danced.\n")
            let ragged = try box.fail("predict", "c", "--input", "ragged.csv", "--text-column", "text")
            #expect(ragged.contains("line 2") && !ragged.contains("skip"))
            try box.write("latin1.txt", [0x47, 0x72, 0xFC, 0x6E, 0x0A])
            let encoded = try box.fail("predict", "c", "--input", "latin1.txt")
            #expect(encoded.contains("--encoding latin1") && !encoded.contains("--lossy"))
            for wrong in [["--set", "a=1"], ["--sql", sql, "--text", "a"], ["--text", "a", "--keep", "id"]] {
                #expect(try box.start(["predict", "c"] + wrong).wait().code == 64, "\(wrong)")
            }
        }
    }
}
