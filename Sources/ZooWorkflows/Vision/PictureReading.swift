import Foundation
import ZooVision

/// A picture that was named and cannot be used, with the reason.
public struct UnreadablePicture: Sendable, Encodable, Error, CustomStringConvertible {
    /// Its path.
    public let file: String
    /// Why it cannot be used.
    public let reason: String

    /// One line.
    public var description: String { "\(file): \(reason)" }
}

/// Pictures by their paths.
enum PictureReading {
    /// A picture of 128 million pixels takes less.
    private static let mostBytes = 1 << 29
    private static let endings: Set<String> = ["jpg", "jpeg", "png"]

    /// The files that arguments name: themselves, and the pictures in folders and the folders below those, by name.
    static func files(_ arguments: [String]) -> (files: [String], unreadable: [UnreadablePicture]) {
        var files: [String] = []
        var unreadable: [UnreadablePicture] = []
        for path in arguments {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
                files.append(path)
                continue
            }
            let found = (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? [])
                .filter { endings.contains(URL(fileURLWithPath: $0).pathExtension.lowercased()) }
                .sorted().map { (path.hasSuffix("/") ? path : path + "/") + $0 }
            if found.isEmpty {
                unreadable.append(
                    UnreadablePicture(file: path, reason: "there are no .jpg or .png files in this folder"))
            }
            files += found
        }
        return (files, unreadable)
    }

    /// Reads and decodes a picture.
    ///
    /// - Throws: `UnreadablePicture`
    static func picture(_ path: String, shortSide: Int?) throws -> Picture {
        func refuse(_ reason: String) -> UnreadablePicture { UnreadablePicture(file: path, reason: reason) }
        // A pipe without a writer would be waited for for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw refuse(String(cString: strerror(errno))) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw refuse("it is not a regular file")
        }
        guard status.st_size <= mostBytes else { throw refuse("it has \(status.st_size) bytes, which no picture has") }
        let bytes: [UInt8]
        do { bytes = [UInt8](try handle.readToEnd() ?? Data()) } catch { throw refuse("it cannot be read") }
        do { return try Picture(decoding: bytes, shortSide: shortSide) } catch { throw refuse("\(error)") }
    }
}
