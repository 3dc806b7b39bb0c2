import Foundation
import Testing

/// Looking at data sets through a model: `interpret`, `embed`, `query embeddings`, `submit --images`.
@Suite struct VisionLookingTests {
    private func exists(_ box: Sandbox, _ name: String) -> Bool {
        FileManager.default.fileExists(atPath: box.folder.appendingPathComponent(name).path)
    }

    private func contents(_ box: Sandbox, _ name: String) throws -> String {
        try String(contentsOf: box.folder.appendingPathComponent(name), encoding: .utf8)
    }

    @Test func interpretPrintsAndWritesAPage() throws {
        try withSandbox { box in
            try box.importNetwork(classes: ["<cats>", "dogs & co"])
            try box.writeImages("d/train/<cats>/1.png", "d/train/dogs & co/2.png", "d/valid/<cats>/3 ü.png")
            try box.writeImages("d/valid/dogs & co/4.jpg", "d/valid/dogs & co/5.jpg")
            try box.importImages("d")
            let report: JSONObject = try box.json("interpret", "net", "--data", "d", "--output", "page.html", "-n", "1")
            #expect(report["pictures"] as? Int == 3 && report["output"] as? String == "page.html")
            let matrix = try #require(report["confusion"] as? [[Int]])
            #expect(matrix.joined().reduce(0, +) == 3)
            let accuracy = try #require(report["accuracy"] as? Double)
            #expect(abs(accuracy - Double(matrix.indices.reduce(0) { $0 + matrix[$1][$1] }) / 3) < 1e-12)
            let measured: JSONObject = try box.json("evaluate", "net", "--data", "d")
            #expect((measured["valid"] as? JSONObject)?["accuracy"] as? Double == accuracy)
            // As 'evaluate' has it.
            let baselines = try [report, measured].map { try #require($0["baseline"] as? JSONObject) }
            #expect(baselines[0]["name"] as? String == "most frequent class, dogs & co")
            #expect(baselines.map { $0["loss"] as? Double }.allSatisfy { $0 == baselines[1]["loss"] as? Double })
            let losses = try [report, try #require(measured["valid"] as? JSONObject)].map {
                try #require($0["loss"] as? Double)
            }
            // One is of logits, the other of probabilities.
            #expect(abs(losses[0] - losses[1]) < 1e-5)
            #expect(report["warnings"] as? [String] == measured["warnings"] as? [String])
            #expect((report["least_sure"] as? [JSONObject])?.count == 1)
            let page = try contents(box, "page.html")
            #expect(page.contains("data:image/jpeg;base64,") && page.contains("&lt;cats&gt;"))
            #expect(!page.contains("<cats>") && !page.contains("dogs & co"))
            let text = try box.succeed("interpret", "net", "--data", "d", "--split", "train")
            #expect(
                text.hasPrefix("net on 2 images of 'd' (train): accuracy")
                    && text.contains("\nbaseline (most frequent class, <cats>): accuracy 0.5000, loss 0.6931\n")
                    && text.contains("dogs & co"))
            #expect(try box.fail("interpret", "net", "--data", "d", "--split", "test").contains("train, valid"))
            #expect(try box.fail("interpret", "net", "--data", "d", "--output", ".").contains("it is a folder"))
            #expect(try box.fail("interpret", "net", "--data", "d", "--output", "/nowhere/p").contains("/nowhere/p"))
        }
    }

