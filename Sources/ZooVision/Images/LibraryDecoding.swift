import CImageCodecs
import ZooKernels

/// What the header of an image says that a library reads which is loaded at run time.
struct LibraryHeader {
    private let format: ImageFormat
    private let stored: zoo_codec_image
    let orientation: ImageSymmetry
    var height: Int { Int(stored.height) }
    var width: Int { Int(stored.width) }

    var upright: ImageHeader {
        ImageHeader(format, storedHeight: height, storedWidth: width, orientation)
    }

    /// Reads it.
    ///
    /// - Throws: `ImageError.noLibrary` where the library is not installed; `.damaged`
    init(_ bytes: [UInt8], _ format: ImageFormat) throws(ImageError) {
        var exif: Int?
        if format == .webp { exif = try WebPChunks(bytes).orientation }
        var header = zoo_codec_image()
        try Self.check(format) { zoo_codec_header(Self.codec(format), bytes, bytes.count, &header, $0) }
        (self.format, stored) = (format, header)
        guard header.width > 0, header.height > 0 else {
            throw .damaged(format: format, reason: "its size is \(header.width)x\(header.height)")
        }
        orientation = ImageSymmetry(exif: exif ?? Int(header.orientation))
    }

    /// Refuses what would take too much memory.
    func checkSize(fileSize: Int) throws(ImageError) {
        let (pixels, isOverflow) = height.multipliedReportingOverflow(by: width)
        guard !isOverflow, pixels <= ImageHeader.maximumPixels else {
            throw .tooLarge(height: upright.height, width: upright.width)
        }
        guard mostPixelsPerByte.map({ pixels <= $0 * fileSize }) ?? true else {
            throw .implausible(height: upright.height, width: upright.width, byteCount: fileSize)
        }
    }

    /// Pixels that a byte of the file can hold at most, of a bit each; nil where one colour takes next to nothing.
    private var mostPixelsPerByte: Int? {
        switch (format, stored.compression) {
        case (.gif, _), (.tiff, 5): 8 * 4096  // LZW: a code stands for at most 4096 bytes
        case (.tiff, 1): 8
        case (.tiff, 8), (.tiff, 32_946): 8 * 1032  // deflate
        case (.tiff, 32_773): 8 * 64  // PackBits
        default: nil
        }
    }

    /// Decodes the first image of the file, as it is stored, that is before its orientation is applied.
    func decode(_ bytes: [UInt8]) throws(ImageError) -> Image {
        let count = height * width
        var stored = stored
        var failure: ImageError?
        let samples = [UInt8](unsafeUninitializedCapacity: 4 * count) { buffer, initialized in
            do throws(ImageError) {
                // Libraries may leave out what a damaged file lacks.
                buffer.initialize(repeating: 0)
                try Self.check(format) {
                    zoo_codec_decode(Self.codec(format), bytes, bytes.count, &stored, buffer.baseAddress, $0)
                }
            } catch { failure = error }
            initialized = 4 * count
        }
        if let failure { throw failure }
        let pixels = [UInt8](unsafeUninitializedCapacity: 3 * count) { buffer, initialized in
            guard let to = buffer.baseAddress else { return }
            samples.withUnsafeBufferPointer { from in
                guard let from = from.baseAddress else { return }
                if stored.premultiplied != 0 {
                    for pixel in 0..<count {
                        let white = 255 - Int(from[4 * pixel + 3])
                        for channel in 0..<3 {
                            to[3 * pixel + channel] = UInt8(min(255, Int(from[4 * pixel + channel]) + white))
                        }
                    }
                } else {
                    layOverWhite(from, count: count, into: to)
                }
            }
            initialized = 3 * count
        }
        return Image(height: height, width: width, pixels: pixels)
    }

    private static func codec(_ format: ImageFormat) -> Int32 {
        switch format {
        case .webp: Int32(ZOO_WEBP)
        case .avif: Int32(ZOO_AVIF)
        case .tiff: Int32(ZOO_TIFF)
        default: Int32(ZOO_GIF)
        }
    }

    /// Calls the library, which says in words what is wrong.
    private static func check(_ format: ImageFormat, _ body: (UnsafeMutablePointer<CChar>?) -> Int32) throws(ImageError)
    {
        var status: Int32 = 0
        let words = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(ZOO_CODEC_MESSAGE)) { message in
            message.initialize(repeating: 0)
            status = body(message.baseAddress)
            return message.baseAddress.map { String(cString: $0) } ?? ""
        }
        switch status {
        case Int32(ZOO_CODEC_OK): return
        case Int32(ZOO_CODEC_NO_LIBRARY): throw .noLibrary(format: format)
        default: throw .damaged(format: format, reason: words)
        }
    }

    /// The version of the library for a format; nil where it is not installed.
    static func version(_ format: ImageFormat) -> String? {
        zoo_codec_version(codec(format)).map { String(cString: $0) }
    }
}

/// The chunks of a WebP file: libwebp decodes a file whose end is missing if its pixels are there, and knows nothing of EXIF.
///
/// - Source: RFC 9649, section 2
private struct WebPChunks {
    private(set) var orientation: Int?

    init(_ bytes: [UInt8]) throws(ImageError) {
        func number(_ place: Int) -> Int { (0..<4).reversed().reduce(0) { $0 << 8 | Int(bytes[place + $1]) } }
        guard bytes.count >= 20, bytes.count >= number(4) + 8 else {
            throw .damaged(format: .webp, reason: "it ends before the end that its header gives")
        }
        var place = 12
        while place + 8 <= bytes.count {
            let (start, length) = (place + 8, number(place + 4))
            guard start + length <= bytes.count else { break }
            if bytes[place..<start - 4].elementsEqual("EXIF".utf8) {
                let contents = bytes[start..<start + length]
                let mark = Array("Exif\0\0".utf8)
                orientation = exifOrientation(contents.starts(with: mark) ? contents.dropFirst(6) : contents)
            }
            place = start + length + length % 2
        }
    }
}
