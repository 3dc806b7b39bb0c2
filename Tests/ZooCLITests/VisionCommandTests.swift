import Foundation
import Testing

extension Sandbox {
    /// Draws the demo images and trains a small network on them, `m`.
    func trainSmallVision(_ settings: String...) throws -> JSONObject {
        try succeed("data", "import", "demo-images", "--pack", "16")
        let small = ["--arch", "resnet20-cifar", "--size", "16", "--batch-size", "32", "--lr", "0.1"]
        let run = try start(
            ["train", "vision", "--data", "shapes", "--save", "m", "--replace", "--quiet", "--json"] + small + settings
        ).wait()
        try #require(run.code == 0, "\(run.stderr)")
        return try #require(try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject)
    }
}

@Suite struct VisionCommandTests {
    @Test func aNetworkIsTrainedTunedAndLookedAt() throws {
        try withSandbox { box in
            let trained = try box.trainSmallVision(
                "--epochs", "3", "--augment", "cifar", "--mixup", "0.1", "--label-smoothing", "0.1", "--swa", "2",
                "--tta")
            let epochs = try #require(trained["epochs"] as? [JSONObject])
            #expect(
                epochs.count == 3 && epochs.allSatisfy { $0["valid_accuracy"] is Double && $0["size"] as? Int == 16 })
            #expect(trained["train_pictures"] as? Int == 480 && trained["valid_pictures"] as? Int == 160)
            #expect(trained["is_averaged"] as? Bool == true && trained["kept_epoch"] is NSNull)
            let valid = try #require(trained["valid"] as? JSONObject)
            #expect(valid["accuracy"] is Double && valid["f1"] is NSNull)
            let losses = epochs.compactMap { $0["train_loss"] as? Double }
            #expect(losses.count == 3 && losses[2] < losses[0])
            #expect(trained["valid_tta"] is JSONObject && trained["saved"] as? String == "m")

            // The head alone.
            for options in [
                ["--valid", "0.3"], ["--bptt", "5"], ["--mixup", "0.2"], ["--swa", "3"], ["--lr", "0.1"],
                ["--augment", "side-on"], ["--flip", "0"], ["--sizes", "8,16"], ["--checkpoint-minutes", "1"],
                ["--epochs", "1", "--unfreeze", "9"], ["--epochs", "1", "--size", "16", "--sizes", "16"],
                ["--recipe", "world-class", "--lr", "0.1"], ["--recipe", "world-class", "--rate-ratio", "2"],
            ] {
                let run = try box.start(["finetune", "vision", "m", "--data", "shapes", "--save", "head"] + options)
                    .wait()
                #expect(run.code == 64 && run.stdout.isEmpty, "\(options): \(run.stderr)")
            }
            let tuned: JSONObject = try box.json(
                "finetune", "vision", "m", "--data", "shapes", "--save", "head", "--copies", "1")
            #expect(
                (tuned["steps"] as? [JSONObject])?.count == 1 && (tuned["epochs"] as? [JSONObject])?.isEmpty == true)
            #expect(tuned["parent"] as? String == "m" && (tuned["seconds"] as? Double ?? 0) > 0)
            // Chance is ln 4 = 1.386, and a head that is held back is hardly worse than that.
            #expect(try #require((tuned["valid"] as? JSONObject)?["loss"] as? Double) < 1.5)

