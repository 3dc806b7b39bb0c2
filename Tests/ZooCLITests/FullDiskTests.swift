import Foundation
import Testing

@Suite struct FullDiskTests {
    @Test func onAFullDiskTheOldStateStays() throws {
        try withSandbox { box in
            try FileManager.default.createDirectory(at: box.home, withIntermediateDirectories: true)
            guard try box.shell("mount -t tmpfs -o size=3m tmpfs home").code == 0 else {
                return print("skipped: a small disk cannot be mounted by this user")
            }
            defer { _ = try? box.shell("umount home") }
            try box.trainSmallModel()
            let before: JSONObject = try box.json("models", "show", "films")
            _ = try box.shell("dd if=/dev/zero of=home/filler bs=64k count=1000 2>&1")
            let wide = ["train", "collab", "--data", "small", "--factors", "400", "--save", "films", "--replace"]
            #expect(try box.start(wide).wait().isOneLineFailure)
            #expect(try box.zoo("data", "import", "demo").isOneLineFailure)
            try FileManager.default.removeItem(at: box.home.appendingPathComponent("filler"))
            let after: JSONObject = try box.json("models", "show", "films")
            #expect(before["sha256"] as? String == after["sha256"] as? String)
            try box.succeed("recommend", "films", "--user", "u1")
            let sets: [JSONObject] = try box.json("data", "list")
            #expect(sets.map { $0["name"] as? String } == ["small"])
            try box.succeed("models", "gc")
            let report: JSONObject = try box.json("models", "verify")
            #expect(report["is_sound"] as? Bool == true && (report["orphans"] as? [String])?.isEmpty == true)
        }
    }

    @Test func aLimitOnTheSizeOfFilesIsAnErrorLikeAFullDisk() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            for limit in [0, 1, 8, 40, 200] {
                for command in [
                    "data import demo", "train collab --data small --factors 400 --save films --replace",
                    "pca films item --plot p.svg", "models export films -o m.npz",
                ] {
                    let run = try box.shell("ulimit -f \(limit); \"$zoo\" \(command) --quiet > /dev/null")
                    #expect(run.signal == nil && [0, 1].contains(run.code), "\(limit) \(command): \(run.stderr)")
                    #expect(run.code == 0 || run.complaints.count <= 1)
                }
            }
            try box.succeed("recommend", "films", "--user", "u1")
            try box.succeed("models", "verify")
        }
    }
}
