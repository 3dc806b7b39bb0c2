import Foundation
import Testing

@Suite struct MistakeTests {
    @Test(arguments: [
        ("train colab", "unknown command 'train colab': did you mean 'train collab'?"),
        ("train colab --help", "unknown command 'train colab': did you mean 'train collab'?"),
        ("reccomend", "unknown command 'reccomend': did you mean 'recommend'?"),
        ("reccomend films --user 3", "unknown command 'reccomend': did you mean 'recommend'?"),
        ("help nonsense", "unknown command 'nonsense'."), ("help train colab", "did you mean 'train collab'?"),
        ("query embedings m item --near x", "did you mean 'query embeddings'?"),
        ("data lst", "did you mean 'data list'?"), ("read-hdf", "unknown command 'read-hdf'"),
        ("recommend m --usr 3", "unknown option '--usr': did you mean '--user'?"),
        ("train collab --dta demo", "unknown option '--dta': did you mean '--data'?"),
        ("finetune text m --mixup 1", "unknown option '--mixup'"), ("finetune txt", "did you mean 'finetune text'?"),
        ("finetune m --data d --save n", "unknown command 'finetune m'"), ("data list --jsn", "did you mean '--json'?"),
        ("query embeddings m item --neer x", "did you mean '--near'?"),
        ("lr-find vision --lr 3", "unknown option '--lr'. See"),
    ])
    func aMistypedWordIsToldInOneLineWithTheNearest(_ line: String, _ message: String) throws {
        try withSandbox { box in
            let run = try box.start(line.split(separator: " ").map(String.init)).wait()
            #expect(run.code == 64 && run.stdout.isEmpty && run.complaints.count == 1, "\(run.stderr)")
            #expect(run.stderr.hasPrefix("Error: ") && run.stderr.contains(message), "\(run.stderr)")
        }
    }

    @Test(arguments: [
        ("train tabular --data d --target y --epochs -5", "--epochs must be from 1 to 100000"),
        ("train collab --data d --epochs -1", "--epochs"), ("pca m item -n -1", "-n must not be below 0, not -1"),
        ("train tabular --data d --target y --lr -.5", "--lr must be above 0"),
        ("pca m item -k -2", "-k must be above 0"),
        ("map m f --cluster k-means:100000", "k-means:K with K from 1 to 10000"),
        ("embed m --text a --name a/b", "model name 'a/b'"), ("models import f.h5 --name a/b", "model name 'a/b'"),
        ("embeddings import f.bin --name a/b", "model name 'a/b'"),
    ])
    func whatIsOutOfRangeIsToldWithTheRange(_ line: String, _ message: String) throws {
        try withSandbox { box in
            let run = try box.start(line.split(separator: " ").map(String.init)).wait()
            #expect(run.code == 64 && run.stderr.contains(message), "\(run.stderr)")
            #expect(!run.stderr.contains("Missing value"))
        }
    }

    @Test func adviceNamesOptionsThatTheCommandHas() throws {
        try withSandbox { box in
            try box.importHouses()
            let again = try box.fail("data", "import", "csv", "houses.csv", "--name", "houses")
            #expect(again.contains("'houses' already: choose another name, or --replace replaces it"), "\(again)")
            try box.succeed(
                "train", "tabular", "--data", "houses", "--target", "price", "--epochs", "1", "--embedding", "town:2",
                "--save", "m")
            try box.write("bad.csv", "town,rooms,area,sold\nAyton,many,60.5,2023-01-01\n")
            let bad = try box.fail("predict", "m", "--input", "bad.csv")
            #expect(bad.contains("line 2, column 'rooms'") && !bad.contains("skip"), "\(bad)")
            // Where there are fewer than three dimensions, the default is what there is.
            let found: JSONObject = try box.json("pca", "m", "town")
            #expect((found["components"] as? [JSONObject])?.count == 2)
            #expect(try box.fail("pca", "m", "town", "-k", "3").contains("there are 2"))
            #expect(try box.shell("ZOO_INSTRUCTIONS= \"$zoo\" data list").code == 0)
            #expect(try box.shell("ZOO_INSTRUCTIONS=none \"$zoo\" data list").code == 64)
        }
    }

    @Test func optionsOfEveryCommandMayStandInFrontOfIt() throws {
        try withSandbox { box in
            try box.succeed("--home", "other", "data", "import", "demo", "--name", "d")
            #expect(try box.succeed("data", "list", "--home", "other").contains("d "))
            let json = try box.zoo("--json", "--home=other", "data", "list")
            #expect(json.code == 0 && json.stdout.hasPrefix("["), "\(json.stderr)")
            #expect(try box.zoo("--home", "other").code == 64)
            // The nearer one holds; they may stand between the words, too.
            #expect(try box.succeed("--home", "none", "data", "list", "--home", "other").contains("d "))
            #expect(try box.succeed("data", "--home", "other", "--json", "list").hasPrefix("["))
            let empty = try box.zoo("data", "list", "--home", "")
            #expect(empty.code == 64 && empty.stderr.contains("--home is empty"), "\(empty.stderr)")
            #expect(try box.zoo("--json", "data", "lst").stderr.contains("did you mean 'data list'?"))
        }
    }

    @Test func aMistypedTargetIsAColumnOfTheTable() throws {
        try withSandbox { box in
            try box.importHouses()
            let message = try box.fail("train", "tabular", "--data", "houses", "--target", "sold_weekda", "--save", "m")
            #expect(message.contains("the columns are 'town'") && !message.contains("sold_weekday'"), "\(message)")
        }
    }

    @Test func linesOfUsageAreNoLongerThanATerminal() throws {
        try withSandbox { box in
            for line in ["data list --help", "help models copy", "models export m"] {
                let run = try box.start(line.split(separator: " ").map(String.init)).wait()
                let usage = (run.stdout + run.stderr).split(separator: "\n").drop {
                    !$0.lowercased().hasPrefix("usage: ")
                }
                let lines = [usage.first ?? ""] + usage.dropFirst().prefix { $0.hasPrefix("    ") }
                #expect(lines.count > 1 && lines.allSatisfy { $0.count <= 80 }, "\(lines)")
            }
        }
    }

    @Test func commandsThatAreThereStayTheyAre() throws {
        try withSandbox { box in
            for line in [
                "help", "help train", "help train collab", "query data-sets", "help query sql", "read-hdf5 --help",
            ] {
                let run = try box.start(line.split(separator: " ").map(String.init)).wait()
                #expect(run.code == 0, "\(line): \(run.stderr)")
            }
        }
    }

    @Test(arguments: [
        ("recommend m --user u --json", 1, "there is no model 'm'"),
        ("query nonsense --json", 1, "no query 'nonsense'"),
        ("recommend m --json", 64, "give one of --user, --ratings and --all"),
        ("reccomend m --json", 64, "'recommend'"),
        ("data list --json --seed x", 64, "'x'"), ("train collab --json", 64, "--data"),
        ("query data-sets --json --param x", 64, "name=value"),
    ])
    func withJSONAnErrorIsOneObjectOnStderr(_ line: String, _ code: Int, _ part: String) throws {
        try withSandbox { box in
            let run = try box.start(line.split(separator: " ").map(String.init)).wait()
            #expect(run.code == Int32(code) && run.stdout.isEmpty && run.complaints.count == 1, "\(run.stderr)")
            let document = try JSONSerialization.jsonObject(with: Data(run.stderr.utf8)) as? JSONObject
            let error = try #require(document?["error"] as? JSONObject)
            #expect(error["code"] as? Int == code)
            #expect((error["message"] as? String)?.contains(part) == true, "\(run.stderr)")
        }
    }
}
