import Foundation

/// Reading a whole file, once.
enum FileBytes {
    /// The bytes of the file at `url`.
    ///
    /// - Throws: `WeightError.missing` or `.unreadable`
    static func read(_ url: URL) throws -> [UInt8] {
        let path = url.path
        // Nothing is waited for: a pipe is no file that can be read.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw errno == ENOENT
                ? WeightError.missing(path: path) : WeightError.unreadable(path: path, reason: systemReason())
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw WeightError.unreadable(path: path, reason: systemReason())
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw WeightError.unreadable(path: path, reason: "it is not a regular file")
        }
        let size = Int(status.st_size)
        return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                let got = Foundation.read(descriptor, rest.baseAddress, rest.count)
                if got == 0 { break }
                if got > 0 {
                    count += got
                } else if errno != EINTR {
                    throw WeightError.unreadable(path: path, reason: systemReason())
                }
            }
        }
    }
}
