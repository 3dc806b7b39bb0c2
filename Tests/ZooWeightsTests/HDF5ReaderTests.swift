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
    #expect(try model.weight("half")?.values == .float16([0.5, -2]))
    #expect(
        model.weight("layers.0.weight")
            == WeightEntry(path: "layers.0.weight", shape: [2, 3], values: .float32([0, 1, 2, 3, 4, 5])))
    #expect(try model.weight("big_endian")?.values == .float64([1, 2, 3]))
    #expect(try model.weight("bytes")?.values == .int32([0, 255]))
    #expect(try model.weight("unsigned")?.values == .int64([0, 4_294_967_295]))
    #expect(try model.weight("packed")?.values == .float32([Float](repeating: 0, count: 1000)))
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

@Test func whatAFileClaimsIsCheckedBeforeItIsBelieved() throws {
    let files = try JSONDecoder().decode([String: String].self, from: Data(golden("hostile.json")))
    let reasons = [
        "claims 10^12 numbers": "more than the file holds", "sizes overflow": "overflows",
        "claims 10^9 texts": "more than the file holds", "external link": "lead elsewhere",
        "external storage": "in another file", "virtual data set": "in another file", "soft link": "lead elsewhere",
        "ring of groups": "nest too deeply", "pairs of numbers": "neither floating",
        "text as weights": "neither floating", "numbers as vocabulary": "does not hold text",
        "vocabulary not UTF-8": "not UTF-8", "weights is no group": "weights", "newer format": "has format 99",
        "version is text": "not one integer", "kind is a list": "not one text", "no config": "config",
        "no version": "none that Zoo wrote",
    ]
    #expect(Set(reasons.keys) == Set(files.keys).subtracting(["made_by"]))
    for (name, reason) in reasons {
        // Base64, with the lengths of long runs of zeros between stars.
        let bytes = try #require(files[name]).split(separator: "*", omittingEmptySubsequences: false).enumerated()
            .flatMap { index, part in
                index % 2 == 0
                    ? [UInt8](Data(base64Encoded: String(part)) ?? Data())
                    : [UInt8](repeating: 0, count: Int(part) ?? 0)
            }
        let error = #expect(throws: WeightError.self, "\(name)") { try ModelFile(decoding: bytes) }
        #expect(error?.description.contains(reason) == true, "\(name): \(String(describing: error))")
    }
}
