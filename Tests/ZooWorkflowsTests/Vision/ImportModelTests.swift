import Foundation
import Testing
import ZooTensor
import ZooTesting
import ZooVision
import ZooWeights
import ZooWorkflows

/// Numbers in -1/2 ..< 1/2 that Scripts/goldens computes alike.
func spread(_ count: Int, phase: Double) -> [Double] {
    (0..<count).map { i in
        let x = Double(i + 1) * 0.6180339887498949 + phase * 0.7548776662466927
        let fraction = (x - x.rounded(.down)) * 97
        return (fraction * fraction).truncatingRemainder(dividingBy: 1) - 0.5
    }
}

private func photographs(_ count: Int, _ size: Int) -> Tensor {
    Tensor(spread(count * size * size * 3, phase: 0.5).map { Float($0 * 2) }, shape: [count, size, size, 3])
}

/// The names and shapes of efficientnet_lite_pytorch, as Scripts/goldens/foreign.py wrote them down.
private func liteNames(classes: Int) throws -> [(name: String, shape: [Int])] {
    let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../../Goldens/lite0-names.txt").standardized
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        let shape = parts[1].split(separator: ",").compactMap { Int($0) }
        return (String(parts[0]), parts[0].hasPrefix("_fc") ? [classes] + shape.dropFirst() : shape)
    }
}

/// The reference's weights by the formula of Scripts/goldens/vision.py, as a legacy file.
private func liteFile(
    classes: Int = 10, without: Set<String> = [], reshaped: String? = nil, emptyHead: [Int]? = nil
) throws -> Data {
    var writer = TorchLegacyWriter()
    var number = 0
    for (name, shape) in try liteNames(classes: classes) {
        guard !name.hasSuffix("num_batches_tracked") else {
            writer.add(name, [], [1])
            continue
        }
        number += 1
        guard !without.contains(name) else { continue }
        if name == "_fc.weight", let emptyHead {
            writer.add(name, emptyHead, [])
            continue
        }
        let values = spread(shape.reduce(1, *), phase: Double(number))
        let scaled: [Double]
        switch shape.count {
        case 4: scaled = values.map { $0 * (24 / Double(shape[1] * shape[2] * shape[3])).squareRoot() }
        case 2: scaled = values.map { $0 * (12 / Double(shape[1])).squareRoot() }
        case _ where name.hasSuffix("running_var") || name.hasSuffix("weight"): scaled = values.map { 1 + 0.5 * $0 }
        default: scaled = values.map { 0.2 * $0 }
        }
        writer.add(name, name == reshaped ? [1] + shape : shape, scaled.map { Float($0) })
    }
    return Data(writer.bytes)
}

extension Workspace {
    fileprivate func importLite(_ file: Data, _ change: (inout ImportModelRequest) -> Void = { _ in }) throws
        -> ImportModelReport
    {
        let url = home.appendingPathComponent("lite.pth")
        try file.write(to: url)
        var request = ImportModelRequest(
            file: url.path, architecture: .efficientnetLite0, name: "lite", command: "test")
        change(&request)
        return try importModel(request)
    }
}

@Suite struct ImportModelTests {
    @Test func anImportedNetworkAnswersAsItsReference() throws {
        let tests = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../ZooVisionTests/x.swift")
            .standardized
        let golden = try GoldenFile(named: "networks", testFile: tests.path).named("efficientnet-lite0").output.tensor()
        try withWorkspace { workspace in
            let report = try workspace.importLite(liteFile()) { $0.classCount = 10 }
            #expect(report.classes == 10 && report.tensors == 247 && report.format == .torchLegacy)
            let stored = try workspace.model(named: "lite", as: StoredVision.self).model
            #expect(stored.classes.last == "class 9" && stored.configuration.preprocessing.size == 224)
            #expect(stored.configuration.preprocessing.normalization == .efficientNetLite)
            let scale = (golden * golden).mean().item.squareRoot()
            let logits = stored.network.logits(photographs(1, 224), plan: InferencePlan())
            try assertClose(logits, golden, relative: 0, absolute: 1e-3 * scale)
        }
    }

    /// The weights are not in the repository: `ZOO_EFFICIENTNET_LITE0` names the file.
    @Test func theRealNetworkAnswersAsItsReference() throws {
        guard let file = ProcessInfo.processInfo.environment["ZOO_EFFICIENTNET_LITE0"] else {
            return print("skipped: ZOO_EFFICIENTNET_LITE0 names no file")
        }
        // Its goldens stand beside this folder.
        let suite = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
        let golden = try GoldenFile(named: "lite0", testFile: suite).named("lite0").output.tensor()
        try withWorkspace { workspace in
            let request = ImportModelRequest(
                file: file, architecture: .efficientnetLite0, name: "lite", command: "test")
            _ = try workspace.importModel(request)
            let stored = try workspace.model(named: "lite", as: StoredVision.self).model
            #expect(stored.classes[281] == "tabby" && stored.classes.count == 1000)
            let logits = stored.network.logits(photographs(2, 224), plan: InferencePlan())
            let difference = zip(logits.floats, golden.floats).map { abs($0 - $1) }.max() ?? .infinity
            print("largest difference of a logit: \(difference)")
            #expect(difference < 1e-3)
        }
    }

