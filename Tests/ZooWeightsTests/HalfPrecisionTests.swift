import Foundation
import Testing
import ZooWeights

@Suite struct HalfPrecisionTests {
    @Test func everyHalfBecomesTheSameNumber() {
        let halves = (UInt16.min...UInt16.max).map { Float16(bitPattern: $0) }
        let floats = WeightValues.float16(halves).floats ?? []
        for (half, float) in zip(halves, floats) {
            let isSame = half.isNaN ? float.isNaN : float == Float(half) && float.sign == half.sign
            #expect(isSame, "\(half.bitPattern): \(float)")
        }
        #expect(floats.count == 65_536)
    }

    @Test func halvedModelsTakeHalfTheBytesAndComeBack() throws {
        var model = sampleModel()
        let weights = (0..<40_000).map { sinf(Float($0 * $0)) }
        model.weights = [WeightEntry(path: "w", shape: [200, 200], values: .float32(weights))]
        let halved = try model.halved()
        let (whole, half) = (try model.encoded(), try halved.encoded())
        #expect(Double(half.count) < 0.6 * Double(whole.count))
        let read = try ModelFile(decoding: half)
        #expect(read.weight("w") == halved.weight("w") && read.weight("w")?.type == .float16)
        let floats = try read.weight("w")?.values.floats ?? []
        #expect(zip(floats, weights).allSatisfy { abs($0 - $1) <= abs($1) * 0x1p-11 + 0x1p-25 })
        #expect(read.statistics == model.statistics && read.optimizer == model.optimizer)
    }

    @Test func aWeightTooLargeForSixteenBitsIsRefused() {
        var model = sampleModel()
        model.weights = [WeightEntry(path: "w", shape: [2], values: .float32([1, 70_000]))]
        let error = #expect(throws: WeightError.self) { try model.halved() }
        #expect(error?.description.contains("'w'") == true)
    }
}
