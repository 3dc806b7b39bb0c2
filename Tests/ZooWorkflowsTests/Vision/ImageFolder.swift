import Foundation
import Testing
import ZooData
import ZooVision
import ZooWorkflows

/// A folder of small images that a test makes.
struct ImageFolder {
    let root: URL

    /// Makes a folder beside the home of a workspace.
    init(_ workspace: Workspace) throws {
        root = workspace.home.appendingPathComponent("given")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    }

    var path: String { root.path }

    /// An image whose pixels depend on `seed` alone.
    static func image(_ seed: Int, height: Int = 20, width: Int = 24) -> Image {
        let pixels = (0..<height * width * 3).map { UInt8(truncatingIfNeeded: (seed &* 37 &+ $0 / 90) &* 5) }
        return Image(height: height, width: width, pixels: pixels)
    }

    /// Writes images of these names: PNG where they end so, else JPEG.
    func add(_ names: String..., height: Int = 20, width: Int = 24) throws {
        for name in names {
            let seed = name.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF }
            let image = Self.image(seed, height: height, width: width)
            try write(name, name.hasSuffix(".png") ? image.pngData() : image.jpegData(quality: 90))
        }
    }

    /// Writes a file.
    func write(_ name: String, _ bytes: [UInt8]) throws {
        let url = root.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: root.appendingPathComponent(name))) }

    func remove(_ name: String) throws { try FileManager.default.removeItem(at: root.appendingPathComponent(name)) }
}
