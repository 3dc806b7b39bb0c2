/// What stands before the pixels of a JPEG file: its size, its components and how it lies.
///
/// libjpeg-turbo reads the same again; here it is read first, so that an image that is too large is refused before
/// anything is allocated, and because TurboJPEG does not pass on EXIF's orientation.
/// - Source: ITU T.81, annex B
struct JPEGHeader {
    private(set) var height = 0
    private(set) var width = 0
    private(set) var components = 0
    private(set) var orientation = ImageSymmetry.identity
    private(set) var isArithmetic = false
    private var hasOrientation = false

    var upright: ImageHeader {
        ImageHeader(.jpeg, storedHeight: height, storedWidth: width, orientation)
    }

    /// Reads up to the start of the first scan.
    init(_ bytes: [UInt8]) throws(ImageError) {
        var place = 2
        while true {
            // What is no marker is skipped, as libjpeg does; so are fill bytes.
            while place < bytes.count, bytes[place] != 0xFF { place += 1 }
            while place < bytes.count, bytes[place] == 0xFF { place += 1 }
            guard place < bytes.count else { throw Self.damaged("it ends before its pixels begin") }
            let marker = bytes[place]
            place += 1
            if marker == 0 || marker == 0x01 || (0xD0...0xD7).contains(marker) { continue }
            if marker == 0xD9 { throw Self.damaged("it ends before its pixels begin") }
            guard place + 2 <= bytes.count else { throw Self.damaged("it ends within its header") }
            let length = Int(bytes[place]) << 8 | Int(bytes[place + 1])
            guard length >= 2 else { throw Self.damaged("a segment has a length of \(length)") }
            guard place + length <= bytes.count else { throw Self.damaged("it ends within its header") }
            if marker == 0xDA { break }
            try read(marker, bytes[(place + 2)..<(place + length)])
            place += length
        }
        guard components > 0 else { throw Self.damaged("it has pixels but no size") }
    }

    private mutating func read(_ marker: UInt8, _ segment: ArraySlice<UInt8>) throws(ImageError) {
        switch marker {
        case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
            guard components == 0 else { throw Self.damaged("its size is given twice") }
            // Some versions of the library write such an image in full size where a fraction of it was asked for.
            guard ![0xC3, 0xC7, 0xCB, 0xCF].contains(marker) else { throw .unsupported(what: "lossless JPEG") }
            guard segment.count >= 6 else { throw Self.damaged("the segment that gives its size is too short") }
            let frame = Array(segment.prefix(6))
            height = Int(frame[1]) << 8 | Int(frame[2])
            width = Int(frame[3]) << 8 | Int(frame[4])
            components = Int(frame[5])
            isArithmetic = marker >= 0xC9
            guard height > 0, width > 0, components > 0 else {
                throw Self.damaged("its size is \(width)x\(height), in \(components) components")
            }
        case 0xE1:
            guard !hasOrientation, segment.starts(with: Array("Exif\0\0".utf8)) else { return }
            guard let value = exifOrientation(segment.dropFirst(6)) else { return }
            orientation = ImageSymmetry(exif: value)
            hasOrientation = true
        default: break
        }
    }

    /// Refuses what would take too much memory.
    func checkSize(fileSize: Int) throws(ImageError) {
        guard height * width <= ImageHeader.maximumPixels else {
            throw .tooLarge(height: upright.height, width: upright.width)
        }
        // Huffman coding takes at least a bit for a block of 64 pixels: 512 pixels a byte. Twice that is never reached.
        // Arithmetic coding takes less where all is of one colour.
        guard height * width <= (isArithmetic ? max(1 << 22, 16_384 * fileSize) : 1024 * fileSize) else {
            throw .implausible(height: upright.height, width: upright.width, byteCount: fileSize)
        }
    }

    /// Whether the marker of the end comes after everything else, so that nothing was cut off.
    static func hasEnd(_ bytes: [UInt8]) -> Bool {
        var place = 2
        while place + 1 < bytes.count {
            guard bytes[place] == 0xFF else {
                place += 1
                continue
            }
            switch bytes[place + 1] {
            case 0xD9: return true
            case 0xFF: place += 1
            // A byte of the pixels, and markers that stand alone.
            case 0, 0x01, 0xD0...0xD8: place += 2
            default:
                guard place + 3 < bytes.count else { return false }
                place += 2 + max(2, Int(bytes[place + 2]) << 8 | Int(bytes[place + 3]))
            }
        }
        return false
    }

    private static func damaged(_ reason: String) -> ImageError { .damaged(format: .jpeg, reason: reason) }
}
