import Foundation
import Testing
import ZooKernels

private func symmetric(_ n: Int, seed: UInt64) -> [Double] {
    var generator = RandomGenerator(seed: seed)
    var matrix = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
        for j in i..<n {
            matrix[i * n + j] = 2 * generator.uniform() - 1
            matrix[j * n + i] = matrix[i * n + j]
        }
    }
    return matrix
}

/// The largest element of `A v - lambda v` and of `V V' - I`.
private func residuals(_ matrix: [Double], _ eigen: SymmetricEigen, _ n: Int) -> (Double, Double) {
    var (equation, orthogonality) = (0.0, 0.0)
    for k in 0..<n {
        let v = Array(eigen.vectors[(k * n)..<((k + 1) * n)])
        for i in 0..<n {
            let product = (0..<n).reduce(0.0) { $0 + matrix[i * n + $1] * v[$1] }
            equation = max(equation, abs(product - eigen.values[k] * v[i]))
            let other = (0..<n).reduce(0.0) { $0 + eigen.vectors[i * n + $1] * v[$1] }
            orthogonality = max(orthogonality, abs(other - (i == k ? 1 : 0)))
        }
    }
    return (equation, orthogonality)
}

@Test(arguments: [0, 1, 2, 3, 4, 17, 64]) func eigenvectorsSolveTheirEquation(n: Int) {
    let matrix = symmetric(n, seed: UInt64(n))
    let (equation, orthogonality) = residuals(matrix, SymmetricEigen(matrix, size: n), n)
    #expect(equation < 1e-13 * Double(n + 1))
    #expect(orthogonality < 1e-13 * Double(n + 1))
}

@Test func eigenvaluesOfTheSecondDifferenceAreKnown() {
    let n = 33
    var matrix = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
        matrix[i * n + i] = 2
        if i + 1 < n { (matrix[i * n + i + 1], matrix[(i + 1) * n + i]) = (-1, -1) }
    }
    let values = SymmetricEigen(matrix, size: n).values
    for k in 1...n {
        let exact = 2 - 2 * cos(Double(n + 1 - k) * .pi / Double(n + 1))
        #expect(abs(values[k - 1] - exact) < 1e-14 * 8)
    }
}

@Test func extremeScalesNeitherOverflowNorVanish() {
    for scale in [1e-200, 1e200] {
        let matrix = symmetric(6, seed: 9)
        let plain = SymmetricEigen(matrix, size: 6)
        let scaled = SymmetricEigen(matrix.map { $0 * scale }, size: 6)
        for (a, b) in zip(plain.values, scaled.values) { #expect(abs(b / scale - a) < 1e-13) }
    }
}

@Test func deficientMatricesConverge() {
    // Rank one, diagonal with repeats, and zero.
    let ones = [Double](repeating: 1, count: 100)
    #expect(abs(SymmetricEigen(ones, size: 10).values[0] - 10) < 1e-12)
    #expect(SymmetricEigen(ones, size: 10).values[1...].allSatisfy { abs($0) < 1e-14 * 10 })
    #expect(SymmetricEigen([3, 0, 0, 0, 5, 0, 0, 0, 3], size: 3).values == [5, 3, 3])
    #expect(SymmetricEigen([0, 0, 0, 0], size: 2).values == [0, 0])
}
