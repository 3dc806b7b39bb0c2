import Foundation
import Testing

@Suite struct OutputFileTests {
    @Test func programsAndNotesAreNotReplacedByPredictions() throws {
        try withSandbox { box in
            try box.importHouses()
            try box.succeed("train", "tabular", "--data", "houses", "--target", "price", "--epochs", "1", "--save", "m")
            let writers = [
                ["predict", "m", "--data", "houses", "--keep", "area"],
                ["submit", "m", "--input", "rows.csv", "--id", "id"],
                ["export-features", "m"],
            ]
            try box.write("rows.csv", "id,town,rooms,area,sold\n1,Ayton,2,60.5,2023-01-01\n")
            let kept = [
                "prog.py": "import sys\n\nprint(sys.argv)\n", "diary.md": "# Monday\n\nRain, again.\n",
                "notes.txt": "to buy, to sell\nbread, house\n", "README": "First, read this.\nThen go.\n",
                "half.csv": "Dear all,\nthis is no table, as, you, see\n",
            ]
            for (name, text) in kept {
                try box.write(name, text)
                for writer in writers {
                    let run = try box.start(writer + ["--output", name]).wait()
                    #expect(
                        run.isOneLineFailure && run.stderr.contains("--replace"), "\(writer), \(name): \(run.stderr)")
                    #expect(try String(contentsOf: box.folder.appendingPathComponent(name), encoding: .utf8) == text)
                }
            }
            for writer in writers {
                try box.write("table.csv", "a;b\n1;2\n")
                try box.write("one.csv", "a\n1\n")
                try box.write("table", "a\tb\n1\t\"2\n3\"\n")
                try box.write("empty.txt", "")
                for name in ["table.csv", "one.csv", "table", "empty.txt", "new.txt", "new.txt"] {
                    let run = try box.start(writer + ["--output", name]).wait()
                    #expect(run.code == 0, "\(writer), \(name): \(run.stderr)")
                }
                try FileManager.default.removeItem(at: box.folder.appendingPathComponent("new.txt"))
                #expect(try box.start(writer + ["--output", "prog.py", "--replace"]).wait().code == 0)
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
            for name in ["zoo.sqlite", "models/" + model] {
                let file = box.home.appendingPathComponent(name)
                let before = try Data(contentsOf: file)
                for writer in [["predict", "m", "--data", "houses"], ["export-features", "m"]] {
                    let run = try box.start(writer + ["--output", file.path, "--replace"]).wait()
                    #expect(
                        run.isOneLineFailure && run.stderr.contains("which --replace does not replace"), "\(run.stderr)"
                    )
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
