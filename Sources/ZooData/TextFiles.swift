import Foundation

/// How text documents are to be imported.
package struct TextImportOptions: Sendable {
    /// Whether a data set of that name is replaced; else its being there is an error.
    package var isReplacing = false
    /// What the bytes of the documents mean.
    package var encoding: DocumentEncoding = .automatic
    /// Whether to continue over malformed bytes, which become U+FFFD.
    package var isLossy = false
    /// Of a folder, only files with these endings (`txt`); all where it is empty.
    package var extensions: [String] = []
    /// Whether messages may advise the option for `isLossy`.
    package var offersLossy = true

    /// Options of a plain import: nothing replaced, nothing malformed allowed, all files of a folder.
    package init() {}
}

/// Reads a text file, or all files of a folder.
struct TextFiles {
    /// What was read.
    struct Contents {
        var documents: [NewText] = []
        var replaced = 0
        var emptyFiles = 0
    }

    let options: TextImportOptions
    /// More than this in one data set is no use: a training holds its text in memory.
    private static let mostBytes = 1 << 30

    /// The documents of a file or of a folder, by path; files without any text are counted and left out.
    ///
    /// - Throws: `DataError.unreadable`, `.wrongEncoding`
    func read(_ path: String) throws -> Contents {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw DataError.unreadable(path: path, reason: "there is no such file or folder")
        }
        var contents = Contents()
        var bytes = 0
        let names: [String?] = isFolder.boolValue ? try self.names(in: path) : [nil]
        for name in names {
            let file = name.map { path + (path.hasSuffix("/") ? "" : "/") + $0 } ?? path
            let read = try self.bytes(of: file)
            bytes += read.count
            guard bytes <= Self.mostBytes else {
                throw DataError.unreadable(path: path, reason: "it holds more than a gigabyte: import a part of it")
            }
            let decoded = try decoded(read, file)
            contents.replaced += decoded.replaced
            guard decoded.text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
                contents.emptyFiles += 1
                continue
            }
            let title = name ?? URL(fileURLWithPath: path).lastPathComponent
            contents.documents.append(NewText(name: title, text: decoded.text))
        }
        guard !contents.documents.isEmpty else {
            throw DataError.unreadable(path: path, reason: "there is no text in it")
        }
        return contents
    }

    /// The text of a file of any length, also an empty one.
    ///
    /// - Throws: `DataError.unreadable`, `.wrongEncoding`
    func text(ofFile file: String) throws -> String { try decoded(bytes(of: file), file).text }

    private func decoded(_ bytes: [UInt8], _ file: String) throws -> DecodedText {
        try TextDecoding(
            file: file, encoding: options.encoding, isLossy: options.isLossy, offersLossy: options.offersLossy
        ).text(bytes)
    }

    /// The files below a folder as paths from it, by their bytes; hidden ones and links to folders are left out.
    private func names(in folder: String) throws -> [String] {
        let keys: [URLResourceKey] = [.isRegularFileKey]
        let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath().standardizedFileURL.path + "/"
        guard
            let files = FileManager.default.enumerator(
                at: URL(fileURLWithPath: root), includingPropertiesForKeys: keys, options: [.skipsHiddenFiles])
        else { throw DataError.unreadable(path: folder, reason: "it cannot be listed") }
        var names: [String] = []
        for case let file as URL in files {
            var isFolder: ObjCBool = false
            let path = file.standardizedFileURL.path
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            let wanted = options.extensions.isEmpty || options.extensions.contains(file.pathExtension.lowercased())
            if wanted, path.hasPrefix(root) { names.append(String(path.dropFirst(root.count))) }
        }
        guard !names.isEmpty else {
            let kind = options.extensions.isEmpty ? "" : " ending in " + options.extensions.joined(separator: ", ")
            throw DataError.unreadable(path: folder, reason: "there are no files\(kind) in it")
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func bytes(of file: String) throws -> [UInt8] {
        let descriptor = try openForReading(file)
        defer { close(descriptor) }
        var status = stat()
        fstat(descriptor, &status)
        guard status.st_size <= Self.mostBytes else {
            throw DataError.unreadable(path: file, reason: "it is larger than a gigabyte: import a part of it")
        }
        do {
            return [UInt8](try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd() ?? Data())
        } catch { throw DataError.unreadable(path: file, reason: error.localizedDescription) }
    }
}
