/// A BMP file: Windows' device-independent bitmaps with palettes, 16, 24 and 32 bits, masks and run lengths, and OS/2's.
///
/// 32 bits without masks are colours and a byte that says nothing, as viewers and Pillow take them; alpha is what a mask gives.
/// - Source: Microsoft, BITMAPINFOHEADER to BITMAPV5HEADER; [MS-WMF] 2.2.2.9
struct BMPDecoding {
    private let bytes: [UInt8]
    let height: Int
    let width: Int
    private let isTopDown: Bool
    private let bits: Int
    private let compression: Int
    /// Where the pixels begin.
    private let start: Int
    private let palette: [(UInt8, UInt8, UInt8)]
    /// Of red, green, blue and alpha.
    private let masks: [UInt32]

    var upright: ImageHeader { ImageHeader(.bmp, storedHeight: height, storedWidth: width, .identity) }

    /// Reads the header and the palette.
    init(_ bytes: [UInt8]) throws(ImageError) {
        self.bytes = bytes
        func number(_ place: Int, _ count: Int) throws(ImageError) -> Int {
            guard place >= 0, place + count <= bytes.count else { throw Self.damaged("it ends within its header") }
            var value = 0
            for byte in 0..<count { value |= Int(bytes[place + byte]) << (8 * byte) }
            return value
        }
        func signed(_ place: Int) throws(ImageError) -> Int { Int(Int32(truncatingIfNeeded: try number(place, 4))) }
        start = try number(10, 4)
        let length = try number(14, 4)
        let isCore = length == 12
        guard isCore || [16, 40, 52, 56, 64, 108, 124].contains(length) else {
            throw Self.damaged("its header has \(length) bytes, which no kind of BMP has")
        }
        let rows = isCore ? try number(20, 2) : try signed(22)
        width = isCore ? try number(18, 2) : try signed(18)
        (height, isTopDown) = (rows.magnitude > Int32.max ? 0 : abs(rows), rows < 0)
        bits = try number(isCore ? 24 : 28, 2)
        compression = length >= 40 ? try number(30, 4) : 0
        guard width > 0, height > 0 else { throw Self.damaged("its size is \(width)x\(rows)") }
        let known: [Int: [Int]] = [0: [1, 4, 8, 16, 24, 32], 1: [8], 2: [4], 3: [16, 32], 6: [16, 32]]
        guard let depths = known[compression], depths.contains(bits) else {
            throw .unsupported(what: "a BMP image of \(bits) bits in compression \(compression)")
        }
        var behind = 14 + length
        var masks: [UInt32] = []
        if compression == 3 || compression == 6 {
            // In the shortest header they come behind it; alpha only in the longer ones.
            let count = compression == 6 || length >= 56 ? 4 : 3
            for mask in 0..<count { masks.append(UInt32(truncatingIfNeeded: try number(54 + 4 * mask, 4))) }
            if length == 40 { behind += 4 * count }
        } else if bits == 16 {
            masks = [0x7C00, 0x3E0, 0x1F]
        }
        self.masks = masks
        var palette: [(UInt8, UInt8, UInt8)] = []
        if bits <= 8 {
            let size = isCore ? 3 : 4
            let said = length >= 40 ? try number(46, 4) : 0
            let room = max(0, (min(start, bytes.count) - behind) / size)
            for colour in 0..<min(said == 0 || said > 1 << bits ? 1 << bits : said, room) {
                let place = behind + size * colour
                palette.append((bytes[place + 2], bytes[place + 1], bytes[place]))
            }
            guard !palette.isEmpty else { throw Self.damaged("it has no palette") }
        }
        self.palette = palette
    }

    /// Refuses what would take too much memory, or has fewer bytes than pixels.
    func checkSize() throws(ImageError) {
        let (pixels, isOverflow) = height.multipliedReportingOverflow(by: width)
        guard !isOverflow, pixels <= ImageHeader.maximumPixels else { throw .tooLarge(height: height, width: width) }
        let isPacked = compression == 1 || compression == 2
        // A run of two bytes has at most 255 pixels; what is skipped takes less, and no writer skips all.
        guard isPacked ? pixels <= 256 * bytes.count : rowBytes * height <= bytes.count else {
            throw .implausible(height: height, width: width, byteCount: bytes.count)
        }
        guard start >= 26, isPacked ? start < bytes.count : start + rowBytes * height <= bytes.count else {
            throw Self.damaged("it ends within its pixels")
        }
    }

    /// Bytes of a row, a whole number of four.
    private var rowBytes: Int { (width * bits + 31) / 32 * 4 }

