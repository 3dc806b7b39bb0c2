import Foundation
import Testing
import ZooKernels
import ZooVision

private func files() throws -> [(name: String, bytes: [UInt8])] {
    try ImageGoldens.load().pictures.sorted { $0.key < $1.key }.map { ($0.key, [UInt8]($0.value.file)) }
}

@Test func everyCutOffFileIsAnError() throws {
    var count = 0
    for (name, bytes) in try files() {
        for length in 0..<bytes.count {
            // Every length of the header and the end, every third of the long middle.
            guard length < 60 || length > bytes.count - 30 || length % 3 == 0 else { continue }
            count += 1
            #expect(throws: ImageError.self, "\(name) up to \(length) of \(bytes.count)") {
                try Image(decoding: Array(bytes.prefix(length)))
            }
        }
    }
    #expect(count > 5000)
}

/// Flips one to four bits of each file, so many times, and decodes it: how often there was an image, and how often an error of one line.
func flippingBits(
    of files: [[UInt8]], trials: Int, seed: UInt64, _ decode: ([UInt8], inout RandomGenerator) throws -> Image
) -> (decoded: Int, refused: Int) {
    var generator = RandomGenerator(seed: seed)
    var counts = (decoded: 0, refused: 0)
    for bytes in files {
        for _ in 0..<trials {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                damaged[Int.random(in: 0..<bytes.count, using: &generator)] ^=
                    1 << UInt8.random(in: 0..<8, using: &generator)
            }
            do {
                let image = try decode(damaged, &generator)
                #expect(image.pixels.count == 3 * image.height * image.width)
                counts.decoded += 1
            } catch {
                let words = "\(error)"
                #expect(!words.isEmpty && !words.contains("\n"))
                counts.refused += 1
            }
        }
    }
    return counts
}

@Test func flippedBitsGiveAnImageOrAnError() throws {
    let counts = flippingBits(of: try files().map(\.1), trials: 200, seed: 7) { bytes, generator in
        try Image(decoding: bytes, shortSide: Bool.random(using: &generator) ? 4 : nil)
    }
    #expect(counts.decoded > 1000 && counts.refused > 1000, "\(counts)")
}

@Test func overwrittenAndRepeatedPartsGiveAnImageOrAnError() throws {
    var generator = RandomGenerator(seed: 8)
    var (decoded, refused) = (0, 0)
    for (_, bytes) in try files() {
        for _ in 0..<60 {
            var damaged = bytes
            let start = Int.random(in: 2..<bytes.count, using: &generator)
            let end = min(bytes.count, start + Int.random(in: 1...40, using: &generator))
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: damaged.removeSubrange(start..<end)
            case 1: damaged.insert(contentsOf: bytes[start..<end], at: start)
            default:
                let noise = (start..<end).map { _ in UInt8.random(in: 0...255, using: &generator) }
                damaged.replaceSubrange(start..<end, with: noise)
            }
            if let image = try? Image(decoding: damaged) {
                #expect(image.pixels.count == 3 * image.height * image.width)
                decoded += 1
            } else {
                refused += 1
            }
            _ = try? Image.header(of: damaged)
        }
    }
    #expect(decoded > 50 && refused > 50, "\(decoded) decoded, \(refused) refused")
}

@Test func damageSaysWhatWasFound() throws {
    let jpeg = try soft(height: 40, width: 50).jpegData()
    let png = try soft(height: 40, width: 50).pngData()
    var words: [String] = []
    for bytes in [Array(jpeg.prefix(jpeg.count - 30)), Array(png.prefix(png.count / 2)), Array(jpeg.prefix(10))] {
        let error = #expect(throws: ImageError.self) { try Image(decoding: bytes) }
        words.append(try #require(error).description)
    }
    #expect(words[0].hasPrefix("the JPEG is damaged or cut off: ") && words[0].contains("remature end"))
    #expect(words[1] == "the PNG is damaged or cut off: it ends within a chunk")
    #expect(words[2] == "the JPEG is damaged or cut off: it ends within its header")
    var flipped = png
    flipped[png.count / 2] ^= 4
    #expect(throws: ImageError.self) { try Image(decoding: flipped) }
}

@Test func strayBytesBeforeTheEndAreNoDamage() throws {
    for (name, bytes) in try files() where bytes.starts(with: [0xFF, 0xD8]) {
        #expect(bytes.suffix(2) == [0xFF, 0xD9], "\(name)")
        let whole = try Image(decoding: bytes)
        for stray in [[0], [0x20, 0x41, 7], [UInt8](repeating: 0x11, count: 300)] as [[UInt8]] {
            let file = Array(bytes.dropLast(2)) + stray + [0xFF, 0xD9]
            #expect(try Image(decoding: file) == whole, "\(name), \(stray.count) bytes")
            #expect(try Image(decoding: file + [1, 2, 3]) == whole)
            let small = try Image(decoding: bytes, shortSide: 1)
            #expect(try Image(decoding: file, shortSide: 1) == small)
            // Without its end it is cut off, stray bytes or not.
            for cut in [1, 2, 3, 2 + stray.count] {
                #expect(throws: ImageError.self, "\(name)") { try Image(decoding: Array(file.dropLast(cut))) }
            }
        }
    }
}

@Test func strayBytesWithinAFileHideNoCut() throws {
    let bytes = try #require(try files().first { $0.name == "jpeg-progressive" }?.bytes)
    let whole = try Image(decoding: bytes)
    // The second scan of several, and the segment behind the first one of the header.
    let scans = bytes.indices.dropLast().filter { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA }
    #expect(scans.count > 2)
    for place in [scans[1], 4 + Int(bytes[4]) << 8 + Int(bytes[5])] {
        let file = Array(bytes[..<place] + [0x31, 0x32, 0x33] + bytes[place...])
        #expect(try Image(decoding: file) == whole)
        for length in 0..<file.count {
            #expect(throws: ImageError.self, "up to \(length) of \(file.count)") {
                try Image(decoding: Array(file.prefix(length)))
            }
        }
    }
}

