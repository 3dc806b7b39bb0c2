import Foundation
import ZooData
import ZooWeights

extension Workspace {
    /// Writes a model's weights as safetensors, NumPy `.npz`, or HDF5 (the file itself), or what it calculates as ONNX.
    ///
    /// The weights of linear layers lie as in PyTorch, [out, in], and networks for images have torchvision's names; what is called
    /// `model.safetensors` has timm's where timm has the network, and its `config.json` beside it.
    /// - Parameter answer: what a recommender calculates as ONNX
    /// - Parameter isReplacing: whether a file of that name may be replaced
    /// - Returns: how many bytes were written.
    /// - Throws: `WorkflowError.invalid` for an ending that names no format, `.notWritten`; as `FileContent.checkOutput` and
    ///   `modelFile`
    package func exportModel(
        named name: String, to path: String, answer: ONNXAnswer? = nil, isReplacing: Bool = false
    ) throws -> Int {
        let url = URL(fileURLWithPath: path)
        switch url.pathExtension.lowercased() {
        case "h5", "hdf5":
            try FileContent.hdf5.checkOutput(path, isReplacing: isReplacing)
            let (file, entry) = try modelFile(named: name)
            let isNewest = file.formatVersion == ModelFile.newestVersion
            try Data(isNewest ? weights.bytes(sha256: entry.sha256) : file.inNewestFormat().encoded()).writeOutput(
                to: path)
        case "onnx":
            try FileContent.onnx.checkOutput(path, isReplacing: isReplacing)
            try exportONNX(name, to: url, answer: answer)
        case let ending:
            guard let format = ExportFormat(rawValue: ending) else {
                // What is wrong with a folder is not its ending.
                try FileContent.hdf5.checkOutput(path, isReplacing: true)
                throw WorkflowError.invalid(what: "--output \(path)", reason: Self.exportFormats)
            }
            try (format == .npz ? FileContent.npz : .safetensors).checkOutput(path, isReplacing: isReplacing)
            var file = try modelFile(named: name).file.inNewestFormat()
            if url.lastPathComponent == TimmFolder.weights {
                if let folder = try TimmFolder(&file) {
                    try folder.write(beside: url, isReplacing: isReplacing)
                } else {
                    try TimmFolder.removeConfiguration(beside: url, isReplacing: isReplacing)
                }
            }
            try file.export(to: url, as: format)
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: url.path)
        return (attributes[.size] as? NSNumber)?.intValue ?? 0
    }

    private static let exportFormats = "the ending names the format: .safetensors, .npz, .h5 or .onnx"

    /// Refuses a file's name whose ending names another format; what lies at the path is for `exportModel`.
    ///
    /// - Throws: `WorkflowError.invalid`
    package static func checkExport(to path: String) throws {
        let ending = URL(fileURLWithPath: path).pathExtension.lowercased()
        let isKnown = ["", "h5", "hdf5", "onnx"].contains(ending) || ExportFormat(rawValue: ending) != nil
        if !isKnown { throw WorkflowError.invalid(what: "--output \(path)", reason: exportFormats) }
    }
}

extension ModelFile {
    /// The file with the weights of linear layers as in PyTorch.
    ///
    /// - Throws: as `model()`, for a file of an older format
    func inNewestFormat() throws -> ModelFile {
        guard formatVersion < Self.newestVersion else { return self }
        var file = ModelFile(try model().contents(), created: created)
        (file.optimizer, file.zooVersion) = (optimizer, zooVersion)
        return weights.contains { $0.type == .float16 } ? try file.halved() : file
    }
}
