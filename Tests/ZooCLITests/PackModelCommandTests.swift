import Foundation
import Testing
import ZooWeights

/// A model travels as one file, and by way of registries.
@Suite struct PackModelCommandTests {
    /// Runs `body` with a second home beside the sandbox's own.
    private func withTwoHomes(_ body: (Sandbox, [String]) throws -> Void) throws {
        try withSandbox { box in
            try box.trainSmallModel()
            try body(box, ["--home", box.folder.appendingPathComponent("other").path])
        }
    }

    private func show(_ box: Sandbox, _ name: String, _ home: [String] = []) throws -> NSDictionary {
        var shown: JSONObject = try #require(
            try JSONSerialization.jsonObject(
                with: Data(box.start(["models", "show", name, "--json"] + home).wait().stdout.utf8)) as? JSONObject)
        shown["file"] = nil  // which lies in its home
        return shown as NSDictionary
    }

    private func stored(_ box: Sandbox) -> [String] {
        let other = box.folder.appendingPathComponent("other/models").path
        return ((try? FileManager.default.contentsOfDirectory(atPath: other)) ?? []).filter { $0.hasSuffix(".h5") }
    }

    @Test func aModelIsTheSameInAnotherHome() throws {
        try withTwoHomes { box, other in
            try box.write("about.md", "# Small films\n\nFor tests.\n")
            let pack = ["models", "pack", "films", "-o", "films.zoo", "--card", "about.md", "--licence", "CC0"]
            #expect(try box.start(pack).wait().code == 0)
            let first = try Data(contentsOf: box.folder.appendingPathComponent("films.zoo"))
            let again = try box.start(pack).wait()
            #expect(again.isOneLineFailure && again.stderr.contains("--replace replaces it"), "\(again.stderr)")
            #expect(try box.start(pack + ["--replace"]).wait().code == 0)
            #expect(try Data(contentsOf: box.folder.appendingPathComponent("films.zoo")) == first)
            let pulled = try box.start(["models", "pull", "films.zoo"] + other).wait()
            #expect(pulled.code == 0 && pulled.stdout.contains("licence: CC0"), "\(pulled.stderr)")
            #expect(pulled.stdout.contains("# Small films"))
            // Packed there, it is the same file again.
            #expect(try box.start(["models", "pack", "films", "-o", "second.zoo"] + other).wait().code == 0)
            #expect(try Data(contentsOf: box.folder.appendingPathComponent("second.zoo")) == first)
            try box.succeed("models", "pull", "films.zoo", "--name", "here")
            let (here, there) = (try show(box, "here"), try show(box, "films", other))
            #expect(
                here["sha256"] as? String == there["sha256"] as? String
                    && here["card"] as? String == there["card"] as? String)
            let ratings = try box.write("own.csv", "item,rating\ni1,5\ni2,4\ni3,1\n")
            let ask = ["recommend", "films", "--ratings", ratings, "-n", "5", "--json"]
            #expect(try box.start(ask).wait().stdout == box.start(ask + other).wait().stdout)
            let history = ["query", "training-history", "--param", "model=films", "--json"]
            #expect(try box.start(history).wait().stdout == box.start(history + other).wait().stdout)
        }
    }

    @Test(arguments: ["movielens-100k", "bike-sharing", "nietzsche-lstm", "cifar10-resnet"])
    func modelsOfEveryKindTravel(_ name: String) throws {
        try withSandbox { box in
            let other = ["--home", box.folder.appendingPathComponent("other").path]
            try box.succeed("models", "pack", name, "-o", "m.zoo")
            // Over the one that ships there, which becomes an older version only if it is another.
            #expect(try box.start(["models", "pull", "m.zoo", "--replace"] + other).wait().code == 0)
            #expect(try show(box, name) == show(box, name, other))
            let log = try box.start(["models", "log", name, "--json"] + other).wait()
            #expect(log.stdout.components(separatedBy: "\"sha256\"").count == 2, "\(log.stdout)")
        }
    }

    @Test func whatIsNoSoundPackIsRefusedAndNothingStored() throws {
        try withTwoHomes { box, other in
            try box.succeed("models", "pack", "films", "-o", "films.zoo")
            let whole = [UInt8](try Data(contentsOf: box.folder.appendingPathComponent("films.zoo")))
            for place in stride(from: 3, to: whole.count, by: whole.count / 12) {
                var changed = whole
                changed[place] ^= 0x20
                try box.write("changed.zoo", changed)
                let run = try box.start(["models", "pull", "changed.zoo"] + other).wait()
                #expect(
                    run.isOneLineFailure && run.stderr.contains("is refused, and nothing was stored"), "\(run.stderr)")
            }
            try box.write("cut.zoo", Array(whole.prefix(whole.count / 2)))
            #expect(try box.start(["models", "pull", "cut.zoo"] + other).wait().isOneLineFailure)
            // A pack that is right in all its hashes, around a model's file that is not.
            let pack = try ModelPack(decoding: whole, named: "films.zoo")
            var file = Array(try #require(pack.bytes(of: ModelPack.modelFile)))
            for place in stride(from: 700, to: 1400, by: 3) { file[place] ^= 0xFF }
            let row = String(decoding: try #require(pack.bytes(of: ModelPack.rowFile)), as: UTF8.self)
            let old = WeightStore.sha256(try #require(pack.bytes(of: ModelPack.modelFile)))
            let members = pack.members.map { member -> (name: String, bytes: [UInt8]) in
                switch member.name {
                case ModelPack.modelFile: (member.name, file)
                case ModelPack.rowFile: (member.name, Array(row.replacing(old, with: WeightStore.sha256(file)).utf8))
                default: (member.name, Array(member.bytes))
                }
            }
            try box.write("hostile.zoo", ModelPack(name: pack.name, members: members).encoded())
            let hostile = try box.start(["models", "pull", "hostile.zoo"] + other).wait()
            #expect(hostile.isOneLineFailure && hostile.stderr.contains("model.h5"), "\(hostile.stderr)")
            // An escape sequence would change what a terminal shows.
            let painted = pack.members.map { member in
                (
                    name: member.name,
                    bytes: member.name == ModelPack.rowFile
                        ? Array(row.replacing("\"command\" : \"zoo", with: "\"command\" : \"\\u001b[2Jzoo").utf8)
                        : Array(member.bytes)
                )
            }
            try box.write("painted.zoo", ModelPack(name: pack.name, members: painted).encoded())
            let escape = try box.start(["models", "pull", "painted.zoo"] + other).wait()
            #expect(escape.isOneLineFailure && escape.stderr.contains("control characters"), "\(escape.stderr)")
            #expect(stored(box).isEmpty)
        }
    }

    @Test func aFolderOfPacksIsARegistry() throws {
        try withTwoHomes { box, other in
            try FileManager.default.createDirectory(
                at: box.folder.appendingPathComponent("shelf"), withIntermediateDirectories: true)
            try box.succeed("models", "pack", "films", "-o", "shelf/films.zoo")
            try box.succeed(
                "train", "collab", "--data", "small", "--factors", "5", "--epochs", "1", "--save", "films", "--replace")
            try box.succeed("models", "pack", "films", "-o", "shelf/films-2.zoo")
            try box.succeed("models", "pack", "bike-sharing", "-o", "shelf/bikes.zoo")
            #expect(try box.succeed("models", "index", "shelf").contains("bike-sharing@1, films@1, films@2"))
            #expect(try box.succeed("models", "search", "shelf").split(separator: "\n").count == 4)
            #expect(try box.succeed("models", "search", "shelf", "TABULAR", "bike").contains("bike-sharing@1"))
            #expect(try box.succeed("models", "search", "shelf", "piano").contains("No pack"))
            let both = try box.fail("models", "pull", "shelf", "--name", "x")
            #expect(both.contains("3 packs") && both.contains("films@2"), "\(both)")
            #expect(try box.start(["models", "pull", "shelf/films"] + other).wait().code == 0)
            #expect(try show(box, "films", other)["sha256"] as? String == show(box, "films")["sha256"] as? String)
            try box.succeed("models", "pull", "shelf/films@1", "--name", "old")
            #expect(try show(box, "old")["sha256"] as? String == show(box, "films@1")["sha256"] as? String)
            #expect(try box.fail("models", "pull", "shelf/nothing").contains("has no 'nothing'"))
            // A registry that lies.
            let index = try String(contentsOf: box.folder.appendingPathComponent("shelf/index.json"), encoding: .utf8)
            let size = try #require(index.firstMatch(of: /"bytes" : ([0-9]+)/)?.1)
            let hash = try #require(index.firstMatch(of: /"sha256" : "([0-9a-f]+)"/)?.1)
            for (lie, said) in [
                (index.replacing(size, with: "5"), "bytes, and the index says 5"),
                (index.replacing(hash, with: String(hash.reversed())), "is not the one that the index says"),
                (index.replacing("\"bikes.zoo\"", with: "\"../bikes.zoo\""), "no pack beside the index"),
                (index.replacing("\"bikes.zoo\"", with: "\"/etc/bikes.zoo\""), "no pack beside the index"),
                (index.replacing("\"bikes.zoo\"", with: "\"films.zoo\""), "the index says"),
                (index.replacing("\"version\" : 1\n}", with: "\"version\" : 9\n}"), "format 9"),
                (String(index.dropLast(40)), "not that of a registry"),
            ] {
                try box.write("shelf/index.json", lie)
                let run = try box.start(["models", "pull", "shelf/bike-sharing", "--name", "b"]).wait()
                #expect(run.isOneLineFailure && run.stderr.contains(said), "\(said): \(run.stderr)")
            }
            try box.write("shelf/index.json", "{\"mine\": 1}")
            #expect(try box.fail("models", "index", "shelf").contains("something else"))
            #expect(try !box.modelNames().contains("b"))
        }
    }

    @Test func aDownloadThatWasCutIsCompleted() throws {
        try withTwoHomes { box, other in
            try box.succeed("models", "pack", "films", "-o", "shelf.zoo")
            let shelf = box.folder.appendingPathComponent("shelf")
            try FileManager.default.createDirectory(at: shelf, withIntermediateDirectories: true)
            try FileManager.default.moveItem(
                at: box.folder.appendingPathComponent("shelf.zoo"), to: shelf.appendingPathComponent("films.zoo"))
            try box.succeed("models", "index", "shelf")
            let size = try Data(contentsOf: shelf.appendingPathComponent("films.zoo")).count
            let server = try FileServer(shelf)
            let source = server.address + "/films.zoo"
            let refused = try box.zoo("models", "pull", source)
            #expect(refused.code == 64 && refused.stderr.contains("--allow-download"), "\(refused.stderr)")
            #expect(try box.zoo("models", "pull", "http://example.org/m.zoo", "--allow-download").code == 64)
            #expect(server.requests().isEmpty)
            func pull(_ place: String, _ name: String) throws -> ZooRun {
                try box.start(["models", "pull", place, "--name", name, "--allow-download"] + other).wait()
            }
            func parts() throws -> [Int] {
                let folder = box.folder.appendingPathComponent("other/downloads").path
                return try FileManager.default.contentsOfDirectory(atPath: folder).map {
                    try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $0)).count
                }
            }
            for sendsRanges in [true, false] {
                server.manner = FileServer.Manner(sendsRanges: sendsRanges, cutAfter: 1000)
                let cut = try pull(source, "x")
                #expect(cut.isOneLineFailure && cut.stderr.contains("1000 bytes are here"), "\(cut.stderr)")
                #expect(try parts() == [1000] && stored(box).isEmpty)
                _ = server.requests()
                server.manner = FileServer.Manner(sendsRanges: sendsRanges)
                let whole = try pull(source, "m\(sendsRanges)")
                #expect(whole.code == 0, "\(whole.stderr)")
                #expect(server.requests() == ["/films.zoo 1000-"] + (sendsRanges ? [] : ["/films.zoo"]))
                #expect(try parts().isEmpty)
                _ = try box.start(["models", "remove", "m\(sendsRanges)"] + other).wait()
            }
            // A file that is another by the time that it is completed.
            server.manner = FileServer.Manner(cutAfter: 1000)
            _ = try pull(source, "x")
            server.manner = FileServer.Manner()
            try box.succeed("models", "pack", "bike-sharing", "-o", "shelf/films.zoo", "--replace")
            #expect(try pull(source, "bikes").code == 0)
            // An index that is not true any more, and servers that say something else.
            let stale = try pull(server.address + "/films", "y")
            #expect(stale.isOneLineFailure && stale.stderr.contains("\(size) bytes"), "\(stale.stderr)")
            server.manner = FileServer.Manner(hidesLength: true)
            #expect(try pull(server.address + "/films", "y").isOneLineFailure)
            server.manner = FileServer.Manner(excess: 1 << 40)
            #expect(try pull(server.address + "/films", "y").isOneLineFailure)
            server.manner = FileServer.Manner()
            try box.succeed("models", "index", "shelf")
            let found = try box.start(["models", "search", server.address, "--allow-download"]).wait()
            #expect(found.stdout.contains("bike-sharing@1"), "\(found.stderr)")
            #expect(try pull(server.address + "/bike-sharing", "again").code == 0)
            #expect(try pull(server.address + "/none.zoo", "n").stderr.contains("404"))
        }
    }
}