            // Everything, and the eight steps.
            let text = try box.succeed(
                "finetune", "vision", "m", "--data", "shapes", "--save", "all", "--epochs", "1", "--unfreeze", "2",
                "--augment",
                "none", "--train-statistics")
            #expect(text.contains("step 2, unfrozen: the last 2 layer groups, 1 epoch, adamw, none: valid accuracy"))
            let steps: JSONObject = try box.json(
                "finetune", "vision", "m", "--data", "shapes", "--save", "world", "--recipe", "world-class", "--epochs",
                "1",
                "--batch-size", "64")
            let names = (steps["steps"] as? [JSONObject] ?? []).compactMap { $0["name"] as? String }
            #expect(
                names == [
                    "augmentation", "rate finder, last layer", "head", "last layer with augmentation", "unfreezing",
                    "earlier layers", "rate finder, whole network", "whole network",
                ])
            #expect((steps["epochs"] as? [JSONObject])?.count == 4)
            let shown: JSONObject = try box.json("models", "show", "world")
            #expect(shown["parent"] as? String == "m" && shown["kind"] as? String == "vision")
        }
    }

    @Test func ratesAreTried() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-images", "--pack", "16")
            let run: JSONObject = try box.json(
                "lr-find", "vision", "--data", "shapes", "--arch", "resnet20-cifar", "--size", "16", "--batch-size",
                "16", "--steps", "12", "--plot", "rates.svg")
            let rates = try #require(run["rates"] as? [Double])
            #expect(rates.count > 2 && rates.count <= 12 && (run["losses"] as? [Double])?.count == rates.count)
            #expect(FileManager.default.fileExists(atPath: box.folder.appendingPathComponent("rates.svg").path))
        }
    }

    @Test(arguments: [true, false])
    func aTrainingThatWasInterruptedOrKilledGoesOnWhereItWas(_ isKilled: Bool) throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-images", "--pack", "16")
            let small = [
                "train", "vision", "--data", "shapes", "--arch", "resnet20-cifar", "--size", "16", "--batch-size", "64",
                "--schedule", "constant", "--lr", "0.02", "--mixup", "0.2", "--augment", "cifar", "--seed", "3",
            ]
            let process = try box.start(
                small + ["--epochs", "500", "--save", "m", "--checkpoint-minutes", isKilled ? "0.0001" : "5"])
            #expect(process.awaitMessage("epoch 1/500: train") && (!isKilled || process.awaitMessage("saved as 'm'")))
            usleep(100_000)
            isKilled ? process.kill() : process.interrupt()
            let run = process.wait()
            #expect(run.code == (isKilled ? nil : 130) && run.stdout.isEmpty, "\(run.stderr)")
            let line = try #require(run.complaints.last { $0.contains("saved as 'm'") })
            #expect(line.hasPrefix(isKilled ? "checkpoint of step" : "zoo: stopped"))
            #expect(isKilled || line.contains("the same command with --resume continues"))
            let shown: JSONObject = try box.json("models", "show", "m")
            #expect(shown["kind"] as? String == "vision")
            let done = run.complaints.count { $0.contains(": train loss") }
            // Settings that are not given are the old ones.
            let short = ["train", "vision", "--data", "shapes", "--arch", "resnet20-cifar", "--resume", "--save", "m"]
            for arguments in [short, small + ["--save", "straight"]] {
                let run = try box.start(arguments + ["--epochs", String(done + 1)]).wait()
                #expect(run.code == 0, "\(run.stderr)")
            }
            let losses = try ["m", "straight"].map { name -> Double in
                let report: JSONObject = try box.json("evaluate", name)
                return try #require((report["valid"] as? JSONObject)?["loss"] as? Double)
            }
            #expect(losses[0] == losses[1])
            #expect(
                try box.fail(
                    "train", "vision", "--data", "shapes", "--arch", "resnet20-cifar", "--resume", "--save", "m"
                ).contains("to the end"))
        }
    }

    @Test func anInterruptedFineTuningSaysHowManyEpochsItDid() throws {
        try withSandbox { box in
            try box.importNetwork()
            try box.writeImages("d/train/cats/1.png", "d/train/cats/2.png", "d/train/dogs/3.png", "d/train/dogs/4.png")
            try box.writeImages("d/valid/cats/5.png", "d/valid/dogs/6.png")
            try box.importImages("d")
            let process = try box.start([
                "finetune", "vision", "net", "--data", "d", "--save", "f", "--epochs", "90000", "--batch-size", "2",
            ])
            #expect(process.awaitMessage("epoch 1/90000"))
            process.interrupt()
            let run = process.wait()
            let step = try #require(run.complaints.first { $0.hasPrefix("step 2, unfrozen: ") }, "\(run.stderr)")
            let done = run.complaints.count { $0.hasPrefix("epoch ") }
            #expect(run.code == 130 && step.contains("all layers, \(done) of 90000 epochs, adamw"), "\(step)")
        }
    }

    @Test func whatCannotBeIsRefused() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-images", "--pack", "16")
            func usage(_ words: String...) throws {
                let run = try box.start(
                    ["train", "vision", "--data", "shapes", "--arch", "resnet20-cifar"] + words
                ).wait()
                #expect(run.code == 64, "\(words): \(run.stderr)")
            }
            try usage("--schedule", "cosine-restarts:0:1")
            try usage("--sizes", "64,four")
            try usage("--sizes", "16,32", "--size", "16")
            try usage("--sizes", "16,32,48", "--epochs", "2")
            try usage("--mixup", "-1")
            try usage("--clip", "-1")
            try usage("--swa-lr", "0.1")
            try usage("--swa", "2", "--keep-best")
            try usage("--augment", "top-down", "--flip", "0")
            try usage("--lr", "0")
            try usage("--batch-size", "1")
            try usage("--swa", "11", "--epochs", "10")
            try usage("--augment", "upside-down")
            try usage("--resume")
            try usage("--checkpoint-minutes", "-1", "--save", "m")
            #expect(try box.fail("train", "vision", "--data", "none", "--arch", "resnet20-cifar").contains("none"))
            let diverged = try box.fail(
                "train", "vision", "--data", "shapes", "--arch", "resnet20-cifar", "--size", "16", "--quiet",
                "--epochs",
                "2", "--lr", "1e30", "--schedule", "constant", "--save", "m")
            #expect(
                diverged.contains("is NaN or infinite at learning rate 1e+30") && diverged.contains("nothing was saved")
            )
            #expect(
                try box.fail("finetune", "vision", "m", "--data", "shapes", "--save", "m2").contains(
                    "there is no model 'm'"))
        }
    }
}
