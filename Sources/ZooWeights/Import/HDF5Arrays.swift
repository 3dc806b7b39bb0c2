import CHDF5
import Foundation

extension ForeignWeights {
    /// All arrays of numbers in an HDF5 file of another program, by their paths. Others are left out.
    ///
    /// HDF5 1.10 can crash on metadata bytes that were changed: a file of unknown origin belongs into a separate process.
    /// - Throws: `WeightError`
    package static func hdf5Arrays(contentsOf url: URL) throws -> [WeightEntry] {
        let bytes = try FileBytes.read(url)
        return try HDF5Library.locked { try HDF5Reader.arrays(bytes) }
    }

    /// The arrays as the bytes of a safetensors file: how a separate process hands them over.
    ///
    /// - Throws: `WeightError.invalidEntry`
    package static func handedOver(_ entries: [WeightEntry]) throws -> [UInt8] {
        let file = ModelFile(kind: "", architecture: "", weights: entries, created: "", zooVersion: "")
        return try file.safetensors()
    }
}
