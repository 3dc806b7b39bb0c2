import Foundation
import Testing
import ZooKernels
import ZooTesting
import ZooVision

/// Small networks and images that tests make.
extension Sandbox {
    /// Writes the weights of a drawn `resnet20-cifar` as PyTorch would, and gives the file's path.
    @discardableResult
    func writeNetwork(_ name: String = "net.pth", classes: Int = 3) throws -> String {
        var generator = RandomGenerator(seed: 3)
        let network = ImageArchitecture.resnet20Cifar.network(classes: classes, using: &generator)
        var writer = TorchLegacyWriter()
        for named in network.state() {
            // PyTorch's linear layers are the other way round.
            let tensor = named.tensor.rank == 2 ? named.tensor.transposed([1, 0]) : named.tensor
            writer.add(named.path, tensor.shape.dimensions, tensor.floats)
        }
        return try write(name, writer.bytes)
    }

    /// Imports a drawn network as `net`, which knows these classes.
    func importNetwork(classes: [String] = ["cats", "dogs", "猫 Übel"]) throws {
        try write("names.txt", classes.joined(separator: "\n"))
        try succeed(
            "models", "import", try writeNetwork(classes: classes.count), "--arch", "resnet20-cifar", "--name", "net",
            "--classes", "names.txt")
    }

    /// Writes images of noise, which depend on their names alone: PNG where they end so, else JPEG.
    func writeImages(_ names: String..., side: Int = 24) throws {
        for name in names {
            let seed = name.utf8.reduce(0 as UInt64) { ($0 &* 31 &+ UInt64($1)) & 0xFFFF }
            let image = Self.image(seed: seed, side: side)
            try write(name, name.hasSuffix(".png") ? image.pngData() : image.jpegData())
        }
    }

    static func image(seed: UInt64, side: Int) -> Image {
        var generator = RandomGenerator(seed: seed)
        return Image(
            height: side, width: side,
            pixels: (0..<side * side * 3).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
    }

    /// A PNG whose header says that it has 60,000 x 60,000 pixels.
    static func imageBomb() throws -> [UInt8] {
        var bytes = try image(seed: 1, side: 8).pngData()
        for place in [16, 20] { bytes.replaceSubrange(place..<place + 4, with: [0, 0, 0xEA, 0x60]) }
        return bytes
    }

    /// Imports a folder of images as `d`.
    func importImages(_ folder: String) throws {
        try succeed("data", "import", "images", folder, "--name", "d", "--replace")
    }

    /// The names of the models that there are.
    func modelNames() throws -> [String] {
        let models: [JSONObject] = try json("models", "list")
        return models.compactMap { $0["name"] as? String }
    }
}
