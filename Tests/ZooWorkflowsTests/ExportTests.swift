import Foundation
import Testing
import ZooCollab
import ZooKernels
import ZooNN
import ZooTabular
import ZooTensor
import ZooTesting
import ZooText
import ZooVision
import ZooWeights
import ZooWorkflows

/// Exports hold the weights of linear layers as PyTorch does, [out, in], whatever the kind and the format version.
@Suite struct ExportTests {
    /// The arrays of a model as its safetensors has them.
    private func exported(_ name: String, _ zoo: Workspace) throws -> [String: Tensor] {
        let file = zoo.home.appendingPathComponent(name + ".safetensors")
        _ = try zoo.exportModel(named: name, to: file.path)
        let entries = try ForeignWeights(contentsOf: file).entries
        return Dictionary(
            uniqueKeysWithValues: try entries.compactMap { entry in
                try entry.values.floats.map { (entry.path, Tensor($0, shape: Shape(entry.shape))) }
            })
    }

    private func importModel(_ name: String, from folder: String, _ zoo: Workspace) throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Goldens/\(folder)/\(name).h5")
        _ = try zoo.importOwnModel(ModelFile(contentsOf: file), as: name, command: "test")
    }

    /// torch.nn.functional.linear of arrays by a layer's path.
    private func linear(_ x: Tensor, _ arrays: [String: Tensor], _ path: String) throws -> Tensor {
        let product = x.matmul(try #require(arrays[path + ".weight"]), transposeOther: true)
        return arrays[path + ".bias"].map { product + $0 } ?? product
    }

    @Test func aLanguageModelOfEitherVersionHasTorchsDecoder() throws {
        try withWorkspace { zoo in
            try importModel("lstm", from: "Version1", zoo)
            try zoo.importSmallText()
            try zoo.trainSmallText()
            for name in ["lstm", "m"] {
                let stored = try zoo.model(named: name, as: StoredLanguageModel.self).model
                var generator = RandomGenerator(seed: 1)
                let output = stored.model(Tensor([Int32(0), 1, 2, 3], shape: [4, 1]), using: &generator)
                let arrays = try exported(name, zoo)
                let logits = try linear(output.encoded.raw, arrays, "decoder")
                #expect(arrays["decoder.weight"]?.shape[0] == stored.tokenizer.vocabulary.count)
                try assertClose(logits, output.logits, relative: 1e-5, absolute: 1e-6)
            }
        }
    }

    @Test func aClassifiersHeadIsTorchs() throws {
        try withWorkspace { zoo in
            try importModel("classifier", from: "Version1", zoo)
            let stored = try zoo.model(named: "classifier", as: StoredTextClassifier.self).model
            let arrays = try exported("classifier", zoo)
            let layers = stored.classifier.head.submodules(of: Linear.self)
            #expect(layers.count == 2)
            var generator = RandomGenerator(seed: 1)
            for (layer, path) in zip(layers, ["head.2", "head.6"]) {
                let x = Tensor.normal([3, layer.weight.shape[0]], using: &generator)
                try assertClose(linear(x, arrays, path), layer(x), relative: 1e-5, absolute: 1e-6)
            }
        }
    }

    @Test func aNetworkOfImagesHasTorchvisionsHead() throws {
        try withWorkspace { zoo in
            let head = try zoo.model(named: "cifar10-resnet", as: StoredVision.self).model.network.head
            var generator = RandomGenerator(seed: 1)
            let x = Tensor.normal([3, head.weight.shape[0]], using: &generator)
            let arrays = try exported("cifar10-resnet", zoo)
            try assertClose(linear(x, arrays, "fc"), head(x), relative: 1e-5, absolute: 1e-6)
        }
    }

    @Test func aTablesLayersAreTorchs() throws {
        try withWorkspace { zoo in
            try importModel("table", from: "Version1", zoo)
            let model = try zoo.model(named: "table", as: StoredTabular.self).model.model
            let arrays = try exported("table", zoo)
            var generator = RandomGenerator(seed: 1)
            for (path, weight) in [
                ("layers.0.linear", model.members[0].hidden[0]), ("output", model.members[0].output),
            ] {
                let exported = try #require(arrays[path + ".weight"])
                let (outputs, inputs) = (exported.shape[0], exported.shape[1])
                let x = Tensor.normal([2, inputs], using: &generator)
                let bias = arrays[path + ".bias"].map { $0.floats } ?? Array(repeating: 0, count: outputs)
                let product = x.matmul(Tensor(weight, shape: [inputs, outputs])) + Tensor(bias, shape: [outputs])
                try assertClose(linear(x, arrays, path), product, relative: 1e-5, absolute: 1e-6)
            }
        }
    }

    @Test func aNeuralRecommendersLayersAreTorchs() throws {
        try withWorkspace { zoo in
            try importModel("neural", from: "Collab", zoo)
            let model = try zoo.model(named: "neural", as: (any StoredRecommender).self).model
            let neural = try #require(model as? NeuralModel)
            let arrays = try exported("neural", zoo)
            // Two users, two items: embeddings side by side, then linear layers with ReLU between, and the range.
            let rows = Tensor([Int32(0), 1], shape: [2])
            let users = try #require(arrays["user.weight"]).gathered(rows: rows)
            var x = Tensor.concatenated([users, try #require(arrays["item.weight"]).gathered(rows: rows)], axis: 1)
            for index in neural.layers.indices {
                x = try linear(x, arrays, "layers.\(index)")
                if index + 1 < neural.layers.count { x = x.relu() }
            }
            let range = neural.range
            let ratings = x.sigmoid() * Double(range.upper - range.lower) + Double(range.lower)
            let wanted = neural.expectedRatings(users: [0, 1], items: [0, 1])
            try assertClose(ratings, Tensor(wanted, shape: [2, 1]), relative: 1e-5, absolute: 1e-5)
        }
    }

    /// The names and shapes are those of PyTorch's modules in `Scripts/compare-models/exports.py`, which loads them strictly.
    @Test func namesAndShapesStayInAllFormats() throws {
        let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Goldens/export-names.txt")
        let wanted = try String(contentsOf: golden, encoding: .utf8).split(separator: "\n").map(String.init)
        try withWorkspace { zoo in
            let files = [
                ("lstm", "Version1"), ("classifier", "Version1"), ("table", "Version1"), ("ease", "Version1"),
                ("dot-bias", "Collab"), ("neural", "Collab"),
            ]
            for (name, folder) in files { try importModel(name, from: folder, zoo) }
            for name in files.map(\.0) + ["cifar10-resnet"] {
                let (plain, hdf5) = (
                    zoo.home.appendingPathComponent("m.safetensors"), zoo.home.appendingPathComponent("m.h5")
                )
                for file in [plain, hdf5] {
                    _ = try zoo.exportModel(named: name, to: file.path, isReplacing: true)
                }
                let entries = try ForeignWeights(contentsOf: plain).entries
                let lines = entries.map { "\(name) \($0.path) " + $0.shape.map(String.init).joined(separator: ",") }
                #expect(lines.sorted() == wanted.filter { $0.hasPrefix(name + " ") }.sorted())
                let stored = try ModelFile(contentsOf: hdf5)
                #expect(stored.formatVersion == ModelFile.newestVersion)
                for entry in stored.weights { #expect(entries.contains(entry), "\(name): \(entry.path)") }
            }
        }
    }

    @Test func aConfigurationIsNotLeftBesideOtherWeights() throws {
        try withWorkspace { zoo in
            var generator = RandomGenerator(seed: 2)
            let stored = StoredVision(
                network: ImageArchitecture.mobilenetV2.network(classes: 2, using: &generator), classes: ["a", "b"],
                configuration: VisionFileConfiguration(
                    architecture: .mobilenetV2,
                    preprocessing: ImageArchitecture.mobilenetV2.usualPreprocessing(size: 64)))
            _ = try zoo.importOwnModel(
                ModelFile(stored.contents(), created: "2026-12-01T00:00:00Z"), as: "images", command: "test")
            try importModel("table", from: "Version1", zoo)
            let file = zoo.home.appendingPathComponent("model.safetensors").path
            let configuration = zoo.home.appendingPathComponent("config.json")
            _ = try zoo.exportModel(named: "images", to: file)
            try FileManager.default.removeItem(atPath: file)
            #expect(throws: WorkflowError.self) { try zoo.exportModel(named: "table", to: file) }
            #expect(!FileManager.default.fileExists(atPath: file))
            _ = try zoo.exportModel(named: "table", to: file, isReplacing: true)
            #expect(!FileManager.default.fileExists(atPath: configuration.path))
            // Somebody else's stays, and the export is refused.
            try Data(#"{"architecture": "resnet18"}"#.utf8).write(to: configuration)
            #expect(throws: WorkflowError.self) { try zoo.exportModel(named: "table", to: file, isReplacing: true) }
            #expect(FileManager.default.fileExists(atPath: configuration.path))
        }
    }

    @Test func whatTimmHasGetsItsNamesAndConfiguration() throws {
        try withWorkspace { zoo in
            var generator = RandomGenerator(seed: 2)
            for (architecture, layers) in [
                (
                    ImageArchitecture.efficientnetLite0,
                    ["conv_stem", "blocks.0.0.conv_pw", "blocks.2.1.bn3", "blocks.6.0.conv_pwl", "conv_head"]
                ),
                (.mobilenetV2, ["conv_stem", "blocks.0.0.bn2", "blocks.5.2.conv_dw", "blocks.6.0.bn3", "bn2"]),
            ] {
                let stored = StoredVision(
                    network: architecture.network(classes: 3, using: &generator), classes: ["a", "b", "c"],
                    configuration: VisionFileConfiguration(
                        architecture: architecture, preprocessing: architecture.usualPreprocessing(size: 224)))
                let name = architecture.rawValue
                _ = try zoo.importOwnModel(
                    ModelFile(stored.contents(), created: "2026-12-01T00:00:00Z"), as: name, command: "test")
                let file = zoo.home.appendingPathComponent("model.safetensors")
                _ = try zoo.exportModel(named: name, to: file.path, isReplacing: true)
                let paths = Set(try ForeignWeights(contentsOf: file).entries.map(\.path))
                #expect(paths.allSatisfy { !$0.hasPrefix("features") })
                for layer in layers { #expect(paths.contains(layer + ".weight"), "\(layer)") }
                let text = try String(contentsOf: zoo.home.appendingPathComponent("config.json"), encoding: .utf8)
                #expect(text.contains(#""label_names" : ["#) && text.contains(#""crop_pct" : 0.875"#))
            }
        }
    }
}
