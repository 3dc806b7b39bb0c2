/// The formats of images that are read and written.
public enum ImageFormat: String, Sendable, Codable, CaseIterable {
    /// JPEG: ISO/IEC 10918, baseline and progressive, Huffman or arithmetic, 8 bits.
    case jpeg
    /// PNG: ISO/IEC 15948, every colour type and depth.
    case png

    /// As people write it.
    public var name: String {
        switch self {
        case .jpeg: "JPEG"
        case .png: "PNG"
        }
    }
}

/// What the header of an image says.
public struct ImageHeader: Sendable, Hashable {
    /// The format.
    public let format: ImageFormat
    /// Rows of the image when it is upright, that is with EXIF's orientation applied.
    public let height: Int
    /// Columns of the image when it is upright.
    public let width: Int

    /// Pixels of the largest image that is decoded, 2^27: 403 MB in memory. Larger ones are refused by their header.
    public static let maximumPixels = 1 << 27

    init(_ format: ImageFormat, storedHeight: Int, storedWidth: Int, _ orientation: ImageSymmetry) {
        self.format = format
        (height, width) = orientation.isTransposed ? (storedWidth, storedHeight) : (storedHeight, storedWidth)
    }
}

extension ImageFormat {
    /// The format that the first bytes of a file tell.
    init(of bytes: [UInt8]) throws(ImageError) {
        if bytes.isEmpty { throw .empty }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if bytes.starts(with: PNGHeader.signature) {
            self = .png
        } else {
            throw .unsupported(what: Self.description(ofForeign: bytes))
        }
    }

    private static func description(ofForeign bytes: [UInt8]) -> String {
        func has(_ text: String, at place: Int = 0) -> Bool { bytes.dropFirst(place).starts(with: text.utf8) }
        let containers: [(Bool, String)] = [
            (has("GIF8"), "a GIF image"), (has("RIFF") && has("WEBP", at: 8), "a WebP image"),
            (has("BM") && bytes.count > 25 && bytes[5] == 0 && bytes[15...17].allSatisfy { $0 == 0 }, "a BMP image"),
            (has("II*\0") || has("MM\0*"), "a TIFF image"),
            (has("ftyphei", at: 4) || has("ftypmif", at: 4), "a HEIC image"),
            (has("ftypavif", at: 4), "an AVIF image"),
            (has("%PDF"), "a PDF document"), (has("PK\u{3}\u{4}"), "a zip archive"),
        ]
        if let found = containers.first(where: \.0) { return found.1 }
        if bytes.prefix(4096).allSatisfy({ $0 == 0 }) { return "nothing but zeros" }
        // A character may be cut in two at the end of the part that is looked at.
        let start = bytes.prefix(4096)
        let isText = (0...min(3, start.count - 1)).contains { cut in
            String(validating: start.dropLast(cut), as: UTF8.self) != nil
        }
        let isPrintable = start.allSatisfy { $0 >= 32 && $0 != 127 || (9...13).contains($0) }
        return isText && isPrintable ? "text" : "of an unknown format"
    }
}
