import Foundation
import Testing

/// Older versions of a model, kept by saves over its name.
@Suite struct VersionCommandTests {
    /// Trains `films` with more factors each time.
    private func withVersions(_ count: Int, _ body: (Sandbox) throws -> Void) throws {
        try withSandbox { box in
            try box.importSmallRatings()
            for factors in 1...count {
                try box.succeed(
                    "train", "collab", "--data", "small", "--split", "random:0.2", "--model", "dot-bias", "--epochs",
                    "1",
                    "--factors", "\(4 * factors)", "--save", "films", "--replace", "--quiet")
            }
            try body(box)
        }
    }

    private func sha256(_ box: Sandbox, _ name: String) throws -> String {
        let shown: JSONObject = try box.json("models", "show", name)
        return try #require(shown["sha256"] as? String)
    }

    @Test func everyQuestionCanBeAskedOfAVersion() throws {
        try withVersions(2) { box in
            let (old, new) = (try sha256(box, "films@1"), try sha256(box, "films"))
            #expect(try old != new && sha256(box, "films@2") == new)
            #expect(try box.succeed("models", "tag", "films@1", "good").contains("'films@good' is 'films@1' now"))
            for name in ["films@1", "films@good"] {
                #expect(try sha256(box, name) == old)
                let answers: JSONObject = try box.json("recommend", name, "--user", "u1", "-n", "3")
                #expect(!answers.isEmpty)
                #expect(
                    try box.succeed("query", "embeddings", name, "item", "--near", "i3", "-n", "2").contains("cosine"))
                #expect(try box.succeed("pca", name, "item", "-k", "1").contains("Film"))
                #expect(try box.succeed("query", "item-biases", "--param", "model=\(name)").contains("Film"))
                #expect(try box.succeed("query", "training-history", "--param", "model=\(name)").contains("1"))
                try box.succeed("evaluate", name)
                try box.succeed("models", "export", name, "-o", "\(name.count).safetensors")
            }
            let rows: [JSONObject] = try box.json(
                "query", "SELECT DISTINCT model FROM zoo_embeddings WHERE model LIKE 'films%' ORDER BY 1")
            #expect(rows.compactMap { $0["model"] as? String } == ["films"])
            let named = "SELECT count(*) AS n FROM zoo_version_embeddings WHERE model = "
            for name in ["films", "films@1", "films@2", "films@good"] {
                let counted: [JSONObject] = try box.json("query", named + "'\(name)'")
                #expect((counted[0]["n"] as? Int).map { $0 > 0 } == true, "\(name)")
            }
            let none = try box.zoo("query", "SELECT key FROM zoo_embeddings WHERE model = 'films@good'")
            #expect(none.code == 0 && none.stderr.contains("zoo_version_embeddings"), "\(none.stderr)")
            let missing = try box.fail("recommend", "films@7", "--user", "u1")
            #expect(missing.contains("'films@1', 'films@2', 'films@good'"), "\(missing)")
            for words in [
                ["train", "collab", "--data", "small", "--save", "films@3"], ["models", "copy", "films", "a@1"],
                ["models", "tag", "films", "3"], ["models", "gc", "--keep", "0"],
            ] { #expect(try box.start(words).wait().code == 64, "\(words)") }
            let list: [JSONObject] = try box.json("models", "list", "--versions")
            #expect(list.count { ($0["name"] as? String)?.hasPrefix("films") == true } == 2)
            #expect(try box.modelNames().count { $0.hasPrefix("films") } == 1)
        }
    }

