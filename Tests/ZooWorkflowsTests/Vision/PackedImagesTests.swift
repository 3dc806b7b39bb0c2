import Foundation
import Testing
import ZooData
import ZooVision
import ZooWeights
import ZooWorkflows

@Suite struct PackedImagesTests {
    private func request(_ folder: ImageFolder, size: Int = 16) -> ImportImagesRequest {
        var request = ImportImagesRequest(folder: folder.path, name: "d")
        request.packedSize = size
        return request
    }

    @Test func packedImagesDoWithoutTheirFiles() throws {
        try withWorkspace { workspace in
            let folder = try ImageFolder(workspace)
            try folder.add("a/1.png", "a/2.png", "b/3.png")
            try folder.write("a/0.jpg", Array("no image".utf8))  // fewer rows than files
            let report = try workspace.importImages(request(folder))
            #expect(report.leftOut.map(\.name) == ["a/0.jpg"])
            let decoded = try Image(decoding: folder.bytes("b/3.png"))
            let wanted = decoded.resized(shortSide: 16).centerCropped(height: 16, width: 16)
            for name in ["a/1.png", "a/2.png", "b/3.png"] { try folder.remove(name) }
            let stored = try workspace.images(dataset: "d")
            #expect(stored.source.count == 3)
            #expect(try stored.source.image(2, shortSide: 100) == wanted)
            #expect(try workspace.packs.list().count == 1)
        }
    }

    /// As a whole the second would be nine gigabytes.
    @Test func ofAStripTheMiddleIsPacked() throws {
        try withWorkspace { workspace in
            let folder = try ImageFolder(workspace)
            try folder.add("a/1.png", height: 4, width: 401)
            try folder.add("b/2.png", height: 60_000, width: 1)
            let report = try workspace.importImages(request(folder, size: 224))
            #expect(report.leftOut.isEmpty)
            let source = try workspace.images(dataset: "d").source
            let whole = try Image(decoding: folder.bytes("a/1.png")).resized(shortSide: 224)
            #expect(try source.image(0, shortSide: nil) == whole.centerCropped(height: 224, width: 224))
            #expect(try source.image(1, shortSide: nil).height == 224)
        }
    }

    @Test func aPackIsKeptWhileADataSetNamesIt() throws {
        try withWorkspace { workspace in
            let folder = try ImageFolder(workspace)
            try folder.add("a/1.png", "b/3.png")
            _ = try workspace.importImages(request(folder))
            var second = request(folder)
            second.name = "twin"
            _ = try workspace.importImages(second)
            #expect(try workspace.packs.list().count == 1)
            try workspace.removeDataset(named: "d")
            #expect(try workspace.packs.list().count == 1)
            _ = try workspace.sweepFiles()
            _ = try workspace.images(dataset: "twin").source.image(0, shortSide: nil)
            second.packedSize = 8
            second.isReplacing = true
            _ = try workspace.importImages(second)
            #expect(try workspace.packs.list().count == 1)
            #expect(try workspace.images(dataset: "twin").source.image(0, shortSide: nil).height == 8)
            try workspace.removeDataset(named: "twin")
            #expect(try workspace.packs.list().isEmpty)
        }
    }

    @Test func aPackThatChangedOrVanishedIsNamed() throws {
        try withWorkspace { workspace in
            let folder = try ImageFolder(workspace)
            try folder.add("a/1.png", "b/3.png")
            _ = try workspace.importImages(request(folder))
            let file = try #require(try workspace.packs.list().first)
            var bytes = [UInt8](try Data(contentsOf: file.url))
            bytes[bytes.count - 1] ^= 1
            try Data(bytes).write(to: file.url)
            let changed = #expect(throws: WorkflowError.self) { try workspace.images(dataset: "d") }
            #expect(changed?.description.contains("import the data set again") == true)
            try FileManager.default.removeItem(at: file.url)
            let gone = #expect(throws: WorkflowError.self) { try workspace.images(dataset: "d") }
            #expect(gone?.description.contains("vanished") == true)
        }
    }

    @Test func packsAreVerifiedByTheDataSetsThatNameThem() throws {
        try withWorkspace { workspace in
            let folder = try ImageFolder(workspace)
            try folder.add("a/1.png", "b/3.png")
            for (name, size) in [("d", 16), ("same", 16), ("small", 8)] {
                var asked = request(folder, size: size)
                asked.name = name
                _ = try workspace.importImages(asked)
            }
            #expect(try workspace.verifyModels().packs.intact == ["d", "same", "small"])
            let orphan = String(repeating: "a", count: 64)
            try Data("nobody's".utf8).write(to: workspace.packs.url(sha256: orphan))
            let swollen = try workspace.verifyModels()
            #expect(swollen.isSound && swollen.packs.orphans == [orphan] && swollen.orphans.isEmpty)
            let hashes = Dictionary(
                uniqueKeysWithValues: try workspace.data.packedDatasets().map { ($0.dataset, $0.sha256) })
            let file = workspace.packs.url(sha256: try #require(hashes["d"]))
            var bytes = [UInt8](try Data(contentsOf: file))
            bytes[bytes.count / 2] ^= 1
            try Data(bytes).write(to: file)
            try FileManager.default.removeItem(at: workspace.packs.url(sha256: try #require(hashes["small"])))
            let broken = try workspace.verifyModels()
            #expect(!broken.isSound && broken.packs.damaged == ["d", "same"] && broken.packs.missing == ["small"])
            // What a data set names is nothing to sweep, damaged or not.
            #expect(try workspace.sweepFiles() == ["packs/\(orphan).h5"])
            #expect(try workspace.packs.list().map(\.sha256) == [hashes["d"]])
        }
    }

    @Test func manyThreadsReadAtOnce() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-pack-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = WeightStore(directory: folder)
        var layout: PixelLayout?
        var saved: StoredFile?
        try store.savePixels(most: 300, size: 8) { sink in
            for row in 0..<300 { try sink.add([UInt8](repeating: UInt8(row % 251), count: 192)) }
        } commit: {
            (saved, layout) = ($0, $1)
        }
        let file = try PixelFile(
            try #require(saved).url, sha256: try #require(saved).sha256, layout: try #require(layout))
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for start in 0..<8 {
                group.addTask {
                    try stride(from: start, to: 300, by: 3).allSatisfy { row in
                        try file.pixels(row: row) == [UInt8](repeating: UInt8(row % 251), count: 192)
                    }
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    @Test func aFailureWhileFillingLeavesNothing() throws {
        struct Injected: Error {}
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-pack-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(throws: Injected.self) {
            try WeightStore(directory: folder).savePixels(most: 3, size: 8) { sink in
                try sink.add([UInt8](repeating: 0, count: 192))
                throw Injected()
            } commit: { _, _ in
            }
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(left == [".lock"], "\(left)")
    }
}
