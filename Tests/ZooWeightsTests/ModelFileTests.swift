import Foundation
import Testing
import ZooWeights

@Test func aModelFileComesBackAsItWasWritten() throws {
    let model = sampleModel()
    let read = try ModelFile(decoding: model.encoded())
    #expect(read.kind == "collab" && read.architecture == "dot-bias" && read.created == model.created)
    #expect(read.configuration == model.configuration && read.zooVersion == model.zooVersion)
    #expect(read.weights == model.weights)
    #expect(read.statistics == model.statistics)
    #expect(read.optimizer == model.optimizer)
    #expect(read.vocabularies.map(\.field) == ["user", "item", "empty"])
    #expect(read.vocabulary("item") == model.vocabulary("item"))
    #expect(read.vocabulary("empty") == [])
}

@Test func equalModelsMakeEqualBytes() throws {
    let first = try sampleModel().encoded()
    Thread.sleep(forTimeInterval: 1.1)  // a time stamp in the file would have moved on
    #expect(try sampleModel().encoded() == first)
    #expect(WeightStore.sha256(first) == WeightStore.sha256(try sampleModel().encoded()))
}

@Test func filesAreReadAndWrittenFromManyThreads() async throws {
    let expected = try sampleModel().encoded()
    try await withThrowingTaskGroup(of: [UInt8].self) { group in
        for _ in 0..<16 { group.addTask { try ModelFile(decoding: expected).encoded() } }
        for try await bytes in group { #expect(bytes == expected) }
    }
}

@Test func onlyWhatShrinksIsDeflated() throws {
    let zeros = WeightEntry(path: "zeros", shape: [100_000], values: .float32([Float](repeating: 0, count: 100_000)))
    let model = { (entry: WeightEntry) in
        try ModelFile(kind: "k", architecture: "a", weights: [entry], created: "c", zooVersion: "v").encoded().count
    }
    #expect(try model(zeros) < 20_000)
    var state: UInt64 = 1
    let noise = (0..<100_000).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) * 0x1p-24 - 0.5
    }
    let size = try model(WeightEntry(path: "noise", shape: [100_000], values: .float32(noise)))
    #expect(size >= 400_000 && size < 420_000)
}

@Test(arguments: ["", "/a", "a/", "a//b", "a/../b", ".", "a\0b"])
func namesThatNoFileCanHoldAreRefused(path: String) {
    let entry = WeightEntry(path: path, shape: [1], values: .float32([1]))
    let model = ModelFile(kind: "k", architecture: "a", weights: [entry], created: "c", zooVersion: "v")
    #expect(throws: WeightError.self) { try model.encoded() }
}

@Test func theSameNameTwiceIsRefused() {
    let entry = WeightEntry(path: "w", shape: [1], values: .float32([1]))
    let model = ModelFile(kind: "k", architecture: "a", weights: [entry, entry], created: "c", zooVersion: "v")
    #expect(throws: WeightError.invalidEntry(path: "w", reason: "the name is used twice")) { try model.encoded() }
}
