import Foundation
import Testing

/// Data sets of images that nothing can be learned of, or no more.
@Suite struct VisionBadDataTests {
    /// The arguments of a training that takes no time.
    private let training = [
        "train", "vision", "--data", "d", "--arch", "resnet20-cifar", "--size", "8", "--epochs", "1", "--batch-size",
        "2", "--save", "m", "--quiet",
    ]
    private let others = [
        ["finetune", "vision", "net", "--data", "d", "--save", "m", "--quiet"],
        ["lr-find", "vision", "--data", "d", "--arch", "resnet20-cifar", "--size", "8", "--batch-size", "2"],
    ]

    /// Expects every way to learn of `d` to fail with one line that says so, and no model to come of it.
    private func expectRefusal(_ box: Sandbox, _ reasons: String...) throws {
        for words in [training] + others {
            let run = try box.start(words).wait()
            #expect(run.isOneLineFailure, "\(words.prefix(2)): \(run.code as Any) \(run.stdout) \(run.stderr)")
            for reason in reasons + ["'d'"] { #expect(run.stderr.contains(reason), "\(reason): \(run.stderr)") }
        }
        #expect(try !box.modelNames().contains("m"))
    }

    @Test func oneClassOnlyIsNothingToTellApart() throws {
        try withSandbox { box in
            try box.importNetwork()
            try box.writeImages("one/cats/1.png", "one/cats/2.png", "one/cats/3.png", side: 8)
            let text = try box.succeed("data", "import", "images", "one", "--name", "d")
            #expect(text.contains("note: 'cats' is the only class"))
            try expectRefusal(box, "only one class")
            // The second class has images for validation alone.
            try box.writeImages("two/train/cats/1.png", "two/train/cats/2.png", "two/valid/dogs/1.png", side: 8)
            let second = try box.succeed("data", "import", "images", "two", "--name", "d", "--replace")
            #expect(second.contains("note: class 'dogs' has no image to learn from"))
            try expectRefusal(box, "only one class")
        }
    }

    @Test func aClassThatOnlyValidHasIsNamed() throws {
        try withSandbox { box in
            try box.importNetwork()
            try box.writeImages("p/train/cats/1.png", "p/train/dogs/2.png", "p/valid/cats/3.png", side: 8)
            try box.writeImages("p/valid/猫 wolves/4.png", side: 8)
            let text = try box.succeed("data", "import", "images", "p", "--name", "d")
            #expect(text.contains("note: class '猫 wolves' has no image to learn from"))
            try expectRefusal(box, "'猫 wolves' has no image to train on")
        }
    }

    @Test func anEmptyClassIsNotedAndLeftOut() throws {
        try withSandbox { box in
            try box.writeImages("p/train/cats/1.png", "p/train/dogs/2.png", "p/valid/dogs/3.png", side: 8)
            try box.write("p/train/empty/text.jpg", "no image")
            try FileManager.default.createDirectory(
                at: box.folder.appendingPathComponent("p/train/hollow"), withIntermediateDirectories: true)
            let text = try box.succeed("data", "import", "images", "p", "--name", "d")
            #expect(text.contains("note: left out without a single image: 'empty', 'hollow'"), "\(text)")
            #expect(text.contains("train/empty/text.jpg: it is text"))
            let run = try box.start(training + ["--json"]).wait()
            let report = try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject
            #expect(run.code == 0 && report?["classes"] as? Int == 2, "\(run.stderr)")
        }
    }

    @Test func anImageThatVanishedOrChangedIsNamed() throws {
        try withSandbox { box in
            try box.importNetwork()
            try box.writeImages("p/train/cats/1.png", "p/train/dogs/2 ü.png", "p/valid/dogs/3.png", side: 8)
            try box.importImages("p")
            let file = box.folder.appendingPathComponent("p/train/dogs/2 ü.png")
            let whole = try Data(contentsOf: file)
            try FileManager.default.removeItem(at: file)
            try expectRefusal(box, "2 ü.png", "vanished since the import", "import the data set again")
            for command in ["interpret", "embed", "evaluate"] {
                #expect(try box.fail(command, "net", "--data", "d").contains("2 ü.png"))
            }
            // The same size, and other bytes: found when it is opened.
            var changed = whole
            changed[changed.count - 20] ^= 1
            try changed.write(to: file)
            try expectRefusal(box, "2 ü.png", "changed since the import")
            try whole.write(to: file)
            #expect(try box.start(training).wait().code == 0)
        }
    }

    @Test func linksOutOfTheFolderAreLeftOut() throws {
        try withSandbox { box in
            try box.writeImages("p/cats/1.png", "p/dogs/2.png", "elsewhere/3.png", side: 8)
            #expect(symlink("../../elsewhere/3.png", box.folder.appendingPathComponent("p/cats/out.png").path) == 0)
            let report: JSONObject = try box.json("data", "import", "images", "p", "--name", "d")
            let leftOut = try #require(report["left_out"] as? [JSONObject])
            #expect(leftOut.count == 1 && leftOut[0]["name"] as? String == "cats/out.png")
            #expect((leftOut[0]["reason"] as? String)?.contains("leaves the folder") == true)
            #expect((report["dataset"] as? JSONObject)?["images"] as? Int == 2)
        }
    }

    @Test func sizesGrowOverTheEpochs() throws {
        try withSandbox { box in
            try box.writeImages("p/train/cats/1.png", "p/train/dogs/2.png", "p/valid/dogs/3.png")
            try box.importImages("p")
            let words = [
                "train", "vision", "--data", "d", "--arch", "resnet20-cifar", "--batch-size", "2", "--save", "m",
            ]
            let run = try box.start(words + ["--epochs", "4", "--sizes", "8,16", "--quiet", "--json"]).wait()
            let report = try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject
            let epochs = try #require(report?["epochs"] as? [JSONObject])
            #expect(epochs.map { $0["size"] as? Int } == [8, 8, 16, 16])
            // The model answers at the last size.
            try box.succeed("models", "export", "m", "-o", "m.h5")
            let tuned: JSONObject = try box.json(
                "finetune", "vision", "m", "--data", "d", "--save", "n", "--epochs", "1")
            #expect((tuned["epochs"] as? [JSONObject])?.first?["size"] as? Int == 16)
        }
    }
}