    @Test func lookAlikesAreFoundByTheNamesOfTheirFiles() throws {
        try withSandbox { box in
            try box.importNetwork()
            try box.writeImages("d/cats/cat.12.png", "d/cats/cat.13.png", "d/dogs/ein Hund ü.jpg", "d/dogs/dog.1.jpg")
            let twin = [UInt8](try Data(contentsOf: box.folder.appendingPathComponent("d/cats/cat.12.png")))
            try box.write("d/dogs/twin.png", twin)
            try box.importImages("d")
            #expect(try box.fail("query", "embeddings", "net", "image", "--list").contains("zoo embed net --data"))
            #expect(try box.fail("pca", "net", "class", "--most-counted", "2").contains("keeps no counts"))
            let report: JSONObject = try box.json("embed", "net", "--data", "d")
            #expect(report["pictures"] as? Int == 5 && report["width"] as? Int == 64)
            let near: JSONObject = try box.json(
                "query", "embeddings", "net", "image", "--near", "cat.12.png", "-n", "3")
            let entries = try #require(near["entries"] as? [JSONObject])
            #expect(entries.count == 3 && entries[0]["key"] as? String == "dogs/twin.png")
            #expect(entries[0]["value"] as? Double ?? 0 > 0.9999)
            // What the command says is tried as it stands.
            let text = try box.succeed("embed", "net", "--data", "d", "--quiet")
            #expect(text.contains("5 images of 'd'") && text.contains("zoo query embeddings net image --near"))
            #expect(
                try box.succeed("query", "embeddings", "net", "image", "--near", "ein Hund ü.jpg").contains("dog.1.jpg")
            )
            #expect(try box.fail("query", "embeddings", "net", "image", "--near", "cow").contains("'cow'"))
            #expect(try box.fail("embed", "net", "--data", "none").contains("'none'"))
            try box.write("d/cats/cat.13.png", "changed")
            #expect(try box.fail("embed", "net", "--data", "d").contains("cat.13.png"))
        }
    }

    @Test func answersToAFolderBecomeASubmission() throws {
        try withSandbox { box in
            try box.importNetwork()
            try box.writeImages("test/2.png", "test/10.png", "test/in/x y.jpg")
            let run = try box.succeed("submit", "net", "--images", "test", "--output", "out.csv")
            #expect(run.contains("3 rows of id,label written to out.csv"))
            let said: JSONObject = try box.json("predict", "net", "test")
            var classes: [String: String] = [:]
            for one in said["predictions"] as? [JSONObject] ?? [] {
                classes[one["file"] as? String ?? ""] = one["class"] as? String
            }
            let rows = try contents(box, "out.csv").split(separator: "\n").map(String.init)
            let files = [("10", "test/10.png"), ("2", "test/2.png"), ("x y", "test/in/x y.jpg")]
            #expect(rows == ["id,label"] + files.map { "\($0.0),\(classes[$0.1] ?? "?")" })
            try box.write("sample.csv", "image,dogs,cats\nx y.jpg,0,0\n2.png,0,0\n10.png,0,0\n")
            let matched = try box.succeed(
                "submit", "net", "--images", "test", "--output", "out.csv", "--sample", "sample.csv", "--replace")
            #expect(matched.contains("those of sample.csv"))
            let sampled = try contents(box, "out.csv").split(separator: "\n").map { $0.split(separator: ",")[0] }
            #expect(sampled == ["image", "x y.jpg", "2.png", "10.png"])
            let report: JSONObject = try box.json(
                "submit", "net", "--images", "test", "--output", "p.csv", "--probability", "dogs", "--target", "dog")
            #expect(report["columns"] as? [String] == ["id", "dog"] && report["rows"] as? Int == 3)
            // An image without an answer is no submission.
            try box.write("test/text.jpg", "no image")
            #expect(try box.fail("submit", "net", "--images", "test", "--output", "x.csv").contains("text.jpg"))
            try FileManager.default.removeItem(at: box.folder.appendingPathComponent("test/text.jpg"))
            try box.write("sample.csv", "image,label\n2.png,a\n")
            try box.fail("submit", "net", "--images", "test", "--output", "x.csv", "--sample", "sample.csv")
            try box.fail("submit", "net", "--images", "nowhere", "--output", "x.csv")
            try box.fail("submit", "net", "--images", "test", "--output", "x.csv", "--probability", "horse")
            #expect(!exists(box, "x.csv"))
        }
    }
}
