import Foundation
import Testing
import ZooWeights

private func golden(_ name: String) throws -> [UInt8] {
    let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../Goldens/" + name).standardized
    return [UInt8](try Data(contentsOf: file))
}

@Test func aFileOfH5pyIsRead() throws {
    let model = try ModelFile(decoding: golden("h5py.h5"))
    #expect(model.kind == "h5py's kind" && model.configuration == #"{"factors": 2}"#)
    #expect(model.weight("half")?.values == .float32([0.5, -2]))
    #expect(
        model.weight("layers.0.weight")
            == WeightEntry(path: "layers.0.weight", shape: [2, 3], values: .float32([0, 1, 2, 3, 4, 5])))
    #expect(model.weight("big_endian")?.values == .float64([1, 2, 3]))
    #expect(model.weight("bytes")?.values == .int32([0, 255]))
    #expect(model.weight("unsigned")?.values == .int64([0, 4_294_967_295]))
    #expect(model.weight("packed")?.values == .float32([Float](repeating: 0, count: 1000)))
    #expect(model.vocabulary("item") == ["Amélie (2001)", "七人の侍 (1954)"])
    #expect(model.vocabulary("fixed") == ["one", "three"])
}

@Test(arguments: [[], [0x89], Array("not HDF5 at all, but text".utf8), [UInt8](repeating: 0, count: 5000)])
func whatIsNoHDF5IsRefused(bytes: [UInt8]) {
    #expect(throws: WeightError.self) { try ModelFile(decoding: bytes) }
}

@Test func aFileCutShortIsRefused() throws {
    let bytes = try sampleModel().encoded()
    for length in stride(from: 0, to: bytes.count - 1, by: 97) {
        #expect(throws: WeightError.self) { try ModelFile(decoding: Array(bytes[..<length])) }
    }
}
