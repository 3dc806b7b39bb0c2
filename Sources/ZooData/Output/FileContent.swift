import Foundation

/// What a file holds, as far as its first bytes tell.
package enum FileContent: Sendable, Hashable, CaseIterable {
    /// Text of no other kind: CSV, which has no mark of its own, is told from what is not text.
    case csv
    /// A drawing as SVG.
    case svg
    /// A page for a browser.
    case html
    /// An image as PNG.
    case png
    /// Weights as Hugging Face's `safetensors` writes them.
    case safetensors
    /// Arrays as `numpy.savez` writes them.
    case npz
    /// An HDF5 file.
    case hdf5
    /// A calculation as ONNX.
    case onnx
    /// An SQLite database.
    case sqlite
    /// An image of another format.
    case image
    /// A PDF document.
    case pdf
    /// A ZIP archive, which documents of office programs and PyTorch's weights are, too.
    case zip
    /// A pack of a model, as `zoo models pack` writes it.
    case pack
    /// A compressed file or an archive of another format.
    case archive
    /// A table as Parquet or Arrow.
    case parquet
    /// A single NumPy array.
    case npy
    /// A JSON document.
    case json
    /// XML other than SVG.
    case xml
    /// A script, by its first line.
    case script
    /// Bytes that are no text.
    case binary

    /// What it is called, with its article.
    var noun: String {
        switch self {
        case .csv: "text such as CSV"
        case .svg: "an SVG drawing"
        case .html: "an HTML page"
        case .png: "a PNG image"
        case .safetensors: "a safetensors file"
        case .npz: "a NumPy .npz file"
        case .hdf5: "an HDF5 file"
        case .onnx: "an ONNX file"
        case .sqlite: "an SQLite database"
        case .image: "an image"
        case .pdf: "a PDF document"
        case .zip: "a ZIP archive"
        case .pack: "a pack of a model"
        case .archive: "a compressed file"
        case .parquet: "a Parquet or Arrow file"
        case .npy: "a NumPy array"
        case .json: "a JSON document"
        case .xml: "an XML document"
        case .script: "a script"
        case .binary: "a binary file"
        }
    }

    /// Whether it is text of some kind.
    private var isText: Bool { [.csv, .svg, .html, .json, .xml, .script].contains(self) }

    private static let marks: [(FileContent, offset: Int, [UInt8])] = [
        (.sqlite, 0, Array("SQLite format 3\0".utf8)), (.hdf5, 0, [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]),
        (.hdf5, 512, [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]), (.png, 0, [0x89, 0x50, 0x4E, 0x47]),
        (.image, 0, [0xFF, 0xD8, 0xFF]), (.image, 0, Array("GIF8".utf8)), (.image, 8, Array("WEBP".utf8)),
        (.image, 0, [0x49, 0x49, 0x2A, 0]), (.image, 0, [0x4D, 0x4D, 0, 0x2A]), (.pdf, 0, Array("%PDF-".utf8)),
        (.archive, 0, [0x1F, 0x8B]), (.archive, 0, [0xFD, 0x37, 0x7A, 0x58, 0x5A]), (.archive, 0, Array("BZh".utf8)),
        (.archive, 0, [0x28, 0xB5, 0x2F, 0xFD]), (.archive, 0, [0x37, 0x7A, 0xBC, 0xAF]),
        (.archive, 257, Array("ustar".utf8)), (.parquet, 0, Array("PAR1".utf8)), (.parquet, 0, Array("ARROW1".utf8)),
        (.npy, 0, [0x93] + Array("NUMPY".utf8)), (.script, 0, Array("#!".utf8)),
    ]

    /// Looks at the beginning of a file; nil for one without any bytes.
    init?(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return nil }
        if let mark = Self.marks.first(where: { bytes.dropFirst($0.offset).starts(with: $0.2) }) {
            self = mark.0
        } else if bytes.starts(with: Array("PK\u{3}\u{4}".utf8)) {
            // The name of the first file stands behind 30 bytes that say, among others, how long it is.
            let length = bytes.count > 30 ? Int(bytes[26]) | Int(bytes[27]) << 8 : 0
            let name = String(decoding: bytes.dropFirst(30).prefix(length), as: UTF8.self)
            self = name.hasSuffix(".npy") ? .npz : name == "manifest.json" ? .pack : .zip
        } else if bytes.count > 8, bytes[8] == UInt8(ascii: "{"), bytes[6] == 0, bytes[7] == 0 {
            self = .safetensors  // eight bytes of length, then JSON
        } else if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            self = .csv  // text as UTF-16
        } else if bytes.count > 2, bytes[0] == 8, (1...99).contains(bytes[1]), [0x12, 0x3A, 0x42].contains(bytes[2]) {
            self = .onnx  // a message whose first field is the version, the next a name, the graph or the operators
        } else if bytes.contains(where: { $0 < 9 || (14..<32).contains($0) && $0 != 27 }) {
            self = .binary
        } else {
            self = Self.text(String(decoding: bytes, as: UTF8.self))
        }
    }

    private static func text(_ text: String) -> FileContent {
        let text = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }.lowercased()
        if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") { return .html }
        if text.hasPrefix("<svg") || text.hasPrefix("<?xml") && text.contains("<svg") { return .svg }
        if text.hasPrefix("<?xml") { return .xml }
        // A column of a CSV file may be called [id], so that the bracket is not enough.
        let next = text.dropFirst().first { !$0.isWhitespace }
        if text.hasPrefix("{"), let next, "\"}".contains(next) { return .json }
        if text.hasPrefix("["), let next, "{[\"".contains(next) { return .json }
        return .csv
    }

    /// What is in the file of that path; nil where there is none, it is empty, or it cannot be read.
    init?(ofFile path: String) {
        guard let file = FileHandle(forReadingAtPath: path), let data = try? file.read(upToCount: 4096) else {
            return nil
        }
        self.init([UInt8](data))
    }

    /// Checks that such a file may be written to `path`: what is there already is replaced only where that was said, and what
    /// is read never.
    ///
    /// Every output goes through this. To be called before the work, so that none is done in vain.
    /// - Parameters:
    ///   - inputs: the files that are read, nil for none
    ///   - isReplacing: whether a file of this kind, or of any text, may be replaced; of other kinds (databases, models,
    ///     archives and the like) none is
    /// - Throws: `DataError.notWritten`
    package func checkOutput(_ path: String, inputs: [String?] = [], isReplacing: Bool = false) throws {
        guard !path.isEmpty else { throw DataError.notWritten(path: "''", reason: "it names no file") }
        guard path != "-" else {
            throw DataError.notWritten(
                path: path, reason: "standard output is /dev/stdout, and a file of this name is ./-: say which")
        }
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw DataError.notWritten(path: path, reason: "it is a folder: name a file")
        }
        guard case .file(let target) = OutputPlace(path) else { return }
        let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
        guard FileManager.default.fileExists(atPath: folder) else {
            throw DataError.notWritten(path: path, reason: "there is no folder \(folder): make it, or name another")
        }
        for input in inputs.compactMap({ $0 }) where Self.areSame(input, target) {
            throw DataError.notWritten(path: path, reason: "it is the file that is read: name another")
        }
        if let what = Self.own(target) {
            throw DataError.notWritten(path: path, reason: "it lies in \(what), which Zoo alone writes: name another")
        }
        var status = stat()
        guard stat(target, &status) == 0, status.st_size > 0 else { return }
        let present = FileContent(ofFile: target)
        let isReplaced = present == self || present?.isText == true
        guard !isReplacing || !isReplaced else { return }
        let cure =
            isReplaced
            ? ": name another file, or --replace replaces it"
            : ", which --replace does not replace: name another file, or remove it first"
        throw DataError.notWritten(
            path: path, reason: "there is \(present?.noun ?? "a file that cannot be read") of that name\(cure)")
    }

    /// What a path would write into: a home's folder of models or packs, or a file beside an SQLite database; nil for all others.
    private static func own(_ path: String) -> String? {
        let url = URL(fileURLWithPath: path)
        let folder = url.deletingLastPathComponent().resolvingSymlinksInPath()
        let lock = folder.appendingPathComponent(".lock").path
        if ["models", "packs"].contains(folder.lastPathComponent), FileManager.default.fileExists(atPath: lock) {
            return "a folder of stored \(folder.lastPathComponent)"
        }
        let database = ["-wal", "-shm", "-journal"].first(where: path.hasSuffix).map { String(path.dropLast($0.count)) }
        return database.flatMap { FileContent(ofFile: $0) } == .sqlite ? "an SQLite database" : nil
    }

    private static func areSame(_ one: String, _ other: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard stat(one, &first) == 0, stat(other, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }
}
