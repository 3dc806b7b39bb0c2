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
    /// What arguments name.
    struct Named {
        /// Images, or what is called like one.
        var files: [String] = []
        /// Folders without any.
        var unreadable: [UnreadableImage] = []
        /// Other files in folders.
        var others: [String] = []
    }

    /// Endings of files that are images for everybody, whether they can be read here or not.
    private static let endings = Set(
        ImageFile.endings + ["heic", "heif", "jfif", "jpe", "jp2", "jxl", "ico", "ppm", "pgm", "pbm", "tga", "psd"])

    /// The files that arguments name: themselves, and the images in folders and the folders below those, by name.
    ///
    /// In a folder an image is what is called like one, or begins like one that can be read.
    static func files(_ arguments: [String]) -> Named {
        var named = Named()
        for path in arguments {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
                named.files.append(path)
                continue
            }
            let (images, others) = images(inFolder: path.hasSuffix("/") ? path : path + "/")
            if images.isEmpty {
                named.unreadable.append(UnreadableImage(file: path, reason: "there are no images in this folder"))
            }
            named.files += images
            named.others += others
        }
        return named
    }

    private static func images(inFolder folder: String) -> (images: [String], others: [String]) {
        var (images, others): ([String], [String]) = ([], [])
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        for name in names.sorted() where !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) {
            let path = folder + name
            var isFolder: ObjCBool = false
            guard !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) || !isFolder.boolValue else {
                continue
            }
            let isImage =
                endings.contains(URL(fileURLWithPath: name).pathExtension.lowercased())
                || (try? ImageFile.bytes(path, most: 64)).map(Image.isFormatKnown) ?? false
            if isImage { images.append(path) } else { others.append(path) }
        }
        return (images, others)
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
