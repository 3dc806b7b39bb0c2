import Testing
import ZooKernels

@Test func reductionsTakeEveryRowLength() {
    for n in [0, 1, 2, 31, 32, 33, 63, 64, 65, 200, 2047, 2048, 2049, 5000] {
        let x = (0..<3 * n).map { Float(($0 * 37) % 101) - 50 }
        var sums = [Float](repeating: .nan, count: 3)
        var greatest = sums
        var least = sums
        reduce(.sum, x, &sums, outer: 3, n: n, inner: 1)
        reduce(.max, x, &greatest, outer: 3, n: n, inner: 1)
        reduce(.min, x, &least, outer: 3, n: n, inner: 1)
        for row in 0..<3 {
            let values = x[row * n..<(row + 1) * n]
            #expect(sums[row] == values.reduce(0, +))
            #expect(greatest[row] == values.max() ?? -.infinity)
            #expect(least[row] == values.min() ?? .infinity)
        }
    }
}

@Test func reductionsOfAMiddleAxisKeepTheOthers() {
    let (outer, n, inner) = (2, 5, 19)
    let x = (0..<outer * n * inner).map { Float(($0 * 53) % 97) }
    var sums = [Float](repeating: .nan, count: outer * inner)
    reduce(.sum, x, &sums, outer: outer, n: n, inner: inner)
    for o in 0..<outer {
        for i in 0..<inner {
            #expect(sums[o * inner + i] == (0..<n).reduce(0) { $0 + x[(o * n + $1) * inner + i] })
        }
    }
}

@Test func notANumberWinsAReduction() {
    for place in 0..<40 {
        var x = [Float](repeating: 1, count: 40)
        x[place] = .nan
        var result: Float = 0
        for reduction in [Reduction.sum, .max, .min] {
            reduce(reduction, x, &result, outer: 1, n: 40, inner: 1)
            #expect(result.isNaN)
        }
    }
}

@Test func longSumsKeepTheirDigits() {
    let x = [Float](repeating: 0.1, count: 1 << 20)
    var sum: Float = 0
    reduce(.sum, x, &sum, outer: 1, n: x.count, inner: 1)
    #expect(abs(Double(sum) / (Double(x[0]) * Double(x.count)) - 1) < 2e-6)
}
