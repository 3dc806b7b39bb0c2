import Foundation

extension ModelFile {
    /// The bytes of an .npz file: a zip of one .npy an array, text or vocabulary (`vocab.<field>`), nothing deflated.
    ///
    /// - Source: numpy.lib.format, version 1.0
    func npz() throws -> [UInt8] {
        var archive = ZipArchive()
        for (name, entry) in try exportedEntries() {
            let bytes = try entry.values.withUnsafeBytes {
                NumPyArray.bytes(type: entry.type.numPyName, shape: entry.shape, $0)
            }
            try archive.add(name + ".npy", bytes)
        }
        for (name, text) in exportedTexts { try archive.add(name + ".npy", NumPyArray.bytes(texts: [text], shape: [])) }
        for vocabulary in vocabularies {
            try archive.add(
                "vocab." + vocabulary.field + ".npy",
                NumPyArray.bytes(texts: vocabulary.entries, shape: [vocabulary.entries.count]))
        }
        return try archive.finished()
    }
}

extension WeightType {
    fileprivate var numPyName: String {
        switch self {
        case .float16: "<f2"
        case .float32: "<f4"
        case .float64: "<f8"
        case .int32: "<i4"
        case .int64: "<i8"
        }
    }
}

/// One .npy file.
package enum NumPyArray {
    /// A row-major array of given bytes.
    ///
    /// - Parameter type: NumPy's name of the items' type: `<f4`
    package static func bytes(type: String, shape: [Int], _ data: UnsafeRawBufferPointer) -> [UInt8] {
        let sizes = shape.map { "\($0)," }.joined(separator: " ")
        var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }"
        // Magic, version, length and header end on a multiple of 64.
        header += String(repeating: " ", count: (64 - (10 + header.utf8.count + 1) % 64) % 64) + "\n"
        let length = header.utf8.count
        return [0x93] + "NUMPY".utf8 + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + header.utf8 + data
    }

    /// An array of texts, all as wide as the widest, in UTF-32.
    static func bytes(texts: [String], shape: [Int]) throws -> [UInt8] {
        let width = max(1, texts.map(\.unicodeScalars.count).max() ?? 1)
        guard width * texts.count < 1 << 28 else {
            throw WeightError.invalidEntry(
                path: "vocabulary", reason: "NumPy would take more than a gigabyte for its texts")
        }
        var scalars: [UInt32] = []
        scalars.reserveCapacity(width * texts.count)
        for text in texts {
            scalars.append(contentsOf: text.unicodeScalars.map(\.value))
            scalars.append(contentsOf: repeatElement(0, count: width - text.unicodeScalars.count))
        }
        return scalars.withUnsafeBytes { bytes(type: "<U\(width)", shape: shape, $0) }
    }
}
