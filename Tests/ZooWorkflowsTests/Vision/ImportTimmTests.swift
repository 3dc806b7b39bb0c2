import Foundation
import Testing
import ZooTensor
import ZooTesting
import ZooVision
import ZooWeights
import ZooWorkflows

/// The arrays of a network there, and its answer with weights by a formula: Scripts/goldens/timm_networks.py.
private struct TimmGolden: Decodable {
    struct Array: Decodable {
        let name: String
        let shape: [Int]

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            name = try container.decode(String.self)
            shape = try container.decode([Int].self)
        }

        /// The numbers by the formula; a file's number counts from 1.
        func values(_ number: Int) -> [Float] {
            let values = spread(shape.reduce(1, *), phase: Double(number))
            switch shape.count {
            case 4:
                let factor = (24 / Double(shape[1] * shape[2] * shape[3])).squareRoot()
                return values.map { Float($0 * factor) }
            case 2:
                let factor = (12 / Double(shape[1])).squareRoot()
                return values.map { Float($0 * factor) }
            case _ where name.hasSuffix("running_var") || name.hasSuffix("weight"):
                return values.map { Float(1 + 0.5 * $0) }
            default: return values.map { Float(0.2 * $0) }
            }
        }
    }
    struct Output: Decodable { let values: [Float] }
    let network: String
    let arrays: [Array]
    let size: [Int]
    let output: Output

    /// A file as PyTorch wrote it before 1.6.
    func file(without left: Set<String> = [], prefix: String = "") -> Data {
        var writer = TorchLegacyWriter()
        for (number, array) in arrays.enumerated() where !left.contains(array.name) {
            writer.add(prefix + array.name, array.shape, array.values(number + 1))
        }
        return Data(writer.bytes)
    }
}

private struct TimmGoldens: Decodable {
    let cases: [String: TimmGolden]

    static func read() throws -> [String: TimmGolden] {
        let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../../Goldens/timm.json").standardized
        return try JSONDecoder().decode(TimmGoldens.self, from: Data(contentsOf: file)).cases
    }
}

@Suite struct ImportTimmTests {
    private func importing(
        _ data: Data, as architecture: ImageArchitecture, in workspace: Workspace, classes: Int? = 10,
        configuration: String? = nil
    ) throws -> ImportModelReport {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-timm-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("network.pth")
        try data.write(to: file)
        if let configuration {
            try Data(configuration.utf8).write(to: folder.appendingPathComponent("config.json"))
        }
        var request = ImportModelRequest(file: file.path, architecture: architecture, name: "net", command: "test")
        request.classCount = classes
        return try workspace.importModel(request)
    }

    @Test func networksOfTimmGiveItsAnswers() throws {
        let goldens = try TimmGoldens.read()
        #expect(goldens.count == 10)
        for (name, golden) in goldens {
            let architecture = try #require(ImageArchitecture(named: name), "\(name)")
            #expect(architecture.rawValue == golden.network)
            try withWorkspace { workspace in
                _ = try importing(golden.file(), as: architecture, in: workspace)
                let network = try workspace.model(named: "net", as: StoredVision.self).model.network
                let (height, width) = (golden.size[0], golden.size[1])
                let images = Tensor(
                    spread(height * width * 3, phase: 0.5).map { Float($0 * 2) }, shape: [1, height, width, 3])
                let found = network.logits(images, plan: InferencePlan()).floats
                let scale = (golden.output.values.reduce(0) { $0 + $1 * $1 } / 10).squareRoot()
                let difference = zip(found, golden.output.values).map { abs($0 - $1) }.max() ?? .infinity
                #expect(difference <= 1e-4 * scale, "\(name): \(difference) of \(scale)")
            }
        }
    }

    @Test func networksWithoutHeadsComeInForFineTuning() throws {
        let golden = try #require(try TimmGoldens.read()["mobilenetv3_small_100"])
        let file = golden.file(without: ["classifier.weight", "classifier.bias"], prefix: "backbone.")
        try withWorkspace { workspace in
            #expect(throws: WorkflowError.self) {
                try importing(file, as: .mobilenetV3SmallTimm, in: workspace)  // classes of no head
            }
            let report = try importing(file, as: .mobilenetV3SmallTimm, in: workspace, classes: nil)
            #expect(report.lacksHead && report.classes == 0 && report.prefix == "backbone.")
            #expect(report.lookAlikes == ["mobilenet-v3-small-tf"])
            let stored = try workspace.model(named: "net", as: StoredVision.self).model
            #expect(stored.embeddings.isEmpty && stored.network.featureCount == 1024)
            let error = #expect(throws: WorkflowError.self) {
                try workspace.evaluateVision(model: "net", dataset: "none")
            }
            #expect(error?.description.contains("has no head") == true)
        }
    }

    @Test func filesOfTimmAreNotTakenForTorchvisions() throws {
        let golden = try #require(try TimmGoldens.read()["tf_mobilenetv3_small_100"])
        try withWorkspace { workspace in
            let error = #expect(throws: WorkflowError.self) {
                try importing(golden.file(), as: .mobilenetV3Small, in: workspace)
            }
            #expect(error?.description.contains("--arch mobilenetv3_small_100 or tf_mobilenetv3_small_100") == true)
            let other = #expect(throws: WorkflowError.self) {
                try importing(
                    golden.file(), as: .mobilenetV3SmallTimm, in: workspace,
                    configuration: #"{"architecture": "tf_mobilenetv3_small_100"}"#)
            }
            #expect(other?.description.contains("not mobilenet-v3-small-timm") == true)
        }
    }

    @Test func architecturesGoByTheNamesOfOthers() {
        let names: [(String, ImageArchitecture?)] = [
            ("resnet18", .resnet18), ("ResNet50", .resnet50), ("timm/resnet18d.ra2_in1k", .resnet18D),
            ("mobilenet_v2", .mobilenetV2), ("MobileNetV2", .mobilenetV2), ("mobilenetv2_100.ra_in1k", .mobilenetV2),
            ("efficientnet-lite0", .efficientnetLite0), ("tf_efficientnet_lite0", .efficientnetLite0),
            ("efficientnet_lite0", .efficientnetLite0Timm), ("efficientnet_b0", .efficientnetB0),
            ("mobilenet_v3_small", .mobilenetV3Small), ("convnextv2_pico", .convnextV2Pico), ("resnetaa50", nil),
            ("", nil), ("/", nil),
        ]
        for (name, architecture) in names { #expect(ImageArchitecture(named: name) == architecture, "\(name)") }
        for architecture in ImageArchitecture.allCases {
            for name in architecture.namesInTimm + architecture.otherNames {
                #expect(ImageArchitecture(named: name) == architecture, "\(name)")
            }
        }
    }
}
