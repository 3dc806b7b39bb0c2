import Foundation
import Testing
import ZooKernels
import ZooVision

/// What Scripts/goldens/codecs.py wrote.
private struct CodecGoldens: Decodable {
    let pictures: [String: ImageGoldens.Stored]

    static func sorted() throws -> [(name: String, golden: ImageGoldens.Stored)] {
        let goldens: CodecGoldens = try ImageGoldens.decoded("codecs")
        return goldens.pictures.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

private func patched(_ file: [UInt8], _ place: Int, _ bytes: [UInt8]) -> [UInt8] {
    var file = file
    file.replaceSubrange(place..<(place + bytes.count), with: bytes)
    return file
}

@Test func otherFormatsDecodeAsPillowDecodesThem() throws {
    let goldens = try CodecGoldens.sorted()
    #expect(goldens.count == 43)
    for (name, golden) in goldens {
        let bytes = [UInt8](golden.file)
        let header = try Image.header(of: bytes)
        #expect(name.hasPrefix(header.format.rawValue))
        #expect(header.height == golden.height && header.width == golden.width, "\(name)")
        let image = try Image(decoding: bytes)
        #expect(image.height == golden.height && image.width == golden.width, "\(name)")
        let off = distance(image.pixels, [UInt8](golden.pixels)).greatest
        #expect(off <= golden.tolerance, "\(name) is \(off) off")
    }
}

@Test func cutFilesOfOtherFormatsAreErrorsOrWhole() throws {
    var (whole, refused) = (0, 0)
    for (name, golden) in try CodecGoldens.sorted() {
        let bytes = [UInt8](golden.file)
        let image = try Image(decoding: bytes)
        for length in 0..<bytes.count where length < 80 || length > bytes.count - 40 || length % 5 == 0 {
            do {
                #expect(try Image(decoding: Array(bytes.prefix(length))) == image, "\(name) up to \(length)")
                whole += 1
            } catch { refused += 1 }
        }
    }
    // Only what stands behind the first image may be missing.
    #expect(refused > 20 * whole, "\(whole) whole, \(refused) refused")
}

@Test func damagedFilesOfOtherFormatsGiveAnImageOrAnError() throws {
    let files = try CodecGoldens.sorted().map { [UInt8]($0.golden.file) }
    let counts = flippingBits(of: files, trials: 60, seed: 9) { bytes, _ in try Image(decoding: bytes) }
    #expect(counts.decoded > 300 && counts.refused > 300, "\(counts)")
}

@Test func bombsOfOtherFormatsAreRefusedByTheirHeaders() throws {
    let goldens = Dictionary(uniqueKeysWithValues: try CodecGoldens.sorted().map { ($0.name, [UInt8]($0.golden.file)) })
    func file(_ name: String) throws -> [UInt8] { try #require(goldens[name]) }
    func error(_ bytes: [UInt8]) -> ImageError? { #expect(throws: ImageError.self) { try Image(decoding: bytes) } }
    let bmp = try file("bmp-24")
    #expect(error(patched(bmp, 18, [0, 0, 1, 0, 0, 0, 1, 0])) == .tooLarge(height: 65_536, width: 65_536))
    let hollow = ImageError.implausible(height: 4096, width: 4096, byteCount: bmp.count)
    #expect(error(patched(bmp, 18, [0, 16, 0, 0, 0, 16, 0, 0])) == hollow)
    for zero in [[0, 0, 0, 0, 9, 0, 0, 0], [9, 0, 0, 0, 0, 0, 0, 0], [9, 0, 0, 0, 0, 0, 0, 128]] as [[UInt8]] {
        guard case .damaged = error(patched(bmp, 18, zero)) else {
            Issue.record("\(zero)")
            continue
        }
    }
    let gif = try file("gif")
    #expect(error(patched(gif, 6, [0xFF, 0xFF, 0xFF, 0xFF])) == .tooLarge(height: 65_535, width: 65_535))
    let large = ImageError.implausible(height: 10_000, width: 10_000, byteCount: gif.count)
    #expect(error(patched(gif, 6, [0x10, 0x27, 0x10, 0x27])) == large)
    // The first entries of the directory are width and length.
    let tiff = try file("tiff-rgb-16-little")
    let width = try #require(tiff.indices.first { tiff[$0...].starts(with: [0, 1, 3, 0, 1, 0, 0, 0, 14, 0]) }) + 8
    #expect(
        error(patched(patched(tiff, width, [0xFF, 0xFF]), width + 12, [0xFF, 0xFF]))
            == .tooLarge(height: 65_535, width: 65_535))
    guard case .implausible = error(patched(patched(tiff, width, [0, 16]), width + 12, [0, 16])) else {
        Issue.record("a TIFF that is hollow")
        return
    }
    #expect(error(patched(tiff, width, [0, 0])) != nil)
    // A lossless WebP: 14 bits each of width - 1 and height - 1 behind the signature.
    let webp = try file("webp-lossless")
    #expect(error(patched(webp, 21, [0xFF, 0xFF, 0xFF, 0x0F])) == .tooLarge(height: 16_384, width: 16_384))
    let avif = try file("avif-444")
    let size = try #require(avif.indices.first { avif[$0...].starts(with: Array("ispe".utf8)) }) + 8
    #expect(error(patched(avif, size, [0, 1, 0, 0, 0, 1, 0, 0])) != nil)
    #expect(error(patched(avif, size, [0, 0, 0, 0, 0, 0, 0, 0])) != nil)
}

@Test func foreignBitmapsAreNamed() throws {
    let bmp =
        [UInt8]("BM".utf8) + [UInt8](repeating: 0, count: 12) + [
            40, 0, 0, 0, 9, 0, 0, 0, 9, 0, 0, 0, 1, 0, 24, 0, 4, 0, 0, 0,
        ]
    let error = #expect(throws: ImageError.self) { try Image.header(of: bmp + [UInt8](repeating: 0, count: 60)) }
    #expect(error?.description.contains("a BMP image of 24 bits in compression 4") == true)
    let names = "JPEG, PNG, WebP, AVIF, GIF, TIFF or BMP"
    #expect(ImageError.unsupported(what: "a HEIC image").description == "it is a HEIC image, not a \(names) image")
    #expect(ImageError.noLibrary(format: .avif).description.contains("apt-get install libavif-dev"))
}
