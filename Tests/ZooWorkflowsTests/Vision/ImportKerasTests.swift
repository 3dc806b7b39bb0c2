import Foundation
import Testing
import ZooTensor
import ZooTesting
import ZooVision
import ZooWeights
import ZooWorkflows

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

    /// As hard and soft links give them: the head under two names of no meaning here, a convolution under its own and another.
    @Test func anArrayWithSeveralNamesIsReadUnderTheOneThatFits() throws {
        let arrays = try KerasArray.all(of: "mobilenet-v2")
        try withWorkspace { workspace in
            _ = try workspace.importKeras(arrays.map { $0.entry($0.path) }, .mobilenetV2)
            let plain = try workspace.logits().floats
            var (entries, synonyms) = ([WeightEntry](), [[String]]())
            for array in arrays {
                var names = [array.path]
                if array.path.hasSuffix("block_3_expand/kernel") { names = ["first/kernel", array.path] }
                if array.path.contains("predictions") {
                    names = ["answers", "again"].map { array.path.replacing("predictions", with: $0) }
                }
                entries += names.map { array.entry($0) }
                if names.count > 1 { synonyms.append(names) }
            }
            let report = try workspace.importKeras(entries, .mobilenetV2, synonyms: synonyms)
            #expect(try workspace.logits().floats == plain && report.classes == 10)
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
            #expect(other?.architecture == "resnet50")
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
