import Foundation
import Testing

/// Saves under the name of a finished model: nothing is lost that nobody agreed to lose.
@Suite struct ReplaceTests {
    private static let text = [
        "train", "text", "--data", "tales", "--hidden", "12", "--layers", "1", "--embedding", "8", "--batch-size", "64",
        "--schedule", "constant", "--lr", "0.01", "--dropout", "0", "--save", "m",
    ]

    private func sha256(_ box: Sandbox, _ name: String = "films") throws -> String {
        let shown: JSONObject = try box.json("models", "show", name)
        return try #require(shown["sha256"] as? String)
    }

    @Test func aFinishedModelIsReplacedOnlyWhenThatIsAskedFor() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            try box.succeed("models", "copy", "films", "other")
            try box.succeed("models", "export", "films", "-o", "films.h5")
            let before = try sha256(box)
            let train = ["train", "collab", "--data", "small", "--factors", "5", "--epochs", "1", "--save", "films"]
            for words in [
                train, ["models", "copy", "other", "films"], ["models", "import", "films.h5", "--name", "films"],
                ["train", "tabular", "--data", "none", "--target", "x", "--save", "films"],
                ["train", "text", "--data", "none", "--save", "films"],
                ["train", "text-classifier", "--data", "none", "--encoder", "e", "--save", "films"],
                ["train", "vision", "--data", "none", "--arch", "resnet20-cifar", "--save", "films"],
                ["finetune", "text", "nietzsche-lstm", "--data", "none", "--save", "films"],
                ["train", "collab", "--data", "small", "--save", "movielens-100k"],
            ] {
                // Before anything else: the data sets of most do not even exist.
                let run = try box.start(words).wait()
                #expect(run.isOneLineFailure, "\(words): \(run.stderr)")
                let name = words.contains("movielens-100k") ? "movielens-100k" : "films"
                #expect(run.stderr.contains("there is a model '\(name)' already ("), "\(run.stderr)")
                #expect(run.stderr.contains("--replace"), "\(run.stderr)")
            }
            #expect(try sha256(box) == before)
            let text = try box.start(train + ["--split", "random:0.2", "--replace"]).wait()
            #expect(text.code == 0 && text.stdout.contains("replaced 'films' (blend of "), "\(text.stderr)")
            #expect(try sha256(box) != before)
            let report: JSONObject = try box.json("models", "copy", "other", "films", "--replace")
            let replaced = try #require(report["replaced"] as? JSONObject)
            #expect(replaced["architecture"] as? String == "blend" && replaced["created"] is String)
            let imported = try box.succeed("models", "import", "films.h5", "--name", "films", "--replace")
            #expect(imported.contains("replaced 'films' (blend of "))
            #expect(try sha256(box) == before)
            let own = try box.start(["models", "copy", "films", "films", "--replace"]).wait()
            #expect(own.code == 64 && own.stderr.contains("own name") && !own.stderr.contains("--replace replaces"))
            #expect(try box.zoo("recommend", "films", "--user", "u1").code == 0)
        }
    }

    @Test func whatWasReplacedIsSaidWithItsMeasure() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            let train = [
                "train", "collab", "--data", "small", "--split", "random:0.2", "--factors", "5", "--epochs", "1",
                "--save", "films", "--replace",
            ]
            let first = try box.start(train).wait()
            #expect(first.code == 0 && !first.stdout.contains("replaced"))
            let second = try box.start(train).wait()
            let line = second.stdout.split(separator: "\n").first { $0.hasPrefix("replaced ") } ?? ""
            #expect(line.contains(", test rmse ") && line.hasSuffix(")"), "\(second.stdout)")
        }
    }

    @Test func atATerminalAPersonIsAsked() throws {
        try withSandbox { box in
            guard try box.shell("command -v script").code == 0 else {
                return print("skipped: there is no 'script' to make a terminal with")
            }
            try box.trainSmallModel()
            let before = try sha256(box)
            func answer(_ word: String) throws -> ZooRun {
                let train = "$zoo train collab --data small --factors 5 --epochs 1 --save films --quiet"
                return try box.shell("printf '\(word)\\n' | script -qec \"\(train)\" /dev/null")
            }
            for word in ["n", ""] {
                let run = try answer(word)
                #expect(run.code == 1 && run.stdout.contains("Replace it? [y/N]"), "\(run.stdout)")
                #expect(run.stdout.contains("'films' is kept"), "\(run.stdout)")
            }
            #expect(try sha256(box) == before)
            let run = try answer("yes")
            #expect(run.code == 0 && run.stdout.contains("replaced 'films'"), "\(run.stdout)")
            #expect(try sha256(box) != before)
        }
    }

    @Test(arguments: [true, false])
    func aTrainingThatWasCutShortLeavesTheFinishedModelAsItWas(_ isKilled: Bool) throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-text")
            #expect(try box.start(Self.text + ["--epochs", "1", "--quiet"]).wait().code == 0)
            let (before, answer) = (try sha256(box, "m"), try box.succeed("generate", "m", "--length", "40"))
            #expect(try box.fail("train", "text", "--data", "tales", "--save", "m", "--resume").contains("nothing to"))
            let process = try box.start(
                Self.text + ["--epochs", "5000", "--replace", "--checkpoint-minutes", isKilled ? "0.0005" : "5"])
            #expect(process.awaitMessage("epoch 1/5000: "))
            #expect(!isKilled || process.awaitMessage("saved beside 'm'"))
            usleep(50_000)
            if isKilled {
                process.kill()
            } else {
                // While it is going on, too, the finished model answers.
                #expect(try box.succeed("generate", "m", "--length", "40") == answer)
                process.interrupt()
            }
            let run = process.wait()
            #expect(
                run.code != 0 && (isKilled || run.stderr.contains("the finished 'm' is unchanged")), "\(run.stderr)")
            try box.succeed("models", "gc")
            #expect(try sha256(box, "m") == before)
            #expect(try box.succeed("generate", "m", "--length", "40") == answer)
            let history = try box.succeed("query", "training-history", "--param", "model=m")
            #expect(history.split(separator: "\n").count == 2, "\(history)")

            // It is listed, verified and kept.
            let listed = try box.succeed("models", "list").split(separator: "\n").first { $0.hasPrefix("m ") } ?? ""
            #expect(listed.contains("checkpoint") && listed.contains(isKilled ? "in training" : "stopped after"))
            #expect(try box.succeed("models", "show", "m").contains("checkpoint  "))
            let report: JSONObject = try box.json("models", "verify")
            #expect((report["checkpoints"] as? JSONObject)?["intact"] as? [String] == ["m"])
            #expect(report["is_sound"] as? Bool == true)

            let done = run.complaints.count { $0.hasPrefix("epoch ") }
            let resumed = try box.start(Self.text + ["--epochs", String(done + 2), "--resume"]).wait()
            #expect(resumed.code == 0 && resumed.stdout.contains("replaced 'm' (lstm of "), "\(resumed.stderr)")
            #expect(try sha256(box, "m") != before)
            #expect(try box.succeed("generate", "m", "--length", "40") != answer)
            let shown: JSONObject = try box.json("models", "show", "m")
            #expect(shown["checkpoint"] is NSNull && shown["status"] as? String == "finished")
            #expect(shown["epochs"] as? Int == done + 2)
            #expect(try box.fail("train", "text", "--data", "tales", "--save", "m", "--resume").contains("nothing to"))
            #expect(try box.fail("train", "text", "--data", "tales", "--save", "n", "--resume").contains("'n'"))
        }
    }

    @Test func aCheckpointGetsANameOrIsRemoved() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-text")
            #expect(try box.start(Self.text + ["--epochs", "1", "--quiet"]).wait().code == 0)
            let before = try sha256(box, "m")
            #expect(try box.fail("models", "copy", "m", "c", "--checkpoint").contains("no checkpoint"))
            #expect(try box.fail("models", "remove", "m", "--checkpoint").contains("no checkpoint"))
            func cutShort() throws {
                let process = try box.start(
                    Self.text + ["--epochs", "5000", "--replace", "--checkpoint-minutes", "0.0005"])
                #expect(process.awaitMessage("saved beside 'm'"))
                process.kill()
                _ = process.wait()
            }
            func files() throws -> Int {
                try box.succeed("models", "gc")
                return try FileManager.default.contentsOfDirectory(atPath: box.models.path)
                    .count { $0.hasSuffix(".h5") }
            }
            let one = try files()
            try cutShort()
            try box.succeed("models", "copy", "m", "c", "--checkpoint")
            try box.succeed("models", "remove", "m", "--checkpoint")
            let asked = try box.zoo("generate", "c", "--length", "3")
            #expect(try asked.code == 0 && sha256(box, "m") == before)
            #expect(asked.complaints.count { $0.contains("note: 'c' is not trained to the end (in training or") } == 1)
            #expect(try box.start(["generate", "m", "--length", "3"]).wait().stderr.isEmpty)
            // An unfinished model is a training too: without --resume or --replace it stays.
            let again = try box.fail("train", "text", "--data", "tales", "--save", "c")
            #expect(again.contains("there is a training of 'c' already") && again.contains("--resume"))
            try box.succeed("models", "remove", "c")
            #expect(try files() == one)
            try cutShort()
            #expect(try files() == one + 1)
            let replacing = try box.start(Self.text + ["--epochs", "2", "--replace"]).wait()
            #expect(
                replacing.code == 0
                    && replacing.stderr.contains("note: the checkpoint of 'm' (in training or killed after "),
                "\(replacing.stderr)")
            // What was replaced stays as an older version.
            #expect(try files() == one + 1)
            // What comes from elsewhere says what it discards, too.
            try box.succeed("models", "export", "m", "-o", "m.h5")
            for words in [["models", "copy", "nietzsche-lstm", "m"], ["models", "import", "m.h5", "--name", "m"]] {
                try cutShort()
                let said = try box.start(words + ["--replace"]).wait()
                #expect(
                    said.stdout.contains("discarded the training under that name, which was not complete (in training"),
                    "\(words): \(said)")
            }
            try cutShort()
            try box.succeed("models", "remove", "m")
            #expect(try files() == one)  // that of the model which ships
            #expect(try box.fail("train", "text", "--data", "tales", "--save", "m", "--resume").contains("'m'"))
        }
    }
}