    /// Decodes the pixels; `checkSize` has passed.
    func decode() throws(ImageError) -> Image {
        let colours: [(UInt8, UInt8, UInt8)]
        switch bits {
        case ...8:
            let places = compression == 0 ? plainPlaces() : try packedPlaces()
            guard places.allSatisfy({ Int($0) < palette.count }) else {
                throw Self.damaged("a pixel has a colour beyond its palette")
            }
            colours = places.map { palette[Int($0)] }
        default: colours = wideColours()
        }
        var pixels: [UInt8] = []
        pixels.reserveCapacity(3 * height * width)
        for row in 0..<height {
            let from = (isTopDown ? row : height - 1 - row) * width
            for (red, green, blue) in colours[from..<from + width] { pixels += [red, green, blue] }
        }
        return Image(height: height, width: width, pixels: pixels)
    }

    /// Places in the palette, row by row as in the file.
    private func plainPlaces() -> [UInt8] {
        var places: [UInt8] = []
        places.reserveCapacity(height * width)
        let (perByte, mask) = (8 / bits, UInt8((1 << bits) - 1))
        for row in 0..<height {
            let from = start + row * rowBytes
            for column in 0..<width {
                let byte = bytes[from + column / perByte]
                places.append(byte >> UInt8(8 - bits * (column % perByte + 1)) & mask)
            }
        }
        return places
    }

    /// The same of runs; pixels that are skipped have the first colour.
    private func packedPlaces() throws(ImageError) -> [UInt8] {
        var places = [UInt8](repeating: 0, count: height * width)
        var (place, row, column) = (start, 0, 0)
        func set(_ value: UInt8) {
            if row < height, column < width { places[row * width + column] = value }
            column += 1
        }
        func nibble(_ byte: UInt8, _ index: Int) -> UInt8 { index % 2 == 0 ? byte >> 4 : byte & 15 }
        while place + 1 < bytes.count {
            let (count, value) = (Int(bytes[place]), bytes[place + 1])
            place += 2
            if count > 0 {
                for index in 0..<count { set(bits == 8 ? value : nibble(value, index)) }
                continue
            }
            switch value {
            case 0: (row, column) = (row + 1, 0)
            case 1: return places
            case 2:
                guard place + 1 < bytes.count else { throw Self.damaged("it ends within its pixels") }
                column += Int(bytes[place])
                row += Int(bytes[place + 1])
                place += 2
            default:
                let length = bits == 8 ? Int(value) : (Int(value) + 1) / 2
                guard place + length <= bytes.count else { throw Self.damaged("it ends within its pixels") }
                for index in 0..<Int(value) {
                    set(bits == 8 ? bytes[place + index] : nibble(bytes[place + index / 2], index))
                }
                place += length + length % 2
            }
            guard row <= height else { throw Self.damaged("its runs leave the image") }
        }
        // Some writers leave out the mark of the end.
        guard row >= height - 1, column >= width || row >= height else {
            throw Self.damaged("it ends within its pixels")
        }
        return places
    }

    /// Colours of 16, 24 or 32 bits, row by row as in the file.
    private func wideColours() -> [(UInt8, UInt8, UInt8)] {
        var colours: [(UInt8, UInt8, UInt8)] = []
        colours.reserveCapacity(height * width)
        let step = bits / 8
        let channels = masks.map(Channel.init)
        for row in 0..<height {
            var from = start + row * rowBytes
            for _ in 0..<width {
                if channels.isEmpty {
                    colours.append((bytes[from + 2], bytes[from + 1], bytes[from]))
                } else {
                    var value: UInt32 = 0
                    for byte in 0..<step { value |= UInt32(bytes[from + byte]) << UInt32(8 * byte) }
                    let alpha = channels.count > 3 && masks[3] != 0 ? channels[3].level(of: value) : 255
                    func laid(_ channel: Int) -> UInt8 {
                        let level = Int(channels[channel].level(of: value))
                        return UInt8((level * Int(alpha) + 255 * (255 - Int(alpha)) + 127) / 255)
                    }
                    colours.append((laid(0), laid(1), laid(2)))
                }
                from += step
            }
        }
        return colours
    }

    /// A colour within a pixel of several bytes.
    private struct Channel {
        private let mask: UInt32
        private let shift: UInt32

        init(_ mask: UInt32) {
            self.mask = mask
            shift = mask == 0 ? 0 : UInt32(mask.trailingZeroBitCount)
        }

        /// From 0 to 255.
        func level(of pixel: UInt32) -> UInt8 {
            let most = Int(mask >> shift)
            guard most > 0 else { return 0 }
            let level = Int((pixel & mask) >> shift)
            return UInt8((level * 255 + most / 2) / most)
        }
    }

    private static func damaged(_ reason: String) -> ImageError { .damaged(format: .bmp, reason: reason) }
}
