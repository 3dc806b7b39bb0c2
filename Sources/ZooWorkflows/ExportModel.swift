import Foundation
import ZooWeights

extension Workspace {
    /// Writes a model's weights as HDF5 (the checked file itself).
    ///
    /// - Returns: how many bytes were written.
    /// - Throws: `WorkflowError.invalid` for an ending that names no format, `.notWritten`; as `modelFile`
    public func exportModel(named name: String, to path: String) throws -> Int {
        let url = URL(fileURLWithPath: path)
        let entry = try installedModel(named: name)
        let bytes: [UInt8]
        switch url.pathExtension.lowercased() {
        case "h5", "hdf5": bytes = try weights.bytes(sha256: entry.sha256)
        default:
            throw WorkflowError.invalid(
                what: "--output \(path)", reason: "the ending names the format: .safetensors, .npz or .h5")
        }
        do { try Data(bytes).write(to: url, options: .atomic) } catch {
            throw WorkflowError.notWritten(path: path, reason: error.localizedDescription)
        }
        return bytes.count
    }
}
