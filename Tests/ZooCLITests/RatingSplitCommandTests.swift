import Foundation
import Testing

@Suite struct RatingSplitCommandTests {
    @Test func splitsByTimeAreNamedAsTheyAreWritten() throws {
        try withSandbox { box in
            let rows = (0..<30).flatMap { user in
                (0..<10).map { item in
                    "u\(user),i\((item * 3 + user) % 20),\(1 + (user + item) % 5),\(1_704_067_200 + 86_400 * (item - 5))\n"
                }
            }
            let path = try box.write("timed.csv", "user,item,rating,when\n" + rows.joined())
            try box.succeed("data", "import", "csv", path, "--name", "timed", "--timestamp-column", "when")
            // The times of a person are ten days, the sixth of which is 2024-01-01.
            for (split, tests) in [("time:2024-01-01", 150), ("time:0.2", 60), ("last:1", 30), ("last:3", 90)] {
                let report: JSONObject = try box.json(
                    "train", "collab", "--data", "timed", "--split", split, "--epochs", "2", "--save", "m", "--replace")
                #expect(report["split"] as? String == split && report["test_ratings"] as? Int == tests)
                let evaluation: JSONObject = try box.json("evaluate", "m")
                #expect(evaluation["ratings"] as? Int == tests)
            }
            let report: JSONObject = try box.json("train", "collab", "--data", "timed", "--split", "users:0.2")
            #expect(report["train_ratings"] as? Int == 240 && report["test_ratings"] as? Int == 12)
            #expect((report["test"] as? JSONObject)?["rmse"] is Double)
            #expect(
                try box.fail("train", "collab", "--data", "timed", "--split", "time:2030-01-01").contains("to test on"))
            #expect(try box.zoo("train", "collab", "--data", "timed", "--split", "time:soon").code == 64)
            try box.importSmallRatings()
            let message = try box.fail("train", "collab", "--data", "small", "--split", "last:1")
            #expect(message.contains("'small', split last:1") && message.contains("--timestamp-column"))
        }
    }
}
