import Foundation
import Testing

@Suite struct PlainJSONTests {
    /// The texts of a document that are JSON themselves, with where they stand; cards and queries are texts.
    private func nested(_ value: Any, _ path: String = "") -> [String] {
        switch value {
        case let object as JSONObject: object.flatMap { nested($0.value, path + "." + $0.key) }
        case let array as [Any]: array.flatMap { nested($0, path + "[]") }
        case let text as String where text.hasPrefix("{") || text.hasPrefix("["):
            (try? JSONSerialization.jsonObject(with: Data(text.utf8))) == nil ? [] : [path + ": " + text]
        default: []
        }
    }

    private func expectPlain(_ box: Sandbox, _ arguments: [String]) throws {
        let run = try box.start(arguments + ["--json"]).wait()
        try #require(run.code == 0, "\(arguments): \(run.stderr)")
        #expect(nested(try JSONSerialization.jsonObject(with: Data(run.stdout.utf8))) == [], "\(arguments)")
        let hasMinusZero = run.stdout.contains(/[ :]-0(\.0+)?[,\n]/)
        #expect(!hasMinusZero, "\(arguments): \(run.stdout)")
    }

    @Test func noTextInJSONIsJSON() throws {
        try withSandbox { box in
            try box.importHouses()
            try box.write("small.csv", SmallRatings.csv)
            try box.succeed("data", "import", "csv", "small.csv", "--title-column", "title", "--name", "small")
            let table = ["train", "tabular", "--data", "houses", "--target", "price", "--epochs", "1", "--save", "t"]
            let trainings =
                [table]
                + ["dot-bias", "ease", "popularity", "ials", "bpr"].map {
                    ["train", "collab", "--data", "small", "--model", $0, "--save", $0]
                }
            for training in trainings {
                try expectPlain(box, training)
                try expectPlain(box, training + ["--replace"])
                try expectPlain(box, ["models", "show", training[training.count - 1]])
            }
            for shipped in ["bike-sharing", "cifar10-resnet", "movielens-100k", "nietzsche-lstm"] {
                try expectPlain(box, ["models", "show", shipped])
            }
        }
    }

    @Test func replacedMetricsAndSettingsAreObjects() throws {
        try withSandbox { box in
            try box.write("small.csv", SmallRatings.csv)
            try box.succeed("data", "import", "csv", "small.csv", "--title-column", "title", "--name", "small")
            let training = ["train", "collab", "--data", "small", "--factors", "4", "--epochs", "1", "--save", "films"]
            #expect(try box.start(training).wait().code == 0)
            let run = try box.start(training + ["--replace", "--json"]).wait()
            let report = try #require(try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject)
            #expect((report["replaced"] as? JSONObject)?["metrics"] is JSONObject)
            let shown: JSONObject = try box.json("models", "show", "films")
            let configuration = try #require(shown["configuration"] as? JSONObject)
            #expect(
                ((configuration["training"] as? JSONObject)?["ratings"] as? JSONObject)?["factors"] as? Int == 4,
                "\(configuration)")
        }
    }

    @Test func whatIsZeroHasNoSign() throws {
        try withSandbox { box in
            let rows = try box.succeed("query", "SELECT -1e-300 * 1e-300 AS x, -0.0 AS y, -0.00001 AS z")
            #expect(rows.contains("-1e-05") && rows.split(separator: " ").allSatisfy { $0 != "-0.0" && $0 != "-0" })
            // The mean is right on average, so that its r2 is 0 but for the last bits.
            var lines = ["x,part,y"]
            for row in 0..<400 { lines.append("\(row % 200 % 17),\(row / 200),\(row % 200 * 31 % 101).3") }
            try box.write("twice.csv", lines.joined(separator: "\n") + "\n")
            try box.succeed("data", "import", "csv", "twice.csv", "--name", "twice")
            let text = try box.succeed(
                "train", "tabular", "--data", "twice", "--target", "y", "--valid-column", "part", "--epochs", "1")
            #expect(text.contains("baseline (mean): ") && !text.contains("-0.0000"), "\(text)")
        }
    }
}
