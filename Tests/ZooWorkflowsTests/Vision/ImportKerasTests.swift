import Foundation
import Testing
import ZooTensor
import ZooTesting
import ZooVision
import ZooWeights
import ZooWorkflows

/// An array of Keras's files, as Scripts/goldens/keras_files.py wrote it down.
private struct KerasArray {
    /// In `.h5` files.
    let path: String
    /// In `.weights.h5` files.
    let counted: String
    let shape: [Int]
    /// By the formula of the script.
    let values: [Float]

    static func all(of network: String) throws -> [KerasArray] {
        let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../../Goldens/keras-\(network).txt")
            .standardized
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").enumerated().map { number, line in
            let parts = line.split(separator: " ").map(String.init)
            let shape = parts[2].split(separator: ",").compactMap { Int($0) }
            let values = spread(shape.reduce(1, *), phase: Double(number + 1))
            let scaled: [Double]
            switch shape.count {
            case 4:
                let fan = shape[0] * shape[1] * (shape[3] == 1 ? 1 : shape[2])
                scaled = values.map { $0 * (24 / Double(fan)).squareRoot() }
            case 2: scaled = values.map { $0 * (12 / Double(shape[0])).squareRoot() }
            case _ where parts[0].hasSuffix("gamma") || parts[0].hasSuffix("moving_variance"):
                scaled = values.map { 1 + 0.5 * $0 }
            default: scaled = values.map { 0.2 * $0 }
            }
            return KerasArray(path: parts[0], counted: parts[1], shape: shape, values: scaled.map { Float($0) })
        }
    }

    func entry(_ path: String) -> WeightEntry { WeightEntry(path: path, shape: shape, values: .float32(values)) }
}

extension Workspace {
    /// Imports arrays as if they were those of an HDF5 file.
    fileprivate func importKeras(
        _ entries: [WeightEntry], _ architecture: ImageArchitecture,
        _ change: (inout ImportModelRequest) -> Void = { _ in }
    ) throws -> ImportModelReport {
        let url = home.appendingPathComponent("keras.h5")
        try Data([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]).write(to: url)
        var request = ImportModelRequest(file: url.path, architecture: architecture, name: "keras", command: "test")
        request.classCount = 10
        request.isReplacing = true
        change(&request)
        return try importModel(request) { _ in entries }
    }

    /// The logits of the script's images, normalised as the model has it.
    fileprivate func logits() throws -> Tensor {
        let stored = try model(named: "keras", as: StoredVision.self).model
        let pixels = spread(2 * 64 * 64 * 3, phase: 0.5).map { (($0 + 0.5) * 256).rounded(.down) }
        let normalization = stored.configuration.preprocessing.normalization
        let images = pixels.enumerated().map { index, pixel in
            (Float(pixel) - normalization.mean[index % 3]) / normalization.deviation[index % 3]
        }
        return stored.network.logits(Tensor(images, shape: [2, 64, 64, 3]), plan: InferencePlan())
    }
}

private let networks: [(ImageArchitecture, String)] = [(.resnet50, "resnet50-v1"), (.mobilenetV2, "mobilenet-v2-tf")]

@Suite struct ImportKerasTests {
    @Test(arguments: networks)
    func networksOfKerasAnswerAsThere(_ architecture: ImageArchitecture, _ kept: String) throws {
        let suite = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
        let golden = try GoldenFile(named: "keras", testFile: suite).named(architecture.rawValue).output.tensor()
        let scale = (golden * golden).mean().item.squareRoot()
        let arrays = try KerasArray.all(of: architecture.rawValue)
        try withWorkspace { workspace in
            let report = try workspace.importKeras(arrays.map { $0.entry($0.path) }, architecture)
            #expect(report.architecture == kept && report.format == .keras && report.classes == 10)
            let named = try workspace.logits()
            try assertClose(named, golden, relative: 0, absolute: 1e-4 * scale)
            let counted = try workspace.importKeras(arrays.map { $0.entry($0.counted) }, architecture)
            #expect(counted.format == .keras3)
            #expect(try workspace.logits().floats == named.floats)
        }
    }

