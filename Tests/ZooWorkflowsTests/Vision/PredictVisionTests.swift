import Foundation
import Testing
import ZooKernels
import ZooTensor
import ZooTesting
import ZooVision
import ZooWeights
import ZooWorkflows

extension Workspace {
    /// Keeps a drawn network as `net`, by way of a weights file.
    fileprivate func keep(_ stored: StoredVision) throws {
        var writer = TorchLegacyWriter()
        for named in try stored.contents().weights {
            writer.add(named.path, named.tensor.shape.dimensions, named.tensor.floats)
        }
        let (file, names) = (home.appendingPathComponent("net.pth"), home.appendingPathComponent("names.txt"))
        try Data(writer.bytes).write(to: file)
        try Data(stored.classes.joined(separator: "\n").utf8).write(to: names)
        var request = ImportModelRequest(
            file: file.path, architecture: stored.configuration.architecture, name: "net", command: "test")
        request.classFile = names.path
        _ = try importModel(request)
    }
}

private func noise(_ size: Int, seed: UInt64) -> Image {
    var generator = RandomGenerator(seed: seed)
    return Image(
        height: size, width: size,
        pixels: (0..<size * size * 3).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
}

@Suite struct PredictVisionTests {
    @Test func imagesAreAnsweredAndThoseThatCannotBeReadAreNamed() throws {
        try withWorkspace { workspace in
            let stored = drawnVision()
            try workspace.keep(stored)
            let folder = workspace.home.appendingPathComponent("images of Übel")
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent("below"), withIntermediateDirectories: true)
            let images = (0..<20).map { noise(40, seed: UInt64($0) + 1) }
            for (number, image) in images.enumerated() {
                let name = number < 10 ? "a\(number).png" : "below/b\(number).PNG"
                try Data(image.pngData()).write(to: folder.appendingPathComponent(name))
            }
            try Data("text".utf8).write(to: folder.appendingPathComponent("broken.jpg"))
            try Data("text".utf8).write(to: folder.appendingPathComponent("ignored.txt"))
            try Data("BM".utf8).write(to: folder.appendingPathComponent("cut.bmp"))
            try Data("\0\0\0\u{18}ftypheic".utf8).write(to: folder.appendingPathComponent("phone.heic"))
            let report = try workspace.predict(images: [folder.path, "/nowhere.png"], with: "net", top: 2)
            #expect(report.passedOver.map { $0.hasSuffix("ignored.txt") } == [true])
            #expect(report.predictions.count == 20)
            #expect(
                report.unreadable.map { $0.file.split(separator: "/").last }
                    == ["broken.jpg", "cut.bmp", "phone.heic", "nowhere.png"])
            #expect(report.unreadable[0].reason.contains("text"))
            var preprocessing = stored.configuration.preprocessing
            (preprocessing.filter, preprocessing.rules) = (.bilinear, .torchvision)  // as PyTorch's are imported
            let inputs = preprocessing.tensor(of: images)
            let expected = stored.network.logits(inputs, plan: InferencePlan()).softmax(axis: -1)
            for (row, prediction) in report.predictions.enumerated() {
                let values = Array(expected.floats[row * 3..<row * 3 + 3])
                let best = try #require(values.indices.max { values[$0] < values[$1] })
                #expect(prediction.class == stored.classes[best] && prediction.top.count == 2)
                #expect(abs(prediction.probability - Double(values[best])) < 1e-4)
            }
            let empty = workspace.home.appendingPathComponent("empty")
            try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
            #expect(try workspace.predict(images: [empty.path], with: "net").unreadable.count == 1)
        }
    }

    @Test func testTimeAugmentationIsTheMeanOfItsViews() throws {
        try withWorkspace { workspace in
            let stored = drawnVision()
            try workspace.keep(stored)
            let paths = try (0..<3).map { number in
                let file = workspace.home.appendingPathComponent("p\(number).png")
                try Data(noise(40, seed: UInt64(number) + 5).pngData()).write(to: file)
                return file.path
            }
            func ask(_ paths: [String], _ isAugmented: Bool = true) throws -> [PredictVisionReport.Prediction] {
                try workspace.predict(
                    images: paths, with: "net", top: 3, usesTestTimeAugmentation: isAugmented, showsViews: isAugmented
                ).predictions
            }
            let (plain, augmented) = (try ask(paths, false), try ask(paths))
            #expect(plain.allSatisfy { $0.views == nil })
            for (one, several) in zip(plain, augmented) {
                let views = try #require(several.views)
                // Small images are mirrored only, and the first view is the image as it is.
                #expect(views.map(\.view) == ["as it is", "mirrored"])
                #expect(views[0].top.map(\.class) == one.top.map(\.class))
                for share in several.top {
                    let parts = views.compactMap { $0.top.first { $0.class == share.class }?.probability }
                    #expect(parts.count == 2 && abs(parts.reduce(0, +) / 2 - share.probability) < 1e-6)
                }
            }
            // What else is asked makes no difference.
            let alone = try ask([paths[2]])[0]
            #expect(alone.top.map(\.probability) == augmented[2].top.map(\.probability))
        }
    }

    @Test func mapsAreWrittenForNamedClasses() throws {
        try withWorkspace { workspace in
            try workspace.keep(drawnVision())
            let (file, output) = (
                workspace.home.appendingPathComponent("p.png"), workspace.home.appendingPathComponent("heat.png")
            )
            try Data(noise(50, seed: 9).pngData()).write(to: file)
            func map(_ name: String?) throws -> ActivationMapReport {
                try workspace.activationMap(
                    model: "net", image: file.path, className: name, output: output.path, isReplacing: true)
            }
            #expect(try map("DOGS").class == "dogs")
            let likeliest = try workspace.predict(images: [file.path], with: "net").predictions[0]
            let report = try map(nil)
            #expect(report.class == likeliest.class && report.width == 50 && report.height == 50)
            let written = try Image(decoding: [UInt8](Data(contentsOf: output)))
            #expect(written.width == 50 && written != noise(50, seed: 9))
            let large = try workspace.activationMap(
                model: "net", image: file.path, className: nil, output: output.path, scale: 3, isReplacing: true)
            #expect(large.width == 150 && large.height == 150)
            #expect(abs(large.peak.x - 3 * report.peak.x) <= 3 && abs(large.peak.y - 3 * report.peak.y) <= 3)
            #expect(try Image(decoding: [UInt8](Data(contentsOf: output))).width == 150)
            let unknown = #expect(throws: WorkflowError.self) { try map("horse") }
            #expect(unknown?.description.contains("'cats', 'dogs', 'Übel'") == true)
            #expect(throws: UnreadableImage.self) {
                try workspace.activationMap(
                    model: "net", image: workspace.home.path, className: nil, output: output.path, isReplacing: true)
            }
        }
    }

    @Test func answersAreCountedByClass() {
        let rows: [Float] = [0.6, 0.3, 0.1, 0.5, 0.4, 0.1, 0.2, 0.2, 0.6, 0.4, 0.4, 0.2]
        let answers = VisionAnswers(
            rows, classes: ["a", "b", "c"], labels: [[0], [1], [2], [1]], isMultiLabel: false)
        #expect(answers.top(1) == 0.5 && answers.top(2) == 1 && answers.accuracy == 0.5)
        // Every class is among as many as there are.
        #expect(answers.top(3) == nil && answers.top(5) == nil)
        let figures = (0..<3).map { answers.figures(of: $0) }
        #expect(figures[0].pictures == 1 && figures[0].recall == 1 && figures[0].precision == 1.0 / 3)
        #expect(figures[1].pictures == 2 && figures[1].recall == 0 && figures[1].precision == nil)
        #expect(figures[2].recall == 1 && figures[2].precision == 1 && figures[2].f1 == 1)
        let several = VisionAnswers(
            [0.5, 0.6, 0.4, 0.1], classes: ["a", "b"], labels: [[1], [0]], isMultiLabel: true)
        #expect(several.top(1) == nil && several.accuracy == 0.5 && several.figures(of: 0).precision == 0)
    }
}
