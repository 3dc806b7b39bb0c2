import Foundation
import Testing
import ZooData
import ZooKernels
import ZooVision
import ZooWeights
import ZooWorkflows

@Suite struct InterpretTests {
    /// Saves an untrained network under the name `m`.
    private func saveModel(_ workspace: Workspace, classes: [String], isMultiLabel: Bool = false) throws {
        var generator = RandomGenerator(seed: 4)
        let network = ImageArchitecture.resnet20Cifar.network(classes: classes.count, using: &generator)
        let stored = StoredVision(
            network: network, classes: classes,
            configuration: VisionFileConfiguration(
                architecture: .resnet20Cifar,
                preprocessing: Preprocessing(size: 16, resize: 1, normalization: .cifar10), isMultiLabel: isMultiLabel))
        let file = try ModelFile(stored.contents(), created: "2026-01-01T00:00:00Z")
        try workspace.weights.save(file) { saved in
            try workspace.data.saveModel(
                CatalogueModel(
                    name: "m", kind: file.kind, architecture: file.architecture, sha256: saved.sha256,
                    bytes: saved.bytes, metrics: "{}", created: file.created))
        }
    }

    private func importImages(_ workspace: Workspace, _ names: [String]) throws -> ImageFolder {
        let folder = try ImageFolder(workspace)
        for name in names { try folder.add(name) }
        var request = ImportImagesRequest(folder: folder.path, name: "d")
        request.isReplacing = true
        _ = try workspace.importImages(request)
        return folder
    }

    @Test func theReportCountsWhatTheModelSays() throws {
        try withWorkspace { workspace in
            let names = (0..<6).map { "valid/a&b/\($0).png" } + (0..<4).map { "valid/<c>/x\($0).png" }
            _ = try importImages(workspace, names + ["train/a&b/t.png", "train/<c>/t.png"])
            try saveModel(workspace, classes: ["other", "<c>", "a&b"])
            var request = InterpretRequest(model: "m", dataset: "d")
            request.output = workspace.home.appendingPathComponent("page.html").path
            let report = try workspace.interpret(request)
            #expect(report.pictures == 10)
            #expect(report.confusion.joined().reduce(0, +) == 10)
            let right = report.classes.reduce(0) { $0 + $1.right }
            #expect(abs(report.accuracy - Double(right) / 10) < 1e-12)
            #expect(report.classes.indices.allSatisfy { report.confusion[$0][$0] == report.classes[$0].right })
            #expect(report.classes.first { $0.name == "a&b" }?.pictures == 6)
            #expect(report.confused.reduce(0) { $0 + $1.pictures } == 10 - right)
            #expect(report.mostWrong.count == 10 - right && report.mostCorrect.count == right)
            #expect(zip(report.mostWrong, report.mostWrong.dropFirst()).allSatisfy { $0.loss >= $1.loss })
            #expect(zip(report.leastSure, report.leastSure.dropFirst()).allSatisfy { $0.probability <= $1.probability })
            let page = try String(contentsOfFile: try #require(request.output), encoding: .utf8)
            #expect(page.contains("&lt;c&gt;") && page.contains("a&amp;b"))
            #expect(!page.contains("<c>") && !page.contains("a&b"))
            #expect(page.components(separatedBy: "data:image/jpeg;base64,").count == 21)
            #expect(!page.contains("http") && !page.contains("<script"))
        }
    }

    @Test func whatDoesNotGoTogetherIsRefused() throws {
        try withWorkspace { workspace in
            let folder = try importImages(
                workspace, ["train/a/1.png", "train/b/1.png", "valid/b/2.png", "test/x.png"])
            try saveModel(workspace, classes: ["a", "b"])
            var request = InterpretRequest(model: "m", dataset: "d")
            _ = try workspace.interpret(request)
            request.split = .test
            #expect(throws: WorkflowError.self) { try workspace.interpret(request) }  // no labels
            let unsaid = #expect(throws: WorkflowError.self) {
                try workspace.evaluateVision(model: "m", dataset: "d", split: .part(.test))
            }
            #expect(unsaid?.description.contains("has no labels") == true)
            try saveModel(workspace, classes: ["a", "c"])
            request.split = .valid
            let error = #expect(throws: WorkflowError.self) { try workspace.interpret(request) }
            #expect(error?.description.contains("'b'") == true)
            try saveModel(workspace, classes: ["a", "b"], isMultiLabel: true)
            #expect(throws: WorkflowError.self) { try workspace.interpret(request) }
            try saveModel(workspace, classes: ["a", "b"])
            try folder.remove("valid/b/2.png")
            let gone = #expect(throws: WorkflowError.self) { try workspace.interpret(request) }
            #expect(gone?.description.contains("2.png") == true)
        }
    }

    @Test func itIsToldHowManyWereLookedAt() throws {
        try withWorkspace { workspace in
            let names = (0..<20).map { "valid/a/\($0).png" } + (0..<280).map { "valid/b/\($0).png" }
            let folder = try importImages(workspace, names + ["train/a/t.png", "train/b/t.png"])
            try saveModel(workspace, classes: ["a", "b"])
            var told: [[Int]] = []
            func check(_ total: Int) {
                #expect(told.count > 1 && told.allSatisfy { $0[1] == total } && told.last?[0] == total)
                #expect(zip(told, told.dropFirst()).allSatisfy { $0[0] < $1[0] })
                told = []
            }
            _ = try workspace.interpret(InterpretRequest(model: "m", dataset: "d")) { told.append([$0, $1]) }
            check(300)
            for tta in [false, true] {
                _ = try workspace.evaluateVision(
                    model: "m", dataset: "d", split: .part(.valid), usesTestTimeAugmentation: tta
                ) {
                    told.append([$0, $1])
                }
                check(300)
            }
            let request = SubmitImagesRequest(
                model: "m", folder: folder.path + "/valid/b", output: TableOutput(workspace.home.path + "/s.csv"))
            _ = try workspace.submitImages(request) { told.append([$0, $1]) }
            check(280)
        }
    }

