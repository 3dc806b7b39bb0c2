import Foundation
import Testing
import ZooVision

/// What Scripts/goldens/pillow_views.py wrote.
private struct PillowViews: Decodable {
    struct Case: Decodable {
        let height: Int
        let width: Int
        let shortSide: Int
        let filter: ResizeFilter
        let rules: PreprocessingRules
        let pixels: Data
        let view: Data
    }

    let size: Int
    let cases: [Case]
}

@Test func rulesOfOthersGiveTheirBytes() throws {
    let goldens: PillowViews = try ImageGoldens.decoded("pillow-views")
    #expect(goldens.cases.count == 48)
    let bytes = PixelNormalization(mean: [0, 0, 0], deviation: [1, 1, 1])
    for golden in goldens.cases {
        let image = Image(height: golden.height, width: golden.width, pixels: [UInt8](golden.pixels))
        let preprocessing = Preprocessing(
            size: goldens.size, resize: Double(golden.shortSide) / Double(goldens.size), normalization: bytes,
            filter: golden.filter, rules: golden.rules)
        let found = preprocessing.tensor(of: [image]).floats
        #expect(
            found == golden.view.map { Float($0) },
            "\(golden.rules) \(golden.filter) \(golden.height)x\(golden.width) to \(golden.shortSide)")
    }
}

@Test func ofScaledPicturesTheRulesOfOthersWantEveryPixel() throws {
    let own = Preprocessing(size: 224, normalization: .imageNet)
    let other = Preprocessing(size: 224, normalization: .imageNet, filter: .bilinear, rules: .torchvision)
    #expect(own.decodedShortSide == 256 && other.decodedShortSide == nil)
    let text = try JSONEncoder().encode(other)
    #expect(try JSONDecoder().decode(Preprocessing.self, from: text) == other)
}
