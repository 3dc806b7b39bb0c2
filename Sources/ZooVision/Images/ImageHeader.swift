/// The formats of images that are read; JPEG and PNG are written, too.
public enum ImageFormat: String, Sendable, Codable, CaseIterable {
    /// JPEG: ISO/IEC 10918, baseline and progressive, Huffman or arithmetic, 8 bits.
    case jpeg
    /// PNG: ISO/IEC 15948, every colour type and depth.
    case png
    /// WebP, lossy and lossless; of films the first frame.
    case webp
    /// AVIF; of films the first frame.
    case avif
    /// GIF; of films the first frame.
    case gif
    /// TIFF 6.0; the first page.
    case tiff
    /// Windows' and OS/2's bitmaps.
    case bmp

    /// As people write it.
    public var name: String {
        switch self {
        case .jpeg: "JPEG"
        case .png: "PNG"
        case .webp: "WebP"
        case .avif: "AVIF"
        case .gif: "GIF"
        case .tiff: "TIFF"
        case .bmp: "BMP"
        }
    }

    /// The names of all, for messages.
    package static var list: String {
        allCases.dropLast().map(\.name).joined(separator: ", ") + " or " + (allCases.last?.name ?? "")
    }

    /// Debian's package of the library that is loaded to read it; nil where none is.
    var package: String? {
        switch self {
        case .webp: "libwebp-dev"
        case .avif: "libavif-dev"
        case .gif: "libgif-dev"
        case .tiff: "libtiff-dev"
        case .jpeg, .png, .bmp: nil
        }
    }
}

/// What the header of an image says.
package struct ImageHeader: Sendable, Hashable {
    /// The format.
    package let format: ImageFormat
    /// Rows of the image when it is upright, that is with EXIF's orientation applied.
    package let height: Int
    /// Columns of the image when it is upright.
    package let width: Int

    /// Pixels of the largest image that is decoded, 2^27: 403 MB in memory. Larger ones are refused by their header.
    package static let maximumPixels = 1 << 27

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
        } else if let found = Self.others(bytes) {
            self = found
        } else {
            throw .unsupported(what: Self.description(ofForeign: bytes))
        }
    }

    private static func others(_ bytes: [UInt8]) -> ImageFormat? {
        func has(_ text: String, at place: Int = 0) -> Bool { bytes.dropFirst(place).starts(with: text.utf8) }
        if has("GIF87a") || has("GIF89a") { return .gif }
        if has("RIFF"), has("WEBP", at: 8) { return .webp }
        if has("II*\0") || has("MM\0*") || has("II+\0") || has("MM\0+") { return .tiff }
        // The upper half of the header's length, which is small.
        if has("BM"), bytes.count > 18, bytes[15...17].allSatisfy({ $0 == 0 }) { return .bmp }
        guard has("ftyp", at: 4) else { return nil }
        // The brand, a version, and further brands up to the end of the box.
        let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        let brands = [8] + stride(from: 16, to: min(length, bytes.count, 256), by: 4)
        return brands.contains { has("avif", at: $0) || has("avis", at: $0) } ? .avif : nil
    }

    private static func description(ofForeign bytes: [UInt8]) -> String {
        func has(_ text: String, at place: Int = 0) -> Bool { bytes.dropFirst(place).starts(with: text.utf8) }
        let containers: [(Bool, String)] = [
            (has("ftyphei", at: 4) || has("ftypmif", at: 4), "a HEIC image"),
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
