import Foundation
import Testing
import ZooKernels
import ZooTensor
import ZooTesting
import ZooVision
import ZooWeights
import ZooWorkflows

/// Whole models as Keras describes them, with its answers: Scripts/goldens/keras_models.py.
private struct KerasModels: Decodable {
    struct Case: Decodable, CustomTestStringConvertible {
        let name: String
        let network: String
        let configuration: JSONValue
        let statistics: [String: [[Float]]]
        /// What Keras answers; nil where the model does something that the network here does not.
        let output: [Float]?

        var testDescription: String { name }
    }

    let bodies: [String: JSONValue]
    let cases: [Case]

    static func file(_ name: String) -> KerasModels {
        let url = URL(fileURLWithPath: #filePath).appendingPathComponent("../../Goldens/\(name).json").standardized
        // A file that is missing or damaged fails every test.
        return (try? JSONDecoder().decode(KerasModels.self, from: Data(contentsOf: url)))
            ?? KerasModels(bodies: [:], cases: [])
    }

    /// The description as Keras writes it: with the layers of each body.
    func whole(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let values): return .array(values.map(whole))
        case .object(var members):
            guard case .text(let name) = members["$body"], case .array(var layers) = bodies[name],
                case .integer(let leftOut) = members["$left_out"]
            else { return .object(members.mapValues(whole)) }
            layers.removeLast(Int(leftOut))
            if let changed = members["$changed"] {
                layers = layers.map { Self.name($0) == Self.name(changed) ? changed : $0 }
            }
            members["layers"] = .array(layers)
            return .object(members)
        default: return value
        }
    }

    private static func name(_ layer: JSONValue) -> JSONValue? {
        guard case .object(let members) = layer, case .object(let config) = members["config"] else { return nil }
        return config["name"]
    }
}

private let keras3 = KerasModels.file("keras-models")
private let keras2 = KerasModels.file("keras-2-models")

@Suite struct KerasModelTests {
    @Test func thereAreModels() {
        #expect(keras3.cases.count > 25 && keras2.cases.count > 6)
        #expect(keras3.cases.filter { $0.output != nil }.count > 12)
    }

    @Test(arguments: keras3.cases) fileprivate func modelsOfKeras3(_ model: KerasModels.Case) throws {
        try check(model, keras3)
    }

    @Test(arguments: keras2.cases) fileprivate func modelsOfKeras2(_ model: KerasModels.Case) throws {
        try check(model, keras2)
    }

    /// The layer that a refusal has to name.
    private let refused = [
        "max-pooling": "global_max_pooling2d", "hidden-dense": "dense", "norm-before-head": "batch_normalization",
        "scaled-features": "rescaling", "softmax-twice": "softmax", "tanh-head": "tanh", "relu-8": "max_value 8.0",
        "relu-open": "out_relu", "leaky": "negative_slope 0.1", "epsilon": "block_5_project_BN", "stride": "stride 2x2",
        "convolution-relu": "activation relu", "dilation": "dilation 2x2", "resnet-tanh": "conv3_block2_out",
        "resnet-gelu": "Activation gelu", "resnet-epsilon": "conv1_bn", "resnet-average-pool": "AveragePooling2D",
        "resnet-multiply": "conv4_block3_add", "divided-features": "Multiply", "number-minus-pixels": "colours",
    ]

    private func check(_ model: KerasModels.Case, _ file: KerasModels) throws {
        let configuration = String(decoding: try JSONEncoder().encode(file.whole(model.configuration)), as: UTF8.self)
        let architecture = try #require(ImageArchitecture(rawValue: model.network))
        var entries = try KerasArray.all(of: model.network, classes: 4).map { $0.entry($0.path) }
        for (name, arrays) in model.statistics {
            for (part, values) in zip(["mean", "variance"], arrays) {
                entries.append(
                    WeightEntry(path: "model_weights/\(name)/\(name)/\(part)", shape: [3], values: .float32(values)))
            }
        }
        try withWorkspace { workspace in
            func report() throws -> ImportModelReport {
                try workspace.importKeras(entries, architecture, configuration: configuration) {
                    $0.classCount = 4
                    $0.pixels = ForeignPixels(PixelNormalization(mean: [0, 0, 0], deviation: [1, 1, 1]))
                }
            }
            guard let output = model.output else {
                let error = #expect(throws: WorkflowError.self) { try report() }
                let layer = try #require(refused[model.name])
                #expect(error?.description.contains(layer) == true, "\(error?.description ?? "")")
                #expect(error?.description.contains(architecture.rawValue + "-") == false)
                return
            }
            let report = try report()
            #expect(report.size == 64 && report.multiLabel == (model.name == "sigmoid-labels"))
            let logits = try workspace.logits(images: 1).floats
            let isProbability = report.multiLabel || abs(output.reduce(0, +) - 1) < 1e-4
            let scale = isProbability ? 1 : output.map(abs).max() ?? 1
            let powers = logits.map { exp(Double($0) - Double(logits.max() ?? 0)) }
            for (place, wanted) in output.enumerated() {
                let found =
                    report.multiLabel
                    ? Float(1 / (1 + exp(-Double(logits[place]))))
                    : isProbability ? Float(powers[place] / powers.reduce(0, +)) : logits[place]
                #expect(abs(found - wanted) <= 1e-4 * scale, "\(place): \(found), not \(wanted)")
            }
        }
    }

