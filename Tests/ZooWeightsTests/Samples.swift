import Foundation
import ZooWeights

/// A small model with every kind of content.
func sampleModel(bias: Float = 0.25, created: String = "2026-11-23T12:00:00Z") -> ModelFile {
    let many = (0..<3000).map { sinf(Float($0)) }
    return ModelFile(
        kind: "collab", architecture: "dot-bias", configuration: #"{"factors":3,"title":"Amélie"}"#,
        weights: [
            WeightEntry(path: "users.weight", shape: [1000, 3], values: .float32(many)),
            WeightEntry(path: "items.weight", shape: [2, 3], values: .float32([1, -2, 3, 0.5, .infinity, -0.0])),
            WeightEntry(path: "half.weight", shape: [2, 2], values: .float16([1.5, -0.1, 65504, 6e-8])),
            WeightEntry(path: "a.bias", shape: [], values: .float32([bias])),
            WeightEntry(path: "empty.weight", shape: [0, 4], values: .float32([])),
        ],
        vocabularies: [("user", ["1", "2"]), ("item", ["Amélie (2001)", "", "七人の侍 (1954)"]), ("empty", [])],
        statistics: [
            WeightEntry(path: "item.count", shape: [3], values: .int64([1, 1 << 40, -1])),
            WeightEntry(path: "item.mean", shape: [3], values: .float64([0.1, .pi, 4])),
        ],
        optimizer: [
            WeightEntry(path: "adam/step", shape: [], values: .int32([7])),
            WeightEntry(path: "adam/first/users.weight", shape: [2], values: .float32([1, 2])),
        ], created: created, zooVersion: "0.1.0")
}

/// Runs `body` with a new folder, which is removed afterwards.
func withTemporaryFolder<R>(_ body: (URL) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
