/// Where images come from, by number: a folder, a packed file, memory.
package protocol ImageSource: Sendable {
    /// Images there are.
    var count: Int { get }

    /// The image of a number in `0 ..< count`. It is called from several threads at once.
    ///
    /// - Parameter shortSide: pixels that the shorter side should have at least, where the source can choose; nil for all
    ///   there are. A smaller image comes as it is
    /// - Throws: what went wrong in reading or decoding it, with its name
    func image(_ index: Int, shortSide: Int?) throws -> Image
}

/// Images of one size, packed in memory.
package struct MemoryImages: ImageSource {
    /// Rows of each.
    package let height: Int
    /// Columns of each.
    package let width: Int
    /// Images there are.
    package let count: Int
    private let pixels: [UInt8]

    /// Takes images that lie one behind the other.
    ///
    /// - Shapes: pixels [count, height, width, 3]
    /// - Precondition: at least one pixel an image, and a whole number of images.
    package init(height: Int, width: Int, pixels: [UInt8]) {
        precondition(
            height > 0 && width > 0 && pixels.count % (height * width * 3) == 0,
            "MemoryImages: \(pixels.count) bytes are not a whole number of images of \(height) rows of \(width) pixels"
        )
        (self.height, self.width, self.pixels) = (height, width, pixels)
        count = pixels.count / (height * width * 3)
    }

    /// Packs images.
    ///
    /// - Precondition: at least one, and all of one size.
    package init(_ images: [Image]) {
        precondition(!images.isEmpty, "MemoryImages: no images")
        let (height, width) = (images[0].height, images[0].width)
        precondition(
            images.allSatisfy { $0.height == height && $0.width == width },
            "MemoryImages: images of several sizes")
        self.init(height: height, width: width, pixels: images.flatMap(\.pixels))
    }

    /// The image as it is.
    package func image(_ index: Int, shortSide: Int?) -> Image {
        precondition((0..<count).contains(index), "MemoryImages: image \(index) of \(count)")
        let size = height * width * 3
        return Image(height: height, width: width, pixels: Array(pixels[(index * size)..<((index + 1) * size)]))
    }
}
