import Foundation

/// The formats of other programs' weights.
package enum ForeignFormat: String, Sendable, CaseIterable, Encodable {
    /// PyTorch since 1.6: a zip archive around a pickle.
    case torch
    /// PyTorch before that.
    case torchLegacy = "torch-legacy"
    /// Hugging Face's.
    case safetensors
    /// Keras in HDF5, one group a layer (`.h5`).
    case keras
    /// Keras 3 in HDF5, layers counted by their kind (`.weights.h5`).
    case keras3 = "keras-3"
    /// Keras 3's archive of a whole model (`.keras`).
    case kerasArchive = "keras-archive"

    /// What people call it.
    package var title: String {
        switch self {
        case .torch: "a PyTorch file"
        case .torchLegacy: "a PyTorch file of the legacy form"
        case .safetensors: "a safetensors file"
        case .keras, .keras3: "an HDF5 file"
        case .kerasArchive: "an archive of Keras"
        }
    }

    /// Whether its arrays lie in HDF5.
    package var isHDF5: Bool { self == .keras || self == .keras3 || self == .kerasArchive }

    /// Endings of files that promise another format.
    fileprivate func contradicts(ending: String) -> Bool {
        switch ending {
        case "h5", "hdf5": self != .keras && self != .keras3
        case "pth", "pt": self != .torch && self != .torchLegacy
        case "safetensors": self != .safetensors
        case "keras": self != .kerasArchive
        default: false
        }
    }

    fileprivate var ending: String {
        switch self {
        case .torch, .torchLegacy: ".pth"
        case .safetensors: ".safetensors"
        case .keras, .keras3: ".h5"
        case .kerasArchive: ".keras"
        }
    }
}

