import Foundation

/// Reading the file of an image, once.
package enum ImageFile {
    /// How the names of images end.
    package static let endings = ["jpg", "jpeg", "png", "webp", "avif", "gif", "tif", "tiff", "bmp"]
    /// No image that anybody works with is larger; films and archives are.
    private static let mostBytes = 256 << 20

    /// The bytes of the file.
    ///
    /// - Throws: `ImageProblem` under the path's name, for what is not there, is no regular file or is larger than 256 MiB
    package static func bytes(_ path: String) throws(ImageProblem) -> [UInt8] { try bytes(path, most: nil) }

    /// The bytes of the file, or the first of them; as `bytes(_:)`.
    package static func bytes(_ path: String, most: Int?) throws(ImageProblem) -> [UInt8] {
        func problem(_ reason: String) -> ImageProblem { ImageProblem(name: path, reason: reason) }
        func systemReason() -> String { String(cString: strerror(errno)) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw problem(errno == ENOENT ? "there is no such file" : systemReason())
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw problem(systemReason()) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw problem("it is not a regular file") }
        let size = min(Int(status.st_size), most ?? Int.max)
        guard size <= mostBytes else { throw problem("it is larger than any image: \(size >> 20) MiB") }
        var failure: String?
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                let got = read(descriptor, rest.baseAddress, rest.count)
                if got == 0 { break }
                if got > 0 {
                    count += got
                } else if errno != EINTR {
                    failure = systemReason()
                    break
                }
            }
        }
        if let failure { throw problem(failure) }
        return bytes
    }
}
