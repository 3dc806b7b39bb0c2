import Dispatch
import ZooKernels

/// The speed of one product C [m, n] = A [m, k] B [k, n] in Float32.
package struct GEMMTiming: Sendable, Encodable {
    /// Rows of C.
    package let m: Int
    /// Columns of C.
    package let n: Int
    /// Depth.
    package let k: Int
    /// 2 m n k operations over the median time, in 10^9 a second.
    package let gflops: Double
    /// The median time of one product.
    package let microseconds: Double
}

/// Times matrix products of the shapes in the peers' script.
package enum GEMMBenchmark {
    /// m, n and k.
    package static let shapes = [
        (256, 256, 256), (512, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048), (64, 2048, 512), (64, 50, 100),
        (4096, 2048, 512), (64, 200, 100), (1024, 200, 100),
    ]

    /// Times one shape: the median of `repeats` products after five to warm up.
    package static func time(m: Int, n: Int, k: Int, repeats: Int = 30, threads: ThreadCount = .all) -> GEMMTiming {
        var generator = RandomGenerator(seed: 0)
        let a = (0..<m * k).map { _ in generator.uniform() as Float - 0.5 }
        let b = (0..<k * n).map { _ in generator.uniform() as Float - 0.5 }
        var c = [Float](repeating: 0, count: m * n)
        let seconds = c.withUnsafeMutableBufferPointer { c -> Double in
            guard let out = c.baseAddress else { return 0 }
            return Stopwatch.median(warmUp: 5, repeats: repeats) {
                gemm(
                    transposeA: false, transposeB: false, m: m, n: n, k: k, alpha: 1, a, lda: k, b, ldb: n, beta: 0,
                    out, ldc: n, threads: threads)
            }
        }
        return GEMMTiming(
            m: m, n: n, k: k, gflops: 2 * Double(m * n * k) / seconds / 1e9, microseconds: seconds * 1e6)
    }
}

/// Wall time.
enum Stopwatch {
    /// The median time of `body` in seconds, after some runs that do not count.
    static func median(warmUp: Int, repeats: Int, _ body: () throws -> Void) rethrows -> Double {
        for _ in 0..<warmUp { try body() }
        let times = try (0..<repeats).map { _ in
            let start = DispatchTime.now().uptimeNanoseconds
            try body()
            return DispatchTime.now().uptimeNanoseconds - start
        }
        return Double(times.sorted()[repeats / 2]) / 1e9
    }
}
