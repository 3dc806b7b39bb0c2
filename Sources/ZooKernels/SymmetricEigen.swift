import CZooSIMD

/// The eigenvalues and eigenvectors of a real symmetric matrix, in Float64.
///
/// Householder reflections bring the matrix to tridiagonal form, implicit QL with Wilkinson's shift to diagonal form. The
/// vectors are kept as rows, so that every reflection and rotation runs over memory in order.
/// - Source: Martin, Reinsch & Wilkinson 1968 (tred2); Dubrulle, Martin & Wilkinson 1968 (imtql2).
package struct SymmetricEigen: Sendable {
    /// The eigenvalues, largest first.
    package let values: [Double]
    /// The eigenvectors of length 1, row i belonging to `values[i]`; [n, n]. Their signs are arbitrary.
    package let vectors: [Double]

    /// Decomposes `matrix` [n, n].
    ///
    /// - Precondition: all numbers are finite. Only the upper triangle decides; symmetry is not checked.
    package init(_ matrix: [Double], size n: Int) {
        precondition(matrix.count == n * n, "SymmetricEigen: \(matrix.count) numbers are not [\(n), \(n)]")
        // The largest number becomes 1: squares neither overflow nor vanish.
        let largest = matrix.reduce(0) { max($0, abs($1)) }
        precondition(largest.isFinite, "SymmetricEigen: the matrix has numbers that are not finite")
        let scale = largest > 0 ? largest : 1
        var work = matrix
        for i in 0..<n {
            for j in i..<n {
                work[i * n + j] /= scale
                work[j * n + i] = work[i * n + j]
            }
        }
        var (diagonal, offDiagonal, reflections) = Self.tridiagonalised(&work, n)
        var vectors = Self.accumulated(work, reflections, n)
        Self.diagonalise(&diagonal, &offDiagonal, &vectors, n)
        let order = (0..<n).sorted { diagonal[$0] > diagonal[$1] || (diagonal[$0] == diagonal[$1] && $0 < $1) }
        values = order.map { diagonal[$0] * scale }
        self.vectors = order.flatMap { vectors[($0 * n)..<(($0 + 1) * n)] }
    }

    /// Leaves reflection k, `I - beta v v'`, in row k right of the diagonal, and returns the betas.
    private static func tridiagonalised(
        _ a: inout [Double], _ n: Int
    ) -> (diagonal: [Double], offDiagonal: [Double], reflections: [Double]) {
        var diagonal = [Double](repeating: 0, count: n)
        var offDiagonal = [Double](repeating: 0, count: n)
        var betas = [Double](repeating: 0, count: n)
        var w = [Double](repeating: 0, count: n)
        a.withUnsafeMutableBufferPointer { a in
            guard let a = a.baseAddress else { return }
            for k in 0..<n {
                diagonal[k] = a[k * n + k]
                let size = n - k - 1
                guard size > 0 else { break }
                let v = a + k * n + k + 1
                guard size > 1 else {
                    offDiagonal[k] = v[0]
                    continue
                }
                let length = zoo_dot_doubles(v, v, size).squareRoot()
                let rest = zoo_dot_doubles(v + 1, v + 1, size - 1)
                guard rest > 0 else {
                    offDiagonal[k] = v[0]
                    continue
                }
                let alpha = v[0] > 0 ? -length : length
                offDiagonal[k] = alpha
                v[0] -= alpha
                let beta = 2 / (v[0] * v[0] + rest)
                betas[k] = beta
                // A - v w' - w v' with w = p - (beta/2)(p.v) v, p = beta A v
                let block = a + (k + 1) * n + k + 1
                for i in 0..<size { w[i] = beta * zoo_dot_doubles(block + i * n, v, size) }
                zoo_add_scaled_doubles(-beta / 2 * zoo_dot_doubles(w, v, size), v, &w, size)
                for i in 0..<size {
                    zoo_add_scaled_doubles(-v[i], w, block + i * n, size)
                    zoo_add_scaled_doubles(-w[i], v, block + i * n, size)
                }
            }
        }
        return (diagonal, offDiagonal, betas)
    }

    /// The transposed product of the reflections, by rows.
    private static func accumulated(_ reflections: [Double], _ betas: [Double], _ n: Int) -> [Double] {
        var z = [Double](repeating: 0, count: n * n)
        for i in 0..<n { z[i * n + i] = 1 }
        reflections.withUnsafeBufferPointer { a in
            z.withUnsafeMutableBufferPointer { z in
                guard let a = a.baseAddress, let z = z.baseAddress else { return }
                for k in stride(from: n - 3, through: 0, by: -1) where betas[k] != 0 {
                    let v = a + k * n + k + 1
                    let size = n - k - 1
                    for row in (k + 1)..<n {
                        let part = z + row * n + k + 1
                        zoo_add_scaled_doubles(-betas[k] * zoo_dot_doubles(part, v, size), v, part, size)
                    }
                }
            }
        }
        return z
    }

    /// Implicit QL: each sweep chases a bulge up from the first negligible off-diagonal below row `l`.
    private static func diagonalise(_ d: inout [Double], _ e: inout [Double], _ vectors: inout [Double], _ n: Int) {
        vectors.withUnsafeMutableBufferPointer { z in
            guard let z = z.baseAddress else { return }
            for l in 0..<n {
                // Two or three sweeps a value are usual; the limit only guards against a loop without end.
                for _ in 0..<100 {
                    var m = l
                    while m < n - 1, abs(e[m]) > max(.ulpOfOne / 2 * (abs(d[m]) + abs(d[m + 1])), 1e-150) { m += 1 }
                    if m == l { break }
                    sweep(&d, &e, z, n, from: m, to: l)
                }
            }
        }
    }

    private static func sweep(
        _ d: inout [Double], _ e: inout [Double], _ z: UnsafeMutablePointer<Double>, _ n: Int, from m: Int, to l: Int
    ) {
        let half = (d[l + 1] - d[l]) / (2 * e[l])
        let root = (half * half + 1).squareRoot()
        var g = d[m] - d[l] + e[l] / (half + (half < 0 ? -root : root))
        var (sine, cosine, shift) = (1.0, 1.0, 0.0)
        for i in stride(from: m - 1, through: l, by: -1) {
            let f = sine * e[i]
            let b = cosine * e[i]
            let r = (f * f + g * g).squareRoot()
            e[i + 1] = r
            if r == 0 {
                d[i + 1] -= shift
                e[m] = 0
                return
            }
            (sine, cosine) = (f / r, g / r)
            g = d[i + 1] - shift
            let t = (d[i] - g) * sine + 2 * cosine * b
            shift = sine * t
            d[i + 1] = g + shift
            g = cosine * t - b
            zoo_rotate(z + i * n, z + (i + 1) * n, n, cosine, sine)
        }
        d[l] -= shift
        e[l] = g
        e[m] = 0
    }
}
