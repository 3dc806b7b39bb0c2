import Foundation
import Testing

/// Which epoch is kept and when a training ends early, for every kind that validates; of tables see `KeptEpochTests`.
@Suite struct PatienceTests {
    private func report(_ box: Sandbox, _ words: [String]) throws -> (kept: Int, best: Int, planned: Int, done: Int) {
        let run = try box.start(words + ["--quiet", "--json"]).wait()
        try #require(run.code == 0, "\(words): \(run.stderr)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject)
        func number(_ key: String) throws -> Int { try #require(report[key] as? Int, "\(key)") }
        return (
            try number("kept_epoch"), try number("best_epoch"), try number("planned_epochs"),
            try #require((report["epochs"] as? [JSONObject])?.count)
        )
    }

    /// Expects a training to end so many epochs after its best one and to say so, and to keep the last with `--keep-last`.
    ///
    /// - Parameter peak: the first epoch that counts
    private func expectEarlyEnd(_ box: Sandbox, _ words: [String], epochs: Int, peak: Int = 0) throws {
        let early = try report(box, words + ["--epochs", "\(epochs)", "--patience", "1"])
        #expect(early.kept == early.best && early.planned == epochs, "\(early)")
        #expect(early.done == max(early.kept, peak) + 1 && early.done < epochs, "\(early)")
        let text = try box.succeed(
            words[0], arguments: words.dropFirst() + ["--epochs", "\(epochs)", "--patience", "1"])
        #expect(text.contains("stopped early, after \(early.done) of \(epochs) epochs: none after epoch \(early.kept)"))

        let last = try report(box, words + ["--epochs", "3", "--keep-last"])
        #expect(last.kept == 3 && last.done == 3 && last.planned == 3 && (1...3).contains(last.best), "\(last)")
        let said = try box.succeed(words[0], arguments: words.dropFirst() + ["--epochs", "3", "--keep-last"])
        #expect(said.contains("; epoch \(last.best) was the best (") == (last.best < 3), "\(said)")
        let whole = try report(box, words + ["--epochs", "\(early.done + 1)", "--patience", "0"])
        #expect(whole.done == early.done + 1)
    }

    @Test func languageModelsAndClassifiersEndEarly() throws {
        try withSandbox { box in
            try box.succeed(
                "data", "import", "text", try box.write("o.txt", String(repeating: "One day, or two. ", count: 90)),
                "--name", "o")
            let small = [
                "--hidden", "8", "--layers", "1", "--embedding", "4", "--batch-size", "4", "--bptt", "16", "--tokens",
                "word",
            ]
            let text = ["train", "text", "--data", "o"] + small
            try expectEarlyEnd(box, text + ["--schedule", "constant", "--lr", "1e-12"], epochs: 40)
            #expect(try box.start(text + ["--epochs", "2", "--save", "m"]).wait().code == 0)
            try expectEarlyEnd(
                box,
                [
                    "finetune", "text", "m", "--data", "o", "--save", "f", "--stage-epochs", "0", "--lr", "1e-12",
                    "--replace",
                ],
                epochs: 40, peak: 12)
            let rows = (0..<60).map { "\($0 % 3 == 0 ? "One day" : "or two"),\($0 % 2)\n" }
            try box.succeed(
                "data", "import", "csv", try box.write("t.csv", "text,label\n" + rows.joined()), "--name", "t")
            try expectEarlyEnd(
                box,
                ["train", "text-classifier", "--data", "t", "--encoder", "m", "--stage-epochs", "0", "--lr", "0.2"],
                epochs: 60, peak: 18)
        }
    }

    @Test func networksForImagesEndEarly() throws {
        try withSandbox { box in
            try box.importNetwork()
            try box.writeImages("d/train/cats/1.png", "d/train/cats/2.png", "d/train/dogs/3.png", "d/train/dogs/4.png")
            try box.writeImages("d/valid/cats/5.png", "d/valid/dogs/6.png", "d/valid/dogs/7.png")
            try box.importImages("d")
            let settings = ["--schedule", "constant", "--batch-size", "2"]
            try expectEarlyEnd(
                box, ["train", "vision", "--data", "d", "--arch", "resnet20-cifar", "--size", "8"] + settings,
                epochs: 90)
            try expectEarlyEnd(
                box,
                ["finetune", "vision", "net", "--data", "d", "--save", "f", "--replace", "--lr", "1e-12"] + settings,
                epochs: 90)
        }
    }
}

extension Sandbox {
    /// Runs `zoo` and expects it to succeed.
    fileprivate func succeed(_ first: String, arguments: some Sequence<String>) throws -> String {
        let run = try start([first] + arguments).wait()
        try #require(run.code == 0, "\(arguments): \(run.stderr)")
        return run.stdout
    }
}
