import Testing
import ZooLearn

@Suite struct LimitedMemoryBFGSTests {
    @Test func aValleyIsFollowedToItsEnd() {
        // Rosenbrock's function, whose minimum is at (1, 1).
        var minimizer = LimitedMemoryBFGS()
        minimizer.tolerance = 1e-7
        let found = minimizer.minimize(from: [-1.2, 1]) { place in
            let (x, y) = (Double(place[0]), Double(place[1]))
            let slope = y - x * x
            return (
                100 * slope * slope + (1 - x) * (1 - x),
                [Float(-400 * x * slope - 2 * (1 - x)), Float(200 * slope)]
            )
        }
        #expect(abs(found[0] - 1) < 0.01 && abs(found[1] - 1) < 0.02)
    }

    @Test func aBowlOfAnyShapeIsSolved() {
        let widths = (0..<50).map { Double(1 + $0 * $0) }
        var minimizer = LimitedMemoryBFGS()
        minimizer.tolerance = 1e-7
        let found = minimizer.minimize(from: [Float](repeating: 0, count: 50)) { place in
            var value = 0.0
            let gradient = place.indices.map { index in
                let distance = Double(place[index]) - Double(index % 7)
                value += widths[index] * distance * distance / 2
                return Float(widths[index] * distance)
            }
            return (value, gradient)
        }
        for (index, x) in found.enumerated() { #expect(abs(x - Float(index % 7)) < 0.02) }
    }

    @Test func theMinimumIsNotLeft() {
        let start: [Float] = [3, -2]
        #expect(LimitedMemoryBFGS().minimize(from: start) { _ in (1, [0, 0]) } == start)
    }
}
