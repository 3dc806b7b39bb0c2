import ZooKernels
import ZooTensor

/// How an image becomes what a network sees: made smaller, its middle cut out, its colours normalised.
public struct Preprocessing: Sendable, Hashable, Codable {
    /// Pixels along both sides of what the network sees.
    public var size: Int
    /// The shorter side of the resized image before its middle is cut out, in `size`s: at least 1.
    public var resize: Double
    /// What the bytes are made.
    public var normalization: PixelNormalization
    /// What the image is resized with.
    public var filter: ResizeFilter
    /// Whose arithmetic it is resized and cut out by.
    public var rules: PreprocessingRules

    /// Puts the steps together.
    ///
    /// - Precondition: a size of 1 to 16,384, a resize of 1 to 16.
    public init(
        size: Int, resize: Double = 256 / 224, normalization: PixelNormalization, filter: ResizeFilter = .bicubic,
        rules: PreprocessingRules = .zoo
    ) {
        precondition(Self.isSound(size, resize), "Preprocessing: size \(size), resize \(resize)")
        (self.size, self.resize, self.normalization) = (size, resize, normalization)
        (self.filter, self.rules) = (filter, rules)
    }

    /// Reads what was encoded.
    ///
    /// - Throws: `DecodingError` where ``init(size:resize:normalization:filter:rules:)`` would refuse the numbers
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        size = try container.decode(Int.self, forKey: .size)
        resize = try container.decode(Double.self, forKey: .resize)
        normalization = try container.decode(PixelNormalization.self, forKey: .normalization)
        filter = try container.decodeIfPresent(ResizeFilter.self, forKey: .filter) ?? .bicubic
        rules = try container.decodeIfPresent(PreprocessingRules.self, forKey: .rules) ?? .zoo
        guard Self.isSound(size, resize) else {
            throw DecodingError.dataCorruptedError(
                forKey: .size, in: container,
                debugDescription: "a size of \(size) pixels, resized to \(resize) times it")
        }
    }

    private static func isSound(_ size: Int, _ resize: Double) -> Bool {
        (1...16_384).contains(size) && (1...16).contains(resize)
    }

    /// Pixels of the shorter side before the middle is cut out.
    public var shortSide: Int { max(size, Int((Double(size) * resize).rounded())) }

    /// What the shorter side of an image should have at least when it is decoded; nil for all of it, where the rules of others
    /// count every pixel.
    package var decodedShortSide: Int? { rules == .zoo ? shortSide : nil }

    /// What the network sees of images, without chance.
    ///
    /// By torchvision's rules the same numbers as those of torchvision on Pillow's pictures; by Zoo's own within a level of 255.
    /// - Shapes: -> [images, size, size, 3]
    /// - Precondition: at least one image.
    public func tensor(of images: [Image], threads: Int = 1) -> Tensor {
        let count = size * size * 3
        let buffer = PooledBuffer(byteCount: images.count * count * 4)
        let start = FloatAddress(buffer.address.assumingMemoryBound(to: Float.self))
        parallel(images.count, threads: ThreadCount(threads)) { index in
            let view = ImageView(middleOf: images[index], self)
            view.render(images[index], self, into: start.pointer + index * count)
        }
        return Tensor(adopting: buffer, shape: [images.count, size, size, 3])
    }
}

/// An address that may be passed to threads that write to different places behind it.
struct FloatAddress: @unchecked Sendable {  // a number; who writes where is agreed upon by those who pass it
    let pointer: UnsafeMutablePointer<Float>
    init(_ pointer: UnsafeMutablePointer<Float>) { self.pointer = pointer }
}
