import Foundation
import ZooData
import ZooVision

/// An image that was named and cannot be used, with the reason.
public struct UnreadableImage: Sendable, Encodable, Error, CustomStringConvertible {
    /// Its path.
    public let file: String
    /// Why it cannot be used.
    public let reason: String

    /// One line.
    public var description: String { "\(file): \(reason)" }
}

/// Images by their paths.
enum ImageReading {
    private static let endings: Set<String> = ["jpg", "jpeg", "png"]

    /// The files that arguments name: themselves, and the images in folders and the folders below those, by name.
    static func files(_ arguments: [String]) -> (files: [String], unreadable: [UnreadableImage]) {
        var files: [String] = []
        var unreadable: [UnreadableImage] = []
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
                    UnreadableImage(file: path, reason: "there are no .jpg or .png files in this folder"))
            }
            files += found
        }
        return (files, unreadable)
    }

    /// Reads and decodes an image.
    ///
    /// - Throws: `UnreadableImage`
    static func image(_ path: String, shortSide: Int?) throws -> Image {
        func refuse(_ reason: String) -> UnreadableImage { UnreadableImage(file: path, reason: reason) }
        do { return try Image(decoding: try ImageFile.bytes(path), shortSide: shortSide) } catch {
            throw refuse((error as? ImageProblem)?.reason ?? "\(error)")
        }
    }
}
