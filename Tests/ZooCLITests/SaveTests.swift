import Foundation
import Testing

@Suite struct SaveTests {
    private static let training = [
        "train", "collab", "--data", "small", "--factors", "200", "--epochs", "1", "--quiet",
        "--replace",
    ]

    private static let kills = 40

    @Test func trainingsAtOnceSaveTheSameNameOneAfterTheOther() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            for round in 0..<2 {
                let trainings = try (0..<4).map { index in
                    try box.start(Self.training + ["--save", "films", "--seed", "\(round * 4 + index)"])
                }
                for training in trainings {
                    let run = training.wait()
                    #expect(run.code == 0, "\(run.stderr)")
                }
                try expectSound(box)
            }
        }
    }

    @Test func importsAtOnceOfTheSameNameLeaveOneOfThem() throws {
        try withSandbox { box in
            let path = try box.write("small.csv", SmallRatings.csv)
            let imports = try (0..<4).map { _ in try box.start(["data", "import", "csv", path, "--name", "d"]) }
            let runs = imports.map { $0.wait() }
            #expect(runs.count { $0.code == 0 } == 1 && runs.allSatisfy { $0.code == 0 || $0.isOneLineFailure })
        }
    }

    /// Kills spread over the whole process, and more of them over the save, which begins when a new file appears.
    @Test func aKillAtAnyMomentLeavesTheOldModelOrTheNewOne() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            try box.succeed(
                "train", "collab", "--data", "small", "--factors", "200", "--epochs", "1", "--save", "films")
            // How long a whole run takes, and its save from the first new file on.
            let start = Date()
            let timed = try box.start(Self.training + ["--save", "other", "--seed", "99"])
            Self.awaitFile(in: box.models, beside: try Self.files(box), within: 5)
            let saving = Date()
            #expect(timed.wait().code == 0)
            let (whole, save) = (Date().timeIntervalSince(start), Date().timeIntervalSince(saving))
            var outcomes: [Bool: Int] = [:]
            for attempt in 0..<Self.kills {
                let before: JSONObject = try box.json("models", "show", "films")
                let files = try Self.files(box)
                let process = try box.start(Self.training + ["--save", "films", "--seed", "\(100 + attempt)"])
                let share = Double(attempt) / Double(Self.kills)
                if attempt % 4 == 0 {
                    usleep(UInt32(whole * share * 1e6))
                } else {
                    Self.awaitFile(in: box.models, beside: files, within: 5)
                    usleep(UInt32(save * 2 * share * 1e6))
                }
                process.kill()
                _ = process.wait()
                let after: JSONObject = try box.json("models", "show", "films")
                outcomes[before["sha256"] as? String == after["sha256"] as? String, default: 0] += 1
                #expect(try box.zoo("recommend", "films", "--user", "u1").code == 0)
                if attempt % 10 == 9 { try expectSound(box) }
            }
            try expectSound(box)
            #expect(outcomes.count == 2, "all kills came on one side of the commit: \(outcomes)")
        }
    }

    private static func files(_ box: Sandbox) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: box.models.path))
    }

    private static func awaitFile(in folder: URL, beside files: Set<String>, within seconds: Double) {
        let deadline = Date().addingTimeInterval(seconds)
        while Date() < deadline {
            let now = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            if now.contains(where: { !files.contains($0) }) { return }
        }
    }

    /// Every model is whole, and after a sweep nothing else is there.
    private func expectSound(_ box: Sandbox) throws {
        try box.succeed("models", "gc")
        let report: JSONObject = try box.json("models", "verify")
        #expect(report["is_sound"] as? Bool == true && (report["intact"] as? [String])?.contains("films") == true)
        for what in ["orphans", "damaged", "missing"] {
            #expect((report[what] as? [String])?.isEmpty == true, "\(what)")
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: box.models.path)
        #expect(left.allSatisfy { $0.hasSuffix(".h5") || $0 == ".lock" }, "\(left)")
    }
}
