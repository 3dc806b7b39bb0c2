import Foundation
import Testing

extension Sandbox {
    /// Imports the demo tales and trains a small model of their characters, `m`.
    func trainSmallText(_ settings: String...) throws {
        try succeed("data", "import", "demo-text")
        let small = ["--hidden", "16", "--layers", "1", "--embedding", "8", "--batch-size", "64", "--epochs", "1"]
        let run = try start(
            ["train", "text", "--data", "tales", "--save", "m", "--replace", "--quiet"] + small + settings
        ).wait()
        try #require(run.code == 0, "\(run.stderr)")
    }
}

@Suite struct TextCommandTests {
    @Test func aTableThatIsReadAsOneTextIsSaid() throws {
        try withSandbox { box in
            let lines = try box.write("notes.jsonl", "{\"text\":\"calm\"}\n{\"text\":\"loud\"}\n")
            let whole = try box.start(["data", "import", "text", lines, "--name", "whole"]).wait()
            #expect(whole.code == 0 && whole.stderr.contains("--text-column reads a text from each row of a table"))
            let plain = try box.start(["data", "import", "text", box.write("notes.txt", "calm"), "--name", "plain"])
                .wait()
            #expect(plain.code == 0 && plain.stderr.isEmpty)
        }
    }

    @Test func aTextIsImportedTrainedOnAndWrittenLike() throws {
        try withSandbox { box in
            let text = String(repeating: "Caf\u{E9} at noon, caf\u{E9} at night.\r\n", count: 200)
            let path = try box.write("cafe.txt", text)
            let imported = try box.succeed("data", "import", "text", path, "--name", "cafe")
            #expect(
                imported.contains("5800 characters in 1 text") && imported.contains("alphabet: \u{21B5} ,.Cac"))
            let report: JSONObject = try box.json(
                "train", "text", "--data", "cafe", "--hidden", "16", "--layers", "1", "--embedding", "8",
                "--batch-size", "8",
                "--bptt", "16", "--epochs", "2", "--lr", "0.02", "--dropout", "0", "--lowercase", "--valid", "0.2",
                "--save",
                "m")
            let epochs = try #require(report["epochs"] as? [JSONObject])
            #expect(
                epochs.compactMap { $0["valid_nats"] as? Double }.count == 2 && report["tokens"] as? String == "char")
            #expect(report["valid_nats"] as? Double == epochs[1]["valid_nats"] as? Double)
            #expect((report["train_seconds"] as? Double ?? 0) > 0 && (report["parameters"] as? Int ?? 0) > 1000)
            let written: JSONObject = try box.json("generate", "m", "--prompt", "CAF\u{C9}", "--length", "30")
            #expect(written["prompt"] as? String == "caf\u{E9}")
            #expect((written["tokens"] as? [String])?.count == 30)
            #expect((written["log_probabilities"] as? [Double])?.count == 30)
            let again = try box.succeed("generate", "m", "--prompt", "CAF\u{C9}", "--length", "30")
            #expect(again == "caf\u{E9}" + (written["text"] as? String ?? "") + "\n")
            let measured: JSONObject = try box.json("evaluate", "m", "--split", "valid")
            let nats = try #require(measured["nats"] as? Double)
            #expect(abs(nats - (report["valid_nats"] as? Double ?? 0)) < 1e-6)
            #expect(abs((measured["perplexity"] as? Double ?? 0) - exp(nats)) < 1e-9)
            #expect(try box.succeed("query", "embeddings", "m", "token", "--near", "a", "-n", "2").contains("near a"))
            let listed = try box.succeed("query", "embeddings", "m", "token", "--list").split(separator: "\n")
            #expect(listed.count == 15 && listed[1].hasPrefix("\u{21B5} "), "\(listed)")
            #expect(try box.succeed("pca", "m", "token", "-k", "2").contains("component 2"))
            #expect(try box.succeed("data", "show", "cafe").contains("15 different"))
        }
    }

    @Test func pieceComesToStdoutAndNotesToStderr() throws {
        try withSandbox { box in
            try box.trainSmallText()
            let run = try box.zoo("generate", "m", "--prompt", "Once \u{3A9}", "--length", "20", "--seed", "4")
            #expect(run.code == 0 && run.stdout.hasPrefix("Once ") && run.stdout.unicodeScalars.count == 26)
            #expect(run.complaints == ["note: the model does not know 1 piece of the prompt: '\u{3A9}' left out"])
            #expect(try box.zoo("generate", "m", "--length", "5", "--quiet", "--prompt", "\u{3A9}").stderr.isEmpty)
            for settings in [
                ["--temperature", "0"], ["--top-k", "3", "--top-p", "0.9"], ["--beam", "3"], ["--stop", "e"],
            ] {
                let run = try box.start(["generate", "m", "--length", "12"] + settings).wait()
                #expect(run.code == 0 && run.stderr.isEmpty, "\(settings): \(run.stderr)")
            }
            let full = try box.shell("\"$zoo\" generate m > /dev/full")
            #expect(full.isOneLineFailure, "\(full.stderr)")
        }
    }

    @Test func interruptedTrainingGoesOnWhereItWas() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-text")
            let small = [
                "train", "text", "--data", "tales", "--hidden", "16", "--layers", "1", "--embedding", "8",
                "--batch-size", "64",
                "--schedule", "constant", "--seed", "3", "--dropout", "0.5",
            ]
            let process = try box.start(small + ["--epochs", "5000", "--save", "m"])
            #expect(process.awaitMessage("epoch 1/5000: "))
            usleep(30_000)
            process.interrupt()
            let run = process.wait()
            #expect(run.code == 130 && run.stdout.isEmpty, "\(run.code as Any) \(run.stderr)")
            let line = try #require(run.complaints.last)
            #expect(line.hasPrefix("zoo: stopped") && line.contains("saved as 'm'") && line.contains("--resume"))
            #expect(run.complaints.contains { $0.hasPrefix("epoch 1/5000: ") && $0.contains(" tokens/s, ") })
            #expect(try box.zoo("generate", "m", "--length", "3").code == 0)
            let done = run.complaints.count { $0.hasPrefix("epoch ") }
            let epochs = String(done + 2)
            for arguments in [["--save", "m", "--resume"], ["--save", "straight"]] {
                let run = try box.start(small + ["--epochs", epochs] + arguments).wait()
                #expect(run.code == 0, "\(run.stderr)")
            }
            let nats = try ["m", "straight"].map { name -> Double in
                let report: JSONObject = try box.json("evaluate", name)
                return try #require(report["nats"] as? Double)
            }
            #expect(nats[0] == nats[1])
            #expect(try box.fail("train", "text", "--data", "tales", "--save", "m", "--resume").contains("to the end"))
        }
    }

    @Test func aKilledTrainingGoesOnFromItsLastCheckpoint() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-text")
            let small = [
                "train", "text", "--data", "tales", "--hidden", "16", "--layers", "1", "--embedding", "8",
                "--batch-size", "64", "--schedule", "constant", "--seed", "3", "--dropout", "0.5",
            ]
            let process = try box.start(
                small + ["--epochs", "5000", "--save", "m", "--checkpoint-minutes", "0.001"])
            #expect(process.awaitMessage("epoch 1/5000: ") && process.awaitMessage("saved as 'm'"))
            usleep(100_000)
            process.kill()
            let run = process.wait()
            #expect(run.code == nil && run.complaints.contains { $0.hasPrefix("checkpoint of step ") })
            #expect(try box.zoo("generate", "m", "--length", "3").code == 0)
            let done = run.complaints.count { $0.hasPrefix("epoch ") }
            for arguments in [["--save", "m", "--resume"], ["--save", "straight"]] {
                let run = try box.start(small + ["--epochs", String(done + 2)] + arguments).wait()
                #expect(run.code == 0, "\(run.stderr)")
            }
            let nats = try ["m", "straight"].map { name -> Double in
                let report: JSONObject = try box.json("evaluate", name)
                return try #require(report["nats"] as? Double)
            }
            #expect(nats[0] == nats[1])
            let status = try box.zoo("train", "text", "--data", "tales", "--checkpoint-minutes", "-1")
            #expect(status.code == 64 && status.stderr.contains("--checkpoint-minutes"))
        }
    }

    @Test func aClassifierIsTrainedOnUsersOwnTableAndAsked() throws {
        try withSandbox { box in
            try box.trainSmallText("--tokens", "word", "--bptt", "32")
            let train = [
                "train", "text-classifier", "--encoder", "m", "--save", "c", "--epochs", "2", "--batch-size", "64",
                "--lr",
                "0.05", "--quiet",
            ]
            let sql = "SELECT text, label FROM zoo_texts WHERE idx < 200"
            let report: JSONObject = try {
                let run = try box.start(train + ["--sql", sql, "--json"]).wait()
                try #require(run.code == 0, "\(run.stderr)")
                return try #require(try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject)
            }()
            let valid = try #require(report["valid"] as? JSONObject)
            #expect((valid["classes"] as? [JSONObject])?.count == 2 && (valid["accuracy"] as? Double ?? 0) > 0.4)
            let said: JSONObject = try box.json(
                "predict", "c", "--text", "The king died of grief.", "--text", "They danced.")
            let predictions = try #require(said["predictions"] as? [JSONObject])
            #expect(predictions.count == 2 && (predictions[0]["probability"] as? Double ?? 0) >= 0.5)
            let lines = try box.write("lines.txt", "one\n\ntwo\nthree\n")
            #expect(try box.succeed("predict", "c", "--input", lines).split(separator: "\n").count == 5)
            let csv = try box.write("rows.csv", "id,body\n1,\"one\ntwo\"\n")
            #expect(try box.succeed("predict", "c", "--input", csv, "--text-column", "body").contains("one two"))
            #expect(try box.succeed("evaluate", "c", "--data", "tales").contains("accuracy"))
            #expect(try box.succeed("evaluate", "c", "--sql", sql).contains("accuracy"))
            let rows = (0..<40).map { "\($0 % 2 == 0 ? "The king died." : "They danced."),\($0 % 2)" }
            let table = try box.write("table.csv", "text,label\n" + rows.joined(separator: "\n") + "\n")
            try box.succeed("data", "import", "csv", table, "--name", "table")
            #expect(try box.succeed(train[0], train[1], "--data", "table", "--encoder", "m").contains("accuracy"))
            _ = try box.start(train + ["--data", "table", "--replace"]).wait()
            let known = try box.zoo("evaluate", "c", "--sql", "SELECT 'They danced.', '1' UNION SELECT 'New.', '0'")
            #expect(
                known.stdout.contains("of 'SELECT") && known.stderr.contains("1 of these texts was used"), "\(known)"
            )
            let unnamed = try box.write("unnamed.csv", "body,kind\na b,x\nc d,y\n")
            try box.succeed("data", "import", "csv", unnamed, "--name", "unnamed")
            let refused = try box.fail("train", "text-classifier", "--data", "unnamed", "--encoder", "m")
            #expect(refused.contains("without a column 'text'") && refused.contains("FROM zoo_data_unnamed"))
            let labels: [JSONObject] = try box.json("query", "text-labels", "--param", "data=tales")
            #expect(labels.compactMap { $0["label"] as? String }.sorted() == ["grim", "merry"])
            #expect(labels.compactMap { $0["texts"] as? Int }.reduce(0, +) == 600)
            #expect(labels.compactMap { $0["characters"] as? Int }.reduce(0, +) == 208_080)
            let unasked = try box.zoo("predict", "c")
            #expect(unasked.code == 64 && unasked.stderr.contains("See 'zoo predict --help'"), "\(unasked.stderr)")
            let empty = try box.write("empty.txt", "")
            #expect(try box.fail("predict", "c", "--input", empty).contains("empty.txt: there is no text in it"))
            #expect(try box.fail("predict", "m", "--text", "a").contains("zoo generate m"))
            #expect(
                try box.fail("generate", "c").contains(
                    "not a language model; it classifies texts: 'zoo predict c --text …'"))
            #expect(try box.fail("recommend", "m", "--user", "1").contains("it writes: 'zoo generate m --prompt …'"))
            #expect(try box.fail("finetune", "text", "c", "--data", "tales", "--save", "d").contains("text-classifier"))
            let one = try box.write("one.csv", "text,label\na b,x\nc d,x\n")
            try box.succeed(
                "data", "import", "text", one, "--name", "one", "--text-column", "text", "--label-column", "label")
            #expect(
                try box.fail("train", "text-classifier", "--data", "one", "--encoder", "m").contains("needs two labels")
            )
        }
    }

    @Test func aModelIsFineTunedAndItsRateLookedFor() throws {
        try withSandbox { box in
            try box.trainSmallText()
            let path = try box.write("sea.txt", String(repeating: "The sea is wide \u{E9}. ", count: 200))
            try box.succeed("data", "import", "text", path, "--name", "sea")
            let report: JSONObject = try box.json(
                "finetune", "text", "m", "--data", "sea", "--save", "m2", "--epochs", "2", "--batch-size", "8", "--lr",
                "0.02")
            #expect(report["parent"] as? String == "m" && (report["vocabulary"] as? Int ?? 0) == 52)
            let (before, after) = (report["valid_nats_before"] as? Double ?? 0, report["valid_nats"] as? Double ?? 9)
            #expect(after < before)
            #expect(
                try box.succeed("generate", "m2", "--prompt", "The sea \u{E9}", "--length", "3").hasPrefix(
                    "The sea \u{E9}"))
            // The spelling of 0.1, which did not name the kind of the model.
            let old = ["finetune", "m", "--data", "sea", "--save", "m3", "--epochs", "1", "--stage-epochs", "0"]
            let run = try box.start(old + ["--home", box.home.path]).wait()
            #expect(run.code == 0 && run.stdout.contains("saved as 'm3'"), "\(run.stderr)")
            #expect(run.stderr.contains("'zoo finetune text m … --home \(box.home.path)'"), "\(run.stderr)")
            let rates: JSONObject = try box.json(
                "lr-find", "text", "--data", "sea", "--hidden", "8", "--layers", "1", "--batch-size", "8", "--bptt",
                "8",
                "--steps", "30", "--plot", box.folder.appendingPathComponent("r.svg").path)
            #expect((rates["rates"] as? [Double])?.isEmpty == false)
            try SVGDocument.check(box.folder.appendingPathComponent("r.svg"))
        }
    }

    @Test func badTextsAreAnsweredWithOneLine() throws {
        try withSandbox { box in
            func refused(_ name: String, _ bytes: [UInt8], _ what: String) throws {
                let path = try box.write(name, bytes)
                let line = try box.fail("data", "import", "text", path, "--name", "t")
                #expect(line.contains(path) && line.contains(what), "\(line)")
            }
            try refused("empty.txt", [], "there is no text in it")
            try refused("picture.png", [0x89, 0x50, 0x4E, 0x47, 0, 0, 0, 13], "binary")
            try refused("latin.txt", Array("caf".utf8) + [0xE9, 0x0A], "line 1: byte 3: 0xE9 is not UTF-8")
            try refused("surrogate.txt", [0x61, 0x0A, 0xED, 0xA0, 0x80], "line 2: byte 2: a lone surrogate")
            let path = box.folder.appendingPathComponent("latin.txt").path
            #expect(try box.succeed("data", "import", "text", path, "--name", "l", "--lossy").contains("Replaced 1"))
            #expect(
                try box.succeed("data", "import", "text", path, "--name", "l", "--replace", "--encoding", "latin1")
                    .contains("caf\u{E9}"))
            #expect(
                try box.fail("train", "text", "--data", "l", "--valid", "0").contains("5 tokens, too few for 64 rows"))
            let same = try box.write("same.txt", String(repeating: "a", count: 900))
            try box.succeed("data", "import", "text", same, "--name", "same")
            #expect(try box.fail("train", "text", "--data", "same").contains("nothing to learn"))
            #expect(try box.fail("train", "collab", "--data", "same").contains("holds text, not ratings"))
        }
    }
}
