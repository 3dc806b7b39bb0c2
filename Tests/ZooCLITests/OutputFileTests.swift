import Foundation
import Testing

@Suite struct OutputFileTests {
    @Test func aFileOfTheUsersIsReplacedOnlyWithReplace() throws {
        try withSandbox { box in
            try box.importHouses()
            try box.succeed("train", "tabular", "--data", "houses", "--target", "price", "--epochs", "1", "--save", "m")
            try box.write("rows.csv", "id,town,rooms,area,sold\n1,Ayton,2,60.5,2023-01-01\n")
            let intervals = "SELECT 'a' AS name, 2 AS value, 1 AS low, 3 AS high"
            let writers: [(command: [String], name: String, mine: String)] = [
                (["predict", "m", "--data", "houses", "--output"], "p.csv", "price\n1\n"),
                (["submit", "m", "--input", "rows.csv", "--id", "id", "--output"], "s.csv", "id,price\n1,2\n"),
                (["export-features", "m", "--output"], "notes.txt", "to buy, to sell\nbread, house\n"),
                (["recommend", "movielens-100k", "--all", "-n", "1", "--output"], "lists.csv", "a\n"),
                (["models", "export", "m", "-o"], "m.npz", "a\n"),
                (["embeddings", "export", "m", "town", "--as", "csv", "-o"], "towns.csv", "a\n"),
                (["explain", "m", "--column", "rooms", "--plot"], "rooms.svg", "<svg/>"),
                (["pca", "m", "town", "--plot"], "towns.svg", "<svg/>"),
                (["query", intervals, "--plot"], "q.svg", "<svg/>"),
                (["lr-find", "tabular", "--data", "houses", "--target", "price", "--plot"], "rates.svg", "<svg/>"),
            ]
            for (command, name, mine) in writers {
                try box.write(name, mine)
                func content() throws -> Data { try Data(contentsOf: box.folder.appendingPathComponent(name)) }
                let run = try box.start(command + [name]).wait()
                #expect(run.isOneLineFailure && run.stderr.contains("or --replace"), "\(command): \(run.stderr)")
                #expect(try content() == Data(mine.utf8), "\(command)")
                guard command[0] != "recommend" else { continue }  // it ships without ratings
                for option in [["--replace"], []] {
                    if option.isEmpty { try box.write(name, "") }
                    let run = try box.start(command + [name] + option).wait()
                    #expect(run.code == 0, "\(command + option): \(run.stderr)")
                    #expect(try content() != Data(mine.utf8) && !content().isEmpty, "\(command)")
                }
            }
            for command in writers.suffix(4).map({ $0.command.dropLast() }) {
                #expect(try box.start(command + ["--replace"]).wait().code == 64, "\(command)")
            }
        }
    }

    @Test func databasesAndModelsAreNotReplacedWhateverIsSaid() throws {
        try withSandbox { box in
            try box.importHouses()
            try box.succeed("train", "tabular", "--data", "houses", "--target", "price", "--epochs", "1", "--save", "m")
            let models = try FileManager.default.contentsOfDirectory(
                atPath: box.home.appendingPathComponent("models").path)
            let model = try #require(models.first { $0.hasSuffix(".h5") })
            for (name, reason) in [
                ("zoo.sqlite", "which --replace does not replace"), ("models/" + model, "which Zoo alone writes"),
            ] {
                let file = box.home.appendingPathComponent(name)
                let before = try Data(contentsOf: file)
                for writer in [["predict", "m", "--data", "houses"], ["export-features", "m"]] {
                    let run = try box.start(writer + ["--output", file.path, "--replace"]).wait()
                    #expect(run.isOneLineFailure && run.stderr.contains(reason), "\(run.stderr)")
                }
                let run = try box.start([
                    "embeddings", "export", "m", "town", "--as", "csv", "--output", file.path, "--replace",
                ]).wait()
                #expect(run.isOneLineFailure, "\(run.stderr)")
                #expect(try Data(contentsOf: file) == before)
            }
        }
    }

    @Test func twoColumnsOfOneNameAreRefused() throws {
        try withSandbox { box in
            try box.importHouses()
            try box.succeed("train", "tabular", "--data", "houses", "--target", "price", "--epochs", "1", "--save", "m")
            for way in [["--output", "f.csv"], [], ["--json"], ["--table", "t"]] {
                for keep in ["price", "area,rooms,area"] {
                    let run = try box.start(["predict", "m", "--data", "houses", "--keep", keep] + way).wait()
                    #expect(run.code == 1 && run.stdout.isEmpty && run.stderr.contains("two columns"), "\(run.stderr)")
                }
            }
            let run = try box.start(["export-features", "m", "--keep", "area,area", "--output", "f.csv"]).wait()
            #expect(run.isOneLineFailure && run.stderr.contains("two columns"), "\(run.stderr)")
            #expect(!FileManager.default.fileExists(atPath: box.folder.appendingPathComponent("f.csv").path))
        }
    }
}