    /// The description of a model with something else in a layer of a class.
    private func edited(
        _ value: JSONValue, _ kind: String, _ change: (inout [String: JSONValue]) -> Void
    ) -> JSONValue {
        switch value {
        case .array(let values): return .array(values.map { edited($0, kind, change) })
        case .object(var members):
            members = members.mapValues { edited($0, kind, change) }
            if members["class_name"] == .text(kind) { change(&members) }
            return .object(members)
        default: return value
        }
    }

    private func setting(_ name: String, _ value: JSONValue) -> (inout [String: JSONValue]) -> Void {
        { members in
            guard case .object(var config) = members["config"] else { return }
            config[name] = value
            members["config"] = .object(config)
        }
    }

    /// Classes of one's own under Keras's names, layers that stay in training, outputs that are no classes.
    @Test func whatOnlyLooksLikeTheNetworkIsRefused() throws {
        let new = keras3.whole(try #require(keras3.cases.first { $0.name == "rescaling-unit" }).configuration)
        let old = keras2.whole(try #require(keras2.cases.first { $0.name == "operations" }).configuration)
        let dropout = keras2.whole(try #require(keras2.cases.first { $0.name == "operations" }).configuration)
        let cases: [(JSONValue, classes: Int, part: String)] = [
            (edited(new, "Rescaling") { $0["module"] = .text("__main__") }, 4, "__main__.Rescaling"),
            (edited(new, "Rescaling") { $0["registered_name"] = .text("My>Rescaling") }, 4, "My>Rescaling"),
            (
                edited(
                    new, "Dense",
                    setting(
                        "activation",
                        .object([
                            "class_name": .text("function"), "config": .text("softmax"), "module": .text("__main__"),
                        ]))), 4, "function softmax"
            ),
            (edited(new, "Dense", setting("units", .integer(1))), 1, "softmax of one output"),
            (training(old), 4, "training=True"),
            (edited(dropout, "Dense", setting("activation", .text("relu"))), 4, "relu of 4 outputs"),
            (.text("no JSON"), 4, "not JSON"),
        ]
        for (configuration, classes, part) in cases {
            let entries = try KerasArray.all(of: "mobilenet-v2", classes: classes).map { $0.entry($0.path) }
            let text = String(decoding: try JSONEncoder().encode(configuration), as: UTF8.self)
            try withWorkspace { workspace in
                let error = #expect(throws: WorkflowError.self, "\(part)") {
                    try workspace.importKeras(entries, .mobilenetV2, configuration: text) {
                        $0.classCount = max(classes, 2)
                    }
                }
                #expect(error?.description.contains(part) == true, "\(part): \(error?.description ?? "")")
            }
        }
    }

    /// The same with its body called as in training, as Keras 2 keeps it.
    private func training(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let values): return .array(values.map(training))
        case .object(var members):
            members = members.mapValues(training)
            if members["training"] == .bool(false) { members["training"] = .bool(true) }
            return .object(members)
        default: return value
        }
    }

    /// A scale of 1 says that pixels are taken as they are; a head of one output with a sigmoid decides between two classes.
    @Test func aScaleOfOneAndASigmoidOfOneOutput() throws {
        let model = keras3.whole(try #require(keras3.cases.first { $0.name == "rescaling-unit" }).configuration)
        let plain = edited(model, "Rescaling", setting("scale", .number(1)))
        let sigmoid = edited(
            edited(plain, "Dense", setting("units", .integer(1))), "Dense", setting("activation", .text("sigmoid")))
        for (configuration, classes) in [(plain, 4), (sigmoid, 1)] {
            let entries = try KerasArray.all(of: "mobilenet-v2", classes: classes).map { $0.entry($0.path) }
            let text = String(decoding: try JSONEncoder().encode(configuration), as: UTF8.self)
            try withWorkspace { workspace in
                let report = try workspace.importKeras(entries, .mobilenetV2, configuration: text) {
                    $0.classCount = max(classes, 2)
                }
                #expect(report.pixels == PixelNormalization(mean: [0, 0, 0], deviation: [1, 1, 1]))
                #expect(!report.multiLabel && report.classes == max(classes, 2) && !report.weightsAlone)
            }
        }
    }

    /// In `.keras` and `.weights.h5` arrays are named by the class of their layer and its number.
    @Test func countedNamesAreCheckedAgainstTheLayers() throws {
        let model = try #require(keras3.cases.first { $0.name == "rescaling-unit" })
        let configuration = String(decoding: try JSONEncoder().encode(keras3.whole(model.configuration)), as: UTF8.self)
        let arrays = try KerasArray.all(of: "mobilenet-v2", classes: 4)
        try withWorkspace { workspace in
            func logits(_ path: (KerasArray) -> String) throws -> [Float] {
                _ = try workspace.importKeras(
                    arrays.map { $0.entry(path($0)) }, .mobilenetV2, configuration: configuration
                ) { $0.classCount = 4 }
                return try workspace.logits(images: 1).floats
            }
            let (named, counted) = (try logits(\.path), try logits(\.counted))
            #expect(named == counted)
        }
    }

    /// Weights alone do not say what a layer without weights does: one that these networks do not have is named.
    @Test func weightsAloneWithAnUnknownLayerAreRefused() throws {
        let arrays = try KerasArray.all(of: "mobilenet-v2")
        try withWorkspace { workspace in
            let entries = arrays.map { $0.entry($0.path) }
            let usual = [
                "model_weights", "model_weights/Conv1_relu", "model_weights/dropout_1", "model_weights/re_lu_3",
            ]
            _ = try workspace.importKeras(entries, .mobilenetV2, groups: usual)
            for layer in ["rescaling", "normalization", "global_max_pooling2d", "tf_op_lambda", "lambda_2"] {
                let error = #expect(throws: WorkflowError.self) {
                    try workspace.importKeras(entries, .mobilenetV2, groups: usual + ["model_weights/\(layer)"])
                }
                #expect(error?.description.contains("'\(layer)'") == true)
            }
        }
    }

