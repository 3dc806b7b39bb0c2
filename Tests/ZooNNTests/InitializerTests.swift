import Testing
import ZooKernels
import ZooNN
import ZooTensor

private func drawn(_ initializer: Initializer) -> (mean: Double, deviation: Double, least: Double, greatest: Double) {
    var generator = RandomGenerator(seed: 3)
    let values = initializer.tensor([100, 200], dtype: .float64, using: &generator).doubles
    let mean = values.reduce(0, +) / Double(values.count)
    let square = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count)
    return (mean, square.squareRoot(), values.min() ?? 0, values.max() ?? 0)
}

@Test func uniformFillsItsRange() {
    let found = drawn(.uniform(low: -1, high: 3))
    #expect(abs(found.mean - 1) < 0.05)
    #expect(found.least >= -1 && found.least < -0.99 && found.greatest < 3 && found.greatest > 2.99)
}

@Test func normalHasItsMeanAndDeviation() {
    let found = drawn(.normal(mean: 2, deviation: 0.5))
    #expect(abs(found.mean - 2) < 0.02 && abs(found.deviation - 0.5) < 0.01)
}

@Test func truncatedNormalStaysWithinTwoDeviations() {
    let found = drawn(.truncatedNormal(mean: 1, deviation: 0.1))
    #expect(found.least >= 0.8 && found.greatest <= 1.2)
    // The deviation of a standard normal cut at two is 0.8796.
    #expect(abs(found.deviation - 0.08796) < 0.002)
}

@Test func kaimingKeepsTheVarianceOfTheRectified() {
    let expected = (2.0 / 50).squareRoot()
    #expect(abs(drawn(.kaimingNormal(fanIn: 50)).deviation - expected) < 0.005)
    #expect(abs(drawn(.kaimingUniform(fanIn: 50)).deviation - expected) < 0.005)
    #expect(drawn(.kaimingUniform(fanIn: 50)).greatest <= expected * 3.0.squareRoot())
}

@Test func sameSeedDrawsTheSameTensor() {
    var (a, b) = (RandomGenerator(seed: 5), RandomGenerator(seed: 5))
    let initializer = Initializer.normal(deviation: 1)
    #expect(initializer.tensor([7], using: &a).floats == initializer.tensor([7], using: &b).floats)
}

@Test func aSilentGeneratorDrawsNothing() {
    var generator = RandomGenerator.silent
    let shapes = Initializer.uniform(low: -1, high: 1).tensor([2, 3], using: &generator)
    #expect(shapes.floats == [Float](repeating: 0, count: 6) && generator.isSilent)
    var other = RandomGenerator(seed: 0)
    #expect(
        !other.isSilent && Initializer.truncatedNormal(deviation: 1).tensor([4], using: &other).floats != [0, 0, 0, 0])
}
