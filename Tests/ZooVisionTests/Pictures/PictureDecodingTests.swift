import Foundation
import Testing
import ZooVision

private let goldens = Result { try PictureGoldens.load() }

@Test func picturesDecodeAsPillowDecodesThem() throws {
    let pictures = try goldens.get().pictures
    #expect(pictures.count == 35)
    for (name, golden) in pictures {
        let picture = try Picture(decoding: [UInt8](golden.file))
        #expect(picture.height == golden.height && picture.width == golden.width, "\(name)")
        let off = distance(picture.pixels, [UInt8](golden.pixels)).greatest
        #expect(off <= golden.tolerance, "\(name) is \(off) off")
        let header = try Picture.header(of: [UInt8](golden.file))
        let format: PictureFormat = name.hasPrefix("png") ? .png : .jpeg
        #expect(header.format == format && header.height == golden.height && header.width == golden.width, "\(name)")
    }
}

@Test func scaledDecodingKeepsTheShortSide() throws {
    let file = [UInt8](try goldens.get().scaled.file)  // 121 x 90
    let drafts = try goldens.get().scaled.drafts
    for (shortSide, divisor) in [
        (91, 1), (90, 1), (46, 1), (45, 2), (24, 2), (23, 4), (13, 4), (12, 8), (1, 8), (0, 8),
    ] {
        let picture = try Picture(decoding: file, shortSide: shortSide)
        #expect(picture.height == (90 + divisor - 1) / divisor && picture.width == (121 + divisor - 1) / divisor)
        #expect(picture.shortSide >= min(90, shortSide))
        guard let draft = drafts[String(divisor)] else { continue }
        #expect(distance(picture.pixels, [UInt8](draft)).greatest <= 2)
    }
}

@Test func scaledDecodingLooksLikeTheWhole() throws {
    let picture = soft(height: 300, width: 400)
    let file = try picture.jpegData(quality: 95)
    let whole = try Picture(decoding: file).resized(height: 75, width: 100)
    let scaled = try Picture(decoding: file, shortSide: 75)
    #expect(scaled.height == 75 && scaled.width == 100)
    #expect(distance(whole.pixels, scaled.pixels).mean < 1)
}

@Test func pngKeepsEveryPixel() throws {
    for picture in [
        patterned(height: 1, width: 1), patterned(height: 31, width: 17, seed: 3), soft(height: 5, width: 300),
    ] {
        #expect(try Picture(decoding: picture.pngData()) == picture)
    }
}

@Test func jpegKeepsWhatIsSeen() throws {
    let picture = soft(height: 60, width: 45)
    let good = try Picture(decoding: picture.jpegData(quality: 95))
    let bad = try Picture(decoding: picture.jpegData(quality: 20))
    #expect(distance(picture.pixels, good.pixels).mean < 2)
    #expect(distance(picture.pixels, bad.pixels).mean > distance(picture.pixels, good.pixels).mean)
    #expect(try picture.jpegData(quality: 20).count < picture.jpegData(quality: 95).count)
    #expect(try Picture(decoding: patterned(height: 1, width: 1).jpegData(quality: 0)).pixels.count == 3)
}

@Test func picturesTooLargeForJPEGAreRefused() throws {
    let ribbon = patterned(height: 1, width: 65_501)
    let expected = PictureError.notEncoded(format: .jpeg, reason: "a side has more than 65500 pixels")
    #expect(throws: expected) { try ribbon.jpegData() }
    #expect(try Picture(decoding: ribbon.pngData()) == ribbon)
}
