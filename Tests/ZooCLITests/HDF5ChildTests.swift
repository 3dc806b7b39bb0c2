import Foundation
import Testing
import ZooKernels
import ZooWeights

/// `zoo read-hdf5`, the process that `zoo models import` lets read what HDF5 itself may crash on.
@Suite struct HDF5ChildTests {
    /// Arrays of every kind of storage: chunked and deflated, a scalar, empty, in a group.
    private func file() throws -> [UInt8] {
        let many = (0..<600).map { Float($0 % 7) }
        return try ModelFile(
            kind: "x", architecture: "x",
            weights: [
                WeightEntry(path: "conv1.weight", shape: [20, 30], values: .float32(many)),
                WeightEntry(path: "layer/fc.weight", shape: [2, 2], values: .float16([1, 2, 3, 4])),
                WeightEntry(path: "layer/fc.bias", shape: [], values: .float64([0.5])),
                WeightEntry(path: "steps", shape: [3], values: .int64([1, 2, 3])),
                WeightEntry(path: "nothing", shape: [0, 4], values: .float32([])),
            ], vocabularies: [("class", ["a", "b"])], created: "c", zooVersion: "1"
        ).encoded()
    }

    @Test func theArraysAreHandedOverAsSafetensors() throws {
        try withSandbox { box in
            let path = try box.write("whole.h5", file())
            let run = try box.shell("\"$zoo\" read-hdf5 \(path) > out.safetensors")
            #expect(run.code == 0 && run.stderr.isEmpty, "\(run.stderr)")
            let bytes = [UInt8](try Data(contentsOf: box.folder.appendingPathComponent("out.safetensors")))
            let entries = try ForeignWeights(decoding: bytes).entries
            #expect(entries.count == 5)
            #expect(
                entries.first { $0.path == "weights/layer/fc.weight" }
                    == WeightEntry(path: "weights/layer/fc.weight", shape: [2, 2], values: .float16([1, 2, 3, 4])))
            // Nobody needs to know of it.
            #expect(try !box.succeed("--help").contains("read-hdf5"))
            #expect(try box.zoo("read-hdf5", "nowhere.h5").isOneLineFailure)
        }
    }

    /// Whatever the bytes are: one line, no crash, no hang, nothing stored.
    @Test func changedBytesAreRefusedInOneLine() throws {
        let whole = try file()
        var generator = RandomGenerator(seed: 11)
        try withSandbox { box in
            try box.write("names.txt", "a\nb\n")
            func stored() -> [String] {
                ((try? FileManager.default.subpathsOfDirectory(atPath: box.models.path)) ?? []).sorted()
            }
            _ = try box.modelNames()
            let before = stored()
            for round in 0..<60 {
                let bytes = Self.changed(whole, using: &generator)
                try box.write("changed.h5", bytes)
                let run = try box.start([
                    "models", "import", "changed.h5", "--arch", "resnet20-cifar", "--name", "x", "--classes",
                    "names.txt",
                ]).wait(timeout: 30)
                #expect(
                    run.isOneLineFailure && run.stderr.contains("changed.h5") && run.stderr.utf8.count < 8000,
                    "round \(round): \(run.code as Any), \(run.signal as Any), \(run.stdout) \(run.stderr.prefix(500))")
            }
            #expect(stored() == before)
            #expect(try !box.modelNames().contains("x"))
            #expect(try box.succeed("models", "verify").contains("All model files are intact."))
        }
    }

    /// The file with one to four changes behind its signature, most of them where HDF5 keeps its own numbers.
    private static func changed(_ whole: [UInt8], using generator: inout RandomGenerator) -> [UInt8] {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let isEarly = Bool.random(using: &generator)
            let place = Int.random(in: 8..<min(bytes.count, isEarly ? 1500 : bytes.count), using: &generator)
            let end = min(bytes.count, place + Int.random(in: 1...8, using: &generator))
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 2: for at in place..<end { bytes[at] = 0xFF }
            case 3: for at in place..<end { bytes[at] = 0 }
            case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
            default: if bytes.count > 2000 { bytes.removeLast(Int.random(in: 1...200, using: &generator)) }
            }
        }
        return bytes
    }
}
