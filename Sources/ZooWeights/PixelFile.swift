import Foundation
import ZooHash

/// Where the pixels are in a file of images of one size.
///
/// The file is HDF5 with one data set: `pixels`, uint8 [rows, size, size, 3], in one piece from `offset` on. `h5dump` and
/// h5py read it, and so does whoever counts bytes.
package struct PixelLayout: Sendable, Equatable {
    /// How many images there are.
    package let rows: Int
    /// Pixels along their sides.
    package let size: Int
    /// The first pixel's byte in the file.
    package let offset: Int

    /// Says where the pixels are.
    ///
    /// - Precondition: no number is negative, and `size` is at most 4096
    package init(rows: Int, size: Int, offset: Int) {
        precondition(
            rows >= 0 && (0...4096).contains(size) && offset >= 0,
            "PixelLayout: \(rows) rows of size \(size) from byte \(offset)")
        (self.rows, self.size, self.offset) = (rows, size, offset)
    }

    /// Bytes of an image.
    package var rowBytes: Int { size * size * 3 }
    /// The byte behind the last pixel.
    var end: Int { offset + rows * rowBytes }
}

/// An open file of images of one size. Any number of threads may read it at once.
package final class PixelFile: Sendable {
    /// Where the pixels are in it.
    package let layout: PixelLayout
    private let path: String
    private let descriptor: Int32

    /// Opens the file and compares its SHA-256 with the one it was saved under.
    ///
    /// - Throws: `WeightError.missing`, `.unreadable`, `.damaged`; `.malformed` where the file is shorter than its layout
    package init(_ url: URL, sha256: String, layout: PixelLayout) throws {
        path = url.path
        self.layout = layout
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT
                ? WeightError.missing(path: path) : WeightError.unreadable(path: path, reason: systemReason())
        }
        let (actual, count) = try FileHash.sha256(of: descriptor, path: path)
        guard actual == sha256 else { throw WeightError.damaged(path: path, expected: sha256, actual: actual) }
        guard layout.end <= count else {
            throw WeightError.malformed(location: path, reason: "it holds fewer pixels than the catalogue says")
        }
    }

    deinit { close(descriptor) }

    /// The pixels of an image: RGB, row after row.
    ///
    /// - Throws: `WeightError.unreadable` where the system does not give them
    /// - Precondition: `row` is one of the layout's
    package func pixels(row: Int) throws -> [UInt8] {
        precondition((0..<layout.rows).contains(row), "PixelFile: row \(row) of \(layout.rows)")
        let (bytes, start) = (layout.rowBytes, layout.offset + row * layout.rowBytes)
        return try [UInt8](unsafeUninitializedCapacity: bytes) { buffer, count in
            while count < bytes {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                let got = pread(descriptor, rest.baseAddress, rest.count, off_t(start + count))
                if got > 0 {
                    count += got
                } else if got == 0 || errno != EINTR {
                    let reason = got == 0 ? "it was cut off while it was open" : systemReason()
                    throw WeightError.unreadable(path: path, reason: reason)
                }
            }
        }
    }
}

/// The hash of an open file, read in parts.
enum FileHash {
    /// The lower-case hexadecimal SHA-256 of a file and how many bytes it has.
    ///
    /// - Throws: `WeightError.unreadable`
    static func sha256(of descriptor: Int32, path: String) throws -> (sha256: String, bytes: Int) {
        var hash = SHA256()
        var part = [UInt8](repeating: 0, count: 1 << 20)
        var position = 0
        while true {
            let got = part.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, off_t(position)) }
            if got == 0 { break }
            if got > 0 {
                part.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
                position += got
            } else if errno != EINTR {
                throw WeightError.unreadable(path: path, reason: systemReason())
            }
        }
        return (hash.hexadecimal(), position)
    }
}
