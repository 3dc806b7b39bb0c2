import Foundation
import Testing
import ZooKernels

private let weights: [Float] = (0..<37).map { Float($0) / 10 - 1.8 }
private let gradient: [Float] = (0..<37).map { Float(($0 * 29) % 17) / 8 - 1 }

private func close(_ a: [Float], _ b: [Double]) -> Bool {
    zip(a, b).allSatisfy { abs(Double($0) - $1) < 2e-6 }
}

@Test(arguments: [(0.0, 0.0), (0.1, 0.0), (0.0, 0.1)])
func adamStepsFollowTheAlgorithm(penalty: Double, decay: Double) {
    var (w, m, v) = (weights, [Float](repeating: 0, count: 37), [Float](repeating: 0, count: 37))
    var (x, first, second) = (
        weights.map(Double.init), [Double](repeating: 0, count: 37), [Double](repeating: 0, count: 37)
    )
    for t in 1...3 {
        AdamStep(number: t, rate: 0.01, beta1: 0.8, beta2: 0.99, epsilon: 1e-6, penalty: penalty, decay: decay)
            .apply(to: &w, first: &m, second: &v, gradient: gradient, count: 37)
        for i in 0..<37 {
            let g = Double(gradient[i]) + penalty * x[i]
            first[i] = 0.8 * first[i] + 0.2 * g
            second[i] = 0.99 * second[i] + 0.01 * g * g
            let corrected = (first[i] / (1 - pow(0.8, Double(t))), second[i] / (1 - pow(0.99, Double(t))))
            x[i] = x[i] * (1 - 0.01 * decay) - 0.01 * corrected.0 / (corrected.1.squareRoot() + 1e-6)
        }
    }
    #expect(close(w, x) && close(m, first) && close(v, second))
}

@Test(arguments: [(0.0, false), (0.9, false), (0.9, true)])
func descentStepsFollowTheAlgorithm(momentum: Double, nesterov: Bool) {
    var (w, b) = (weights, [Float](repeating: 0, count: 37))
    var (x, buffer) = (weights.map(Double.init), [Double](repeating: 0, count: 37))
    let step = SGDStep(rate: 0.1, momentum: momentum, nesterov: nesterov, penalty: 0.01)
    for _ in 0..<3 {
        if momentum == 0 {
            step.apply(to: &w, velocity: nil, gradient: gradient, count: 37)
        } else {
            step.apply(to: &w, velocity: &b, gradient: gradient, count: 37)
        }
        for i in 0..<37 {
            let g = Double(gradient[i]) + 0.01 * x[i]
            buffer[i] = momentum * buffer[i] + g
            x[i] -= 0.1 * (nesterov ? g + momentum * buffer[i] : buffer[i])
        }
    }
    #expect(close(w, x))
}

@Test(arguments: [0.0, 0.9]) func rmspropStepsFollowTheAlgorithm(momentum: Double) {
    var (w, v, b) = (weights, [Float](repeating: 0, count: 37), [Float](repeating: 0, count: 37))
    var (x, square, buffer) = (
        weights.map(Double.init), [Double](repeating: 0, count: 37), [Double](repeating: 0, count: 37)
    )
    let step = RMSpropStep(rate: 0.01, smoothing: 0.9, epsilon: 1e-6, momentum: momentum)
    for _ in 0..<3 {
        if momentum == 0 {
            step.apply(to: &w, meanSquare: &v, velocity: nil, gradient: gradient, count: 37)
        } else {
            step.apply(to: &w, meanSquare: &v, velocity: &b, gradient: gradient, count: 37)
        }
        for i in 0..<37 {
            let g = Double(gradient[i])
            square[i] = 0.9 * square[i] + 0.1 * g * g
            buffer[i] = momentum * buffer[i] + g / (square[i].squareRoot() + 1e-6)
            x[i] -= 0.01 * buffer[i]
        }
    }
    #expect(close(w, x))
}
