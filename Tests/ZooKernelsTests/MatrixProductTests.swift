import Testing
import ZooKernels

private struct Product {
    var transposeA: Bool, transposeB: Bool
    var m: Int, n: Int, k: Int
    var alpha: Float, beta: Float
}

/// The product in Float64, straight from the definition.
private func reference(_ p: Product, _ a: [Float], _ b: [Float], _ c: [Float]) -> [Double] {
    var result = [Double](repeating: 0, count: p.m * p.n)
    for i in 0..<p.m {
        for j in 0..<p.n {
            var sum = 0.0
            for q in 0..<p.k {
                let x = p.transposeA ? a[q * p.m + i] : a[i * p.k + q]
                let y = p.transposeB ? b[j * p.k + q] : b[q * p.n + j]
                sum += Double(x) * Double(y)
            }
            result[i * p.n + j] = Double(p.alpha) * sum + Double(p.beta) * Double(c[i * p.n + j])
        }
    }
    return result
}

private func largestError(_ p: Product, threads: Int, generator: inout RandomGenerator) -> Double {
    func random(_ count: Int) -> [Float] { (0..<count).map { _ in generator.uniform() - 0.5 } }
    let (a, b, c) = (random(p.m * p.k), random(p.k * p.n), random(p.m * p.n))
    var result = c
    result.withUnsafeMutableBufferPointer { out in
        gemm(
            transposeA: p.transposeA, transposeB: p.transposeB, m: p.m, n: p.n, k: p.k, alpha: p.alpha, a,
            lda: p.transposeA ? p.m : p.k, b, ldb: p.transposeB ? p.k : p.n, beta: p.beta, out.baseAddress!, ldc: p.n,
            threads: ThreadCount(threads))
    }
    return zip(result, reference(p, a, b, c)).map { abs(Double($0) - $1) }.max() ?? 0
}

@Test func productsOfEverySmallShapeAgreeWithTheDefinition() {
    var generator = RandomGenerator(seed: 1)
    for transposeA in [false, true] {
        for transposeB in [false, true] {
            for (m, n, k) in [
                (1, 1, 1), (1, 200, 100), (7, 13, 5), (64, 50, 100), (13, 33, 1), (5, 17, 0), (97, 31, 64),
            ] {
                for (alpha, beta) in [(Float(1), Float(0)), (-0.5, 2)] {
                    let product = Product(
                        transposeA: transposeA, transposeB: transposeB, m: m, n: n, k: k, alpha: alpha, beta: beta)
                    #expect(largestError(product, threads: 2, generator: &generator) < 1e-4, "\(product)")
                }
            }
        }
    }
}

@Test func largeProductsAgreeWithTheDefinition() {
    var generator = RandomGenerator(seed: 2)
    for transposeA in [false, true] {
        for transposeB in [false, true] {
            // Wide, and so tall that all of B is packed first.
            for m in [251, 449] {
                let product = Product(
                    transposeA: transposeA, transposeB: transposeB, m: m, n: 203, k: 199, alpha: 2, beta: 0.5)
                #expect(largestError(product, threads: 2, generator: &generator) < 1e-3)
            }
        }
    }
}

@Test func threadsShareTheWorkWithoutChangingABit() {
    var generator = RandomGenerator(seed: 3)
    let (m, n, k) = (64, 200, 100)
    let a = (0..<m * k).map { _ in generator.uniform() as Float }
    let b = (0..<k * n).map { _ in generator.uniform() as Float }
    func product(threads: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: m * n) { out, count in
            gemm(
                transposeA: false, transposeB: false, m: m, n: n, k: k, alpha: 1, a, lda: k, b, ldb: n, beta: 0,
                out.baseAddress!, ldc: n, threads: ThreadCount(threads))
            count = m * n
        }
    }
    #expect(product(threads: 1) == product(threads: 2))
}

@Test func openBLASRunsNoFallbackKernels() {
    let library = BLASLibrary.load()
    #expect(library.path != nil)
    #expect(library.isCoreSetByUser || !library.isFallback, "\(library)")
}