@Test func bombsAreRefusedByTheirHeaders() throws {
    func patched(_ file: [UInt8], _ place: Int, _ bytes: [UInt8]) -> [UInt8] {
        var file = file
        file.replaceSubrange(place..<(place + bytes.count), with: bytes)
        return file
    }
    let jpeg = try soft(height: 30, width: 30).jpegData()
    let frame = try #require((0..<jpeg.count).first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 }) + 5
    let huge = patched(jpeg, frame, [0xFF, 0xDC, 0xFF, 0xDC])
    #expect(throws: ImageError.tooLarge(height: 65_500, width: 65_500)) { try Image(decoding: huge, shortSide: 8) }
    #expect(try Image.header(of: huge).width == 65_500)
    let hollow = patched(jpeg, frame, [0x27, 0x10, 0x27, 0x10])
    let expected = ImageError.implausible(height: 10_000, width: 10_000, byteCount: jpeg.count)
    #expect(throws: expected) { try Image(decoding: hollow) }
    #expect(throws: ImageError.self) { try Image(decoding: patched(jpeg, frame, [0, 0, 0, 30])) }

    let png = try soft(height: 30, width: 30).pngData()
    let wide = patched(png, 16, [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF])
    let side = Int(Int32.max)
    #expect(throws: ImageError.tooLarge(height: side, width: side)) { try Image(decoding: wide) }
    let large = patched(png, 16, [0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10])
    #expect(throws: ImageError.implausible(height: 10_000, width: 10_000, byteCount: png.count)) {
        try Image(decoding: large)
    }
    #expect(throws: ImageError.self) { try Image(decoding: patched(png, 16, [0, 0, 0, 0])) }
}

@Test func foreignFilesAreCalledByTheirNames() {
    func what(_ bytes: [UInt8]) -> ImageError? {
        do {
            _ = try Image(decoding: bytes)
            return nil
        } catch { return error }
    }
    #expect(what([]) == .empty)
    #expect(what(Array("<html>Not found</html>\n".utf8)) == .unsupported(what: "text"))
    #expect(what(Array("Grüße, 猫".utf8).dropLast()) == .unsupported(what: "text"))
    #expect(what(Array("\0\0\0\u{18}ftypheic".utf8)) == .unsupported(what: "a HEIC image"))
    #expect(what(Array(repeating: 0, count: 100)) == .unsupported(what: "nothing but zeros"))
    #expect(what([1, 2, 200, 0, 9, 3]) == .unsupported(what: "of an unknown format"))
    #expect(what([0xFF, 0xD8]) == .unsupported(what: "of an unknown format"))
    let text = ImageError.unsupported(what: "text").description
    #expect(text == "it is text, not a JPEG, PNG, WebP, AVIF, GIF, TIFF or BMP image")
}

@Test func orientationThatCannotBeReadIsIgnored() throws {
    let image = soft(height: 8, width: 12)
    let jpeg = try image.jpegData()
    let tiffs: [[UInt8]] = [
        [], Array("II*\0".utf8), Array("II*\0\u{8}\0\0\0".utf8), [0x4D, 0x4D, 0, 0x2A, 0xFF, 0xFF, 0xFF, 0xFF],
        // An entry of orientation 9, one of an unknown type, and a directory of 65,535 entries that is not there.
        [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 9, 0, 0, 0],
        [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 7, 0, 1, 0, 0, 0, 6, 0, 0, 0],
        [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 0xFF, 0xFF, 0, 0],
    ]
    for tiff in tiffs {
        let content = Array("Exif\0\0".utf8) + tiff
        let segment = [0xFF, 0xE1, 0, UInt8(content.count + 2)] + content
        let header = try Image.header(of: jpeg.prefix(2) + segment + jpeg.dropFirst(2))
        #expect(header.height == 8 && header.width == 12)
    }
}