    @Test func severalLabelsAreCountedOneByOne() throws {
        try withWorkspace { workspace in
            let folder = try ImageFolder(workspace)
            for index in 0..<6 { try folder.add("\(index).png") }
            try folder.write(
                "labels.csv",
                Array("file,tags,split\n0,a b,valid\n1,,valid\n2,b,valid\n3,a,valid\n4,a b,train\n5,a,train\n".utf8))
            var labels = ImageLabels(file: folder.path + "/labels.csv")
            labels.splitColumn = "split"
            var importing = ImportImagesRequest(folder: folder.path, name: "d")
            importing.labels = labels
            _ = try workspace.importImages(importing)
            try saveModel(workspace, classes: ["a", "b"], isMultiLabel: true)
            let report = try workspace.interpret(InterpretRequest(model: "m", dataset: "d"))
            #expect(report.pictures == 4 && report.confusion.isEmpty)
            #expect(report.classes.map(\.pictures) == [2, 2])
            let wrong = report.classes.reduce(0) { $0 + $1.pictures + $1.answered - 2 * $1.right }
            #expect(abs(report.accuracy - (1 - Double(wrong) / 8)) < 1e-12)
        }
    }

    @Test func lookAlikesAreFoundByTheNameOfTheFile() throws {
        try withWorkspace { workspace in
            let folder = try importImages(
                workspace, ["train/a/1.png", "train/b/same.png", "train/a/same.png", "valid/b/3.png"])
            try folder.write("train/b/twin.png", folder.bytes("train/a/1.png"))
            var request = ImportImagesRequest(folder: folder.path, name: "d")
            request.isReplacing = true
            _ = try workspace.importImages(request)
            try saveModel(workspace, classes: ["a", "b"])
            for _ in 0..<2 {  // the second time they are replaced
                let report = try workspace.embedImages(model: "m", dataset: "d")
                #expect(report.pictures == 5 && report.width == 64 && report.field == "image")
            }
            #expect(try workspace.entries(model: "m", field: "image").entries.count == 5)
            let near = try workspace.neighbours(
                model: "m", field: "image", near: "1.png", count: 4, metric: .cosine)
            #expect(near.entries.first?.key == "train/b/twin.png" && near.entries.first?.label == "twin.png")
            #expect((near.entries.first?.value ?? 0) > 0.9999)
            let labels = try workspace.entries(model: "m", field: "image").entries.map(\.label)
            #expect(labels.contains("train/a/same.png") && labels.contains("train/b/same.png"))
            _ = try workspace.neighbours(
                model: "m", field: "image", near: "train/a/same.png", count: 2, metric: .cosine)
        }
    }

    @Test func answersToAFolderAreWrittenAndMatched() throws {
        try withWorkspace { workspace in
            let folder = try ImageFolder(workspace)
            try folder.add("t/2.png", "t/10.jpg", "t/in/x y.png")
            try saveModel(workspace, classes: ["a", "b"])
            let output = workspace.home.appendingPathComponent("s.csv").path
            func rows() throws -> [String] {
                try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").map(String.init)
            }
            var request = SubmitImagesRequest(
                model: "m", folder: folder.path + "/t", output: TableOutput(output, isReplacing: true))
            #expect(try workspace.submitImages(request).columns == ["id", "label"])
            #expect(try rows().map { $0.split(separator: ",")[0] } == ["id", "10", "2", "x y"])
            request.givesProbabilities = true
            request.identifier = .path
            _ = try workspace.submitImages(request)
            #expect(try rows()[0] == "id,a,b" && rows()[3].hasPrefix("in/x y.png,"))
            let sums = try rows().dropFirst().map { row in
                row.split(separator: ",").dropFirst().compactMap { Double($0) }.reduce(0, +)
            }
            #expect(sums.allSatisfy { abs($0 - 1) < 1e-5 })

            let sample = workspace.home.appendingPathComponent("sample.csv").path
            try Data("image,b,a\nx y.png,0,0\n10.jpg,0,0\n2.png,0,0\n".utf8).write(to: URL(fileURLWithPath: sample))
            request = SubmitImagesRequest(
                model: "m", folder: folder.path + "/t", output: TableOutput(output, isReplacing: true))
            request.sample = sample
            #expect(try workspace.submitImages(request).columns == ["image", "b", "a"])
            #expect(try rows().map { $0.split(separator: ",")[0] } == ["image", "x y.png", "10.jpg", "2.png"])
            try Data("image,z\n1,0\n".utf8).write(to: URL(fileURLWithPath: sample))
            #expect(throws: DataError.self) { try workspace.submitImages(request) }
            (request.sample, request.label) = (nil, "nothing")
            #expect(throws: WorkflowError.self) { try workspace.submitImages(request) }
            request.label = nil
            try folder.write("t/broken.jpg", Array("text".utf8))
            let before = try rows()
            let error = #expect(throws: (any Error).self) { try workspace.submitImages(request) }
            #expect(error.map { "\($0)" }?.contains("broken.jpg") == true)
            #expect(try rows() == before)
        }
    }
}
