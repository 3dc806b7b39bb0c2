/// Where pictures come from, by number: a folder, a packed file, memory.
public protocol PictureSource: Sendable {
    /// Pictures there are.
    var count: Int { get }

    /// The picture of a number in `0 ..< count`. It is called from several threads at once.
    ///
    /// - Parameter shortSide: pixels that the shorter side should have at least, where the source can choose; nil for all
    ///   there are. A smaller picture comes as it is
    /// - Throws: what went wrong in reading or decoding it, with its name
    func picture(_ index: Int, shortSide: Int?) throws -> Picture
}

/// Pictures of one size, packed in memory.
public struct MemoryPictures: PictureSource {
    /// Rows of each.
    public let height: Int
    /// Columns of each.
    public let width: Int
    /// Pictures there are.
    public let count: Int
    private let pixels: [UInt8]

    /// Takes pictures that lie one behind the other.
    ///
    /// - Shapes: pixels [count, height, width, 3]
    /// - Precondition: at least one pixel a picture, and a whole number of pictures.
    public init(height: Int, width: Int, pixels: [UInt8]) {
        precondition(
            height > 0 && width > 0 && pixels.count % (height * width * 3) == 0,
            "MemoryPictures: \(pixels.count) bytes are no whole number of pictures of \(height) rows of \(width) pixels"
        )
        (self.height, self.width, self.pixels) = (height, width, pixels)
        count = pixels.count / (height * width * 3)
    }

    /// Packs pictures.
    ///
    /// - Precondition: at least one, and all of one size.
    public init(_ pictures: [Picture]) {
        precondition(!pictures.isEmpty, "MemoryPictures: no pictures")
        let (height, width) = (pictures[0].height, pictures[0].width)
        precondition(
            pictures.allSatisfy { $0.height == height && $0.width == width },
            "MemoryPictures: pictures of several sizes")
        self.init(height: height, width: width, pixels: pictures.flatMap(\.pixels))
    }

    /// The picture as it is.
    public func picture(_ index: Int, shortSide: Int?) -> Picture {
        precondition((0..<count).contains(index), "MemoryPictures: picture \(index) of \(count)")
        let size = height * width * 3
        return Picture(height: height, width: width, pixels: Array(pixels[(index * size)..<((index + 1) * size)]))
    }
}
