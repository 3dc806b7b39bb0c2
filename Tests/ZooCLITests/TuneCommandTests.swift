import Foundation
import Testing

/// Searches from the command line.
@Suite struct TuneCommandTests {
    @Test func theCommandThatASearchPrintsTrains() throws {
        try withSandbox { box in
            try box.importHouses()
            let found = try box.succeed(
                "tune", "tabular", "--data", "houses", "--target=price", "--minutes", "10", "--trials=3", "--epochs",
                "2", "--members", "1", "--seed", "4", "--plot", "tune.svg", "--quiet")
            let line = try #require(found.split(separator: "\n").last)
            #expect(
                line.hasPrefix(
                    "train it: zoo train tabular --data houses --target=price --epochs 2 --members 1 --seed 4"),
                "\(line)")
            let trained = try box.shell("$zoo \(line.dropFirst("train it: zoo ".count))")
            #expect(trained.code == 0, "\(trained.stderr)")
            #expect(
                try String(contentsOf: box.folder.appendingPathComponent("tune.svg"), encoding: .utf8).contains(
                    "settings tried"))
            let report: JSONObject = try box.json(
                "tune", "tabular", "--data", "houses", "--target=price", "--minutes", "10", "--trials=3", "--epochs",
                "2", "--members", "1", "--seed", "4")
            #expect(
                report["resumed"] as? Int
                    == (report["trials"] as? [JSONObject])?.reduce(0) {
                        $0 + (($1["measures"] as? [Double])?.count ?? 0)
                    })
            let options = try #require(((report["trials"] as? [JSONObject])?.last?["options"]) as? JSONObject)
            #expect(options["weight_decay"] is Double && options["layers"] is String && options["epochs"] == nil)
        }
    }

    @Test func dataWithoutRatingsIsSearchedByItsLists() throws {
        try withSandbox { box in
            let rows = (0..<20).flatMap { user in (0..<8).map { "u\(user),i\((user * 3 + $0 * $0) % 15)" } }
            try box.write("plays.csv", "user,item\n" + Set(rows).sorted().joined(separator: "\n") + "\n")
            try box.succeed(
                "data", "import", "csv", "plays.csv", "--as", "ratings", "--feedback", "choices", "--name", "plays")
            let report: JSONObject = try box.json(
                "tune", "collab", "--data", "plays", "--model", "ials", "--minutes", "1", "--trials", "2")
            #expect(report["metric"] as? String == "ndcg")
        }
    }

    @Test(arguments: [
        ("collab --data d", "--epochs --lr"), ("tabular --data d --target t", "--epochs --lr --members"),
        ("text --data d", "--epochs --lr --schedule"),
        ("vision --data d --arch resnet20-cifar", "--epochs --lr --schedule --swa --swa-lr"),
    ]) func learningRateFindersDoNotTakeWhatTheyWouldNotUse(_ command: String, _ options: String) throws {
        try withSandbox { box in
            for option in (options + " --patience").split(separator: " ") {
                let words = ["lr-find"] + command.split(separator: " ").map(String.init) + [String(option), "1"]
                let run = try box.start(words).wait()
                #expect(run.code == 64 && run.stderr.contains("unknown option '\(option)'"), "\(run.stderr)")
            }
        }
    }
}
