import Foundation
import ZooData
import ZooNN
import ZooVision
import ZooWeights

/// A network as timm reads it from a folder (`local-dir:FOLDER`): `model.safetensors` and `config.json`.
struct TimmFolder {
    /// What timm calls the file of the weights.
    static let weights = "model.safetensors"
    private let configuration: Configuration

    /// Gives the arrays of a file timm's names.
    ///
    /// - Returns: nil for a model that timm has no network for; the file is then as it was
    /// - Throws: as `ModelFile.model()`
    init?(_ file: inout ModelFile) throws {
        guard let model = try file.model() as? StoredVision, !model.configuration.isMultiLabel,
            model.configuration.lacksHead != true, let name = model.configuration.architecture.timmName
        else { return nil }
        let names = ["resnet", "convnext"].contains { name.hasPrefix($0) } ? [:] : Self.names(of: model.network)
        file.weights = file.weights.map { entry in
            let parts = entry.path.split(separator: ".")
            let layer = parts.dropLast().joined(separator: ".")
            return entry.renamed("\(names[layer] ?? layer).\(parts.last ?? "")")
        }
        configuration = Configuration(name, model)
    }

    /// Writes `config.json`.
    ///
    /// - Throws: `DataError.notWritten`
    func write(beside weights: URL, isReplacing: Bool) throws {
        let path = Self.configuration(beside: weights).path
        try FileContent.json.checkOutput(path, isReplacing: isReplacing)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        try encoder.encode(configuration).writeOutput(to: path)
    }

    private static func configuration(beside weights: URL) -> URL {
        weights.deletingLastPathComponent().appendingPathComponent("config.json")
    }

    /// Removes the `config.json` that an earlier export left beside weights that it does not describe.
    ///
    /// - Throws: `WorkflowError.invalid` where it is not one that was written here, or may not be replaced
    static func removeConfiguration(beside weights: URL, isReplacing: Bool) throws {
        let file = configuration(beside: weights)
        guard FileManager.default.fileExists(atPath: file.path) else { return }
        guard isReplacing, Configuration.isOne(file) else {
            throw WorkflowError.invalid(
                what: file.path,
                reason: "it describes another model than the weights that are to be beside it: "
                    + (Configuration.isOne(file) ? "--replace removes it" : "remove it, or take another folder"))
        }
        try FileManager.default.removeItem(at: file)
    }

    /// timm's names of the layers of EfficientNet-Lite and MobileNetV2, by ours.
    private static func names(of network: any ImageNetwork) -> [String: String] {
        var layers: [String] = []
        for (path, _) in network.namedParameters() {
            let layer = path.split(separator: ".").dropLast().joined(separator: ".")
            if layers.last != layer { layers.append(layer) }
        }
        var names = Dictionary(
            uniqueKeysWithValues: zip(
                layers.prefix(2) + layers.suffix(3), ["conv_stem", "bn1", "conv_head", "bn2", "classifier"]))
        var blocks: [(key: Substring, layers: [String])] = []
        for layer in layers.dropFirst(2).dropLast(3) {
            let key = layer[
                ..<(layer.range(of: ".block") ?? layer.range(of: ".conv") ?? layer.startIndex..<layer.endIndex)
                    .lowerBound]
            if blocks.last?.key != key { blocks.append((key, [])) }
            blocks[blocks.count - 1].layers.append(layer)
        }
        for (block, place) in zip(blocks, Self.places(blocks.map(\.key))) {
            let parts =
                block.layers.count == 4
                ? ["conv_dw", "bn1", "conv_pw", "bn2"] : ["conv_pw", "bn1", "conv_dw", "bn2", "conv_pwl", "bn3"]
            for (layer, part) in zip(block.layers, parts) { names[layer] = "blocks.\(place).\(part)" }
        }
        return names
    }

    /// Stage and place of blocks: `features.3.1` says both, counting stages from 1, `features.7` neither.
    private static func places(_ blocks: [Substring]) -> [String] {
        let numbers = blocks.map { $0.split(separator: ".").compactMap { Int($0) } }
        guard numbers.first?.count == 1 else { return numbers.map { "\($0[0] - 1).\($0[1])" } }
        // MobileNetV2's stages.
        return [1, 2, 3, 4, 3, 3, 1].enumerated().flatMap { stage, depth in (0..<depth).map { "\(stage).\($0)" } }
    }
}

extension TimmFolder {
    /// What `config.json` says; images are prepared as there.
    fileprivate struct Configuration: Encodable {
        let architecture: String
        let numClasses: Int
        let numFeatures: Int
        let globalPool = "avg"
        let labelNames: [String]
        let pretrainedCfg: Pixels

        struct Pixels: Encodable {
            let inputSize: [Int]
            let fixedInputSize = false
            let interpolation: String
            let cropPct: Double
            let cropMode = "center"
            let mean: [Double]
            let std: [Double]
            let numClasses: Int
        }

        /// Whether a file is one that `write` wrote, by its names.
        static func isOne(_ file: URL) -> Bool {
            guard let data = try? Data(contentsOf: file),
                case .object(let all) = JSONValue(parsing: String(decoding: data, as: UTF8.self)),
                case .object(let pixels)? = all["pretrained_cfg"]
            else { return false }
            return Set(all.keys) == [
                "architecture", "num_classes", "num_features", "global_pool", "label_names", "pretrained_cfg",
            ]
                && Set(pixels.keys) == [
                    "input_size", "fixed_input_size", "interpolation", "crop_pct", "crop_mode", "mean", "std",
                    "num_classes",
                ]
        }

        init(_ name: String, _ model: StoredVision) {
            let preprocessing = model.configuration.preprocessing
            let size = preprocessing.size
            func fractions(_ levels: [Float]) -> [Double] { levels.map { Double($0) / 255 } }
            (architecture, numClasses, labelNames) = (name, model.classes.count, model.classes)
            numFeatures = model.network.featureCount
            pretrainedCfg = Pixels(
                inputSize: [3, size, size], interpolation: preprocessing.filter.rawValue,
                cropPct: Double(size) / Double(preprocessing.shortSide),
                mean: fractions(preprocessing.normalization.mean),
                std: fractions(preprocessing.normalization.deviation), numClasses: model.classes.count)
        }
    }
}

extension ImageArchitecture {
    /// The network of timm with the same arithmetic; nil where it has none, or arrays of other shapes or in other places: squeeze and
    /// excitation, and ConvNeXt V2.
    fileprivate var timmName: String? {
        switch self {
        case .efficientnetB0, .efficientnetB0TensorFlow, .mobilenetV3LargeTimm, .mobilenetV3LargeTensorFlow,
            .mobilenetV3SmallTimm, .mobilenetV3SmallTensorFlow, .convnextV2Atto, .convnextV2Femto, .convnextV2Pico:
            nil
        default: namesInTimm.first
        }
    }
}
