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
    /// The names in folders that were searched, by their name in any Unicode form.
    private var namesByForm: [String: [String: [String]]] = [:]
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
    ///
    /// A name below the root that is not there byte by byte stands for the one that differs only in its Unicode form.
    mutating func find(_ path: String) -> Found {
        let full = path.utf8.first == UInt8(ascii: "/") ? path : root + path
        guard let target = Self.resolved(full) else {
            switch inOtherForm(path) {
            case .file(let other):
                return other.utf8.elementsEqual(path.utf8) ? .refused("there is no such file") : find(other)
            case let refusal: return refusal
            }
        }
        guard let name = name(of: target) else { return .refused("it is not in the folder \(root)") }
        return Self.isFile(target) ? .file(name) : .refused("it is not a regular file")
    }

    /// The path with the names that the folders below the root have for its parts.
    private mutating func inOtherForm(_ path: String) -> Found {
        let missing = Found.refused("there is no such file")
        guard path.utf8.first != UInt8(ascii: "/"), !path.utf8.allSatisfy({ $0 < 128 }) else { return missing }
        var folder = ""
        for part in path.split(separator: "/").map(String.init) {
            if namesByForm[folder] == nil {
                namesByForm[folder] = Dictionary(grouping: Self.names(in: root + folder).valid) { $0 }
            }
            let found = namesByForm[folder]?[part] ?? []
            guard found.count < 2 else {
                return .refused("\(found.count) files have this name in different Unicode forms: keep one of them")
            }
            guard let name = found.first else { return missing }
            folder += (folder.isEmpty ? "" : "/") + name
        }
        return .file(folder)
    }

    /// Whether a path that was found differs from the one that was looked for in its Unicode form alone.
    func isOtherForm(_ found: String, of path: String) -> Bool {
        // An ending may have been added. Strings are compared by their canonical form, bytes as they are.
        !found.utf8.starts(with: path.utf8) && found.hasPrefix(path)
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
        let names = Self.names(in: root + folder)
        if let reason = names.refusal { throw DataError.unreadable(path: root + folder, reason: reason) }
        for name in names.malformed {
            leaveOut((folder.isEmpty ? "" : folder + "/") + name, "its name is not UTF-8: rename it")
        }
        return names.valid.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The names in a folder but for hidden ones; those that are not UTF-8 apart, as they can be shown; or why there are none.
    private static func names(in path: String) -> (valid: [String], malformed: [String], refusal: String?) {
        guard let stream = opendir(path) else { return ([], [], String(cString: strerror(errno))) }
        defer { closedir(stream) }
        var (names, malformed): ([String], [String]) = ([], [])
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    (valid: String(validatingCString: $0), shown: String(cString: $0))
                }
            }
            if name.shown.utf8.first == UInt8(ascii: ".") || name.shown == "__MACOSX" { continue }
            if let name = name.valid { names.append(name) } else { malformed.append(name.shown) }
        }
        return (names, malformed, nil)
    }

    private static func resolved(_ path: String) -> String? {
        guard !path.isEmpty, let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(validatingCString: pointer)
    }
}
