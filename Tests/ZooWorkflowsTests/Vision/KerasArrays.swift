import Foundation
import Synchronization
import ZooTensor
import ZooTesting
import ZooVision
import ZooWeights
import ZooWorkflows

/// An array of Keras's files, as Scripts/goldens/keras_files.py wrote it down.
struct KerasArray {
    /// In `.h5` files.
    let path: String
    /// In `.weights.h5` files.
    let counted: String
    let shape: [Int]
    /// By the formula of the script.
    let values: [Float]

    /// - Parameter classes: of the head
    static func all(of network: String, classes: Int = 10) throws -> [KerasArray] {
        try kept.withLock { kept in
            if let arrays = kept["\(network) \(classes)"] { return arrays }
            let arrays = try made(of: network, classes: classes)
            kept["\(network) \(classes)"] = arrays
            return arrays
        }
    }

    private static let kept = Mutex<[String: [KerasArray]]>([:])

    private static func made(of network: String, classes: Int) throws -> [KerasArray] {
        let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../../Goldens/keras-\(network).txt")
            .standardized
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").enumerated().map { number, line in
            let parts = line.split(separator: " ").map(String.init)
            var shape = parts[2].split(separator: ",").compactMap { Int($0) }
            if parts[0].contains("predictions") { shape[shape.count - 1] = classes }
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
    func importKeras(
        _ entries: [WeightEntry], _ architecture: ImageArchitecture, configuration: String? = nil,
        groups: [String] = [], synonyms: [[String]] = [], _ change: (inout ImportModelRequest) -> Void = { _ in }
    ) throws -> ImportModelReport {
        let url = home.appendingPathComponent("keras.h5")
        try Data([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]).write(to: url)
        var request = ImportModelRequest(file: url.path, architecture: architecture, name: "keras", command: "test")
        request.classCount = 10
        request.isReplacing = true
        change(&request)
        return try importModel(request) { _ in
            HDF5Contents(entries: entries, configuration: configuration, groups: groups, synonyms: synonyms)
        }
    }

    /// The logits of the script's images, normalised as the model has it.
    func logits(images count: Int = 2) throws -> Tensor {
        let stored = try model(named: "keras", as: StoredVision.self).model
        let pixels = spread(count * 64 * 64 * 3, phase: 0.5).map { (($0 + 0.5) * 256).rounded(.down) }
        let normalization = stored.configuration.preprocessing.normalization
        let images = pixels.enumerated().map { index, pixel in
            (Float(pixel) - normalization.mean[index % 3]) / normalization.deviation[index % 3]
        }
        return stored.network.logits(Tensor(images, shape: [count, 64, 64, 3]), plan: InferencePlan())
    }
}
