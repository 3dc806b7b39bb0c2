import Foundation
import Testing
import ZooWeights

/// Files made by Scripts/goldens/foreign.py.
struct ForeignGoldens: Decodable {
    struct Expected: Decodable {
        let shape: [Int]
        let values: [Double]
    }
    let expected: [String: Expected]
    let good: [String: Data]
    let odd: [String: Data]
    let refused: [String: Data]
    let others: [String: Data]
    let safetensors: [String: Data]

    static let all: ForeignGoldens? = {
        let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../Goldens/foreign.json").standardized
        return try? JSONDecoder().decode(ForeignGoldens.self, from: Data(contentsOf: file))
    }()
}

extension WeightValues {
    fileprivate var doubles: [Double] {
        switch self {
        case .float16(let values): values.map(Double.init)
        case .float32(let values): values.map(Double.init)
        case .float64(let values): values
        case .int32(let values): values.map(Double.init)
        case .int64(let values): values.map(Double.init)
        }
    }
}

/// The problem of bytes that cannot be read; nil where they can.
private func problem(_ bytes: [UInt8]) -> ForeignError? {
    do {
        _ = try ForeignWeights(decoding: bytes)
        return nil
    } catch let error as ForeignError { return error } catch {
        Issue.record("\(error) is no ForeignError")
        return nil
    }
}

@Suite struct ForeignWeightsTests {
    private let goldens: ForeignGoldens

