import Foundation
import ZooData
import ZooWeights

extension Workspace {
    /// Writes a model's weights as safetensors, NumPy `.npz`, or HDF5 (the checked file itself).
    ///
    /// In the first two, the weights of linear layers lie as in PyTorch, [out, in], and networks for images have torchvision's names.
    /// - Returns: how many bytes were written.
    /// - Throws: `WorkflowError.invalid` for an ending that names no format, `.notWritten`; `DataError.notWritten` where the
    ///   file holds something else; as `modelFile`
    package func exportModel(named name: String, to path: String) throws -> Int {
        let url = URL(fileURLWithPath: path)
        switch url.pathExtension.lowercased() {
        case "h5", "hdf5":
            try FileContent.hdf5.checkOutput(path)
            try Data(weights.bytes(sha256: installedModel(named: name).sha256)).writeOutput(to: path, as: .hdf5)
        case let ending:
            guard let format = ExportFormat(rawValue: ending) else {
                try FileContent.hdf5.checkOutput(path)  // what is wrong with a folder is not its ending
                throw WorkflowError.invalid(
                    what: "--output \(path)", reason: "the ending names the format: .safetensors, .npz or .h5")
            }
            try (format == .npz ? FileContent.npz : .safetensors).checkOutput(path)
            try modelFile(named: name).file.inNewestFormat().export(to: url, as: format)
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: url.path)
        return (attributes[.size] as? NSNumber)?.intValue ?? 0
    }
}

extension ModelFile {
    /// The file with the weights of linear layers as in PyTorch.
    ///
    /// - Throws: as `model()`, for a file of an older format
    fileprivate func inNewestFormat() throws -> ModelFile {
        guard formatVersion < Self.newestVersion else { return self }
        var file = ModelFile(try model().contents(), created: created)
        (file.optimizer, file.zooVersion) = (optimizer, zooVersion)
        return weights.contains { $0.values.stride == 2 } ? try file.halved() : file
    }
}
