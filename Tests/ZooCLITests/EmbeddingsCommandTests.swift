import Foundation
import Testing

@Suite struct EmbeddingsCommandTests {
    @Test func neighboursAreFoundByKeyTitleAndPartOfATitle() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            for name in ["i1", SmallRatings.title(1), "élan"] {
                let report: JSONObject = try box.json("query", "embeddings", "films", "item", "--near", name, "-n", "4")
                let entries = try #require(report["entries"] as? [JSONObject])
                #expect(entries.count == 4 && !entries.contains { $0["key"] as? String == "i1" })
                let values = entries.compactMap { $0["value"] as? Double }
                #expect(values == values.sorted(by: >) && values.allSatisfy { abs($0) <= 1.0001 })
            }
        }
    }

    @Test func everyMetricAndFieldAnswers() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            for metric in ["cosine", "dot", "euclidean"] {
                let report: JSONObject = try box.json(
                    "query", "embeddings", "films", "user", "--near", "u2", "--metric", metric, "-n", "1000000")
                #expect(report["metric"] as? String == metric)
                #expect((report["entries"] as? [JSONObject])?.count == SmallRatings.users - 1)
            }
        }
    }

    @Test func namesThatFitSeveralEntriesOrNoneAreReported() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let ambiguous = try box.fail("query", "embeddings", "films", "item", "--near", "harbour")
            #expect(ambiguous.contains("any of 3") && ambiguous.contains("Harbour 4 (1984)"))
            let wrong = try box.fail("query", "embeddings", "films", "item", "--near", "Harbuor 4")
            #expect(wrong.contains("did you mean"))
            #expect(try box.zoo("query", "embeddings", "films", "item", "--near", "").code == 64)
            #expect(try box.fail("query", "embeddings", "films", "actor", "--near", "x").contains("'actor'"))
            #expect(try box.fail("query", "embeddings", "none", "item", "--near", "x").contains("'none'"))
        }
    }

    @Test func analogiesLeaveOutTheirThreeTerms() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let report: JSONObject = try box.json("query", "embeddings", "films", "item", "--analogy", "i1", "i2", "i6")
            let keys = (report["entries"] as? [JSONObject] ?? []).compactMap { $0["key"] as? String }
            #expect(keys.count == 10 && Set(keys).isDisjoint(with: ["i1", "i2", "i6"]))
        }
    }

    @Test func entriesAreListedWithBiasAndCount() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let report: JSONObject = try box.json("query", "embeddings", "films", "item", "--list")
            let entries = try #require(report["entries"] as? [JSONObject])
            #expect(entries.count == SmallRatings.films && report["width"] as? Int == 12)
            #expect(entries.allSatisfy { $0["bias"] is Double && $0["count"] is Int && $0["label"] is String })
            #expect(try box.succeed("query", "embeddings", "films", "item", "--list").contains("東京の夜"))
        }
    }

    @Test func componentsNameBothEndsAndDrawThem() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let plot = box.folder.appendingPathComponent("pca.svg")
            let report: JSONObject = try box.json(
                "pca", "films", "item", "-k", "2", "-n", "3", "--plot", plot.path)
            let components = try #require(report["components"] as? [JSONObject])
            #expect(components.count == 2 && report["entries"] as? Int == SmallRatings.films)
            let shares = components.compactMap { $0["explained_variance_ratio"] as? Double }
            #expect(shares == shares.sorted(by: >) && shares.reduce(0, +) <= 1.000001)
            for component in components {
                #expect((component["lowest"] as? [JSONObject])?.count == 3)
                #expect((component["highest"] as? [JSONObject])?.count == 3)
            }
            let text = try SVGDocument.check(plot)
            #expect(text.contains("東京の夜"))
        }
    }

    @Test func oneComponentIsDrawnAsAHistogram() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let plot = box.folder.appendingPathComponent("pca.svg")
            let _: JSONObject = try box.json("pca", "films", "item", "-k", "1", "--plot", plot.path)
            let text = try SVGDocument.check(plot)
            #expect(text.contains("component 1") && text.contains("entries") && !text.contains("東京の夜"))
        }
    }

    @Test func componentsMayBeCentredByItemAndCutByCount() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let usual: JSONObject = try box.json("pca", "films", "item")
            let other: JSONObject = try box.json("pca", "films", "item", "--center", "items")
            #expect(usual["center"] as? String == "features" && other["center"] as? String == "items")
            let few: JSONObject = try box.json("pca", "films", "item", "--most-counted", "7", "-k", "1")
            #expect(few["entries"] as? Int == 7)
            #expect(try box.fail("pca", "films", "item", "-k", "1000").contains("1000"))
            #expect(try box.fail("pca", "films", "item", "--minimum-count", "1000000").contains("too few"))
            #expect(try box.fail("pca", "films", "actor").contains("'actor'"))
            #expect(try box.fail("pca", "films", "item", "--plot", "/nowhere/x.svg").contains("/nowhere/x.svg"))
            #expect(try box.fail("pca", "films", "item", "--plot", "").contains("names no file"))
            #expect(try box.fail("pca", "films", "item", "--plot", ".").contains("folder"))
        }
    }

    @Test func aListCanBeShortAndItsNumbersAreThoseOfTheModel() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let report: JSONObject = try box.json("query", "embeddings", "films", "item", "--list", "-n", "3")
            #expect((report["entries"] as? [JSONObject])?.count == 3 && report["total"] as? Int == SmallRatings.films)
            let lines = try box.succeed("query", "embeddings", "films", "item", "--list", "-n", "3").split(
                separator: "\n")
            #expect(lines.count == 4)
            // A Float32 has at most nine digits.
            let json = try box.succeed("query", "embeddings", "films", "item", "--list", "--json")
            let biases = json.split(separator: "\n").filter { $0.contains("\"bias\"") }
            #expect(biases.count == SmallRatings.films && biases.allSatisfy { $0.count(where: \.isNumber) <= 12 })
            try box.write(
                "bias.sql", "SELECT bias, -1.8250000000000002 AS x FROM zoo_embeddings WHERE bias IS NOT NULL")
            for form in ["--csv", "--json"] {
                let text = try box.succeed("query", "bias.sql", form)
                #expect(text.contains("-1.825") && !text.contains("-1.8250"))
                #expect(text.split(separator: "\n").allSatisfy { $0.count(where: \.isNumber) <= 18 })
            }
        }
    }

    @Test func fewEntriesAreEachNamedAtOneEnd() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let few: JSONObject = try box.json("pca", "films", "item", "--most-counted", "7", "-k", "1")
            let component = try #require((few["components"] as? [JSONObject])?.first)
            let keys = ["lowest", "highest"].flatMap { component[$0] as? [JSONObject] ?? [] }.compactMap {
                $0["key"] as? String
            }
            #expect(keys.count == 7 && Set(keys).count == 7)
            // A line of the table for each of the longer end, and one of titles.
            let text = try box.succeed("pca", "films", "item", "--most-counted", "7", "-k", "1")
            #expect(text.split(separator: "\n").count == 5)
        }
    }

    @Test func thePlotsAxesLabelsAndColoursAreChosen() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let plot = box.folder.appendingPathComponent("pca.svg")
            func draw(_ options: String...) throws -> String {
                let run = try box.start(
                    ["pca", "films", "item", "-k", "2", "--plot", plot.path, "--replace"] + options
                ).wait()
                try #require(run.code == 0, "\(options): \(run.stderr)")
                return try SVGDocument.check(plot)
            }
            let other = try draw("--component", "1,3", "--labels", "2")
            #expect(
                other.contains("component 1 (") && other.contains("component 3 (") && !other.contains("component 2 ("))
            #expect(other.components(separatedBy: "class=\"label\"").count == 3)
            #expect(try draw("--component", "2").contains("entries"))
            #expect(try draw("--colour", "bias").contains(">bias: "))
            try box.write(
                "genres.csv", "code,genre\n" + (1...30).map { "i\($0),\($0 % 2 == 0 ? "drama" : "farce")\n" }.joined())
            try box.succeed("data", "import", "csv", "genres.csv", "--name", "genres", "--as", "table")
            let text = try draw("--colour", "zoo_data_genres.genre")
            #expect(text.contains(">drama<") && text.contains(">farce<"))
            #expect(
                try box.fail("pca", "films", "item", "--colour", "genre", "--plot", "x.svg").contains("bias, count"))
            #expect(
                try box.fail("pca", "films", "item", "--colour", "zoo_data_genres.x", "--plot", "x.svg").contains(
                    "code"))
            for wrong in [
                ["--labels", "3"], ["--component", "1,1", "--plot", "x.svg"], ["--component", "0", "--plot", "x.svg"],
            ] {
                #expect(try box.start(["pca", "films", "item"] + wrong).wait().code == 64)
            }
        }
    }

    @Test func aPathThatEndsInPNGWritesAnImageOrSaysHow() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let run = try box.zoo("pca", "films", "item", "--plot", "pca.PNG")
            let file = box.folder.appendingPathComponent("pca.PNG")
            if run.code == 0 {
                #expect(try Data(contentsOf: file).starts(with: [0x89, 0x50, 0x4E, 0x47]))
            } else {
                #expect(
                    run.isOneLineFailure && run.stderr.contains("librsvg2-bin") && run.stderr.contains("rsvg-convert"))
            }
            let refused = try box.start(["lr-find", "collab", "--data", "small", "--plot", "rates.jpg"]).wait()
            #expect(refused.code == 64 && refused.stderr.contains(".png"))
            #expect(try box.fail("lr-find", "collab", "--data", "small", "--plot", "none/x.svg").contains("no folder"))
            #expect(!FileManager.default.fileExists(atPath: box.folder.path + "/rates.jpg"))
        }
    }
}
