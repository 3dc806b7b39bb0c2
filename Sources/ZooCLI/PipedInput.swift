import ArgumentParser
import Foundation

/// A pipe where a file is expected.
///
/// Files are read more than once, which a pipe cannot be. So what comes through one of the process's own descriptors (`-`,
/// `/dev/stdin`, or `/dev/fd/63` out of a shell's `<(…)`) is copied to a file without a name, which then takes the
/// descriptor's place: its path stays valid, and the file is removed with the process.
enum PipedInput {
    /// The path of an input file, `-` being standard input; to be called before it is read for the first time.
    ///
    /// - Throws: `Unreadable` where the pipe breaks or the temporary folder is full
    static func file(_ path: String) throws -> String {
        let name = path == "-" ? "/dev/stdin" : path
        guard let descriptor = descriptor(of: name) else { return name }
        var status = stat()
        guard fstat(descriptor, &status) == 0, [S_IFIFO, S_IFSOCK, S_IFCHR].contains(status.st_mode & S_IFMT) else {
            return name
        }
        let copy = try temporaryFile()
        defer { close(copy) }
        try self.copy(descriptor, to: copy, name)
        guard dup2(copy, descriptor) >= 0 else { throw Unreadable(path: name) }
        return name
    }

    /// The number of the descriptor that a path stands for.
    private static func descriptor(of path: String) -> Int32? {
        if path == "/dev/stdin" { return 0 }
        for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
            return Int32(path.dropFirst(folder.count))
        }
        return nil
    }

    /// The descriptor of a new file in the folder for temporary files, without a name: however the process ends, nothing is left.
    static func temporaryFile() throws -> Int32 {
        let (descriptor, path) = try namedFile()
        unlink(path)
        return descriptor
    }

    /// A new file in the folder for temporary files, of which nobody else knows.
    static func namedFile() throws -> (descriptor: Int32, path: [CChar]) {
        let folder = FileManager.default.temporaryDirectory.path
        var template = Array((folder + "/zoo-XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Unreadable(path: folder) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return (descriptor, template)
    }

    /// Copies what a descriptor gives until its end.
    ///
    /// - Throws: `Unreadable` where it breaks or there is no room
    static func copy(_ source: Int32, to target: Int32, _ name: String) throws {
        try withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
            while true {
                let count = read(source, buffer.baseAddress, buffer.count)
                if count == 0 { return }
                if count < 0 {
                    if errno == EINTR { continue }
                    throw Unreadable(path: name)
                }
                var rest = UnsafeRawBufferPointer(buffer).prefix(count)
                while !rest.isEmpty {
                    let part = UnsafeRawBufferPointer(rebasing: rest)
                    let written = write(target, part.baseAddress, part.count)
                    if written < 0, errno != EINTR {
                        throw Unreadable(path: FileManager.default.temporaryDirectory.path)
                    }
                    rest = rest.dropFirst(max(0, written))
                }
            }
        }
    }

    /// Something that could not be read or kept, with the system's reason.
    struct Unreadable: Error, CustomStringConvertible {
        let path: String
        let reason = String(cString: strerror(errno))
        var description: String { "\(path): \(reason)" }
    }
}