    @Test func versionsAreListedComparedRolledBackAndRemoved() throws {
        try withVersions(3) { box in
            let log: JSONObject = try box.json("models", "log", "films")
            let versions = try #require(log["versions"] as? [JSONObject])
            #expect(versions.compactMap { $0["name"] as? String } == ["films@3", "films@2", "films@1"])
            #expect((versions[0]["measured"] as? String)?.hasPrefix("test rmse") == true, "\(versions[0])")
            let difference: JSONObject = try box.json("models", "diff", "films@1", "films")
            let settings = try #require(difference["settings"] as? [JSONObject])
            #expect(
                settings.contains {
                    ($0["name"] as? String)?.hasSuffix("factors") == true && $0["change"] as? Double == 8
                })
            #expect((difference["metrics"] as? [JSONObject])?.isEmpty == false)
            #expect((difference["data"] as? JSONObject)?["is_same"] as? Bool == true)
            let arrays = try #require(difference["arrays"] as? [JSONObject])
            #expect(arrays.contains { $0["path"] as? String == "item.weight" && $0["relative_change"] is NSNull })
            #expect(arrays.contains { $0["path"] as? String == "item.bias" || $0["relative_change"] is Double })
            #expect(try box.succeed("models", "diff", "films@2", "films@2").contains("are the same file"))
            let old = try sha256(box, "films@1")
            let back = try box.succeed("models", "rollback", "films@1")
            #expect(back.contains("as version 4") && back.contains("'films@3'"), "\(back)")
            #expect(try sha256(box, "films") == old)
            #expect(try box.fail("models", "rollback", "films").contains("newest version"))
            try box.succeed("models", "tag", "films@2", "good")
            let before = try FileManager.default.contentsOfDirectory(atPath: box.models.path)
            let older = try #require(log["older_versions"] as? JSONObject)
            #expect(older["count"] as? Int == 2 && (older["bytes"] as? Int).map { $0 > 2000 } == true, "\(older)")
            let listed: [JSONObject] = try box.json("models", "list")
            let films = try #require(listed.first { $0["name"] as? String == "films" })
            #expect((films["older_versions"] as? JSONObject)?["count"] as? Int == 3)
            for words in [["models", "list"], ["models", "log", "films"], ["models", "show", "films"]] {
                #expect(try box.start(words).wait().stdout.contains("3 older versions take "), "\(words)")
            }
            let kept = try box.succeed("models", "gc")
            #expect(kept.contains("Nothing to remove") && kept.contains("'zoo models gc --keep 1'"), "\(kept)")
            let swept: JSONObject = try box.json("models", "gc", "--keep", "1")
            #expect(swept["versions"] as? [String] == ["films@3", "films@1"])
            let removed = try #require(swept["removed"] as? [String])
            #expect((swept["database_bytes"] as? Int).map { $0 > 0 } == true, "\(swept)")
            #expect(removed.count == 1 && (swept["bytes"] as? Int).map { $0 > 1000 } == true, "\(swept)")
            let after = try FileManager.default.contentsOfDirectory(atPath: box.models.path)
            #expect(Set(before).subtracting(after) == Set(removed))
            #expect(try box.succeed("models", "remove", "films").contains("1 older version"))
            #expect(try box.fail("models", "show", "films@good").contains("there is no model"))
        }
    }

    @Test func aFineTunedModelMayTakeTheNameOfItsParent() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-text")
            try box.succeed(
                "train", "text", "--data", "tales", "--save", "m", "--hidden", "12", "--layers", "1", "--embedding",
                "8",
                "--epochs", "1", "--batch-size", "64", "--quiet")
            let old = try sha256(box, "m")
            let words = [
                "finetune", "text", "m", "--data", "tales", "--epochs", "1", "--save", "m", "--batch-size", "64",
                "--quiet",
            ]
            let refused = try box.start(words).wait()
            #expect(
                refused.isOneLineFailure && refused.stderr.contains("--replace keeps it as 'm@1'"), "\(refused.stderr)")
            #expect(try box.start(words + ["--replace"]).wait().code == 0)
            #expect(try sha256(box, "m@1") == old && sha256(box, "m") != old)
            let shown: JSONObject = try box.json("models", "show", "m")
            #expect(shown["parent"] as? String == "m@1")
            let tree = try box.succeed("models", "tree", "m").split(separator: "\n").map(String.init)
            #expect(tree.count == 2 && tree[0].hasPrefix("m@1  ") && tree[1].hasPrefix("└─ m@2  "), "\(tree)")
        }
    }

    @Test func theTreeShowsWhatWasMadeFromWhat() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-text")
            func finetune(_ name: String, _ save: String) throws {
                try box.succeed(
                    "finetune", "text", name, "--data", "tales", "--epochs", "1", "--save", save, "--replace",
                    "--quiet",
                    "--batch-size", "64")
            }
            try box.succeed(
                "train", "text", "--data", "tales", "--save", "base", "--hidden", "12", "--layers", "1", "--embedding",
                "8",
                "--epochs", "1", "--batch-size", "64", "--quiet")
            try finetune("base", "child")
            try finetune("child@1", "child")
            try box.succeed("models", "pack", "child", "-o", "child.zoo")
            try box.succeed("models", "pull", "child.zoo", "--name", "twin")
            let tree = try box.succeed("models", "tree", "base").split(separator: "\n").map(String.init)
            #expect(tree[0].hasPrefix("base  ") && tree[1].hasPrefix("└─ child@1  "), "\(tree)")
            #expect(tree[2].hasPrefix("   ├─ child@2  ") && tree.count == 4, "\(tree)")
            #expect(tree[3].hasPrefix("   └─ twin  ") && tree[3].contains("pulled from child.zoo"), "\(tree)")
        }
    }
}
