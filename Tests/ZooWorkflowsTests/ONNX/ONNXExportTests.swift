import Foundation
import Testing
import ZooCollab
import ZooKernels
import ZooNN
import ZooTensor
import ZooTesting
import ZooVision
import ZooWeights
import ZooWorkflows

/// What ONNX files hold, read back; `Scripts/compare-models/onnx_models.py` compares their answers in onnxruntime.
@Suite struct ONNXExportTests {
    private func export(_ name: String, _ zoo: Workspace, _ answer: ONNXAnswer? = nil) throws -> ONNXReader {
        let file = zoo.home.appendingPathComponent(name + ".onnx")
        _ = try zoo.exportModel(named: name, to: file.path, answer: answer, isReplacing: true)
        let first = try Data(contentsOf: file)
        _ = try zoo.exportModel(named: name, to: file.path, answer: answer, isReplacing: true)
        #expect(try Data(contentsOf: file) == first)
        let model = try #require(try ONNXReader(contentsOf: file))
        #expect(model.undefined.isEmpty)
        #expect(model.versions["file"] == 9 && model.versions[""] == 20)
        #expect(model.metadata["zoo_version"] != nil && model.metadata["architecture"] != nil)
        return model
    }

    private func importModel(_ name: String, from folder: String, _ zoo: Workspace) throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Goldens/\(folder)/\(name).h5")
        _ = try zoo.importOwnModel(ModelFile(contentsOf: file), as: name, command: "test")
    }

    @Test func aNetworkOfImagesTakesPixelsAndHasTorchvisionsNames() throws {
        try withWorkspace { zoo in
            let model = try export("cifar10-resnet", zoo)
            #expect(model.inputs == ["1 images[batch,3,32,32]"])
            #expect(model.outputs == ["1 logits[batch,10]", "1 probabilities[batch,10]"])
            #expect(model.operations.prefix(3) == ["Sub", "Div", "Conv"])
            #expect(model.operations.suffix(5) == ["Flatten", "Gemm", "Identity", "Softmax", "Identity"])
            #expect(model.shapes["layer1.0.conv1.weight"]?.count == 4)
            #expect(model.shapes["fc.weight"]?.first == 10)
            #expect(model.metadata["vocab.class"]?.hasPrefix(#"["airplane""#) == true)
            #expect(model.metadata["preprocessing"]?.contains(#""size":32"#) == true)
        }
    }

    @Test(arguments: [
        ImageArchitecture.resnet50, .resnet18Cifar, .mobilenetV2, .mobilenetV2TensorFlow,
        .efficientnetLite0, .resnet18Fastai, .resnet50Fastai, .resnet26D, .mobilenetV3Small,
        .mobilenetV3SmallTensorFlow,
        .efficientnetB0, .efficientnetB0TensorFlow, .convnextAtto, .convnextV2Atto,
    ])
    func theLayersOfANetworkGiveItsAnswers(_ architecture: ImageArchitecture) throws {
        var generator = RandomGenerator(seed: 3)
        let network = architecture.network(classes: 5, using: &generator)
        let described = try #require(network as? any DescribesLayers)
        let images = Tensor.normal([2, 40, 40, 3], using: &generator)
        let wanted = network.logits(images, .inference, using: &generator)
        try assertClose(described.graph.logits(images), wanted, relative: 1e-4, absolute: 1e-5)
    }

    @Test func aTableTakesItsColumns() throws {
        try withWorkspace { zoo in
            try importModel("table", from: "Version1", zoo)
            let model = try export("table", zoo)
            #expect(model.inputs.allSatisfy { $0.hasSuffix("[batch,1]") })
            #expect(model.shapes["embeddings.0.weight"]?.count == 2)
            #expect(model.operations.contains("BatchNormalization"))
        }
    }

    @Test func aRecommenderTakesPairsWithARowForOthers() throws {
        try withWorkspace { zoo in
            try importModel("neural", from: "Collab", zoo)
            let model = try export("neural", zoo)
            #expect(model.inputs == ["7 user[pairs]", "7 item[pairs]"])
            #expect(model.outputs == ["1 rating[pairs]", "1 score[pairs]"])
            let users = try JSONDecoder().decode(
                [String].self, from: Data(try #require(model.metadata["vocab.user"]).utf8))
            #expect(model.shapes["user.weight"]?.first == users.count + 1)
            #expect(throws: WorkflowError.self) { try export("neural", zoo, .scores) }
        }
    }

    @Test func aLanguageModelTakesTokensAndState() throws {
        try withWorkspace { zoo in
            let model = try export("nietzsche-lstm", zoo)
            #expect(model.inputs.first == "7 tokens[batch,time]")
            #expect(model.inputs.contains { $0.hasPrefix("1 cell_0[1,batch,") })
            #expect(model.outputs.contains { $0.hasPrefix("1 next_hidden_0[1,batch,") })
            #expect(model.operations.count { $0 == "LSTM" } == 2)
        }
    }

    @Test func aClassifierTakesTokensAndLengths() throws {
        try withWorkspace { zoo in
            try importModel("classifier", from: "Version1", zoo)
            let model = try export("classifier", zoo)
            #expect(model.inputs == ["7 tokens[batch,time]", "7 lengths[batch]"])
            #expect(model.outputs.first == "8 label[batch]")
        }
    }

    @Test func aBlendScoresHistoriesOrPredictsRatings() throws {
        try withWorkspace { zoo in
            let scores = try export("movielens-100k", zoo)
            #expect(scores.inputs == ["1 history[people,1682]"])
            #expect(scores.outputs == ["1 scores[people,1682]"])
            #expect(scores.metadata["licence"] != nil)
            #expect(try export("movielens-100k", zoo, .ratings).outputs == ["1 rating[pairs]", "1 score[pairs]"])
        }
    }

    /// A model of another program, out of the goldens of `ForeignModelTests`.
    private func importGolden(_ name: String, from list: String, _ zoo: Workspace) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Goldens/\(list).json")
        let models = try #require(
            try (JSONSerialization.jsonObject(with: Data(contentsOf: root)) as? [String: Any])?["models"]
                as? [String: [String: Any]])
        let golden = try #require(models[name])
        try FileManager.default.createDirectory(at: zoo.home, withIntermediateDirectories: true)
        let file = zoo.home.appendingPathComponent(name.contains(".") ? name : name + ".pth")
        try #require((golden["file"] as? String).flatMap { Data(base64Encoded: $0) }).write(to: file)
        var request = ForeignModelRequest(file: file.path, name: "m", command: "test")
        request.isReplacing = true
        if let names = golden["vocabulary"] {
            let vocabulary = zoo.home.appendingPathComponent("vocabulary.json")
            try JSONSerialization.data(withJSONObject: names).write(to: vocabulary)
            request.vocabularyFile = vocabulary.path
        }
        _ = try zoo.importForeignModel(request)
    }

    @Test func whatOtherProgramsCalculateOtherwiseIsKept() throws {
        try withWorkspace { zoo in
            for (name, hasSigmoid) in [("collab", true), ("collab-linear", false), ("collab-nn-linear", false)] {
                try importGolden(name, from: "fastai-models", zoo)
                #expect(try export("m", zoo).operations.contains("Sigmoid") == hasSigmoid, "\(name)")
            }
            try importGolden("table-without-norm", from: "fastai-models", zoo)
            let table = try export("m", zoo).shapes
            #expect(table["layers.0.linear.bias"]?.first == table["layers.0.linear.weight"]?.first)
            for (name, golden, layers) in [
                ("classifier-head", "fastai-models", 3), ("mean.keras", "keras-text-models", 1),
            ] {
                try importGolden(name, from: golden, zoo)
                #expect(try export("m", zoo).operations.count { $0 == "Gemm" } == layers, "\(name)")
            }
            try importGolden("both-ways-sum.keras", from: "keras-text-models", zoo)
            let bothWays = try export("m", zoo)
            #expect(bothWays.operations.count { $0 == "ReduceSum" } == 3)
            #expect(bothWays.shapes["encoder.layers.0.weight_ih_l0"] == [2, 18, 5])
            for name in ["libmf.txt", "surprise-nmf.dump"] {
                try importGolden(name, from: "recommender-models", zoo)
                #expect(
                    try export("m", zoo).operations.suffix(4) == ["Where", "Clip", "Identity", "Identity"], "\(name)")
            }
            try importGolden("implicit-als.npz", from: "recommender-models", zoo)
            #expect(try export("m", zoo).inputs == ["1 history[people,15]", "7 user[users]"])
            try importGolden("language-untied", from: "fastai-models", zoo)
            #expect(try export("m", zoo).inputs.suffix(2) == ["1 hidden_1[1,batch,6]", "1 cell_1[1,batch,6]"])
        }
    }
}
