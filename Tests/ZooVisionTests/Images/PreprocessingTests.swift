import Foundation
import Testing
import ZooTensor
import ZooTesting
import ZooVision

@Test func tensorsHaveTheValuesOfPillowAndNumPy() throws {
    let goldens = try ImageGoldens.load().tensors
    #expect(goldens.count == 4)
    for golden in goldens {
        let image = Image(height: golden.height, width: golden.width, pixels: [UInt8](golden.pixels))
        let preprocessing = Preprocessing(size: golden.size, normalization: .imageNet)
        let found = preprocessing.tensor(of: [image])
        #expect(found.shape == [1, golden.size, golden.size, 3])
        let expected: [Float] = golden.values.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        let distances = zip(found.floats, expected).map { abs($0 - $1) }
        let level: Float = 1 / 57  // of 255, after normalisation
        #expect(distances.reduce(0, +) / Float(distances.count) < 0.25 * level)
        #expect(try #require(distances.max()) < 4.1 * level)
        #expect(found.floats.allSatisfy { $0.isFinite })
    }
}

@Test func imagesOfTheRightSizeAreOnlyNormalised() throws {
    let image = patterned(height: 32, width: 32)
    for normalization in [PixelNormalization.cifar10, .imageNet, .efficientNetLite] {
        let preprocessing = Preprocessing(size: 32, resize: 1, normalization: normalization)
        let expected = image.pixels.enumerated().map { index, byte in
            (Double(byte) - Double(normalization.mean[index % 3])) / Double(normalization.deviation[index % 3])
        }
        let found = preprocessing.tensor(of: [image]).floats.map(Double.init)
        try assertClose(found, expected, relative: 1e-5, absolute: 1e-5)
    }
}

@Test func threadsDoNotChangeTensors() {
    let preprocessing = Preprocessing(size: 20, normalization: .imageNet)
    let images = (0..<9).map { patterned(height: 30 + $0, width: 50 - $0, seed: $0) }
    let together = preprocessing.tensor(of: images, threads: 2)
    #expect(together.shape == [9, 20, 20, 3])
    let alone = images.map { preprocessing.tensor(of: [$0]) }
    #expect(together.floats == Tensor.concatenated(alone, axis: 0).floats)
    #expect(preprocessing.tensor(of: []).shape == [0, 20, 20, 3])
}

@Test func extremeProportionsAreLookedAtInTheMiddle() {
    let preprocessing = Preprocessing(size: 16, normalization: .efficientNetLite)
    for (height, width) in [(1, 1), (1, 3000), (3000, 1), (2, 5)] {
        let tensor = preprocessing.tensor(of: [patterned(height: height, width: width)])
        #expect(tensor.shape == [1, 16, 16, 3] && tensor.floats.allSatisfy { abs($0) <= 1.01 })
    }
}

@Test func preprocessingSurvivesJSON() throws {
    let preprocessing = Preprocessing(size: 224, resize: 1.143, normalization: .imageNet, filter: .bilinear)
    let text = try JSONEncoder().encode(preprocessing)
    #expect(try JSONDecoder().decode(Preprocessing.self, from: text) == preprocessing)
    #expect(preprocessing.shortSide == 256)
    let sound = #"{"size":8,"resize":1,"normalization":{"mean":[1,2,3],"deviation":[1,1,1]}}"#
    #expect(try JSONDecoder().decode(Preprocessing.self, from: Data(sound.utf8)).filter == .bicubic)
    let bad = [
        sound.replacingOccurrences(of: "\"size\":8", with: "\"size\":0"),
        sound.replacingOccurrences(of: "\"resize\":1", with: "\"resize\":0.5"),
        sound.replacingOccurrences(of: "[1,1,1]", with: "[1,0,1]"),
        sound.replacingOccurrences(of: "[1,2,3]", with: "[1,2]"),
    ]
    for text in bad {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Preprocessing.self, from: Data(text.utf8)) }
    }
}
