import Testing
import ZooKernels

/// Sizes around the blocks of 128 and the chunks of 256.
private let sizes = [1, 2, 5, 127, 128, 129, 256, 300, 385, 700]

private func largestDifference(_ found: [Float]?, _ n: Int, _ wanted: (Int, Int) -> Double) -> Double {
    guard let found, found.count == n * n else { return .infinity }
    var worst = 0.0
    for i in 0..<n { for j in 0..<n { worst = max(worst, abs(Double(found[i * n + j]) - wanted(i, j))) } }
    return worst
}

@Test(arguments: sizes)
func inverseOfAScaledIdentityPlusOnes(n: Int) {
    // Sherman & Morrison 1950: (3 I + 0.5 J)^-1 = (I - 0.5 / (3 + 0.5 n) J) / 3
    let matrix = (0..<n * n).map { Float($0 / n == $0 % n ? 3.5 : 0.5) }
    let found = positiveDefiniteInverse(matrix, size: n)
    let share = 0.5 / (3 + 0.5 * Double(n))
    #expect(largestDifference(found, n) { (($0 == $1 ? 1 : 0) - share) / 3 } < 2e-6)
}

@Test(arguments: sizes.dropFirst())
func inverseOfAGeometricMatrixIsTridiagonal(n: Int) {
    // Kac, Murdock & Szego 1953: the inverse of rho^|i - j|
    let rho = 0.5
    var powers = [Float(1)]
    for _ in 1..<n { powers.append(powers[powers.count - 1] * Float(rho)) }
    let matrix = (0..<n * n).map { powers[abs($0 / n - $0 % n)] }
    let found = positiveDefiniteInverse(matrix, size: n)
    let worst = largestDifference(found, n) { i, j in
        if abs(i - j) > 1 { return 0 }
        if i != j { return -rho / (1 - rho * rho) }
        return (i == 0 || i == n - 1 ? 1 : 1 + rho * rho) / (1 - rho * rho)
    }
    #expect(worst < 1e-5)
}

@Test func inverseReadsTheLowerTriangleOnlyAndIsSymmetric() throws {
    var generator = RandomGenerator(seed: 3)
    let n = 290
    var matrix: [Float] = (0..<n * n).map { _ in 0.02 * (generator.uniform() - 0.5) }
    for i in 0..<n { matrix[i * n + i] = 4 }
    var other = matrix
    for i in 0..<n { for j in i + 1..<n { other[i * n + j] = .nan } }
    let found = try #require(positiveDefiniteInverse(matrix, size: n))
    #expect(positiveDefiniteInverse(other, size: n) == found)
    for i in 0..<n { for j in 0..<i { #expect(found[i * n + j] == found[j * n + i]) } }
}

@Test func whatIsNotPositiveDefiniteHasNoInverse() {
    #expect(positiveDefiniteInverse([1, 2, 2, 1], size: 2) == nil)
    #expect(positiveDefiniteInverse([.nan], size: 1) == nil)
    #expect(positiveDefiniteInverse([0, 0, 0, 0], size: 2) == nil)
    #expect(positiveDefiniteInverse([], size: 0) == [])
    let n = 200
    var late = [Float](repeating: 0, count: n * n)
    for i in 0..<n { late[i * n + i] = i == n - 1 ? -1 : 1 }
    #expect(positiveDefiniteInverse(late, size: n) == nil)
}
