import Foundation
import Testing
import ZooData
import ZooVision
import ZooWeights
import ZooWorkflows

@Suite struct ImportImagesTests {
    private func summary(_ report: ImagesImportReport) throws -> ImagesSummary {
        guard case .images(let summary) = report.dataset.contents else {
            throw WorkflowError.invalid(what: "", reason: "")
        }
        return summary
    }

    @Test func imagesAreImportedAndReadBack() throws {
        try withWorkspace { workspace in
            let folder = try ImageFolder(workspace)
            try folder.add("train/cats/a b.png", "train/dogs/ü.jpg", "valid/cats/猫.png", "train/cats/c.jpg")
            let report = try workspace.importImages(ImportImagesRequest(folder: folder.path, name: "pets"))
            #expect(report.leftOut.isEmpty && report.notes.isEmpty, "\(report.notes)")
            let stored = try workspace.images(dataset: "pets")
            #expect(stored.classes == ["cats", "dogs"] && !stored.isMultiLabel)
            #expect(
                stored.images(.train).map(\.name) == ["train/cats/a b.png", "train/cats/c.jpg", "train/dogs/ü.jpg"])
            #expect(stored.labels(.train) == [[0], [0], [1]] && stored.labels(.valid) == [[0]])
            #expect(stored.images.allSatisfy { $0.height == 20 && $0.width == 24 })
            let valid = stored.source(.valid)
            #expect(valid.count == 1)
            let wanted = try Image(decoding: folder.bytes("valid/cats/猫.png"))
            #expect(try valid.image(0, shortSide: nil) == wanted)
            #expect(stored.fingerprint == report.dataset.fingerprint && stored.source.count == 4)
        }
    }

    @Test func filesThatAreNoImagesAreListedWithTheReason() throws {
        try withWorkspace { workspace in
            let folder = try ImageFolder(workspace)
            try folder.add("a/1.jpg", "a/2.jpg", "b/1.png", "b/tiny.png", height: 40, width: 40)
            try folder.write("b/tiny.png", ImageFolder.image(1, height: 1, width: 1).pngData())
            try folder.write("a/text.jpg", Array("this is no image\n".utf8))
            try folder.write("a/empty.jpg", [])
            try folder.write("a/cut.jpg", Array(folder.bytes("a/1.jpg").dropLast(200)))
            try folder.write("b/cut.png", Array(folder.bytes("b/1.png").dropLast(30)))
            try folder.write("b/bomb.png", bomb(folder.bytes("b/1.png")))
            let report = try workspace.importImages(ImportImagesRequest(folder: folder.path, name: "d"))
            let reasons = Dictionary(uniqueKeysWithValues: report.leftOut.map { ($0.name, $0.reason) })
            #expect(Set(reasons.keys) == ["a/text.jpg", "a/empty.jpg", "a/cut.jpg", "b/cut.png", "b/bomb.png"])
            #expect(reasons["a/text.jpg"]?.contains("text") == true)
            #expect(reasons["a/empty.jpg"]?.contains("empty") == true)
            #expect(reasons["a/cut.jpg"]?.contains("cut off") == true, "\(reasons)")
            #expect(reasons["b/bomb.png"]?.contains("60000x60000") == true, "\(reasons)")
            #expect(try summary(report).unreadable == 5 && summary(report).images == 4)
            #expect(try summary(report).sizes.minimumHeight == 1)
        }
    }

    /// The head of a PNG that says it has 60,000 x 60,000 pixels.
    private func bomb(_ png: [UInt8]) -> [UInt8] {
        var bytes = png
        for place in [16, 20] { bytes.replaceSubrange(place..<place + 4, with: [0, 0, 0xEA, 0x60]) }
        return bytes
    }

    @Test func everyClassGivesItsShareToValidation() throws {
        try withWorkspace { workspace in
            let folder = try ImageFolder(workspace)
            for index in 0..<20 { try folder.add("many/\(index).png") }
            for index in 0..<2 { try folder.add("few/\(index).png") }
            try folder.add("one/1.png")
            var request = ImportImagesRequest(folder: folder.path, name: "d")
            request.validFraction = 0.25
            let report = try workspace.importImages(request)
            let counts = try summary(report).classes.map { [$0.counts.train, $0.counts.valid] }
            #expect(counts == [[1, 1], [15, 5], [1, 0]])
            let names = try workspace.images(dataset: "d").images(.valid).map(\.name)
            (request.name, request.seed) = ("same", 0)
            _ = try workspace.importImages(request)
            #expect(try workspace.images(dataset: "same").images(.valid).map(\.name) == names)
            (request.name, request.seed) = ("other", 1)
            _ = try workspace.importImages(request)
            #expect(try workspace.images(dataset: "other").images(.valid).map(\.name) != names)
            (request.name, request.validFraction) = ("none", 0)
            #expect(try summary(workspace.importImages(request)).counts.valid == 0)
            (request.name, request.validFraction) = ("wrong", 1)
            #expect(throws: WorkflowError.self) { try workspace.importImages(request) }
        }
    }

    @Test func aLabelKeepsAnImageToLearnItFrom() throws {
        try withWorkspace { workspace in
            let folder = try ImageFolder(workspace)
            var lines = "file,tags\n"
            for index in 0..<40 {
                try folder.add("\(index).png")
                lines += "\(index),common\(index < 10 ? " rare\(index)" : "")\n"
            }
            try folder.write("labels.csv", Array(lines.utf8))
            var request = ImportImagesRequest(folder: folder.path, name: "d")
            request.labels = ImageLabels(file: folder.path + "/labels.csv")
            let report = try workspace.importImages(request)
            #expect(
                try !report.notes.contains { $0.contains("no image to learn") } && summary(report).counts.valid >= 4,
                "\(report.notes)")
            let stored = try workspace.images(dataset: "d")
            #expect(stored.isMultiLabel && Set(stored.labels(.train).joined()).count == 11)
        }
    }

    @Test func oddClassesAreNoted() throws {
        try withWorkspace { workspace in
            let folder = try ImageFolder(workspace)
            try folder.add("train/a/1.png", "train/b/1.png", "valid/a/1.png", "valid/c/2.png")
            try folder.write("valid/a/copy.png", folder.bytes("train/a/1.png"))
            try folder.write("train/empty/x.jpg", Array("x".utf8))
            let report = try workspace.importImages(ImportImagesRequest(folder: folder.path, name: "d"))
            #expect(try workspace.images(dataset: "d").classes == ["a", "b", "c"])
            #expect(report.notes.contains { $0.contains("'c' has no image to learn from") }, "\(report.notes)")
            #expect(report.notes.contains { $0.contains("single image: 'empty'") })
            #expect(report.notes.contains { $0.contains("1 image to measure with is also") })
            var request = ImportImagesRequest(folder: folder.path, name: "valid")
            (request.validFraction, request.packedSize) = (0.2, 16)
            var opened = 0
            #expect(throws: DataError.self) { try workspace.importImages(request) { done, _ in opened = done } }
            #expect(try opened == 0 && workspace.packs.list().isEmpty)
            let lone = try ImageFolder(workspace)
            for name in ["train", "valid"] { try lone.remove(name) }
            try lone.add("only/1.png", "only/2.png")
            let alone = try workspace.importImages(ImportImagesRequest(folder: lone.path, name: "alone"))
            #expect(alone.notes.contains { $0.contains("only class") })
        }
    }

    @Test func whatHoldsNoImageIsRefusedAndNothingIsStored() throws {
        try withWorkspace { workspace in
            let folder = try ImageFolder(workspace)
            try folder.write("a/1.jpg", Array("text".utf8))
            for size in [nil, 32] {
                var request = ImportImagesRequest(folder: folder.path, name: "d")
                request.packedSize = size
                let error = #expect(throws: DataError.self) { try workspace.importImages(request) }
                #expect(error?.description.contains("a/1.jpg") == true)
            }
            #expect(try workspace.data.datasets().isEmpty && workspace.packs.list().isEmpty)
        }
    }

    @Test func anImageThatVanishedOrChangedIsNamed() throws {
        try withWorkspace { workspace in
            let folder = try ImageFolder(workspace)
            try folder.add("a/1.png", "a/2.png", "b/3.png")
            _ = try workspace.importImages(ImportImagesRequest(folder: folder.path, name: "d"))
            let source = try workspace.images(dataset: "d").source
            let old = try folder.bytes("a/1.png")
            var changed = old
            changed[changed.count - 20] ^= 1
            try folder.write("a/1.png", changed)
            let error = #expect(throws: WorkflowError.self) { try source.image(0, shortSide: nil) }
            #expect(error?.description.contains("a/1.png") == true && error?.description.contains("changed") == true)
            try folder.write("a/1.png", old + [0])
            #expect(throws: WorkflowError.self) { try workspace.images(dataset: "d") }
            try folder.remove("a/1.png")
            let gone = #expect(throws: WorkflowError.self) { try workspace.images(dataset: "d") }
            #expect(gone?.description.contains("import the data set again") == true)
            #expect(throws: WorkflowError.self) { try source.image(0, shortSide: nil) }
        }
    }
}
