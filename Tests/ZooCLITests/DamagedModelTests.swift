import Foundation
import Testing

@Suite struct DamagedModelTests {
    @Test func aFlippedByteAnywhereIsFoundBeforeTheModelIsRead() throws {
        try withSandbox { box in
            let (file, whole) = try trained(box)
            let step = whole.count / 60
            for position in Array(0..<8) + Array(stride(from: 8, to: whole.count, by: step)) + [whole.count - 1] {
                var bytes = whole
                bytes[position] ^= 1 << (position % 8)
                try bytes.write(to: file)
                try expectRefusal(box, "byte \(position)")
            }
        }
    }

    @Test func aFileCutShortGrownOrGoneIsFound() throws {
        try withSandbox { box in
            let (file, whole) = try trained(box)
            for length in [0, 1, 8, 512, whole.count / 2, whole.count - 1] {
                try whole.prefix(length).write(to: file)
                try expectRefusal(box, "\(length) bytes")
            }
            try (whole + [0]).write(to: file)
            try expectRefusal(box, "a byte more")
            #expect(try box.start(["models", "copy", "films", "other"]).wait().isOneLineFailure)
            try FileManager.default.removeItem(at: file)
            try expectRefusal(box, "no file")
            try FileManager.default.createDirectory(at: file, withIntermediateDirectories: true)
            try expectRefusal(box, "a folder")
            try FileManager.default.removeItem(at: file)
            try whole.write(to: file)
            try box.succeed("recommend", "films", "--user", "u1")
            // What is damaged is mended by training it again, with the same settings or others.
            try whole.prefix(100).write(to: file)
            try box.succeed("train", "collab", "--data", "small", "--factors", "12", "--save", "films", "--replace")
            try box.succeed("recommend", "films", "--user", "u1")
        }
    }

    private func trained(_ box: Sandbox) throws -> (file: URL, bytes: Data) {
        try box.trainSmallModel()
        let model: JSONObject = try box.json("models", "show", "films")
        let file = URL(fileURLWithPath: try #require(model["file"] as? String))
        return (file, try Data(contentsOf: file))
    }

    private func expectRefusal(_ box: Sandbox, _ what: String) throws {
        let run = try box.zoo("recommend", "films", "--user", "u1")
        #expect(run.isOneLineFailure && run.stderr.contains(box.models.path), "\(what): \(run.stdout) \(run.stderr)")
    }
}