/// The arrays of a weights file of another program. Reading it executes nothing of it.
package struct ForeignWeights: Sendable {
    /// What the file is, told by its bytes.
    package let format: ForeignFormat
    /// The arrays under the names of that program.
    package let entries: [WeightEntry]
    /// Under what name a PyTorch file has them; nil where they are all that it has.
    package private(set) var place: String?
    /// Under what name it has others that were not taken, averaged or raw; nil where there are none.
    package private(set) var otherPlace: String?
    /// The network that a checkpoint of a training program names (`arch`); nil where it names none.
    package private(set) var architecture: String?
    /// What an HDF5 file says besides; nil for other formats.
    package internal(set) var hdf5: HDF5Contents?

    /// Arrays of a format.
    package init(format: ForeignFormat, entries: [WeightEntry]) { (self.format, self.entries) = (format, entries) }

    /// The same under other names.
    package func renamed(_ name: (String) -> String) -> ForeignWeights {
        replacing(entries.map { $0.renamed(name($0.path)) })
    }

    /// The same file with other arrays.
    package func replacing(_ entries: [WeightEntry]) -> ForeignWeights {
        var result = ForeignWeights(format: format, entries: entries)
        (result.place, result.otherPlace, result.hdf5) = (place, otherPlace, hdf5)
        result.architecture = architecture
        return result
    }

    /// Reads a file.
    ///
    /// - Parameter choice: averaged or raw weights, where a PyTorch file has both; nil for the raw ones then
    /// - Parameter hdf5: reads an HDF5 file, or the one in an archive of Keras; that library can crash on hostile bytes, so
    ///   a program lets a separate process do it. By default it is done here
    /// - Throws: `ForeignFileError`; `WeightError.missing`, `.unreadable`; what `hdf5` throws
    package init(
        contentsOf url: URL, choice: CheckpointWeights? = nil,
        hdf5: (URL) throws -> HDF5Contents = { try HDF5Contents(contentsOf: $0) }
    ) throws {
        let name = url.lastPathComponent
        if name.hasSuffix(".index.json") || name.hasSuffix(".weights.json") {
            self = try Self.shards(of: url, choice, hdf5)
            return
        }
        do {
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue {
                throw ForeignError.unsupported(
                    reason:
                        "it is not a regular file but a folder: of TensorFlow's SavedModel save model.save('m.keras')")
            }
            let bytes = try FileBytes(url)
            let isArchive =
                try bytes.prefix(4) == Self.zipSignature
                && ZipDirectory(bytes).names.contains(HDF5Contents.archivedWeights)
            if try isArchive || Self.isHDF5(bytes) {
                try Self.check(isArchive ? .kerasArchive : .keras, ending: url.pathExtension)
                let contents = try hdf5(url)
                let isCounted = contents.entries.contains { $0.path.split(separator: "/").dropLast().last == "vars" }
                self.init(
                    format: isArchive ? .kerasArchive : isCounted ? .keras3 : .keras, entries: contents.entries)
                self.hdf5 = contents
            } else {
                let format = try Self.format(of: bytes)
                try Self.check(format, ending: url.pathExtension)
                self = try Self(decoding: bytes, choice: choice)
            }
        } catch ForeignError.refused(let global) {
            let learner = Array("fastai.learner".utf8)
            let isLearner = try FileBytes(url).prefix(1 << 20).firstRange(of: learner) != nil
            throw ForeignFileError(
                path: url.path,
                problem: isLearner
                    ? .unsupported(
                        reason:
                            "it is a whole Learner of fastai (learn.export), a program that is not run: save what can be read, "
                            + "learn = load_learner('export.pkl'), learn.save('model') writes models/model.pth")
                    : .refused(global: global))
        } catch let problem as ForeignError {
            throw ForeignFileError(path: url.path, problem: problem)
        } catch WeightError.missing {
            throw ForeignFileError(path: url.path, problem: .unsupported(reason: "there is no such file"))
        }
    }

    /// Whether a file is HDF5, by its first bytes.
    ///
    /// - Throws: `ForeignFileError` for one that is not there, empty, or no regular file
    package static func isHDF5(_ url: URL) throws -> Bool {
        func refused(_ reason: String) -> ForeignFileError {
            ForeignFileError(path: url.path, problem: .unsupported(reason: reason))
        }
        var status = stat()
        guard stat(url.path, &status) == 0 else { throw refused("there is no such file") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw refused("it is not a regular file") }
        guard status.st_size > 0 else { throw refused("it is empty") }
        let handle = try FileHandle(forReadingFrom: url)
        return try HDF5Contents.begins(Int(status.st_size)) { place in
            try handle.seek(toOffset: UInt64(place))
            return try handle.read(upToCount: 8) ?? Data()
        }
    }

    private static func isHDF5(_ bytes: FileBytes) throws -> Bool {
        try HDF5Contents.begins(bytes.count) { try bytes.read($0..<$0 + 8) }
    }

    /// Reads bytes of every format but HDF5.
    ///
    /// - Throws: `ForeignError`
    package init(decoding bytes: [UInt8], choice: CheckpointWeights? = nil) throws {
        try self.init(decoding: FileBytes(bytes), choice: choice)
    }

    private init(decoding bytes: FileBytes, choice: CheckpointWeights?) throws {
        format = try Self.format(of: bytes)
        switch format {
        case .torch:
            let file = try TorchZipFile(bytes, ZipDirectory(bytes))
            architecture = TorchStateDict.architecture(file.root)
            let state = try TorchStateDict(file.root, choice)
            entries = WeightNorm.folded(try state.entries(bytes, file.ranges(keys: state.keys)))
            (place, otherPlace) = (state.place, state.otherPlace)
        case .torchLegacy:
            let file = try TorchLegacyFile(bytes)
            architecture = TorchStateDict.architecture(file.root)
            let state = try TorchStateDict(file.root, choice)
            entries = WeightNorm.folded(try state.entries(bytes, file.ranges()))
            (place, otherPlace) = (state.place, state.otherPlace)
        case .safetensors: entries = WeightNorm.folded(try SafetensorsReader.read(bytes).entries)
        case .keras, .keras3, .kerasArchive: throw ForeignError.unsupported(reason: "it is an HDF5 file")
        }
    }

    static let zipSignature: [UInt8] = [0x50, 0x4B, 3, 4]

    private static func check(_ format: ForeignFormat, ending: String) throws {
        let ending = ending.lowercased()
        guard format.contradicts(ending: ending) else { return }
        throw ForeignError.unsupported(
            reason: "it ends in .\(ending) and is \(format.title): let its name end in \(format.ending)")
    }

    private static func format(of bytes: FileBytes) throws -> ForeignFormat {
        let head = try bytes.prefix(16)
        if TorchLegacyFile.isOne(head) { return .torchLegacy }
        if head.starts(with: zipSignature) { return .torch }
        if SafetensorsReader.isOne(head, of: bytes.count) { return .safetensors }
        if try isHDF5(bytes) { return .keras }
        let reason =
            if head.isEmpty { "it is empty" } else if head.first == 0x80 {
                "it is a pickle, but none that torch.save wrote"
            } else { "it is none of these: PyTorch (.pth), safetensors, Keras (.keras, .h5)" }
        throw ForeignError.unsupported(reason: reason)
    }
}
