import Foundation
import Testing

@Suite struct ModelsCommandTests {
    @Test func modelsAreListedShownAndRemovedWithTheirFiles() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let models: [JSONObject] = try box.json("models", "list")
            #expect(models.contains { $0["name"] as? String == "films" && $0["dataset"] as? String == "small" })
            let shown: JSONObject = try box.json("models", "show", "films")
            let file = try #require(shown["file"] as? String)
            #expect(file == box.models.appendingPathComponent("\(shown["sha256"] as? String ?? "").h5").path)
            #expect(FileManager.default.fileExists(atPath: file))
            #expect((shown["command"] as? String)?.hasPrefix("zoo train collab --data small") == true)
            #expect(try box.succeed("models", "show", "films").contains("user.weight [40, 12]"))
            try box.succeed("models", "remove", "films")
            #expect(!FileManager.default.fileExists(atPath: file))
            #expect(try box.fail("models", "show", "films").contains("'films'"))
        }
    }

    @Test func aCopySharesItsFileAndOutlivesTheFirstName() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            try box.succeed("models", "copy", "films", "filme")
            let first: JSONObject = try box.json("models", "show", "films")
            let second: JSONObject = try box.json("models", "show", "filme")
            #expect(first["file"] as? String == second["file"] as? String)
            #expect(try box.fail("models", "copy", "films", "filme").contains("'filme'"))
            try box.succeed("models", "remove", "films")
            try box.succeed("recommend", "filme", "--user", "u1")
        }
    }

    @Test func verifyNamesDamagedMissingAndOrphanedFiles() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            for (name, seed) in [("damaged", "1"), ("missing", "2")] {
                try box.succeed("train", "collab", "--data", "small", "--seed", seed, "--save", name)
            }
            let clean: JSONObject = try box.json("models", "verify")
            #expect(clean["is_sound"] as? Bool == true)
            func file(_ name: String) throws -> String {
                let model: JSONObject = try box.json("models", "show", name)
                return try #require(model["file"] as? String)
            }
            let (damaged, missing) = (try file("damaged"), try file("missing"))
            try Data("no model".utf8).write(to: URL(fileURLWithPath: damaged))
            try FileManager.default.removeItem(atPath: missing)
            let orphan = String(repeating: "0", count: 64) + ".h5"
            try box.write("home/models/\(orphan)", "nobody's")
            let run = try box.zoo("models", "verify", "--json")
            #expect(run.code == 1)
            let report = try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? [String: Any]
            #expect(report?["damaged"] as? [String] == ["damaged"])
            #expect(report?["missing"] as? [String] == ["missing"])
            #expect(report?["intact"] as? [String] == ["films"])
            #expect((report?["orphans"] as? [String])?.contains { orphan.hasPrefix($0) } == true)
            let swept: JSONObject = try box.json("models", "gc")
            #expect(swept["removed"] as? [String] == [orphan])
            #expect(try box.succeed("models", "gc").contains("Nothing"))
        }
    }

    @Test func modelsAreExportedInEveryFormat() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            for (ending, start) in [("safetensors", nil), ("npz", "PK"), ("h5", "\u{89}HDF")] as [(String, String?)] {
                let report: JSONObject = try box.json("models", "export", "films", "-o", "out.\(ending)")
                let data = try Data(contentsOf: box.folder.appendingPathComponent("out.\(ending)"))
                #expect(report["bytes"] as? Int == data.count && data.count > 1000)
                if let start { #expect(data.starts(with: start.unicodeScalars.map { UInt8($0.value) })) }
            }
            let other = try box.zoo("models", "export", "films", "-o", "out.txt")
            #expect(other.code == 64 && other.stderr.contains(".safetensors"), "\(other.stderr)")
            #expect(try box.fail("models", "export", "films", "-o", "/nowhere/x.npz").contains("/nowhere"))
            #expect(try box.fail("models", "export", "films", "-o", "/nowhere/x.h5").contains("/nowhere"))
        }
    }

    @Test func savingOverAModelKeepsItsFileUntilTheVersionIsRemoved() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let first: JSONObject = try box.json("models", "show", "films")
            try box.succeed("train", "collab", "--data", "small", "--seed", "5", "--save", "films", "--replace")
            let second: JSONObject = try box.json("models", "show", "films")
            #expect(first["sha256"] as? String != second["sha256"] as? String)
            #expect(FileManager.default.fileExists(atPath: first["file"] as? String ?? ""))
            try box.succeed("models", "remove", "films@1")
            #expect(!FileManager.default.fileExists(atPath: first["file"] as? String ?? ""))
        }
    }

    @Test func whatIsKnownOfAModelIsObjectsWithTheFieldsThatHaveVectors() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let shown: JSONObject = try box.json("models", "show", "films")
            #expect((shown["metrics"] as? JSONObject)?["split"] is String)
            #expect(shown["configuration"] is JSONObject)
            let metrics = try box.succeed("models", "show", "movielens-100k").split(separator: "\n")
                .first { $0.hasPrefix("metrics") }
            #expect(metrics?.contains("mean: ") == true && metrics?.contains("rmse 0.8975") == true, "\(metrics ?? "")")
            #expect(metrics.map { $0.count < 800 && !$0.contains("{") } == true)
            #expect(try !box.succeed("models", "show", "bike-sharing", "--json").contains("\"_0\""))
            let fields = try #require(shown["fields"] as? [JSONObject])
            #expect(fields.compactMap { $0["name"] as? String } == ["user", "item"])
            #expect(fields.compactMap { $0["entries"] as? Int } == [SmallRatings.users, SmallRatings.films])
            #expect(fields.compactMap { $0["width"] as? Int } == [12, 12])
            let text = try box.succeed("models", "show", "films")
            #expect(text.contains("item: \(SmallRatings.films) of 12 numbers"))
        }
    }

    @Test func theCommandOfAModelCanBePasted() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            let query = "SELECT user, rating > 3 AS 'it''s good', item % 2 AS parity FROM zoo_ratings"
            try box.succeed(
                "train", "tabular", "--sql", query, "--target", "it's good", "--epochs", "1", "--save", "liked")
            let shown: JSONObject = try box.json("models", "show", "liked")
            let command = try #require(shown["command"] as? String)
            #expect(
                command.hasPrefix("zoo train tabular --sql 'SELECT user, ")
                    && command.contains(" --target 'it'\\''s good' "))
            let again = command.replacing("zoo train", with: "\"$zoo\" train").replacing(
                "--save liked", with: "--save again")
            let run = try box.shell(again)
            #expect(run.code == 0, "\(run.stderr)")
            #expect(try box.succeed("models", "show", "liked").contains(command))
        }
    }
}
