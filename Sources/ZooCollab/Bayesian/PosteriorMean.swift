import ZooKernels

/// The sum of the scores of many samples, as vectors of few numbers.
///
/// Samples differ by rotations, so that vectors cannot be averaged, but scores can: the sum of `p_u . q_i` over samples is the product
/// of all vectors side by side. After each sample it is cut to the nearest matrix of lower rank, which costs little, as the samples
/// agree in what matters.
struct PosteriorMean: Sendable {
    /// The vectors and biases of users, or of items, and of their features.
    struct Side: Sendable {
        /// How many rows at the start the cut goes by: the users or the items themselves.
        let deciding: Int
        /// [rows, width]
        var vectors: [Float]
        /// [rows]
        var biases: [Float]
    }

    /// The longest that vectors may be.
    let rank: Int
    /// How long they are.
    private(set) var width = 0
    private(set) var users = Side(deciding: 0, vectors: [], biases: [])
    private(set) var items = Side(deciding: 0, vectors: [], biases: [])
    private(set) var globalBias = 0.0
    private(set) var precision = 0.0
    /// How many samples were added up.
    private(set) var count = 0

    /// Nothing yet.
    init(rank: Int) { self.rank = rank }

    /// The sum of some samples.
    init(
        rank: Int, width: Int, users: Side, items: Side, globalBias: Double, precision: Double, count: Int = 1
    ) {
        (self.rank, self.width, self.users, self.items) = (rank, width, users, items)
        (self.globalBias, self.precision, self.count) = (globalBias, precision, count)
    }

    /// Adds samples.
    mutating func add(_ other: PosteriorMean) {
        guard count > 0 else {
            self = other
            return cut()
        }
        users.add(other.users, widths: (width, other.width))
        items.add(other.items, widths: (width, other.width))
        width += other.width
        globalBias += other.globalBias
        precision += other.precision
        count += other.count
        cut()
    }

    /// The mean of the samples.
    var mean: PosteriorMean {
        var result = self
        result.users.scale(1 / Float(count))
        result.items.scale(1 / Float(count))
        result.globalBias /= Double(count)
        result.precision /= Double(count)
        result.count = 1
        return result
    }

    /// Cuts the product of the vectors to the nearest one of rank `rank`, by the singular values of both sides' Gram matrices.
    ///
    /// With P'P = AA', Q'Q = BB' and the singular values A'B = USV', PQ' has the singular values S, and its best approximation is
    /// the product of P B V S^-1/2 and Q A U S^-1/2, whose columns are orthogonal and equally long on both sides.
    private mutating func cut() {
        guard width > rank else { return }
        let (a, b) = (users.root(width: width), items.root(width: width))
        let product = multiply(transposed(a, width), b, width)  // A'B
        let eigen = SymmetricEigen(multiply(product, transposed(product, width), width), size: width)
        let largest = max(eigen.values.first ?? 0, .leastNormalMagnitude)
        let kept = min(rank, max(1, eigen.values.count { $0 > 1e-14 * largest }))
        // eigen.vectors has U' in its rows; V S is (A'B)'U.
        let (u, v) = (
            multiply(a, transposed(eigen.vectors, width), width), multiply(b, transposed(product, width), width)
        )
        let vs = multiply(v, transposed(eigen.vectors, width), width)
        var (left, right) = ([Float](repeating: 0, count: width * kept), [Float](repeating: 0, count: width * kept))
        for row in 0..<width {
            for column in 0..<kept {
                let singular = eigen.values[column].squareRoot()
                left[row * kept + column] = Float(vs[row * width + column] / (singular * singular.squareRoot()))
                right[row * kept + column] = Float(u[row * width + column] / singular.squareRoot())
            }
        }
        users.multiply(by: left, widths: (width, kept))
        items.multiply(by: right, widths: (width, kept))
        width = kept
    }
}

extension PosteriorMean.Side {
    /// Puts the vectors of others behind these, and adds the biases.
    fileprivate mutating func add(_ other: PosteriorMean.Side, widths: (own: Int, other: Int)) {
        precondition(biases.count == other.biases.count, "posterior: \(biases.count) and \(other.biases.count) rows")
        var joined: [Float] = []
        joined.reserveCapacity(vectors.count + other.vectors.count)
        for row in biases.indices {
            joined += vectors[row * widths.own..<(row + 1) * widths.own]
            joined += other.vectors[row * widths.other..<(row + 1) * widths.other]
            biases[row] += other.biases[row]
        }
        vectors = joined
    }

    /// Scales the products with the other side's vectors, scaled likewise, and the biases.
    fileprivate mutating func scale(_ factor: Float) {
        let root = factor.squareRoot()
        vectors = vectors.map { $0 * root }
        biases = biases.map { $0 * factor }
    }

    /// A with AA' = P'P for the vectors P of the deciding rows, [width, width].
    fileprivate func root(width: Int) -> [Double] {
        let gram = vectors.withUnsafeBufferPointer {
            columnProducts(
                UnsafeBufferPointer(rebasing: $0[..<(deciding * width)]), width: width, centring: .none, threads: .one
            ).products
        }
        let eigen = SymmetricEigen(gram, size: width)
        return (0..<width * width).map { index in
            let (row, column) = (index / width, index % width)
            return eigen.vectors[column * width + row] * max(0, eigen.values[column]).squareRoot()
        }
    }

    fileprivate mutating func multiply(by matrix: [Float], widths: (from: Int, to: Int)) {
        let rows = biases.count
        vectors = [Float](unsafeUninitializedCapacity: rows * widths.to) { result, filled in
            filled = rows * widths.to
            guard let start = result.baseAddress else { return }
            gemm(
                transposeA: false, transposeB: false, m: rows, n: widths.to, k: widths.from, alpha: 1, vectors,
                lda: widths.from, matrix, ldb: widths.to, beta: 0, start, ldc: widths.to, threads: .one)
        }
    }
}

/// The product of two square matrices.
private func multiply(_ a: [Double], _ b: [Double], _ size: Int) -> [Double] {
    [Double](unsafeUninitializedCapacity: size * size) { result, filled in
        filled = size * size
        guard let start = result.baseAddress else { return }
        gemm(
            transposeA: false, transposeB: false, m: size, n: size, k: size, alpha: 1, a, lda: size, b, ldb: size,
            beta: 0, start, ldc: size, threads: .one)
    }
}

/// The transpose of a square matrix.
private func transposed(_ matrix: [Double], _ size: Int) -> [Double] {
    (0..<size * size).map { matrix[$0 % size * size + $0 / size] }
}
