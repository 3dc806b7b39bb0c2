import Foundation
import Testing

@Suite struct RecommendCommandTests {
    @Test func seenFilmsAreLeftOutUnlessAskedFor() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let unseen: JSONObject = try box.json("recommend", "films", "--user", "u1", "-n", "100")
            let all: JSONObject = try box.json("recommend", "films", "--user", "u1", "-n", "100", "--include-seen")
            let seen = SmallRatings.rows.count { $0.user == 1 }
            #expect((unseen["items"] as? [JSONObject])?.count == SmallRatings.films - seen)
            #expect((all["items"] as? [JSONObject])?.count == SmallRatings.films)
            #expect(unseen["rated_items"] as? Int == seen)
            let scores = (all["items"] as? [JSONObject] ?? []).compactMap { $0["score"] as? Double }
            #expect(scores == scores.sorted(by: >))
        }
    }

    @Test(arguments: [["--user", "u7"], ["--ratings", "mine.csv"], ["--user", "nobody"]])
    func theTermsOfAScoreAddUpToIt(_ person: [String]) throws {
        try withSandbox { box in
            try box.trainSmallModel()
            try box.write("mine.csv", "item,rating\ni3,5\ni9,1\n東京,4\n")
            let run = try box.start(["recommend", "films", "-n", "5", "--why", "--json"] + person).wait()
            let report = try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject
            let items = try #require(report?["items"] as? [JSONObject])
            #expect(items.count == 5)
            for item in items {
                let terms = (item["why"] as? [JSONObject] ?? []).compactMap { $0["amount"] as? Double }
                #expect(terms.count >= (person.contains("nobody") ? 1 : 2))
                #expect(abs(terms.reduce(0, +) - (item["score"] as? Double ?? 0)) < 1e-9)
            }
        }
    }

    @Test func thePrintedTermsAddUpToThePrintedScore() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let text = try box.succeed("recommend", "films", "--user", "u3", "--why", "--include-seen", "-n", "8")
            let paragraphs = text.split(separator: "\n\n")
            #expect(paragraphs.count == 8)
            for paragraph in paragraphs {
                let numbers = paragraph.split(separator: "\n").compactMap { line in
                    line.split(separator: " ").first.flatMap { Double($0) }.map { Int(($0 * 1000).rounded()) }
                }
                #expect(numbers.count > 2 && numbers[0] == numbers.dropFirst().reduce(0, +), "\(paragraph)")
            }
        }
    }

    @Test func somebodyNewIsTakenInByTheirRatings() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            try box.write("mine.csv", "title,rating\n\"O'Hara's \"\"Élan\"\"\",5\nharbour 4,2\n")
            let report: JSONObject = try box.json("recommend", "films", "--ratings", "mine.csv", "-n", "30")
            let keys = (report["items"] as? [JSONObject] ?? []).compactMap { $0["item"] as? String }
            #expect(keys.count == 28 && !keys.contains("i1") && !keys.contains("i4"))
            #expect(report["rated_items"] as? Int == 2 && report["user"] is NSNull)
        }
    }

    @Test func badFilesOfRatingsAreRefusedByLine() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            for (rows, complaint) in [
                ("i3,five\n", "line 2"), ("i3,4\ni4,9\n", "line 3"), ("i3,4\nHarbour 3,4\n", "line 3"),
                ("i3,4\nno such film,4\n", "line 3"), ("Harbour,4\n", "may be any of 3"), ("", "no ratings"),
            ] {
                let path = try box.write("mine.csv", "item,rating\n" + rows)
                let message = try box.fail("recommend", "films", "--ratings", path, "--strict")
                #expect(message.contains(complaint), "\(rows)")
            }
            #expect(try box.fail("recommend", "films", "--ratings", "nowhere.csv").contains("nowhere.csv"))
        }
    }

    @Test func anUnknownUserGetsTheScoresOfAnAverageOneAndANote() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let run = try box.zoo("recommend", "films", "--user", "nobody")
            #expect(run.code == 0 && run.stderr.contains("'nobody'") && run.complaints.count == 1)
            let report: JSONObject = try box.json("recommend", "films", "--user", "nobody")
            #expect((report["notes"] as? [String])?.count == 1)
        }
    }

    @Test func withoutItsDataAModelStillRecommendsAndSaysWhatItDoesNotKnow() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            try box.succeed("train", "collab", "--data", "small", "--model", "dot-bias", "--save", "stars")
            try box.succeed("data", "remove", "small")
            // The default keeps what its training saw, a model of stars does not.
            let seen = SmallRatings.rows.count { $0.user == 1 }
            for (model, films) in [("films", SmallRatings.films - seen), ("stars", SmallRatings.films)] {
                let run = try box.zoo("recommend", model, "--user", "u1", "-n", "1000000000")
                #expect(run.code == 0 && run.stderr.contains("note: "))
                #expect(run.stdout.split(separator: "\n").count == films + 1)
            }
        }
    }

    @Test func aNetworkSaysThatItCannotExplain() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            try box.succeed("train", "collab", "--data", "small", "--model", "neural", "--epochs", "1", "--save", "net")
            #expect(try box.fail("recommend", "net", "--user", "u1", "--why").contains("dot-bias"))
        }
    }
}
