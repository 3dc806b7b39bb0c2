import Foundation
import Testing
import ZooVision

private let goldens = Result { try ImageGoldens.load() }

@Test func imagesDecodeAsPillowDecodesThem() throws {
    let images = try goldens.get().pictures
    #expect(images.count == 36)
    for (name, golden) in images {
        let image = try Image(decoding: [UInt8](golden.file))
        #expect(image.height == golden.height && image.width == golden.width, "\(name)")
        let off = distance(image.pixels, [UInt8](golden.pixels)).greatest
        #expect(off <= golden.tolerance, "\(name) is \(off) off")
        let header = try Image.header(of: [UInt8](golden.file))
        let format: ImageFormat = name.hasPrefix("png") ? .png : .jpeg
        #expect(header.format == format && header.height == golden.height && header.width == golden.width, "\(name)")
    }
}

@Test func scaledDecodingKeepsTheShortSide() throws {
    let file = [UInt8](try goldens.get().scaled.file)  // 121 x 90
    let drafts = try goldens.get().scaled.drafts
    for (shortSide, divisor) in [
        (91, 1), (90, 1), (46, 1), (45, 2), (24, 2), (23, 4), (13, 4), (12, 8), (1, 8), (0, 8),
    ] {
        let image = try Image(decoding: file, shortSide: shortSide)
        #expect(image.height == (90 + divisor - 1) / divisor && image.width == (121 + divisor - 1) / divisor)
        #expect(image.shortSide >= min(90, shortSide))
        guard let draft = drafts[String(divisor)] else { continue }
        #expect(distance(image.pixels, [UInt8](draft)).greatest <= 2)
    }
}

@Test func scaledDecodingLooksLikeTheWhole() throws {
    let image = soft(height: 300, width: 400)
    let file = try image.jpegData(quality: 95)
    let whole = try Image(decoding: file).resized(height: 75, width: 100)
    let scaled = try Image(decoding: file, shortSide: 75)
    #expect(scaled.height == 75 && scaled.width == 100)
    #expect(distance(whole.pixels, scaled.pixels).mean < 1)
}

@Test func pngKeepsEveryPixel() throws {
    for image in [
        patterned(height: 1, width: 1), patterned(height: 31, width: 17, seed: 3), soft(height: 5, width: 300),
    ] {
        #expect(try Image(decoding: image.pngData()) == image)
    }
}

@Test func jpegKeepsWhatIsSeen() throws {
    let image = soft(height: 60, width: 45)
    let good = try Image(decoding: image.jpegData(quality: 95))
    let bad = try Image(decoding: image.jpegData(quality: 20))
    #expect(distance(image.pixels, good.pixels).mean < 2)
    #expect(distance(image.pixels, bad.pixels).mean > distance(image.pixels, good.pixels).mean)
    #expect(try image.jpegData(quality: 20).count < image.jpegData(quality: 95).count)
    #expect(try Image(decoding: patterned(height: 1, width: 1).jpegData(quality: 0)).pixels.count == 3)
}

@Test func imagesTooLargeForJPEGAreRefused() throws {
    let ribbon = patterned(height: 1, width: 65_501)
    let expected = ImageError.notEncoded(format: .jpeg, reason: "a side has more than 65500 pixels")
    #expect(throws: expected) { try ribbon.jpegData() }
    #expect(try Image(decoding: ribbon.pngData()) == ribbon)
}
