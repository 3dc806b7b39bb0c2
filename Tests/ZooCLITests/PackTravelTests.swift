import Foundation
import Testing
import ZooWeights

/// What can happen to a model on its way: unpacked, ended in the middle, made by somebody else.
@Suite struct PackTravelTests {
    private let other = ["--home", "other"]

    /// Runs `body` with a pack of vectors that have columns beside them.
    private func withPack(_ body: (Sandbox, ModelPack) throws -> Void) throws {
        try withSandbox { box in
            let rows = (0..<50).map { "k\($0),name \($0),\($0 % 7),\(Double($0) / 7),0.5,\($0 % 3)" }
            try box.write("v.csv", "key,label,year,d0,d1,d2\n" + rows.joined(separator: "\n") + "\n")
            try box.succeed("embeddings", "import", "v.csv", "--name", "v")
            try box.write("about.md", "# Small vectors\n\nFor tests.\n")
            try box.succeed("models", "pack", "v", "-o", "v.zoo", "--card", "about.md", "--licence", "CC0")
            let bytes = [UInt8](try Data(contentsOf: box.folder.appendingPathComponent("v.zoo")))
            try body(box, ModelPack(decoding: bytes, named: "v.zoo"))
        }
    }

    /// Writes a pack of which some members are others.
    private func write(_ box: Sandbox, _ pack: ModelPack, _ changes: [String: String]) throws {
        let members = pack.members.map {
            (name: $0.name, bytes: changes[$0.name].map { Array($0.utf8) } ?? Array($0.bytes))
        }
        try box.write("changed.zoo", ModelPack(name: pack.name, members: members).encoded())
    }

    /// The files of a pack, the manifest among them, whose size stands in the head of the first member.
    private func unpacked(_ pack: ModelPack) throws -> [(String, [UInt8])] {
        let whole = try pack.encoded()
        let size = (18..<22).reversed().reduce(0) { $0 << 8 | Int(whole[$1]) }
        let start = 30 + ModelPack.manifestFile.utf8.count
        return [(ModelPack.manifestFile, Array(whole[start..<start + size]))]
            + pack.members.map { ($0.name, Array($0.bytes)) }
    }

