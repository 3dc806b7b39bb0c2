import Foundation
import GRDB
import Testing
import ZooKernels
import ZooWeights

/// A part of what Scripts/mutate does: seeded mutations of files, through the built program.
@Suite struct MutatedFilesTests {
    /// The bytes with one to four random changes: bits, cuts, doubled, removed and overwritten parts.
    private func mutated(_ bytes: [UInt8], _ generator: inout RandomGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
            let start = Int.random(in: 0..<bytes.count, using: &generator)
            let part = start..<min(bytes.count, start + Int.random(in: 1...40, using: &generator))
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes.removeSubrange(start...)
            case 2: bytes.removeSubrange(part)
            case 3: bytes.insert(contentsOf: Array(bytes[part]), at: start)
            case 4: bytes.replaceSubrange(part, with: part.map { _ in UInt8.random(in: 0...255, using: &generator) })
            default:
                bytes.replaceSubrange(
                    part,
                    with: ["\"", "\n", ",", "9999999999999999999", "-1e999"].randomElement(using: &generator)!.utf8)
            }
        }
        return bytes
    }

    /// Expects that a run ended by itself, and with one line where it failed.
    private func expectAnswer(_ run: ZooRun, _ what: String) {
        #expect(run.signal == nil && (run.code == 0 || run.isOneLineFailure), "\(what): \(run.stderr.prefix(300))")
    }

    @Test(arguments: ["table", "ratings", "json"]) func mutatedCSVIsStoredOrRefused(_ kind: String) throws {
        try withSandbox { box in
            var generator = RandomGenerator(seed: 21)
            let rows = (0..<60).map { row in
                kind == "json"
                    ? "{\"id\":\(row),\"day\":\"2024-0\(row % 9 + 1)-11\",\"price\":\(row).25}"
                    : kind == "ratings"
                        ? "u\(row % 9),i\(row / 9),\(row % 5 + 1)"
                        : "\(row),2024-0\(row % 9 + 1)-11,\(row).25,\"a \"\"b\"\", \(row)\""
            }
            let header = kind == "json" ? "" : kind == "ratings" ? "user,item,rating\n" : "id,day,price,note\n"
            let bytes = Array((header + rows.joined(separator: "\n") + "\n").utf8)
            var stored: Set<String> = []
            for number in 0..<20 {
                let path = try box.write("m.csv", mutated(bytes, &generator))
                let options = kind == "ratings" ? ["--as", "ratings"] : []
                let run = try box.start(["data", "import", "csv", path, "--name", "d\(number)"] + options).wait()
                expectAnswer(run, "\(kind) \(number)")
                if run.code == 0 { stored.insert("d\(number)") }
            }
            let listed: [JSONObject] = try box.json("data", "list")
            #expect(Set(listed.compactMap { $0["name"] as? String }) == stored)
        }
    }

    @Test func mutatedDatabasesAreReadOrRefused() throws {
        try withSandbox { box in
            let path = box.folder.appendingPathComponent("own.sqlite").path
            let queue = try DatabaseQueue(path: path)
            try queue.write { database in
                try database.execute(sql: "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, size REAL)")
                for row in 0..<200 {
                    try database.execute(
                        sql: "INSERT INTO t VALUES(?, ?, ?)", arguments: [row, "name \(row)", Double(row) / 7])
                }
            }
            try queue.close()
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            var generator = RandomGenerator(seed: 22)
            for number in 0..<20 {
                let path = try box.write("m.sqlite", mutated(bytes, &generator))
                expectAnswer(
                    try box.zoo("query", "SELECT name, size FROM t ORDER BY name", "--db", path), "database \(number)")
            }
        }
    }

    @Test func mutatedWeightsBecomeAModelOrAreRefused() throws {
        try withSandbox { box in
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: try box.writeNetwork())))
            // The pickle stands at the end and at the start; in the middle are numbers.
            var generator = RandomGenerator(seed: 23)
            var stored: Set<String> = []
            for number in 0..<15 {
                let head = mutated(Array(bytes.prefix(6000)), &generator)
                let path = try box.write("m.pth", head + bytes.dropFirst(6000))
                let run = try box.zoo(
                    "models", "import", path, "--arch", "resnet20-cifar", "--name", "n\(number)", "--class-count", "3")
                #expect(run.signal == nil && (run.code == 0 || run.code == 1), "\(number): \(run.stderr.prefix(300))")
                if run.code == 0 { stored.insert("n\(number)") }
            }
            #expect(try Set(box.modelNames().filter { $0.hasPrefix("n") && $0.count < 4 }) == stored)
        }
    }

    @Test func mutatedImagesAreStoredOrListed() throws {
        try withSandbox { box in
            struct Goldens: Decodable {
                struct Stored: Decodable { let file: Data }
                let pictures: [String: Stored]
            }
            let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            var generator = RandomGenerator(seed: 24)
            var count = 0
            for name in ["codecs", "images"] {
                let file = tests.appendingPathComponent("ZooVisionTests/Goldens/\(name).json")
                let goldens = try JSONDecoder().decode(Goldens.self, from: Data(contentsOf: file))
                for (_, golden) in goldens.pictures.sorted(by: { $0.key < $1.key }) {
                    for _ in 0..<4 {
                        try box.write("set/\(count % 2)/\(count).png", mutated([UInt8](golden.file), &generator))
                        count += 1
                    }
                }
            }
            let report: JSONObject = try box.json("data", "import", "images", "set", "--name", "d", "--valid", "0")
            let counts = (report["dataset"] as? JSONObject)?["counts"] as? JSONObject
            let stored = try #require(counts?["train"] as? Int)
            let listed = try #require(report["left_out"] as? [JSONObject]).count
            #expect(stored + listed == count && stored > 20 && listed > 100, "\(stored) and \(listed) of \(count)")
        }
    }

    /// Packs as they come, packs with other members that are right in all their hashes, and indexes of registries.
    @Test func mutatedPacksAndRegistriesAreTakenOrRefused() throws {
        try withSandbox { box in
            let rows = (0..<30).map { "k\($0),\($0 % 7),\(Double($0) / 7),0.5" }
            try box.write("v.csv", "key,year,d0,d1\n" + rows.joined(separator: "\n") + "\n")
            try box.succeed("embeddings", "import", "v.csv", "--name", "v")
            try box.write("about.md", "# Small vectors\n")
            let shelf = box.folder.appendingPathComponent("shelf")
            try FileManager.default.createDirectory(at: shelf, withIntermediateDirectories: true)
            try box.succeed("models", "pack", "v", "-o", "shelf/v.zoo", "--card", "about.md")
            try box.succeed("models", "index", "shelf")
            let whole = [UInt8](try Data(contentsOf: box.folder.appendingPathComponent("shelf/v.zoo")))
            let index = [UInt8](try Data(contentsOf: box.folder.appendingPathComponent("shelf/index.json")))
            let pack = try ModelPack(decoding: whole, named: "v.zoo")
            let before = Set(try FileManager.default.contentsOfDirectory(atPath: box.folder.path))
            var generator = RandomGenerator(seed: 25)
            for number in 0..<36 {
                switch number % 3 {
                case 0: try box.write("shelf/v.zoo", mutated(whole, &generator))
                case 1:
                    var members = pack.members.map { (name: $0.name, bytes: Array($0.bytes)) }
                    let place = Int.random(in: 0..<members.count, using: &generator)
                    members[place].bytes = mutated(members[place].bytes, &generator)
                    try box.write("shelf/v.zoo", ModelPack(name: pack.name, members: members).encoded())
                default: try box.write("shelf/index.json", mutated(index, &generator))
                }
                let other = ["--home", box.folder.appendingPathComponent("home/other\(number)").path]
                let source = number % 3 == 2 ? "shelf/v" : "shelf/v.zoo"
                expectAnswer(try box.start(["models", "pull", source] + other).wait(timeout: 20), "pack \(number)")
                if number % 3 == 2 { expectAnswer(try box.zoo("models", "search", "shelf"), "index \(number)") }
                try box.write("shelf/v.zoo", whole)
                try box.write("shelf/index.json", index)
            }
            #expect(try Set(FileManager.default.contentsOfDirectory(atPath: box.folder.path)) == before)
        }
    }
}