    /// Keras 2 wrote `:0` behind names and called a depthwise kernel so; a body within another network lies a group deeper;
    /// what the optimiser kept is of no use here.
    @Test func otherFormsOfTheNamesAreTheSame() throws {
        let arrays = try KerasArray.all(of: "mobilenet-v2")
        let entries = arrays.map { array in
            let parts = array.path.split(separator: "/").map(String.init)
            let name = parts[2].hasSuffix("_depthwise") && parts[3] == "kernel" ? "depthwise_kernel" : parts[3]
            let isHead = parts[2] == "predictions"
            return array.entry(
                isHead ? "dense_4/sequential/dense_4/\(name):0" : "mobilenetv2_1.00_224/\(parts[2])/\(name):0")
        }
        let kept = ["optimizer_weights/adam/dense_kernel_momentum", "optimizer/vars/3"].map {
            WeightEntry(path: $0, shape: [1, 1], values: .float32([1]))
        }
        try withWorkspace { workspace in
            _ = try workspace.importKeras(arrays.map { $0.entry($0.path) }, .mobilenetV2TensorFlow)
            let plain = try workspace.logits().floats
            _ = try workspace.importKeras(entries + kept, .mobilenetV2)
            #expect(try workspace.logits().floats == plain)
        }
    }

    @Test func whatDoesNotFitIsNamedAsInTheFile() throws {
        let arrays = try KerasArray.all(of: "mobilenet-v2")
        let entries = arrays.compactMap { array -> WeightEntry? in
            if array.path.hasSuffix("block_3_expand/kernel") { return nil }
            if array.path.hasSuffix("Conv1/kernel") {
                return WeightEntry(path: array.path, shape: [3, 3, 1, 96], values: .float32(array.values))
            }
            return array.entry(array.path)
        }
        let second = WeightEntry(path: "model_weights/extra/extra/gamma", shape: [1], values: .float32([1]))
        try withWorkspace { workspace in
            let error = #expect(throws: ImportMismatch.self) {
                try workspace.importKeras(entries + [second], .mobilenetV2)
            }
            #expect(error?.missing == ["features.4.conv.0.0.weight"])
            #expect(error?.unexpected == ["model_weights/extra/extra/gamma"])
            #expect(error?.misshapen == ["model_weights/Conv1/Conv1/kernel: [3, 3, 1, 96], not [3, 3, 3, 32]"])
            let other = #expect(throws: ImportMismatch.self) { try workspace.importKeras(entries, .resnet50) }
            #expect(other?.architecture == "resnet50-v1")
            let unknown = #expect(throws: WorkflowError.self) { try workspace.importKeras(entries, .resnet18) }
            #expect(unknown?.description.contains("--arch resnet50 or mobilenet-v2") == true)
        }
    }

    /// Own networks may read pixels otherwise than Keras's: then red stays first.
    @Test func theStemIsTurnedForPixelsInCaffesOrderOnly() throws {
        let arrays = try KerasArray.all(of: "resnet50")
        func stem(_ pixels: ForeignPixels?) throws -> [Float] {
            try withWorkspace { workspace in
                _ = try workspace.importKeras(arrays.map { $0.entry($0.path) }, .resnet50) { $0.pixels = pixels }
                let state = try workspace.model(named: "keras", as: StoredVision.self).model.network.state()
                return try #require(state.first { $0.path == "conv1.weight" }).tensor.floats
            }
        }
        let (turned, plain) = (try stem(nil), try stem(ForeignPixels(.signed)))
        // [64, 3, 7, 7]: the first filter's red, and the file's blue.
        #expect(Array(turned[..<49]) == Array(plain[98..<147]) && Array(turned[49..<98]) == Array(plain[49..<98]))
        #expect(turned != plain)
    }
}
