import Testing
import ZooKernels

private func apply(_ operation: UnaryOperation, _ x: [Float]) -> [Float] {
    var y = [Float](repeating: .nan, count: x.count)
    unary(operation, x, &y, count: x.count)
    return y
}

private func apply(_ operation: UnaryOperation, _ x: [Double]) -> [Double] {
    var y = [Double](repeating: .nan, count: x.count)
    unary(operation, x, &y, count: x.count)
    return y
}

/// The greatest error of the Float32 loop against the Float64 one, relative to the result or `floor`.
private func error(of operation: UnaryOperation, over range: ClosedRange<Float>, floor: Double) -> Double {
    let n = 200_003
    let width = (range.upperBound - range.lowerBound) / Float(n - 1)
    let x = (0..<n).map { range.lowerBound + Float($0) * width }
    let exact = apply(operation, x.map(Double.init))
    return zip(apply(operation, x), exact).map { abs(Double($0) - $1) / max(abs($1), floor) }.max() ?? 0
}

@Test func exponentialsAreExactToAUnitInTheLastPlace() {
    #expect(error(of: .exp, over: -87.3...88.7, floor: 0) < 1.2e-7)
    #expect(error(of: .exp, over: -1...1, floor: 0) < 1.2e-7)
}

@Test func logarithmsAreExactToAUnitInTheLastPlace() {
    #expect(error(of: .log, over: 1e-30...1e-3, floor: 1) < 1.2e-7)
    #expect(error(of: .log, over: 0.5...2, floor: 1e-30) < 1.5e-7)
    #expect(error(of: .log, over: 1...1e30, floor: 1) < 1.2e-7)
}

@Test func activationsAreExactToAFewUnitsInTheLastPlace() {
    #expect(error(of: .tanh, over: -12...12, floor: 1e-30) < 4e-7)
    #expect(error(of: .tanh, over: -0.01...0.01, floor: 1e-30) < 4e-7)
    #expect(error(of: .sigmoid, over: -30...30, floor: 0) < 3e-7)
    #expect(error(of: .erf, over: -5...5, floor: 1e-30) < 6e-7)
    #expect(error(of: .gelu, over: -8...8, floor: 1) < 1.2e-6)
}

@Test func extremeArgumentsGiveTheLimits() {
    let x: [Float] = [.infinity, -.infinity, .nan, 0, 200, -200]
    #expect(apply(.exp, x)[0] == .infinity)
    #expect(apply(.exp, x)[1] == 0)
    #expect(apply(.exp, x)[2].isNaN)
    #expect(apply(.exp, x)[3...] == [1, .infinity, 0])
    #expect(apply(.log, x)[0] == .infinity)
    #expect(apply(.log, x)[1].isNaN && apply(.log, x)[2].isNaN && apply(.log, x)[5].isNaN)
    #expect(apply(.log, x)[3] == -.infinity)
    #expect(apply(.log, [Float.leastNonzeroMagnitude])[0].isFinite)
    for operation in [UnaryOperation.tanh, .sigmoid, .erf, .relu, .gelu, .abs, .sqrt] {
        #expect(apply(operation, x)[2].isNaN, "\(operation)")
        #expect(!apply(operation, x)[4].isNaN && !apply(operation, x)[3].isNaN, "\(operation)")
    }
    #expect(apply(.tanh, x)[0] == 1 && apply(.tanh, x)[1] == -1)
    #expect(apply(.sigmoid, x)[0] == 1 && apply(.sigmoid, x)[1] == 0)
    #expect(apply(.gelu, x)[0] == .infinity)
}

@Test func everyLengthIsHandledToItsEnd() {
    for count in 0..<70 {
        let x = (0..<count).map { Float($0) - 20 }
        #expect(apply(.negate, x) == x.map { -$0 })
        #expect(apply(.relu, x) == x.map { max($0, 0) })
        var y = [Float](repeating: 1, count: count)
        axpy(2, x, &y, count: count)
        #expect(y == x.map { 2 * $0 + 1 })
    }
}
