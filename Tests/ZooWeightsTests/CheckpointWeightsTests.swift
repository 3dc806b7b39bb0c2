import Foundation
import Testing
import ZooWeights

/// Checkpoints of PyTorch with much beside the weights, made by Scripts/goldens/foreign.py.
private struct CheckpointGoldens: Decodable {
    struct Expected: Decodable {
        let shape: [Int]
        let values: [Float]
    }
    let expected: [String: Expected]
    let good: [String: Data]
    let both: [String: Data]
    let refused: [String: Data]

    static let all: CheckpointGoldens? = {
        let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../Goldens/checkpoints.json").standardized
        return try? JSONDecoder().decode(CheckpointGoldens.self, from: Data(contentsOf: file))
    }()
}

@Suite struct CheckpointWeightsTests {
    private let goldens: CheckpointGoldens

    init() throws { goldens = try #require(CheckpointGoldens.all) }

    /// Whether the entries are the weights of the script, times a number.
    private func expect(_ weights: ForeignWeights, times factor: Float, _ name: String) throws {
        #expect(Set(weights.entries.map(\.path)) == Set(goldens.expected.keys), "\(name)")
        for entry in weights.entries {
            let expected = goldens.expected[entry.path]
            #expect(entry.shape == expected?.shape, "\(name): \(entry.path)")
            #expect(try entry.values.floats == expected?.values.map { $0 * factor }, "\(name): \(entry.path)")
        }
    }

    @Test func whatLiesBesideTheWeightsDoesNotMatter() throws {
        #expect(goldens.good.count > 30)
        for (name, file) in goldens.good {
            do { try expect(ForeignWeights(decoding: [UInt8](file)), times: 1, name) } catch {
                Issue.record("\(name): \(error)")
            }
        }
    }

    @Test func averagedWeightsAreTakenOnlyWhereTheyAreAskedFor() throws {
        for (name, file) in goldens.both {
            let raw = try ForeignWeights(decoding: [UInt8](file))
            #expect(raw.place == "state_dict" && raw.otherPlace == name)
            try expect(raw, times: 1, name)
            let averaged = try ForeignWeights(decoding: [UInt8](file), choice: .ema)
            #expect(averaged.place == name && averaged.otherPlace == "state_dict")
            try expect(averaged, times: 2, name)
        }
        let plain = [UInt8](try #require(goldens.good["place model"]))
        let none = #expect(throws: ForeignError.self) { try ForeignWeights(decoding: plain, choice: .ema) }
        #expect(none?.description.contains("no averaged weights") == true)
        let alone = [UInt8](try #require(goldens.good["averaged ema"]))
        let refused = #expect(throws: ForeignError.self) { try ForeignWeights(decoding: alone, choice: .raw) }
        #expect(refused?.description.contains("averaged weights alone, under 'ema'") == true)
    }

    @Test func aWeightThatNeedsSomethingUnknownIsRefusedByName() throws {
        let reasons = [
            "quantised": "_rebuild_qtensor", "sparse": "_rebuild_sparse_tensor",
            "whole module": "torch.nn.modules.linear.Linear", "system beside": "posix.system",
        ]
        #expect(Set(reasons.keys) == Set(goldens.refused.keys))
        for (name, file) in goldens.refused {
            let error = #expect(throws: ForeignError.self) { try ForeignWeights(decoding: [UInt8](file)) }
            #expect(error?.description.contains(reasons[name] ?? "?") == true, "\(name): \(error?.description ?? "")")
        }
    }

    /// Two shards and their index, as large models are written; w = g * v / |v| for the lengths and directions of one.
    @Test func shardsAndWeightNormBecomeOneSetOfWeights() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shards-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ name: String, _ entries: [WeightEntry]) throws {
            let bytes = try HDF5Contents(entries: entries).handedOver()
            try Data(bytes).write(to: folder.appendingPathComponent(name))
        }
        try write(
            "a.safetensors",
            [
                WeightEntry(path: "l.weight_g", shape: [2, 1], values: .float32([10, 2])),
                WeightEntry(path: "l.weight_v", shape: [2, 2], values: .float32([3, 4, 0, 5])),
                // Along the second axis it is another norm.
                WeightEntry(path: "m.weight_g", shape: [1, 2], values: .float32([1, 1])),
                WeightEntry(path: "m.weight_v", shape: [2, 2], values: .float32([3, 4, 0, 5])),
            ])
        let both = try ForeignWeights(
            contentsOf: folder.appendingPathComponent("a.safetensors"))
        #expect(both.entries.map(\.path) == ["l.weight", "m.weight_g", "m.weight_v"])
        try write("b.safetensors", [WeightEntry(path: "l.bias", shape: [1], values: .float32([7]))])
        let index = folder.appendingPathComponent("model.safetensors.index.json")
        func weights(_ bias: String) throws -> ForeignWeights {
            let map = #"{"weight_map":{"l.weight_g":"a.safetensors","l.weight_v":"a.safetensors","l.bias":"\#(bias)"}}"#
            try Data(map.utf8).write(to: index)
            return try ForeignWeights(contentsOf: index)
        }
        let read = try weights("b.safetensors")
        #expect(
            read.entries == [
                WeightEntry(path: "l.weight", shape: [2, 2], values: .float32([6, 8, 0, 2])),
                WeightEntry(path: "l.bias", shape: [1], values: .float32([7])),
            ])
        #expect(throws: ForeignFileError.self) { try weights("a.safetensors") }
        #expect(throws: ForeignFileError.self) { try weights("../b.safetensors") }
        #expect(throws: ForeignFileError.self) { try weights("c.safetensors") }
    }
}