    /// timm's config.json decides which of the networks with the same arrays it is, and how images are prepared.
    @Test func aConfigurationBesideTheWeightsDecides() throws {
        var generator = RandomGenerator(seed: 3)
        let network = ImageArchitecture.resnet18.network(classes: 3, using: &generator)
        let entries = network.transposingLinearWeights(network.state()).map {
            WeightEntry(
                path: "backbone." + $0.path, shape: $0.tensor.shape.dimensions, values: .float32($0.tensor.floats))
        }
        try withWorkspace { workspace in
            let file = workspace.home.appendingPathComponent("model.safetensors")
            try Data(HDF5Contents(entries: entries).handedOver()).write(to: file)
            func imported(_ architecture: String) throws -> ImportModelReport {
                let text = """
                    {"architecture": "\(architecture)", "pretrained_cfg": {"input_size": [3, 64, 64], "crop_pct": 1,
                     "interpolation": "bicubic", "crop_mode": "center", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}}
                    """
                try Data(text.utf8).write(to: workspace.home.appendingPathComponent("config.json"))
                var request = ImportModelRequest(
                    file: file.path, architecture: .resnet18, name: "n", command: "test")
                (request.classCount, request.isReplacing) = (3, true)
                return try workspace.importModel(request)
            }
            let report = try imported("resnet18.a1_in1k")
            #expect(report.prefix == "backbone." && report.size == 64 && report.interpolation == .bicubic)
            #expect(report.pixels == .signed && report.configuration?.hasSuffix("config.json") == true)
            for other in ["resnetaa18", "resnetblur18", "resnet50"] {
                let error = #expect(throws: WorkflowError.self) { try imported(other) }
                #expect(error?.description.contains("'\(other)'") == true)
            }
            // As timm 1.0.31's `save_config_for_hf` writes it.
            let written = #"resnet18", "model_args": {"num_classes": 3, "in_chans": 3, "global_pool": "avg"}, "x": ""#
            #expect(try imported(written).architecture == "resnet18")
            let changes = [
                (#"resnet18", "global_pool": "max"#, "global_pool"),
                (#"resnet18", "model_args": {"in_chans": 1}, "x": ""#, "in_chans"),
                (#"resnet18", "model_args": {"act_layer": "silu"}, "x": ""#, "act_layer"),
                (#"resnet18", "a": 1e999, "x": ""#, "not JSON"),
            ]
            for (text, part) in changes {
                let error = #expect(throws: WorkflowError.self) { try imported(text) }
                #expect(error?.description.contains(part) == true, "\(part): \(error?.description ?? "")")
            }
        }
    }

    /// sigmoid(z) is the softmax of 0 and z.
    @Test func aHeadOfOneOutputDecidesBetweenTwoClasses() throws {
        let arrays = try KerasArray.all(of: "mobilenet-v2", classes: 1)
        try withWorkspace { workspace in
            let entries = arrays.map { $0.entry($0.path) }
            let error = #expect(throws: WorkflowError.self) { try workspace.importKeras(entries, .mobilenetV2) }
            #expect(error?.description.contains("--class-count 2") == true)
            let report = try workspace.importKeras(entries, .mobilenetV2) { $0.classCount = 2 }
            #expect(report.classes == 2)
            let logits = try workspace.logits(images: 2).floats
            #expect(logits[0] == 0 && logits[2] == 0 && logits[1] != 0 && logits[1] != logits[3])
        }
    }
}
