import Foundation
import Testing
import ZooWeights

/// Files of h5py: Scripts/goldens/hdf5_files.py.
private struct HDF5Files: Decodable {
    let files: [String: String]

    static func read() throws -> [String: Data] {
        let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../Goldens/hdf5.json").standardized
        let files = try JSONDecoder().decode(HDF5Files.self, from: Data(contentsOf: file)).files
        return files.mapValues { Data(base64Encoded: $0) ?? Data() }
    }
}

private func withFile<Result>(_ name: String, _ body: (URL) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-\(UUID().uuidString).h5")
    defer { try? FileManager.default.removeItem(at: url) }
    try (try #require(try HDF5Files.read()[name])).write(to: url)
    return try body(url)
}

private let kernel = WeightEntry(path: "conv/kernel", shape: [2, 3], values: .float32([0, 1, 2, 3, 4, 5]))

@Test func softLinksWithinAFileAreFollowed() throws {
    let contents = try withFile("soft") { try HDF5Contents(contentsOf: $0) }
    #expect(contents.entries.map(\.path) == ["conv/bias", "conv/kernel", "shared/kernel"])
    #expect(contents.entries[1] == kernel)
    #expect(contents.synonyms == [["conv/kernel", "shared/kernel"]])
    let received = try HDF5Contents(handedOver: FileBytes(contents.handedOver()))
    #expect(received.synonyms == contents.synonyms && received.groups == contents.groups)
}

@Test(arguments: ["named", "user block"])
func typesAndBlocksInFrontOfAFileDoNoHarm(_ name: String) throws {
    let weights = try withFile(name) { url in
        #expect(try ForeignWeights.isHDF5(url))
        return try ForeignWeights(contentsOf: url)
    }
    #expect(weights.format == .keras && weights.entries == [kernel])
}

@Test(arguments: [
    ("external", "lead elsewhere"), ("through", "conv/kernel"), ("ring", "nest too deeply"),
    ("newer", "newer HDF5"), ("blosc", "filter 32001"), ("zstd", "filter 32015"),
])
func whatCannotBeReadSaysWhy(_ name: String, _ reason: String) throws {
    let error = #expect(throws: WeightError.self) { try withFile(name) { try HDF5Contents(contentsOf: $0) } }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    if ["newer", "blosc", "zstd"].contains(name) {
        #expect(error?.description.contains("cannot be read here") == true)
    }
}
