import Foundation
import Testing
import ZooVision

/// What is asked of a model of images: `predict`, `cam`, `evaluate`.
@Suite struct VisionQuestionsTests {
    private static let classes = ["cats", "dogs", "猫 Übel"]

    private func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

    @Test func everyImageHasALineWithItsClassFirst() throws {
        try withSandbox { box in
            try box.importNetwork()
            try box.writeImages("p/a b.png", "p/猫/ü.jpg", "p/10.JPG", side: 40)
            try box.writeImages("p/dot.png", side: 1)
            let run = try box.zoo("predict", "net", "p/a b.png", "p/猫/ü.jpg", "p/dot.png")
            #expect(run.code == 0 && run.stderr.isEmpty, "\(run.stderr)")
            let said = lines(run.stdout)
            #expect(said.count == 3)
            for (line, file) in zip(said, ["p/a b.png", "p/猫/ü.jpg", "p/dot.png"]) {
                #expect(Self.classes.contains { line.hasPrefix($0 + " ") } && line.hasSuffix("  " + file), "\(line)")
            }
            // A folder stands for the images in it and below it, by name.
            let folder: JSONObject = try box.json("predict", "net", "p", "--top", "2")
            let predictions = try #require(folder["predictions"] as? [JSONObject])
            #expect(
                predictions.map { $0["file"] as? String } == ["p/10.JPG", "p/a b.png", "p/dot.png", "p/猫/ü.jpg"])
            #expect((folder["unreadable"] as? [JSONObject])?.isEmpty == true && folder["model"] as? String == "net")
            for prediction in predictions {
                let top = try #require(prediction["top"] as? [JSONObject])
                let probabilities = top.compactMap { $0["probability"] as? Double }
                #expect(top.count == 2 && probabilities[0] >= probabilities[1])
                #expect(prediction["class"] as? String == top[0]["class"] as? String)
                #expect(prediction["probability"] as? Double == probabilities[0])
            }
            let texts = predictions.compactMap { $0["class"] as? String }
            #expect(said[0].hasPrefix(texts[1]) && said[1].hasPrefix(texts[3]))
        }
    }

    @Test func imagesThatCannotBeReadAreNamedAndTheOthersAnswered() throws {
        try withSandbox { box in
            try box.importNetwork()
            try box.writeImages("p/good.png", "p/cut.jpg")
            let jpeg = try Data(contentsOf: box.folder.appendingPathComponent("p/cut.jpg"))
            try box.write("p/cut.jpg", [UInt8](jpeg.dropLast(60)))
            try box.write("p/text.jpg", "no image\n")
            try box.write("p/empty.png", "")
            try box.write("p/bomb.png", Sandbox.imageBomb())
            let run = try box.zoo("predict", "net", "p", "nowhere.png")
            #expect(run.code == 1 && lines(run.stdout).count == 1 && run.stdout.hasSuffix("  p/good.png\n"))
            let reasons = [
                "p/bomb.png": "60000x60000", "p/cut.jpg": "cut off", "p/empty.png": "empty", "p/text.jpg": "it is text",
                "nowhere.png": "zoo",
            ]
            #expect(run.complaints.count == 5, "\(run.stderr)")
            for (file, reason) in reasons {
                #expect(
                    run.complaints.contains { $0.hasPrefix("zoo: \(file): ") && $0.contains(reason) },
                    "\(file): \(run.stderr)")
            }
            let json = try box.zoo("predict", "net", "p", "--json")
            let document = try JSONSerialization.jsonObject(with: Data(json.stdout.utf8)) as? JSONObject
            #expect(json.code == 1 && (document?["predictions"] as? [JSONObject])?.count == 1)
            #expect((document?["unreadable"] as? [JSONObject])?.count == 4)
            #expect(try box.fail("predict", "net", "p/text.jpg").contains("it is text"))
            #expect(try box.zoo("predict", "net").code == 64)
            #expect(try box.zoo("predict", "net", "p/good.png", "--top", "0").code == 64)
            for options in [
                ["--output", "o.csv"], ["--table", "t"], ["--sql=select 1"], ["--text", "a"], ["--input", "p"],
            ] {
                let run = try box.start(["predict", "net", "p/good.png"] + options).wait()
                #expect(
                    run.code == 64 && run.stdout.isEmpty && run.stderr.contains(" is for "), "\(options): \(run.stderr)"
                )
            }
            #expect(try box.fail("predict", "none", "p/good.png").contains("'none'"))
        }
    }

    @Test func aMapOfTheClassIsWritten() throws {
        try withSandbox { box in
            try box.importNetwork()
            try box.writeImages("a b.png", side: 60)
            let report: JSONObject = try box.json("cam", "net", "a b.png", "--output", "heat.png", "--class", "Dogs")
            #expect(report["class"] as? String == "dogs" && report["output"] as? String == "heat.png")
            let peak = try #require(report["peak"] as? [String: Int])
            #expect((0..<60).contains(peak["x"] ?? -1) && (0..<60).contains(peak["y"] ?? -1))
            let bytes = [UInt8](try Data(contentsOf: box.folder.appendingPathComponent("heat.png")))
            let heat = try Image(decoding: bytes)
            #expect(heat.width == 60 && heat.height == 60 && report["width"] as? Int == 60)
            let text = try box.succeed("cam", "net", "a b.png", "-o", "other.png")
            #expect(Self.classes.contains { text.hasPrefix($0 + "  ") } && text.contains("other.png (60x60)"))
            let unknown = try box.fail("cam", "net", "a b.png", "-o", "x.png", "--class", "horse")
            #expect(unknown.contains("'horse'") && unknown.contains("'dogs'"))
            try box.write("text.jpg", "no image")
            #expect(try box.fail("cam", "net", "text.jpg", "-o", "x.png").contains("text.jpg: it is text"))
            #expect(try box.fail("cam", "net", "nowhere.jpg", "-o", "x.png").contains("nowhere.jpg"))
            for output in [".", "", "/nowhere/x.png"] { try box.fail("cam", "net", "a b.png", "-o", output) }
            #expect(!FileManager.default.fileExists(atPath: box.folder.appendingPathComponent("x.png").path))
            #expect(try box.zoo("cam", "net", "a b.png").code == 64)
        }
    }

    @Test func aModelIsMeasuredOnADataSet() throws {
        try withSandbox { box in
            try box.importNetwork()
            try box.writeImages("d/valid/cats/1.png", "d/valid/dogs/2.png", "d/valid/猫 Übel/ü.jpg")
            try box.writeImages(
                "d/valid/cats/4.png", "d/train/cats/5.png", "d/train/dogs/6.png", "d/train/猫 Übel/7.png")
            try box.importImages("d")
            let said: JSONObject = try box.json("predict", "net", "d/valid")
            let right = (said["predictions"] as? [JSONObject] ?? []).filter {
                ($0["file"] as? String)?.contains("/\($0["class"] as? String ?? "?")/") == true
            }
            let report: JSONObject = try box.json("evaluate", "net", "--data", "d")
            let valid = try #require(report["valid"] as? JSONObject)
            #expect(valid["pictures"] as? Int == 4 && valid["accuracy"] as? Double == Double(right.count) / 4)
            #expect(report["split"] as? String == "valid" && report["tta"] as? Bool == false)
            #expect(report["top5"] is NSNull)
            let classes = try #require(report["classes"] as? [JSONObject])
            #expect(classes.map { $0["class"] as? String } == Self.classes)
            #expect(classes.map { $0["pictures"] as? Int } == [2, 1, 1])
            let text = try box.succeed("evaluate", "net", "--data", "d", "--split", "train", "--tta")
            #expect(
                text.hasPrefix(
                    "net on the 3 training images of 'd', other data than the model was trained on, test-time augmentation: accuracy"
                ))
            #expect(!text.contains("top 5") && text.contains("猫 Übel"))
            #expect(try box.fail("evaluate", "net").contains("--data"))
            #expect(try box.fail("evaluate", "net", "--data", "none").contains("'none'"))
            #expect(try box.fail("evaluate", "net", "--data", "d", "--split", "test").contains("no such images"))
            let unknown = try box.zoo("evaluate", "net", "--data", "d", "--split", "u1")
            #expect(unknown.code == 64 && unknown.stderr.contains("train, valid, test and all"), "\(unknown.stderr)")
        }
    }

    @Test func topFiveIsToldWhereThereAreMoreClasses() throws {
        try withSandbox { box in
            try box.importNetwork(classes: ["a", "b", "c", "d", "e", "f"])
            for name in ["a", "b", "f"] { try box.writeImages("d/valid/\(name)/1.png", "d/train/\(name)/2.png") }
            try box.importImages("d")
            let report: JSONObject = try box.json("evaluate", "net", "--data", "d", "--split", "all")
            let said: JSONObject = try box.json("predict", "net", "d", "--top", "5")
            let right = (said["predictions"] as? [JSONObject] ?? []).filter { prediction in
                let file = prediction["file"] as? String ?? ""
                return (prediction["top"] as? [JSONObject] ?? []).contains { file.contains("/\($0["class"] ?? "?")/") }
            }
            #expect(abs((report["top5"] as? Double ?? -1) - Double(right.count) / 6) < 1e-12)
            #expect(try box.succeed("evaluate", "net", "--data", "d").contains(", top 5 "))
        }
    }

    @Test func imagesMayHaveSeveralLabelsOrNone() throws {
        try withSandbox { box in
            try box.writeImages("p/1.png", "p/2.png", "p/3 ü.png", "p/4.png", "p/5.png", "p/6.png", side: 8)
            try box.write(
                "labels.csv",
                "file,tags,split\n1,a b,train\n2,,train\n3 ü.png,b,train\n4,a,train\n5,a b,valid\n6,,valid\n")
            let imported: JSONObject = try box.json(
                "data", "import", "images", "p", "--labels", "labels.csv", "--split-column", "split", "--name", "d")
            let set = try #require(imported["dataset"] as? JSONObject)
            #expect(set["images"] as? Int == 6 && set["is_multi_label"] as? Bool == true)
            let words = ["train", "vision", "--data", "d", "--arch", "resnet20-cifar", "--size", "8", "--save", "net"]
            let run = try box.start(words + ["--epochs", "1", "--batch-size", "4", "--quiet", "--json"]).wait()
            let trained = try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject
            #expect((trained?["valid"] as? JSONObject)?["f1"] is Double, "\(run.stderr)")
            let said: JSONObject = try box.json("predict", "net", "p", "--top", "2")
            let predictions = try #require(said["predictions"] as? [JSONObject])
            for prediction in predictions {
                let top = try #require(prediction["top"] as? [JSONObject])
                let above = top.filter { ($0["probability"] as? Double ?? 0) >= 0.5 }.compactMap {
                    $0["class"] as? String
                }
                #expect(prediction["labels"] as? [String] == above)
            }
            let text = lines(try box.succeed("predict", "net", "p"))
            for (line, prediction) in zip(text, predictions) {
                let labels = prediction["labels"] as? [String] ?? []
                #expect(line.hasPrefix(labels.isEmpty ? "(none)" : labels.joined(separator: ", ")), "\(line)")
            }
            let measured: JSONObject = try box.json("evaluate", "net")
            // The images of lines 2 to 5 trained.
            try box.write("some.csv", "file,tags\n1,a b\n4,a\n5,a b\n")
            try box.succeed("data", "import", "images", "p", "--labels", "some.csv", "--name", "some", "--valid", "0")
            let some = try box.zoo("evaluate", "net", "--data", "some")
            #expect(some.stdout.contains("of 'some', some of which the model was trained on"), "\(some.stdout)")
            #expect(some.stderr.contains("2 of these images were used to train the model"), "\(some.stderr)")
            #expect((measured["valid"] as? JSONObject)?["f1"] is Double && measured["top5"] is NSNull)
            let looked: JSONObject = try box.json("interpret", "net", "--data", "d")
            #expect((looked["confusion"] as? [[Int]])?.isEmpty == true && looked["pictures"] as? Int == 2)
            #expect(
                looked["accuracy"] as? Double == (measured["valid"] as? JSONObject)?["accuracy"] as? Double)
            let refused = try box.fail("submit", "net", "--images", "p", "--output", "x.csv")
            #expect(refused.contains("ask for their probabilities"))
            try box.succeed("submit", "net", "--images", "p", "--output", "x.csv", "--probabilities")
        }
    }
}
