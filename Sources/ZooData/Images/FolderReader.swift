import Foundation

/// Reads folders below one root and never leaves it: links are followed only to files that are below it as well.
///
/// Names are taken byte by byte as the file system has them. Hidden files are passed over.
struct FolderReader {
    /// The names in a folder, in the order of their bytes.
    struct Contents {
        var folders: [String] = []
        var files: [String] = []
    }

    /// The root without links in it, ending in `/`.
    let root: String
    /// What was left out.
    private(set) var problems: [ImageProblem] = []
    private static let deepest = 32

    /// - Throws: `DataError.unreadable` for what is no folder
    init(root path: String) throws {
        guard let resolved = Self.resolved(path) else {
            throw DataError.unreadable(path: path, reason: "there is no such folder")
        }
        var status = stat()
        guard stat(resolved, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw DataError.unreadable(path: path, reason: "it is not a folder: name the folder with the images")
        }
        root = resolved.hasSuffix("/") ? resolved : resolved + "/"
    }

    /// What is in the folder of that path from the root; empty for the root itself.
    ///
    /// - Throws: `DataError.unreadable` for a folder that may not be read
    mutating func contents(of folder: String) throws -> Contents {
        let prefix = folder.isEmpty ? "" : folder + "/"
        var contents = Contents()
        for name in try names(in: folder) {
            var status = stat()
            guard lstat(root + prefix + name, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: contents.folders.append(name)
            case S_IFREG: contents.files.append(name)
            case S_IFLNK:
                if let reason = refusal(ofLink: prefix + name) {
                    leaveOut(prefix + name, reason)
                } else {
                    contents.files.append(name)
                }
            default: leaveOut(prefix + name, "it is not a regular file")
            }
        }
        return contents
    }

    /// The paths from the root of all files below a folder.
    ///
    /// - Throws: as `contents`
    mutating func files(below folder: String, depth: Int = 0) throws -> [String] {
        let contents = try contents(of: folder)
        var files = contents.files.map { folder + "/" + $0 }
        for name in contents.folders {
            guard depth < Self.deepest else {
                leaveOut(folder + "/" + name, "folders nest too deeply")
                continue
            }
            files += try self.files(below: folder + "/" + name, depth: depth + 1)
        }
        return files
    }

    /// Notes that something is left out.
    mutating func leaveOut(_ name: String, _ reason: String) {
        problems.append(ImageProblem(name: name, reason: reason))
    }

    /// A file that was named from outside.
    enum Found {
        /// Its path from the root, without links and dots in it.
        case file(String)
        /// Why it is not taken.
        case refused(String)
    }

    /// The file of that path, from the root of the images or of the file system.
    func find(_ path: String) -> Found {
        let path = path.utf8.first == UInt8(ascii: "/") ? path : root + path
        guard let target = Self.resolved(path) else { return .refused("there is no such file") }
        guard let name = name(of: target) else { return .refused("it is not in the folder \(root)") }
        return Self.isFile(target) ? .file(name) : .refused("it is not a regular file")
    }

    private func refusal(ofLink name: String) -> String? {
        guard let target = Self.resolved(root + name) else { return "a link that leads nowhere" }
        guard self.name(of: target) != nil else { return "a link that leaves the folder: put the file itself there" }
        return Self.isFile(target) ? nil : "a link to something else than a file"
    }

    /// The path from the root of something below it. Bytes are compared: a name may begin with a combining mark.
    private func name(of target: String) -> String? {
        target.utf8.starts(with: root.utf8)
            ? String(decoding: target.utf8.dropFirst(root.utf8.count), as: UTF8.self) : nil
    }

    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private mutating func names(in folder: String) throws -> [String] {
        guard let stream = opendir(root + folder) else {
            throw DataError.unreadable(path: root + folder, reason: String(cString: strerror(errno)))
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    (valid: String(validatingCString: $0), shown: String(cString: $0))
                }
            }
            if name.shown.utf8.first == UInt8(ascii: ".") || name.shown == "__MACOSX" { continue }
            if let name = name.valid {
                names.append(name)
            } else {
                leaveOut((folder.isEmpty ? "" : folder + "/") + name.shown, "its name is not UTF-8: rename it")
            }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func resolved(_ path: String) -> String? {
        guard !path.isEmpty, let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(validatingCString: pointer)
    }
}
