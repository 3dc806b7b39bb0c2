import Foundation
import Testing
import ZooEmbeddings

/// The models of `Scripts/goldens/static_text.py`.
private struct Golden: Decodable {
    struct Model: Decodable {
        let name, tokenizer, config: String
        let weights, vectors: Data
    }
    let texts: [String]
    let models: [Model]

    static let shared: Golden? = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("ZooEmbeddingsTests/Goldens/static-text.json")
        return try? JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }()

    /// Writes a model's folder as model2vec does.
    static func write(_ name: String, to box: Sandbox) throws -> Model {
        let model = try #require(shared?.models.first { $0.name == name })
        let folder = box.folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try model.weights.write(to: folder.appendingPathComponent("model.safetensors"))
        try Data(model.tokenizer.utf8).write(to: folder.appendingPathComponent("tokenizer.json"))
        try Data(model.config.utf8).write(to: folder.appendingPathComponent("config.json"))
        return model
    }
}

@Suite struct EmbedCommandTests {
    @Test(arguments: ["wordpiece", "wordpiece-cased", "unigram", "unigram-bytes", "words", "mixed"])
    func vectorsOfTextsAreThoseOfModel2vec(name: String) throws {
        try withSandbox { box in
            let golden = try #require(Golden.shared)
            let model = try Golden.write(name, to: box)
            try box.succeed("embeddings", "import", name, "--name", "m")
            let rows = golden.texts.indices.filter { !golden.texts[$0].contains("\0") }
            let lines = try rows.map { row in
                String(decoding: try JSONEncoder().encode(["id": "\(row)", "text": golden.texts[row]]), as: UTF8.self)
            }
            let file = try box.write("texts.jsonl", lines.joined(separator: "\n") + "\n")
            let run = try box.start(["embed", "m", "--json", "--input", file]).wait()
            try #require(run.code == 0, "\(run.stderr)")
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject)
            let texts = try #require(report["texts"] as? [JSONObject])
            let width = try #require(report["width"] as? Int)
            let expected = model.vectors.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
            #expect(texts.count == rows.count)
            for (text, row) in zip(texts, rows) {
                let vector = try #require(text["vector"] as? [Double])
                for (number, wanted) in zip(vector, expected[row * width..<(row + 1) * width]) {
                    #expect(abs(number - Double(wanted)) < 2e-6, "\(golden.texts[row].debugDescription)")
                }
            }
        }
    }

    @Test func onlyNewAndChangedTextsBecomeVectorsAgain() throws {
        try withSandbox { box in
            _ = try Golden.write("wordpiece", to: box)
            try box.succeed("embeddings", "import", "wordpiece", "--name", "m")
            func embed(_ rows: [String], _ more: String...) throws -> String {
                let file = try box.write("t.csv", (["id,text"] + rows).joined(separator: "\n") + "\n")
                let run = try box.start(["embed", "m", "--input", file, "--name", "v"] + more).wait()
                try #require(run.code == 0, "\(run.stderr)")
                #expect(run.stderr.contains("keys are the column 'id'"))
                return run.stdout
            }
            #expect(
                try embed(["a,city river", "b,music", "c,\"the world, the team\""]).hasPrefix(
                    "3 new, 0 changed, 0 removed, 0 kept: 3 texts as 4 numbers"))
            #expect(try embed(["a,city river", "b,Film", "d,school"]).hasPrefix("1 new, 1 changed, 1 removed, 1 kept"))
            #expect(try embed(["d,school", "b,Film", "a,city river"]).hasPrefix("0 new, 0 changed, 0 removed, 3 kept"))
            let one: JSONObject = try box.json("embed", "m", "--text", "Film")
            let stored = try box.succeed(
                "query", "SELECT component(vector, 0) FROM zoo_embeddings WHERE model = 'v' AND key = 'b'")
            let first = try #require(((one["texts"] as? [JSONObject])?.first?["vector"] as? [Double])?.first)
            #expect(stored.contains("\(first)".prefix(6)))
            // Words that are no key are turned into a vector by the model that made the others.
            let run = try box.start(["query", "embeddings", "v", "text", "--near", "my FILM", "-n", "1"]).wait()
            #expect(run.stdout.contains("Film") && run.stderr.contains("'my FILM' is no key: 'm' made a vector"))
            #expect(try box.succeed("query", "embeddings", "v", "text", "--near", "b", "-n", "1").contains("near Film"))
            #expect(try box.fail("query", "embeddings", "v", "text", "--near", "𓀀").contains("knows none of the words"))
            // Another model makes all again, and without the model names are looked for in the texts.
            try box.succeed("models", "copy", "v", "old")
            _ = try Golden.write("words", to: box)
            try box.succeed("embeddings", "import", "words", "--name", "m", "--replace")
            #expect(try embed(["a,city river", "b,Film", "d,school"]).hasPrefix("0 new, 3 changed, 0 removed, 0 kept"))
            #expect(try box.fail("embed", "m", "--text", "a", "--name", "m", "--replace").contains("would be replaced"))
            // The replaced model is still there as an older version, until it is removed.
            let older = try box.zoo("query", "embeddings", "old", "text", "--near", "river")
            #expect(older.code == 0 && older.stderr.contains("'m@1' made a vector"), "\(older.stderr)")
            try box.succeed("models", "gc", "--keep", "1")
            let other = try box.start(["query", "embeddings", "old", "text", "--near", "river", "--json"]).wait()
            #expect(other.stdout.contains("near city river") && other.stderr.contains("run 'zoo embed m … --name old'"))
            #expect(other.stdout.contains("\"notes\"") && other.stdout.contains("'m' is another model"))
            try box.succeed("models", "verify")
        }
    }

    @Test func aTableOfVectorsIsBroughtUpToDate() throws {
        try withSandbox { box in
            _ = try Golden.write("wordpiece", to: box)
            try box.succeed("embeddings", "import", "wordpiece", "--name", "m")
            func embed(_ rows: [String], _ more: String...) throws -> String {
                let file = try box.write("t.csv", (["id,text"] + rows).joined(separator: "\n") + "\n")
                let run = try box.start(["embed", "m", "--input", file, "--table", "v"] + more).wait()
                return run.stdout + run.stderr
            }
            #expect(
                try embed(["a,city river", "b,music"]).hasPrefix(
                    "2 new, 0 changed, 0 removed, 0 kept: 2 texts as 4 numbers each in the table 'v'"))
            #expect(try embed(["a,city"]).contains("there is a table 'v' already, made by 'zoo embed m'"))
            #expect(
                try embed(["c,film", "a,city river", "b,Music"], "--replace").hasPrefix(
                    "1 new, 1 changed, 0 removed, 1 kept"))
            let one: JSONObject = try box.json("embed", "m", "--text", "city river")
            let vector = (one["texts"] as? [JSONObject])?.first?["vector"] as? [Double]
            let stored = try box.succeed(
                "query", "SELECT component(vector, 2) AS x, length(vector) AS n FROM v WHERE key = 'a'", "--json")
            #expect(stored.contains("\(try #require(vector)[2])") && stored.contains("16"), "\(stored)")
            // By another model all are made again, and a table of somebody else's is left alone.
            _ = try Golden.write("words", to: box)
            try box.succeed("embeddings", "import", "words", "--name", "m", "--replace")
            #expect(try embed(["a,city river"], "--replace").hasPrefix("0 new, 1 changed, 2 removed, 0 kept"))
            _ = try box.shell("sqlite3 home/zoo.sqlite 'DELETE FROM v'")
            #expect(try embed(["a,city"], "--replace").contains("had 1 row when 'zoo embed' wrote it and has 0 now"))
            #expect(try box.start(["embed", "m", "--text", "a", "--table", "v", "--name", "w"]).wait().code == 64)
        }
    }

    @Test func textsComeFromFilesSelectsAndDataSets() throws {
        try withSandbox { box in
            _ = try Golden.write("wordpiece", to: box)
            try box.succeed("embeddings", "import", "wordpiece", "--name", "m")
            let lines = try box.write("t.txt", "city\n\nriver, \"school\"\n")
            let printed = try box.succeed("embed", "m", "--input", lines).split(separator: "\n")
            #expect(printed.count == 4 && printed[0] == "key,label,d0,d1,d2,d3" && printed[2] == "2,,0.0,0.0,0.0,0.0")
            #expect(printed[3].hasPrefix("3,\"river, \"\"school\"\"\","))
            let file = try box.write(
                "t.jsonl", "{\"key\":\"x\",\"text\":\"city\"}\n{\"key\":\"y\",\"text\":\"river\"}\n")
            let csv = box.folder.appendingPathComponent("v.csv").path
            #expect(
                try box.succeed("embed", "m", "--input", file, "-o", csv).contains("vectors of 2 texts, 4 numbers each")
            )
            #expect(try String(contentsOfFile: csv, encoding: .utf8).split(separator: "\n")[1].hasPrefix("x,city,"))
            let select = "SELECT 7 AS key, 'city' AS body UNION SELECT 8, NULL"
            let report: JSONObject = try box.json("embed", "m", "--sql", select)
            #expect((report["texts"] as? [JSONObject])?.compactMap { $0["key"] as? String } == ["7", "8"])
            try box.succeed(
                "data", "import", "csv", try box.write("d.csv", "id,text\nq,city\nr,river\n"), "--name", "d")
            #expect(try box.succeed("embed", "m", "--data", "d", "--name", "v").hasPrefix("2 new"))
            #expect(try box.succeed("query", "embeddings", "v", "text", "--list").contains("r "))

            #expect(
                try box.fail("embed", "m", "--sql", "SELECT 1 AS key, 'a' AS t UNION ALL SELECT 1, 'b'").contains(
                    "text 2: its key '1' is that of text 1"))
            #expect(try box.fail("embed", "m", "--sql", "SELECT NULL AS key, 'a' AS t").contains("its key is empty"))
            #expect(try box.fail("embed", "m", "--sql", "SELECT 1 AS key, 'a' AS t WHERE 0").contains("there are none"))
            #expect(try box.fail("embed", "v", "--text", "a").contains("is no static text model"))
            #expect(try box.fail("embed", "m", "--text", "a", "--name", "m").contains("makes the vectors"))
            #expect(try box.fail("embed", "m", "--sql", select, "--key", "x").contains("'key', 'body'"))
            for arguments in [
                [], ["--text", "a", "--key", "k"], ["--text", "a", "--sql", select], ["--text", "a", "--replace"],
            ] {
                #expect(try box.start(["embed", "m"] + arguments).wait().code == 64)
            }
        }
    }

    @Test func languageModelsGiveTheMeanOfTheirStates() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-text")
            try box.succeed(
                "train", "text", "--data", "tales", "--save", "lm", "--epochs", "1", "--hidden", "8", "--embedding",
                "4",
                "--layers", "1")
            let text = String(repeating: "the king and the queen ", count: 20)
            let both: JSONObject = try box.json("embed", "lm", "--text", "the king", "--text", text)
            let alone: JSONObject = try box.json("embed", "lm", "--text", text)
            func vectors(_ report: JSONObject) -> [[Double]] {
                (report["texts"] as? [JSONObject] ?? []).compactMap { $0["vector"] as? [Double] }
            }
            #expect(vectors(both).count == 2 && vectors(both)[1] == vectors(alone)[0])
            #expect(vectors(alone)[0].count == both["width"] as? Int)
            #expect(vectors(alone)[0].contains { $0 != 0 })
        }
    }

    @Test func damagedFoldersAreRefused() throws {
        try withSandbox { box in
            let model = try Golden.write("wordpiece", to: box)
            let folder = box.folder.appendingPathComponent("wordpiece")
            func refused(_ file: String, _ content: Data, _ reason: String) throws {
                let old = try Data(contentsOf: folder.appendingPathComponent(file))
                try content.write(to: folder.appendingPathComponent(file))
                let message = try box.fail("embeddings", "import", "wordpiece", "--name", "m")
                #expect(message.contains(reason), "\(message)")
                try old.write(to: folder.appendingPathComponent(file))
            }
            try refused("model.safetensors", model.weights.dropLast(100), "model.safetensors")
            try refused("config.json", Data("{\"normalize\":1}".utf8), "normalize must be true or false")
            try refused("config.json", Data("{\"max_length\":-1}".utf8), "max_length must be")
            try refused("config.json", Data("[]".utf8), "it is no JSON object of settings")
            try refused("config.json", Data(String(repeating: "[", count: 1_000_000).utf8), "too deep")
            try refused("tokenizer.json", Data("{".utf8), "it is no JSON")
            let other = try #require(Golden.shared?.models.first { $0.name == "words" })
            try refused("tokenizer.json", Data(other.tokenizer.utf8), "for the 400 tokens of the tokenizer")
            try refused("model.safetensors", try #require(Self.withNaN(model.weights)), "is not finite")
            #expect(
                try box.fail("embeddings", "import", "wordpiece", "--name", "m", "--field", "x").contains(
                    "--field goes with a file"))
            try FileManager.default.removeItem(at: folder.appendingPathComponent("config.json"))
            #expect(try box.fail("embeddings", "import", "wordpiece", "--name", "m").contains("without the files"))
        }
    }

    /// The same file with a NaN as its last number.
    private static func withNaN(_ weights: Data) -> Data? {
        weights.count > 4 ? weights.dropLast(4) + Data([0, 0, 0xC0, 0x7F]) : nil
    }
}
