/// An image in memory: red, green and blue bytes in sRGB, row after row from the top left.
public struct Image: Sendable, Hashable {
    /// Rows, at least 1.
    public let height: Int
    /// Columns, at least 1.
    public let width: Int
    /// The bytes [height, width, 3].
    public let pixels: [UInt8]

    /// Puts an image together.
    ///
    /// - Precondition: at least one pixel, and three bytes for each.
    public init(height: Int, width: Int, pixels: [UInt8]) {
        precondition(
            height > 0 && width > 0 && pixels.count == height * width * 3,
            "Image: \(pixels.count) bytes for \(height) rows of \(width) pixels")
        (self.height, self.width, self.pixels) = (height, width, pixels)
    }

    /// The shorter one of height and width.
    package var shortSide: Int { min(height, width) }
}

extension Image {
    /// Whether the first bytes of a file are those of an image that can be decoded.
    package static func isFormatKnown(_ start: [UInt8]) -> Bool { (try? ImageFormat(of: start)) != nil }

    /// What a file says of its image, without decoding it.
    ///
    /// - Throws: `ImageError` if it is no image of a known format, or ends or goes wrong before its pixels begin
    package static func header(of bytes: [UInt8]) throws(ImageError) -> ImageHeader {
        switch try ImageFormat(of: bytes) {
        case .jpeg: try JPEGHeader(bytes).upright
        case .png: try PNGHeader(bytes).upright
        case .bmp: try BMPDecoding(bytes).upright
        case let format: try LibraryHeader(bytes, format).upright
        }
    }

    /// Decodes an image file; the bytes tell the format, and EXIF's orientation is applied.
    ///
    /// Grey becomes RGB. Transparent pixels are laid over white. 16 bits are rounded to 8. CMYK is turned into RGB
    /// without colour management; colour profiles and PNG's gamma are not looked at.
    ///
    /// - Parameter shortSide: pixels that the shorter side should have at least: a JPEG is then decoded at 1/2, 1/4 or 1/8
    ///   of its size if that leaves so many, which is faster
    /// - Throws: `ImageError`: an image that is cut off or damaged is an error, also where part of it could be shown
    ///   (stray bytes before a marker of a JPEG are no damage: viewers pass over them, too);
    ///   one of more than ``ImageHeader/maximumPixels``, or of more than its bytes can hold, is refused before memory
    ///   is taken
    package init(decoding bytes: [UInt8], shortSide: Int? = nil) throws(ImageError) {
        switch try ImageFormat(of: bytes) {
        case .jpeg:
            let header = try JPEGHeader(bytes)
            try header.checkSize(fileSize: bytes.count)
            self = try decodeJPEG(bytes, header, shortSide: shortSide).applying(header.orientation)
        case .png:
            let header = try PNGHeader(bytes)
            try header.checkSize(fileSize: bytes.count)
            self = try decodePNG(bytes, header).applying(header.orientation)
        case .bmp:
            let bitmap = try BMPDecoding(bytes)
            try bitmap.checkSize()
            self = try bitmap.decode()
        case let format:
            let header = try LibraryHeader(bytes, format)
            try header.checkSize(fileSize: bytes.count)
            self = try header.decode(bytes).applying(header.orientation)
        }
    }
}
