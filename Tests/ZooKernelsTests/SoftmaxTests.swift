import Testing
import ZooKernels

@Test func softmaxOfHugeLogitsDoesNotOverflow() {
    let x: [Float] = [1000, 1001, -.infinity, -1000]
    var y = [Float](repeating: .nan, count: 4)
    softmax(.plain, x, &y, rows: 1, n: 4)
    #expect(abs(y[0] - 0.26894143) < 1e-6 && abs(y[1] - 0.7310586) < 1e-6)
    #expect(y[2] == 0 && y[3] == 0)
    softmax(.logarithmic, x, &y, rows: 1, n: 4)
    #expect(abs(y[0] + 1.3132616) < 1e-6 && y[2] == -.infinity)
}

@Test func aRowWithNotANumberHasNoSoftmax() {
    var y = [Float](repeating: 0, count: 4)
    softmax(.plain, [1, .nan, 1, 1], &y, rows: 2, n: 2)
    #expect(y[0].isNaN && y[1].isNaN)
    #expect(y[2] == 0.5 && y[3] == 0.5)
}

@Test func softmaxOfLongRowsAgreesWithFloat64() {
    for n in [1, 7, 16, 17, 100, 1003] {
        let x = (0..<2 * n).map { Float(($0 * 71) % 113) / 9 }
        var (y, exact) = ([Float](repeating: 0, count: 2 * n), [Double](repeating: 0, count: 2 * n))
        for kind in [SoftmaxKind.plain, .logarithmic] {
            softmax(kind, x, &y, rows: 2, n: n)
            softmax(kind, x.map(Double.init), &exact, rows: 2, n: n)
            #expect(zip(y, exact).allSatisfy { abs(Double($0) - $1) <= 3e-6 * max(abs($1), 0.01) })
        }
    }
}
