import Foundation
import Testing
import ZooLearn

/// Flat, falling fastest at 1e-3, least at 1e-1, then rising.
private func curve(smoothing: Double = 0) -> LearningRateCurve {
    let rates = (0...60).map { pow(10, -6 + Double($0) / 10) }
    let losses = rates.map { rate -> Double in
        let position = log10(rate)
        return 2 - tanh(2 * (position + 3)) + (position > -1 ? 4 * (position + 1) : 0) - 0.01 * position
    }
    return LearningRateCurve(rates: rates, losses: losses, smoothing: smoothing)
}

@Test func suggestsTheSteepestFallAndATenthOfTheLeast() throws {
    #expect(abs(log10(try #require(curve().steepest)) + 3) < 0.051)
    #expect(abs(log10(try #require(curve().minimumTenth)) + 2) < 1e-9)
}

@Test func smoothingIsCorrectedForItsStart() {
    let curve = LearningRateCurve(rates: [1, 2, 3], losses: [5, 5, 5], smoothing: 0.98)
    #expect(curve.smoothedLosses.allSatisfy { abs($0 - 5) < 1e-12 })
}

@Test func risingLossSuggestsNoSteepestRate() {
    let curve = LearningRateCurve(rates: [1, 2, 3], losses: [1, 2, 3])
    #expect(curve.steepest == nil)
    #expect(curve.minimumTenth == 0.1)
    #expect(LearningRateCurve(rates: [], losses: []).minimumTenth == nil)
}

/// The loss of a trained network, batch by batch, is that of the batches until the rate is too high.
@Test func aFlatCurveSuggestsATenthOfWhereItRises() throws {
    let rates = (0..<40).map { pow(10, -6 + Double($0) / 8) }
    let losses = rates.indices.map { $0 < 34 ? 0.3 + 0.1 * sin(Double(3 * $0)) : pow(2, Double($0 - 33)) }
    let curve = LearningRateCurve(rates: rates, losses: losses, smoothing: 0)
    #expect(abs(try #require(curve.riseTenth) - rates[34] / 10) < 1e-12)
    #expect(LearningRateCurve(rates: rates, losses: rates.map { _ in 1 }, smoothing: 0).riseTenth == nil)
    #expect(LearningRateCurve(rates: [], losses: []).riseTenth == nil)
}