    init() throws { goldens = try #require(ForeignGoldens.all) }

    @Test func everyFormOfPyTorchHoldsTheSameNumbers() throws {
        #expect(goldens.good.count == 8 && goldens.expected.count == 19)
        for (name, file) in goldens.good {
            let weights = try ForeignWeights(decoding: [UInt8](file))
            #expect(weights.format == (name.contains("legacy") ? .torchLegacy : .torch))
            #expect(Set(weights.entries.map(\.path)) == Set(goldens.expected.keys), "\(name)")
            for entry in weights.entries {
                let expected = try #require(goldens.expected[entry.path])
                let values = try entry.values.doubles
                #expect(entry.shape == expected.shape && values == expected.values, "\(name): \(entry.path)")
            }
        }
    }

    @Test func aStrideAlongAnAxisOfOneIsNone() throws {
        let file = try ForeignWeights(decoding: [UInt8](#require(goldens.odd["far stride"])))
        #expect(file.entries == [WeightEntry(path: "w", shape: [1, 2, 2], values: .float32([1, 3, 2, 4]))])
    }

    /// Arrays are read when they are asked for: what happened to the file meanwhile is an error, whatever the format.
    @Test func aFileThatIsCutShortAfterItWasOpenedIsAnError() throws {
        try withTemporaryFolder { folder in
            for (name, bytes) in [
                ("a.pth", goldens.good["zip"]), ("b.pth", goldens.good["legacy"]),
                ("c.safetensors", goldens.safetensors["good"]),
            ] {
                let url = folder.appendingPathComponent(name)
                try (try #require(bytes)).write(to: url)
                let entries = try ForeignWeights(contentsOf: url).entries
                try FileHandle(forWritingTo: url).truncate(atOffset: 40)
                let error = #expect(throws: WeightError.self) { for entry in entries { _ = try entry.values } }
                #expect(error?.description.contains("cut short while it was read") == true)
            }
        }
    }

    @Test func whatAPickleMayNotNameIsNamedAndRefused() {
        let globals = [
            "reduce": "posix.system", "nested": "posix.system", "stack global": "posix.system", "inst": "os.system",
            "inst of eval": "__builtin__.eval", "object": "posix.system", "build": "torch.nn.modules.linear.Linear",
            "newobj": "builtins.exec", "extension": "extension 5", "memo": "os.system",
            "torch function": "torch.hub.load", "load from bytes": "torch.storage._load_from_bytes",
            "zip": "__builtin__.eval",
        ]
        #expect(Set(globals.keys) == Set(goldens.refused.keys))
        for (name, file) in goldens.refused {
            let found = problem([UInt8](file))
            #expect(found == globals[name].map { .refused(global: $0) }, "\(name): \(String(describing: found))")
        }
        #expect(!FileManager.default.fileExists(atPath: "/tmp/zoo-was-here"))
    }

    @Test func filesOfOtherKindsAreToldWhatTheyAre() {
        let reasons = [
            "deflated zip": "zip bomb", "keras archive": "model.weights.h5", "numpy archive": "NumPy",
            "big endian": "big-endian", "torchscript": "TorchScript", "missing storage": "there is no a/data/",
            "pickle": "none that torch.save wrote", "no tensors": "no tensors", "a list": "no state dict",
            "expanded": "over and over", "two sets": "'student', 'teacher'", "copies": "over and over",
        ]
        #expect(Set(reasons.keys) == Set(goldens.others.keys))
        for (name, file) in goldens.others {
            let found = problem([UInt8](file))
            #expect(found?.description.contains(reasons[name] ?? "?") == true, "\(name): \(String(describing: found))")
        }
        for bytes in [[], Array("text".utf8), [0x80], [0x50, 0x4B, 3, 4], [UInt8](repeating: 0, count: 1000)] {
            #expect(problem(bytes) != nil)
        }
    }

    @Test func safetensorsAreCheckedBeforeTheyAreBelieved() throws {
        let reasons = [
            "overlap": "overlap", "hole": "holes", "beyond": "not there", "rest": "behind the header are 9",
            "other size": "[3] of F32 in 8 bytes", "overflow": "overflow", "negative": "[-2]",
            "unknown type": "F8_E4M3", "no json": "not JSON", "huge header": "claims", "deep": "not JSON",
            "nothing in offsets": "overlap",
        ]
        #expect(Set(reasons.keys) == Set(goldens.safetensors.keys).subtracting(["good"]))
        for (name, reason) in reasons {
            let found = problem([UInt8](goldens.safetensors[name] ?? Data()))
            #expect(
                found?.description.contains(reason) == true || name == "huge header" && found != nil,
                "\(name): \(String(describing: found))")
        }
        let good = try ForeignWeights(decoding: [UInt8](#require(goldens.safetensors["good"])))
        #expect(good.format == .safetensors)
        #expect(
            good.entries == [
                WeightEntry(path: "w", shape: [2], values: .float32([1, 2])),
                WeightEntry(path: "v", shape: [1], values: .float32([1])),
            ])
        let written = try ForeignWeights(decoding: HDF5Contents(entries: sampleModel().weights).handedOver())
        #expect(written.entries.sorted { $0.path < $1.path } == sampleModel().weights.sorted { $0.path < $1.path })
    }

    @Test func aFileThatBelongsToAnotherProgramThanItsNameSaysIsToldSo() throws {
        let legacy = try #require(goldens.good["legacy"])
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("model.h5")
            try legacy.write(to: url)
            let error = #expect(throws: ForeignFileError.self) { try ForeignWeights(contentsOf: url) }
            #expect(error?.description.contains("it ends in .h5 and is a PyTorch file of the legacy form") == true)
            let other = folder.appendingPathComponent("model.pth")
            try Data(sampleModel().encoded()).write(to: other)
            let turned = #expect(throws: ForeignFileError.self) { try ForeignWeights(contentsOf: other) }
            #expect(turned?.description.contains("is an HDF5 file") == true)
            let none = folder.appendingPathComponent("none")
            let missing = #expect(throws: ForeignFileError.self) { try ForeignWeights(contentsOf: none) }
            #expect(missing?.description.contains("there is no such file") == true)
        }
    }

    @Test func arraysOfAnyHDF5FileAreReadByTheirPaths() throws {
        let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../Goldens/h5py.h5").standardized
        let weights = try ForeignWeights(contentsOf: file)
        #expect(weights.format == .keras && weights.entries.contains { $0.path == "weights/layers.0.weight" })
        let half = weights.entries.first { $0.path == "weights/half" }
        #expect(half == WeightEntry(path: "weights/half", shape: [2], values: .float16([0.5, -2])))
        // Texts are left out.
        #expect(!weights.entries.contains { $0.path.hasPrefix("vocab/") })
    }

    @Test func filesCutShortAnywhereAreRefused() throws {
        for name in ["zip", "legacy", "zip64"] {
            let whole = [UInt8](try #require(goldens.good[name]))
            for length in 0..<whole.count where problem(Array(whole[..<length])) == nil {
                Issue.record("\(name) cut to \(length) of \(whole.count) bytes was read")
            }
        }
        let whole = [UInt8](try #require(goldens.safetensors["good"]))
        for length in 0..<whole.count { #expect(problem(Array(whole[..<length])) != nil) }
    }

    @Test func changedBytesNeverCrashNorGrow() throws {
        var state: UInt64 = 20263
        func draw(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        let files =
            (Array(goldens.good.values) + Array(goldens.refused.values) + [goldens.safetensors["good"] ?? Data()])
            .map { [UInt8]($0) }
        var (read, refused) = (0, 0)
        for round in 0..<6000 {
            var bytes = files[round % files.count]
            // The first kilobyte or so is the pickle of most; the end of a zip is its directory.
            for _ in 0...draw(4) {
                let place =
                    draw(3) == 0
                    ? draw(bytes.count)
                    : draw(2) == 0
                        ? draw(min(1500, bytes.count))
                        : max(0, bytes.count - 1 - draw(600))
                switch draw(4) {
                case 0: bytes[place] = UInt8(draw(256))
                case 1: bytes[place] ^= 1 << UInt8(draw(8))
                case 2:
                    bytes.replaceSubrange(place..<min(bytes.count, place + draw(9)), with: [0xFF, 0xFF, 0xFF, 0x7F])
                default: bytes.insert(contentsOf: Array("((](]t)RQ}u.".utf8)[draw(12)..<12], at: place)
                }
            }
            if let weights = try? ForeignWeights(decoding: bytes) {
                read += 1
                let size = try weights.entries.reduce(0) { $0 + (try $1.values.count) * $1.type.stride }
                #expect(size <= 16 * bytes.count && size == weights.entries.reduce(0) { $0 + $1.byteCount })
            } else {
                refused += 1
            }
        }
        #expect(refused > 1000 && read > 10, "\(read) read, \(refused) refused")
    }

    @Test func aMillionNestedListsAreReleasedOneByOne() {
        let head = [UInt8](goldens.refused["extension"] ?? Data()).prefix { $0 != 0x82 }
        let depth = 1_000_000
        let nested: [[UInt8]] = [
            [UInt8](repeating: UInt8(ascii: "]"), count: depth)
                + [UInt8](repeating: UInt8(ascii: "a"), count: depth - 1),
            [UInt8(ascii: ")")] + [UInt8](repeating: 0x85, count: depth),
            Array("]q\0h\0a".utf8),  // a list that holds itself
        ]
        for pickle in nested {
            let found = problem(Array(head) + pickle + [UInt8(ascii: ".")])
            #expect(found != nil)
        }
    }
}