    @Test func everyArrayThatDoesNotFitIsNamed() throws {
        try withWorkspace { workspace in
            let file = try liteFile(
                without: ["_blocks.3._bn1.running_var", "_bn1.bias"], reshaped: "_blocks.0._project_conv.weight")
            let error = #expect(throws: ImportMismatch.self) { try workspace.importLite(file) { $0.classCount = 10 } }
            #expect(
                error?.missing.sorted() == ["features.3.0.block.1.1.running_var", "features.8.1.bias"])
            #expect(error?.unexpected == [])
            #expect(
                error?.misshapen == ["_blocks.0._project_conv.weight: [1, 16, 32, 1, 1], not [16, 32, 1, 1]"])
            #expect(error?.fits == nil)
            let models = try workspace.listModels()
            #expect(!models.contains { $0.name == "lite" })
        }
    }

    @Test func headsThatAreNoneAreRefused() throws {
        try withWorkspace { workspace in
            // No numbers, and no network of so many classes is made.
            let claimed = #expect(throws: ImportMismatch.self) {
                try workspace.importLite(liteFile(emptyHead: [2_000_000_000, 0]))
            }
            #expect(claimed?.misshapen.first == "_fc.weight: [2000000000, 0], not [1000, 1280]")
        }
    }

    @Test func weightsOfAnotherNetworkAreToldWhichTheyFit() throws {
        try withWorkspace { workspace in
            let file = try liteFile()
            let error = #expect(throws: ImportMismatch.self) {
                try workspace.importLite(file) { ($0.classCount, $0.architecture) = (10, .resnet18Cifar) }
            }
            #expect(error?.fits == "efficientnet-lite0")
            #expect(error?.missing.contains("layer1.0.conv1.weight") == true)
            #expect(error?.unexpected.contains("_conv_stem.weight") == true)
        }
    }

    @Test func headsOfOtherClassesNeedNamesOrANumber() throws {
        try withWorkspace { workspace in
            let file = try liteFile(classes: 3)
            let unnamed = #expect(throws: WorkflowError.self) { try workspace.importLite(file) }
            #expect(unnamed?.description.contains("has 3 classes") == true)
            let wrong = #expect(throws: ImportMismatch.self) { try workspace.importLite(file) { $0.classCount = 4 } }
            #expect(wrong?.misshapen == ["_fc.weight: [3, 1280], not [4, 1280]", "_fc.bias: [3], not [4]"])
            let names = workspace.home.appendingPathComponent("names.txt")
            try Data("cats\ndogs\n\nhorses\n".utf8).write(to: names)
            _ = try workspace.importLite(file) { $0.classFile = names.path }
            #expect(
                try workspace.model(named: "lite", as: StoredVision.self).model.classes == ["cats", "dogs", "horses"])
            #expect(try workspace.embeddingTable(model: "lite", field: "class").keys == ["cats", "dogs", "horses"])
            try Data("cats\ncats\ndogs\n".utf8).write(to: names)
            #expect(throws: WorkflowError.self) {
                try workspace.importLite(file) { ($0.classFile, $0.isReplacing) = (names.path, true) }
            }
        }
    }

    @Test func whatIsExportedForPyTorchComesBackTheSame() throws {
        try withWorkspace { workspace in
            _ = try workspace.importLite(liteFile()) { $0.classCount = 10 }
            let images = photographs(1, 224)
            let logits = try workspace.model(named: "lite", as: StoredVision.self).model.network.logits(
                images, plan: InferencePlan()
            ).floats
            let file = workspace.home.appendingPathComponent("lite.safetensors").path
            _ = try workspace.exportModel(named: "lite", to: file)
            let head = try ForeignWeights(contentsOf: URL(fileURLWithPath: file)).entries.first { $0.shape.count == 2 }
            #expect(head?.shape == [10, 1280])
            var request = ImportModelRequest(
                file: file, architecture: .efficientnetLite0, name: "again", command: "test")
            request.classCount = 10
            _ = try workspace.importModel(request)
            let again = try workspace.model(named: "again", as: StoredVision.self).model.network.logits(
                images, plan: InferencePlan()
            ).floats
            #expect(again == logits)
        }
    }

    @Test func torchvisionsNamesAreTakenAsTheyAre() throws {
        let drawn = drawnVision()
        var writer = TorchLegacyWriter()
        for named in try drawn.contents().weights {
            writer.add("module." + named.path, named.tensor.shape.dimensions, named.tensor.floats)
        }
        try withWorkspace { workspace in
            _ = try workspace.importLite(Data(writer.bytes)) { ($0.architecture, $0.classCount) = (.resnet20Cifar, 3) }
            let images = photographs(2, 32)
            let read = try workspace.model(named: "lite", as: StoredVision.self).model.network.logits(
                images, plan: InferencePlan()
            ).floats
            #expect(read == drawn.network.logits(images, plan: InferencePlan()).floats)
        }
    }
}
