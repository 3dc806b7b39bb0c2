import Foundation
import Testing

/// How Ctrl-C ends the program, and what is said of a training that takes long.
@Suite struct InterruptionTests {
    @Test func ctrlCBeginsALineAfterAProgressBar() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            // A terminal for stderr, whose other side is read here.
            let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
            defer { close(master) }
            var (locked, number): (Int32, Int32) = (0, 0)
            // TIOCSPTLCK and TIOCGPTN, which Swift does not see.
            try #require(ioctl(master, 0x4004_5431, &locked) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
            let terminal = "/dev/pts/\(number)"
            var environment = box.environment
            environment["zoo"] = ZooProcess.program
            let command = "exec \"$zoo\" train collab --data small --epochs 100000 2> \(terminal)"
            let process = try ZooProcess(
                ["-c", command], program: "/bin/sh", environment: environment, in: box.folder)
            var said = ""
            var bytes = [UInt8](repeating: 0, count: 4096)
            while !said.contains("ratings/s") {
                let count = read(master, &bytes, bytes.count)
                try #require(count > 0, "\(said)")
                said += String(decoding: bytes[..<count], as: UTF8.self)
            }
            process.interrupt()
            var count = read(master, &bytes, bytes.count)
            while count > 0 {
                said += String(decoding: bytes[..<count], as: UTF8.self)
                count = read(master, &bytes, bytes.count)
            }
            let run = process.wait()
            #expect(run.code == 130, "\(said.suffix(200).debugDescription)")
            #expect(
                said.contains("\nstopping after this step; Ctrl-C again stops at once, without saving\r\n"),
                "\(said.suffix(400).debugDescription)")
            #expect(
                said.contains("\nzoo: stopped before the end; nothing was saved"),
                "\(said.suffix(200).debugDescription)")
        }
    }

    @Test func aSecondCtrlCEndsInTheMiddleOfAStep() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-text")
            // A step of seconds.
            let process = try box.start([
                "train", "text", "--data", "tales", "--hidden", "1024", "--batch-size", "64", "--bptt", "64", "--save",
                "m",
            ])
            #expect(process.awaitMessage("this training will take about "))
            process.interrupt()
            #expect(process.awaitMessage("stopping after this step; Ctrl-C again stops at once, without saving"))
            process.interrupt()
            let run = process.wait()
            #expect(run.code == 130 && run.stderr.hasSuffix("\nzoo: stopped before the end\n"), "\(run.stderr)")
            #expect(try box.fail("models", "show", "m").contains("no model 'm'"))
        }
    }

    @Test func ctrlCEndsTheDefaultRecommenderWhileItsRankersAreTrained() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo")
            let command = ["train", "collab", "--data", "demo", "--save", "m"]
            let process = try box.start(command + ["--epochs", "1", "--omit-histories"])
            #expect(process.awaitMessage("epoch 1/1: "))
            process.interrupt()
            let run = process.wait()
            #expect(run.code == 130 && run.stderr.contains("saved as 'm' after step "), "\(run.stderr)")
            #expect(try box.start(command + ["--resume"]).wait().code == 0)
            let model: JSONObject = try box.json("models", "show", "m")
            #expect((model["command"] as? String)?.contains("--epochs 1 --omit-histories") == true, "\(model)")
        }
    }

    @Test func commandsThatAreNoTrainingsEndWithALineAndLeaveNothingHalfWritten() throws {
        try withSandbox { box in
            try box.importHouses()
            try box.succeed(
                "train", "tabular", "--data", "houses", "--target", "price", "--epochs", "1", "--members", "1",
                "--save",
                "m", "--quiet")
            try box.importSmallRatings()
            let endless =
                "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT h.* FROM n, zoo_data_houses h"
            let before = try FileManager.default.contentsOfDirectory(atPath: box.folder.path).filter {
                !$0.hasPrefix(".")
            }
            for command in [
                ["predict", "m", "--sql", endless, "--output", "out.csv"],
                ["predict", "m", "--sql", endless, "--table", "answers"],
                ["predict", "m", "--sql", endless, "--output", "out.csv", "--json"],
                ["cross-validate", "collab", "--data", "small", "--folds", "2", "--epochs", "100000"],
                ["generate", "nietzsche-lstm", "--length", "10000000"],
            ] {
                let process = try box.start(command)
                #expect(process.awaitHandler(), "\(command)")
                usleep(400_000)
                process.interrupt()
                let run = process.wait()
                let line =
                    command.contains("--json")
                    ? #"{"error":{"code":130,"message":"stopped before the end"}}"# : "zoo: stopped before the end"
                #expect(run.code == 130 && run.stderr.hasSuffix(line + "\n"), "\(command): \(run.stderr)")
                let after = try FileManager.default.contentsOfDirectory(atPath: box.folder.path).filter {
                    !$0.hasPrefix(".")
                }
                #expect(after.sorted() == before.sorted(), "\(command)")
            }
            #expect(try box.zoo("query", "SELECT * FROM answers").stderr.contains("no such table"))
        }
    }

    @Test func linesOfEpochsSayHowFastTheyAre() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            let run = try box.zoo("train", "collab", "--data", "small", "--model", "dot-bias", "--epochs", "2")
            #expect(
                run.complaints.count { $0.hasPrefix("epoch ") && $0.contains(" ratings/s, ") } == 2, "\(run.stderr)")
        }
    }

    @Test(arguments: [
        ["demo-images", "train", "vision", "--data", "shapes", "--arch", "resnet20-cifar", "--size", "16"],
        ["demo-table", "train", "tabular", "--data", "shops", "--target", "sales", "--layers", "800,400"],
        ["demo", "train", "collab", "--data", "demo", "--model", "dot-bias", "--factors", "200"],
    ]) func aLongTrainingOfEveryKindSaysSo(_ words: [String]) throws {
        try withSandbox { box in
            try box.succeed("data", "import", words[0])
            let process = try box.start(Array(words.dropFirst()) + ["--epochs", "100000"])
            #expect(process.awaitMessage("this training will take about "))
            process.interrupt()
            let run = process.wait()
            #expect(run.code == 130 && run.stderr.contains("fewer --epochs"), "\(run.stderr)")
        }
    }

    @Test func aLongTrainingSaysSoAndWhatIsShorter() throws {
        try withSandbox { box in
            try box.succeed("data", "import", "demo-text")
            let process = try box.start([
                "train", "text", "--data", "tales", "--hidden", "256", "--epochs", "5000", "--batch-size", "16",
            ])
            #expect(process.awaitMessage("this training will take about "))
            process.interrupt()
            let run = process.wait()
            #expect(run.code == 130 && run.stderr.contains("a smaller --hidden"))
            #expect(run.complaints.last?.hasPrefix("zoo: stopped") == true)
        }
    }
}