    private func text(_ pack: ModelPack, _ member: String) throws -> String {
        String(decoding: try #require(pack.bytes(of: member)), as: UTF8.self)
    }

    @Test func aFolderOfUnpackedFilesIsTheSameModel() throws {
        try withPack { box, pack in
            try box.write("u/.hidden", "hi")
            for (name, bytes) in try unpacked(pack) { try box.write("u/" + name, bytes) }
            #expect(try box.start(["models", "pull", "u"] + other).wait().code == 0)
            let shown = try box.start(["models", "show", "v", "--json"] + other).wait().stdout
            let own: JSONObject = try box.json("models", "show", "v")
            #expect(try shown.contains(#require(own["sha256"] as? String)) && shown.contains("# Small vectors"))
            try box.write("u/card.md", "# Other words\n")
            #expect(try box.fail("models", "pull", "u", "--name", "w").contains("its card.md has"))
            try FileManager.default.removeItem(at: box.folder.appendingPathComponent("u/card.md"))
            #expect(try box.fail("models", "pull", "u", "--name", "w").contains("card.md cannot be read"))
            try FileManager.default.createSymbolicLink(
                atPath: box.folder.appendingPathComponent("u/card.md").path, withDestinationPath: "/etc/passwd")
            #expect(try box.fail("models", "pull", "u", "--name", "w").contains("card.md is no file"))
        }
    }

    @Test func whatIsSaidHasToFitTheArraysAndOneLine() throws {
        try withPack { box, pack in
            let (row, run) = (try text(pack, ModelPack.rowFile), try text(pack, ModelPack.runFile))
            let epoch = #"[{"epoch":1,"train_loss":"inf","metrics":"{}"}]"#
            let (rowFile, runFile) = (ModelPack.rowFile, ModelPack.runFile)
            let noMetrics = "\"metrics\" : \"{}\""
            let endless = run.replacing(/"epochs" : \[\s*\]/, with: "\"epochs\" : \(epoch)")
            let cases: [(member: String, text: String, said: String)] = [
                (rowFile, row.replacing("\"CC0\"", with: #""CC0\nlicence: none""#), "line breaks"),
                (rowFile, row.replacing("\"CC0\"", with: #""CC0\u202e""#), "control characters"),
                (rowFile, row.replacing(noMetrics, with: #""metrics" : "{\"a\":\"\\u001b[2J\"}""#), "control"),
                (rowFile, row.replacing(noMetrics, with: #""metrics" : "[]""#), "values that no model has"),
                (rowFile, row.replacing("\"architecture\" : \"", with: "\"architecture\" : \"x-"), "model.h5 is of"),
                (runFile, endless, "not finite"),
                (runFile, run.replacing("\"kind\" : \"embeddings\"", with: "\"kind\" : \"collab\""), "another kind"),
                (runFile, run.replacing(noMetrics, with: #""metrics" : "nothing""#), "no JSON object"),
                (ModelPack.cardFile, "# A card\rlicence: none\n", "control characters"),
            ]
            for (member, changed, said) in cases {
                let original = try text(pack, member)
                try #require(changed != original, "\(said): the change is none")
                try write(box, pack, [member: changed])
                let pulled = try box.start(["models", "pull", "changed.zoo"] + other).wait()
                #expect(pulled.isOneLineFailure && pulled.stderr.contains(said), "\(said): \(pulled.stderr)")
            }
            // A model's file with one array more, and one with an array of another shape.
            let file = try ModelFile(decoding: Array(try #require(pack.bytes(of: ModelPack.modelFile))))
            var (more, less) = (file, file)
            more.weights.append(WeightEntry(path: "extra", shape: [2], values: .float32([1, 2])))
            less.weights[0] = WeightEntry(path: file.weights[0].path, shape: [1, 3], values: .float32([1, 2, 3]))
            for (changed, said) in [(more, "extra"), (less, "model.h5: ")] {
                let bytes = try changed.encoded()
                let members = pack.members.map { member -> (name: String, bytes: [UInt8]) in
                    switch member.name {
                    case ModelPack.modelFile: (member.name, bytes)
                    case ModelPack.rowFile:
                        (
                            member.name,
                            Array(
                                row.replacing(
                                    WeightStore.sha256(pack.bytes(of: ModelPack.modelFile) ?? []),
                                    with: WeightStore.sha256(bytes)
                                )
                                .replacing(/"bytes" : [0-9]+/, with: "\"bytes\" : \(bytes.count)").utf8)
                        )
                    default: (member.name, Array(member.bytes))
                    }
                }
                try box.write("changed.zoo", ModelPack(name: pack.name, members: members).encoded())
                let pulled = try box.start(["models", "pull", "changed.zoo"] + other).wait()
                #expect(pulled.isOneLineFailure && pulled.stderr.contains(said), "\(said): \(pulled.stderr)")
            }
            #expect(try box.start(["models", "pull", "v.zoo"] + other).wait().code == 0)
        }
    }

    @Test func aPullThatIsKilledLeavesAllOrNothing() throws {
        try withPack { box, _ in
            let counts =
                "SELECT (SELECT count(*) FROM zoo_models WHERE name = 'v') AS models, "
                + "(SELECT count(*) FROM zoo_embedding_metadata WHERE model = 'v') AS years"
            var environment = box.environment
            environment["TMPDIR"] = box.folder.appendingPathComponent("tmp").path
            try box.write("tmp/own", "")
            for round in 0..<16 {
                let pull = ["models", "pull", "v.zoo", "--replace"] + other
                let process = try ZooProcess(pull, environment: environment, in: box.folder)
                usleep(UInt32(10_000 + 8_000 * round))
                round.isMultiple(of: 2) ? process.kill() : process.interrupt()
                _ = process.wait()
                let found = try box.start(["query", counts, "--csv"] + other).wait()
                #expect(["models,years\n0,0\n", "models,years\n1,50\n"].contains(found.stdout), "\(round): \(found)")
                let left = try FileManager.default.contentsOfDirectory(
                    atPath: box.folder.appendingPathComponent("tmp").path)
                #expect(left == ["own"], "\(round)")
            }
            #expect(try box.start(["models", "verify"] + other).wait().code == 0)
        }
    }

    @Test func ctrlCEndsADownloadAndTheSameCommandCompletesIt() throws {
        try withPack { box, _ in
            let server = try FileServer(box.folder)
            let size = try Data(contentsOf: box.folder.appendingPathComponent("v.zoo")).count
            let pull = ["models", "pull", server.address + "/v.zoo", "--allow-download"] + other
            let downloads = box.folder.appendingPathComponent("other/downloads").path
            for (end, code) in [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)] {
                server.manner = FileServer.Manner(waitsAfter: 1000)
                let process = try box.start(pull)
                try waitFor("the first bytes") {
                    let parts = (try? FileManager.default.contentsOfDirectory(atPath: downloads)) ?? []
                    return parts.contains {
                        (try? Data(contentsOf: URL(fileURLWithPath: downloads + "/" + $0)).count) ?? 0 >= 1000
                    }
                }
                #expect(try box.start(pull).wait().stderr.contains("another process is downloading it"))
                kill(process.identifier, end)
                let ended = process.wait()
                #expect(ended.code == code, "\(ended)")
                try waitFor("the end of curl") { !isNamed(server.address) }
                _ = server.requests()
                server.manner = FileServer.Manner()
                let whole = try box.start(pull + ["--name", "v\(end)"]).wait()
                #expect(whole.code == 0 && whole.stderr.contains("completing the download"), "\(whole.stderr)")
                #expect(server.requests() == ["/v.zoo 1000-"] && size > 1000)
            }
        }
    }

    private func waitFor(_ what: String, _ condition: () -> Bool) throws {
        let deadline = Date().addingTimeInterval(20)
        while !condition() {
            try #require(Date() < deadline, "\(what) did not come")
            usleep(5000)
        }
    }

    /// Whether the command line of any process holds a text.
    private func isNamed(_ text: String) -> Bool {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.contains { name in
            guard Int(name) != nil, let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
                return false
            }
            return String(decoding: line, as: UTF8.self).contains(text)
        }
    }

    @Test func mistakesAreNamed() throws {
        try withPack { box, _ in
            for words in [
                ["models", "pull", ""], ["models", "search", ""],
                ["models", "pack", "v", "-o", "w.zoo", "--licence", "a\nb"],
            ] {
                let run = try box.start(words).wait()
                #expect(run.code == 64, "\(words): \(run.stderr)")
            }
            let pack = ["models", "pack", "v", "-o", "w.zoo", "--card"]
            try box.write("large.md", String(repeating: "a", count: 1 << 20) + "b")
            try box.write("painted.md", "\u{1B}[2J")
            for (card, said) in [
                ("none.md", "No such file"), ("large.md", "1048577 bytes"), ("painted.md", "control characters"),
                (".", "cannot be read"),
            ] {
                let run = try box.start(pack + [card]).wait()
                #expect(run.isOneLineFailure && run.stderr.contains(said) && run.stderr.contains(card), "\(run.stderr)")
            }
        }
    }
}
