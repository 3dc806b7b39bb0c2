import Foundation
import ZooData
import ZooNN
import ZooWeights

extension Workspace {
    /// Writes a model's weights as safetensors, NumPy `.npz`, or HDF5 (the checked file itself).
    ///
    /// The first two give networks for images, whose names are torchvision's, linear weights as PyTorch has them: [out, in].
    /// - Returns: how many bytes were written.
    /// - Throws: `WorkflowError.invalid` for an ending that names no format, `.notWritten`; `DataError.notWritten` where the
    ///   file holds something else; as `modelFile`
    public func exportModel(named name: String, to path: String) throws -> Int {
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
            var file = try modelFile(named: name).file
            if file.kind == StoredVision.kind { file.weights = try file.weights.map { try $0.asInPyTorch() } }
            try file.export(to: url, as: format)
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: url.path)
        return (attributes[.size] as? NSNumber)?.intValue ?? 0
    }

}

extension WeightEntry {
    /// A linear weight with its axes exchanged; anything else as it is.
    fileprivate func asInPyTorch() throws -> WeightEntry {
        guard shape.count == 2 else { return self }
        return WeightEntry(NamedTensor(path: path, tensor: try namedTensor().tensor.transposed([1, 0])))
    }
}
