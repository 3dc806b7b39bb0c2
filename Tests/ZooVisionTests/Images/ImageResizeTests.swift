import Foundation
import Testing
import ZooVision

@Test func resizesLikePillow() throws {
    let golden = try ImageGoldens.load().resizes
    let image = Image(height: golden.height, width: golden.width, pixels: [UInt8](golden.pixels))
    #expect(golden.cases.count == 14)
    for item in golden.cases {
        let resized = image.resized(height: item.height, width: item.width, filter: item.filter)
        let off = distance(resized.pixels, [UInt8](item.pixels))
        // Pillow rounds between its two passes, and in the other order: a bicubic overshoot is then cut off elsewhere.
        #expect(off.mean < 0.35, "\(item.filter) \(item.height)x\(item.width) is \(off) off")
        #expect(
            off.greatest <= (item.filter == .bilinear ? 1 : 4), "\(item.filter) \(item.height)x\(item.width): \(off)")
    }
}

@Test(arguments: ResizeFilter.allCases) func evenColourStaysWhatItIs(_ filter: ResizeFilter) {
    let colour: [UInt8] = [255, 0, 77]
    let image = Image(height: 21, width: 34, pixels: (0..<(21 * 34)).flatMap { _ in colour })
    for (height, width) in [(1, 1), (3, 100), (21, 33), (200, 5)] {
        let resized = image.resized(height: height, width: width, filter: filter)
        #expect(resized.pixels == (0..<(height * width)).flatMap { _ in colour })
    }
}

@Test func shortSideDecidesTheOther() {
    let image = patterned(height: 40, width: 100)
    let smaller = image.resized(shortSide: 20)
    #expect(smaller.height == 20 && smaller.width == 50)
    let ribbon = patterned(height: 1, width: 5000).resized(shortSide: 2)
    #expect(ribbon.height == 2 && ribbon.width == 10_000)
    #expect(image.resized(shortSide: 40) == image)
}

@Test func cropTakesTheMiddle() {
    let image = patterned(height: 6, width: 9)
    let middle = image.centerCropped(height: 3, width: 4)
    for y in 0..<3 {
        for x in 0..<4 {
            let place = 3 * ((y + 1) * 9 + x + 2)
            #expect(
                Array(middle.pixels[(3 * (y * 4 + x))..<(3 * (y * 4 + x) + 3)])
                    == Array(image.pixels[place..<(place + 3)]))
        }
    }
    #expect(image.centerCropped(height: 6, width: 9) == image)
}

@Test func symmetriesAreAGroup() {
    let image = patterned(height: 5, width: 7, seed: 1)
    let all = ImageSymmetry.allCases.map { image.applying($0) }
    #expect(Set(all).count == 8)
    for a in ImageSymmetry.allCases {
        let turned = image.applying(a)
        #expect(turned.height == (a.isTransposed ? 7 : 5))
        // Closed, with an inverse for each, and nothing comes of two different ones.
        let products = ImageSymmetry.allCases.map { turned.applying($0) }
        #expect(Set(products) == Set(all))
    }
    #expect(image.applying(.mirrored).applying(.mirrored) == image)
    let quarter = ImageSymmetry(isTransposed: true, flipsRows: true)
    #expect((0..<4).reduce(image) { result, _ in result.applying(quarter) } == image)
}
