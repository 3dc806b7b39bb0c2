import Foundation
import Testing

@Suite struct ImagesCommandTests {
    @Test func demoImagesAreTheSameForTheSameSeed() throws {
        try withSandbox { box in
            func fingerprint(_ report: JSONObject) -> String? {
                (report["dataset"] as? JSONObject)?["fingerprint"] as? String
            }
            let first: JSONObject = try box.json("data", "import", "demo-images")
            let set = try #require(first["dataset"] as? JSONObject)
            #expect(set["images"] as? Int == 640 && set["kind"] as? String == "images")
            #expect((set["classes"] as? [JSONObject])?.count == 4)
            #expect((first["left_out"] as? [JSONObject])?.isEmpty == true)
            let second: JSONObject = try box.json(
                "data", "import", "demo-images", "--name", "again", "--folder", "given")
            #expect(fingerprint(first) == fingerprint(second))
            let other: JSONObject = try box.json("data", "import", "demo-images", "--name", "o", "--seed", "7")
            #expect(fingerprint(first) != fingerprint(other))
            #expect(try box.succeed("data", "show", "again").contains("class ring"))
            let packed: JSONObject = try box.json(
                "data", "import", "images", "given", "--name", "p", "--pack", "16")
            #expect((packed["dataset"] as? JSONObject)?["packed_size"] as? Int == 16)
            let packs = box.home.appendingPathComponent("packs")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: packs.path).filter { $0.hasSuffix(".h5") }.count
                    == 1)
            try box.succeed("data", "remove", "p")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: packs.path).filter { $0.hasSuffix(".h5") }.isEmpty)
        }
    }

    @Test func foldersAndOptionsThatWillNotDoAreRefused() throws {
        try withSandbox { box in
            try box.write("a/1.jpg", "text")
            try box.write("labels.csv", "file,label\n1.jpg,a\n")
            #expect(try box.fail("data", "import", "images", ".", "--name", "d").contains("a/1.jpg"))
            for arguments in [
                [".", "--valid", "1"], [".", "--valid", "nan"], [".", "--pack", "0"], [".", "--pack", "9999"],
                [".", "--label-column", "x"], [".", "--multi-label"],
            ] {
                let run = try box.start(["data", "import", "images", "--name", "d"] + arguments).wait()
                #expect(run.code == 64, "\(arguments): \(run.stderr)")
            }
            for arguments in [["nowhere"], ["labels.csv"], [""], [".", "--labels", "nowhere.csv"]] {
                let run = try box.start(["data", "import", "images", "--name", "d"] + arguments).wait()
                #expect(run.isOneLineFailure, "\(arguments): \(run.stderr)")
            }
        }
    }

    @Test func commandsOnImagesRefuseOtherModelsAndData() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            for arguments in [
                ["interpret", "nothing", "--data", "small"], ["embed", "movielens-100k", "--data", "small"],
                ["submit", "movielens-100k", "--images", ".", "--output", "x.csv"],
            ] {
                let run = try box.start(arguments).wait()
                #expect(run.isOneLineFailure, "\(arguments): \(run.stderr)")
            }
            for arguments in [
                ["submit", "m", "--output", "x"], ["submit", "m", "--images", ".", "--input", "x", "--output", "y"],
                ["submit", "m", "--input", "x", "--output", "y"],
                ["submit", "m", "--images", ".", "--output", "y", "--probabilities", "--probability", "a"],
                ["interpret", "m", "--data", "d", "--split", "all"], ["interpret", "m", "--data", "d", "-n", "-1"],
            ] {
                let run = try box.start(arguments).wait()
                #expect(run.code == 64, "\(arguments): \(run.stderr)")
            }
        }
    }
}
