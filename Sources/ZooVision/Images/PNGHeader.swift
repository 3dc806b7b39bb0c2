/// What the chunks of a PNG file say, without its pixels.
///
/// libpng reads no further than the last row and knows nothing of EXIF; here all chunks are walked over first, so that a
/// file that is cut off anywhere is found out, and one that is too large is refused before anything is allocated.
/// - Source: PNG (third edition), sections 5 and 11
struct PNGHeader {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    private(set) var height = 0
    private(set) var width = 0
    private(set) var bitsPerPixel = 0
    /// Whether it comes in seven passes and with 16 bits: then libpng must be asked for 16 bits.
    private(set) var isDeepAndInterlaced = false
    /// Where the chunks lie that say which colours and lights the samples stand for.
    private(set) var colourChunks: [Range<Int>] = []
    private(set) var orientation = ImageSymmetry.identity

    var upright: ImageHeader {
        ImageHeader(.png, storedHeight: height, storedWidth: width, orientation)
    }

    init(_ bytes: [UInt8]) throws(ImageError) {
        var place = Self.signature.count
        var isComplete = false
        while !isComplete {
            guard place + 8 <= bytes.count else { throw Self.damaged("it ends before its end chunk") }
            let length = Self.number(bytes, at: place)
            let type = String(decoding: bytes[(place + 4)..<(place + 8)], as: UTF8.self)
            guard place + 12 + length <= bytes.count else { throw Self.damaged("it ends within a chunk") }
            let contents = bytes[(place + 8)..<(place + 8 + length)]
            if place == Self.signature.count {
                guard type == "IHDR", length == 13 else { throw Self.damaged("it does not begin with a header chunk") }
                try readHeader(Array(contents))
            } else if type == "eXIf", let value = exifOrientation(contents) {
                orientation = ImageSymmetry(exif: value)
            } else if ["gAMA", "cHRM", "sRGB", "iCCP"].contains(type) {
                colourChunks.append(place..<place + 12 + length)
            }
            isComplete = type == "IEND"
            place += 12 + length
        }
    }

    private mutating func readHeader(_ header: [UInt8]) throws(ImageError) {
        (width, height) = (Self.number(header, at: 0), Self.number(header, at: 4))
        let channels = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][header[9]]
        guard let channels, [1, 2, 4, 8, 16].contains(header[8]), width > 0, height > 0, width < 1 << 31,
            height < 1 << 31
        else {
            throw Self.damaged(
                "its header says \(width)x\(height) pixels of \(header[8]) bits, colour type \(header[9])")
        }
        isDeepAndInterlaced = header[8] == 16 && header[12] != 0
        bitsPerPixel = channels * Int(header[8])
    }

    /// Refuses what would take too much memory.
    func checkSize(fileSize: Int) throws(ImageError) {
        let (pixels, isOverflow) = height.multipliedReportingOverflow(by: width)
        // In seven passes 16 bits a sample are kept until the last: four times as much memory.
        guard !isOverflow, pixels <= ImageHeader.maximumPixels / (isDeepAndInterlaced ? 4 : 1) else {
            throw .tooLarge(height: upright.height, width: upright.width)
        }
        // Deflate packs at most 1032 bytes into one.
        guard pixels * bitsPerPixel / 8 <= 1032 * fileSize else {
            throw .implausible(height: upright.height, width: upright.width, byteCount: fileSize)
        }
    }

    private static func number(_ bytes: [UInt8], at place: Int) -> Int {
        bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func damaged(_ reason: String) -> ImageError { .damaged(format: .png, reason: reason) }
}
