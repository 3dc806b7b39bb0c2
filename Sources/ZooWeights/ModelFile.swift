import Foundation

/// What one HDF5 model file holds.
///
/// The layout on disk, readable by h5py and `h5dump`:
/// ```
/// /                     attributes format_version, kind, architecture, created, zoo_version
/// /config               JSON text
/// /weights/<path>       chunked, Fletcher-32, shuffled and deflated where that helps
/// /vocab/<field>        UTF-8 strings
/// /statistics/<path>    what is known of the data beside the weights
/// /optimizer/<path>     only in checkpoints
/// ```
/// Equal contents make equal bytes. In version 2 the weights of linear layers lie as in PyTorch, [out, in]; in version 1
/// they lay as [in, out]. What `/optimizer` holds lies as in memory in both: [in, out].
package struct ModelFile: Sendable {
    /// The application: `collab`.
    package var kind: String
    /// The network: `dot-bias`.
    package var architecture: String
    /// The configuration as JSON text.
    package var configuration: String
    /// The parameters.
    package var weights: [WeightEntry]
    /// What the rows of embeddings stand for, by field.
    package var vocabularies: [(field: String, entries: [String])]
    /// Counts and means of the training data.
    package var statistics: [WeightEntry]
    /// The optimiser's state; empty except in checkpoints.
    package var optimizer: [WeightEntry]
    /// When the model was made, ISO 8601.
    package var created: String
    /// The program version that made it.
    package var zooVersion: String
    /// The version of the layout, which stays what it is when a file is read and written.
    package var formatVersion = Self.newestVersion

    /// The version of the layout that new files have, and the newest that can be read.
    package static let newestVersion: Int64 = 2

    /// A model file of given contents.
    package init(
        kind: String, architecture: String, configuration: String = "{}", weights: [WeightEntry],
        vocabularies: [(field: String, entries: [String])] = [], statistics: [WeightEntry] = [],
        optimizer: [WeightEntry] = [], created: String, zooVersion: String
    ) {
        self.kind = kind
        self.architecture = architecture
        self.configuration = configuration
        self.weights = weights
        self.vocabularies = vocabularies
        self.statistics = statistics
        self.optimizer = optimizer
        self.created = created
        self.zooVersion = zooVersion
    }

    /// The entry of `weights` at `path`, if there is one.
    package func weight(_ path: String) -> WeightEntry? { weights.first { $0.path == path } }

    /// The vocabulary of `field`, if there is one.
    package func vocabulary(_ field: String) -> [String]? { vocabularies.first { $0.field == field }?.entries }

    /// The bytes that the numbers take.
    var byteCount: Int { (weights + statistics + optimizer).reduce(0) { $0 + $1.byteCount } }

    /// The bytes of the HDF5 file.
    ///
    /// - Throws: `WeightError.invalidEntry` for names that HDF5 or an export could not hold
    package func encoded() throws -> [UInt8] { try HDF5Library.locked { try HDF5Writer.encode(self) } }

    /// Reads a file of unknown origin as ``init(decoding:)`` reads its bytes; one that unpacks to far more than it holds is refused.
    ///
    /// - Throws: `WeightError`
    package init(contentsOf url: URL) throws {
        self = try Self.reading(FileBytes(url), isForeign: true) { try $0.loaded() }
    }

    /// Writes a sound copy of a file of unknown origin, one array after the other, to a file that has no name by then: the library, or
    /// whoever wants no more of it, may end the process.
    ///
    /// - Parameter path: makes the file, and is called when all else is at hand
    /// - Throws: `WeightError`
    package static func copy(_ url: URL, to path: () throws -> String) throws {
        let bytes = try FileBytes(url)
        try bytes.withMapped(bytes.all) { image, release in
            try HDF5Library.locked {
                let copy = try HDF5Writer.namelessFile(path)
                try HDF5Reader.withModel(image, release: release, isForeign: true) {
                    try HDF5Writer.write($0, to: copy)
                }
            }
        }
    }

    /// Reads the bytes of an HDF5 file that are known to be whole, as `WeightStore.load` makes sure by their SHA-256.
    ///
    /// Names, links, types and sizes are checked before anything is allocated. The library below is another matter:
    /// HDF5 1.10 itself can crash on metadata bytes that were changed, so a file of unknown origin belongs into a
    /// separate process.
    /// - Throws: `WeightError.malformed` or `.newerFormat`
    package init(decoding bytes: [UInt8]) throws { try self.init(decoding: FileBytes(bytes)) }

    /// The same of a file that nobody else knows.
    package init(decoding bytes: FileBytes) throws { self = try Self.reading(bytes) { try $0.loaded() } }

    /// Calls `body` with a file whose arrays can be read there and nowhere else.
    private static func reading<R: Sendable>(
        _ bytes: FileBytes, isForeign: Bool = false, _ body: (ModelFile) throws -> R
    ) throws -> R {
        try bytes.withMapped(bytes.all) { image, release in
            try HDF5Library.locked {
                try HDF5Reader.withModel(image, release: release, isForeign: isForeign, body)
            }
        }
    }

    /// The same file with all arrays in memory.
    private func loaded() throws -> ModelFile {
        var file = self
        for part in [\ModelFile.weights, \.statistics, \.optimizer] {
            file[keyPath: part] = try self[keyPath: part].map { try $0.loaded() }
        }
        return file
    }
}
