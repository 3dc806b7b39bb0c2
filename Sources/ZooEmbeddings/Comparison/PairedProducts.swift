import ZooKernels

/// What two sets of vectors of the same entries have in common, as sums of products: all that linear measures need.
struct PairedProducts {
    /// Lengths of the vectors.
    let widths: (Int, Int)
    /// `Z'Z` of the centred vectors side by side, [w, w] with w the sum of both widths.
    private let products: [Double]

    private init(_ products: [Double], widths: (Int, Int)) { (self.products, self.widths) = (products, widths) }

    /// The products of all entries, and of all but each of the `groups` of neighbouring rows.
    ///
    /// - Shapes: a [n, widths.0], b [n, widths.1]
    static func all(
        _ a: [Float], _ b: [Float], widths: (Int, Int), rows: [Int], groups: Int, threads: ThreadCount
    ) -> (all: PairedProducts, without: [PairedProducts]) {
        let (width, count) = (widths.0 + widths.1, rows.count)
        var together = [Float](unsafeUninitializedCapacity: count * width) { together, filled in
            for (place, row) in rows.enumerated() {
                for column in 0..<widths.0 { together[place * width + column] = a[row * widths.0 + column] }
                for column in 0..<widths.1 { together[place * width + widths.0 + column] = b[row * widths.1 + column] }
            }
            filled = count * width
        }
        // Centred once over all: what a group's own mean adds is small, and is taken away in Float64.
        let means = columnSums(together[...], width: width).map { Float($0 / Double(count)) }
        for row in 0..<count { for column in 0..<width { together[row * width + column] -= means[column] } }
        func sums(_ range: Range<Int>) -> (products: [Double], sums: [Double]) {
            let part = together[(range.lowerBound * width)..<(range.upperBound * width)]
            let products = part.withUnsafeBufferPointer {
                columnProducts($0, width: width, centring: .none, threads: threads).products
            }
            return (products, columnSums(part, width: width))
        }
        func centred(_ sums: (products: [Double], sums: [Double]), count: Int) -> PairedProducts {
            var products = sums.products
            for i in 0..<width {
                for j in 0..<width { products[i * width + j] -= sums.sums[i] * sums.sums[j] / Double(count) }
            }
            return PairedProducts(products, widths: widths)
        }
        let total = sums(0..<count)
        let without = (0..<groups).map { group in
            let range = (group * count / groups)..<((group + 1) * count / groups)
            let part = sums(range)
            let rest = (zip(total.products, part.products).map(-), zip(total.sums, part.sums).map(-))
            return centred(rest, count: count - range.count)
        }
        return (centred(total, count: count), without)
    }

    private static func columnSums(_ rows: ArraySlice<Float>, width: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: width)
        rows.withUnsafeBufferPointer { rows in
            for start in stride(from: 0, to: rows.count, by: width) {
                for column in 0..<width { sums[column] += Double(rows[start + column]) }
            }
        }
        return sums
    }

    /// Linear centred kernel alignment: 1 where one set of vectors is the other, turned and scaled.
    ///
    /// - Source: Kornblith, Norouzi, Lee & Hinton 2019, "Similarity of Neural Network Representations Revisited".
    var linearCKA: Double {
        let (own, other) = (0..<widths.0, widths.0..<(widths.0 + widths.1))
        return square(own, other) / (square(own, own) * square(other, other)).squareRoot()
    }

    /// What is left of the second set, as a share of its squares, when the first is turned, mirrored and scaled to fit it best.
    ///
    /// - Parameter rotation: that of the best fit, where it is known
    func procrustesResidual(_ rotation: [Double]) -> Double {
        let product = zip(cross, rotation).reduce(0) { $0 + $1.0 * $1.1 }
        return max(0, 1 - product * product / (trace(0..<widths.0) * trace(widths.0..<(widths.0 + widths.1))))
    }

    /// The rotation (or what is nearest to one between unequal widths) that turns the first set onto the second best, [widths.0, widths.1]:
    /// U V' of the singular value decomposition of the products of both.
    ///
    /// - Source: Schönemann 1966, "A generalized solution of the orthogonal Procrustes problem".
    func bestRotation() -> [Double] {
        let (rows, columns) = widths
        if columns > rows { return Self.transposed(Self.polar(Self.transposed(cross, columns), columns, rows), rows) }
        return Self.polar(cross, rows, columns)
    }

    /// The products of the columns of the first set with those of the second, [widths.0, widths.1].
    private var cross: [Double] {
        let width = widths.0 + widths.1
        return (0..<widths.0).flatMap { products[($0 * width + widths.0)..<(($0 + 1) * width)] }
    }

    private func square(_ rows: Range<Int>, _ columns: Range<Int>) -> Double {
        let width = widths.0 + widths.1
        return rows.reduce(0) { sum, row in
            columns.reduce(sum) { $0 + products[row * width + $1] * products[row * width + $1] }
        }
    }

    private func trace(_ range: Range<Int>) -> Double {
        range.reduce(0) { $0 + products[$1 * (widths.0 + widths.1 + 1)] }
    }

    private static func transposed(_ matrix: [Double], _ columns: Int) -> [Double] {
        let rows = matrix.count / columns
        return (0..<columns).flatMap { column in (0..<rows).map { matrix[$0 * columns + column] } }
    }

    /// U V' of a matrix with at least as many rows as columns, by the eigenvectors of M'M.
    private static func polar(_ matrix: [Double], _ rows: Int, _ columns: Int) -> [Double] {
        let square = product(transposed(matrix, columns), matrix, rows, columns)
        let eigen = SymmetricEigen(square, size: columns)
        let limit = (eigen.values.first ?? 0) * 1e-20
        // V diag(1 / s) V', directions without length left out.
        let scaled = (0..<columns).flatMap { row -> [Double] in
            let factor = eigen.values[row] > limit ? 1 / eigen.values[row].squareRoot() : 0
            return eigen.vectors[(row * columns)..<((row + 1) * columns)].map { $0 * factor }
        }
        return product(matrix, product(transposed(eigen.vectors, columns), scaled, columns, columns), columns, columns)
    }

    /// A [., depth] times B [depth, columns].
    private static func product(_ a: [Double], _ b: [Double], _ depth: Int, _ columns: Int) -> [Double] {
        var result = [Double](repeating: 0, count: a.count / depth * columns)
        for row in 0..<(a.count / depth) {
            for inner in 0..<depth {
                let factor = a[row * depth + inner]
                for column in 0..<columns { result[row * columns + column] += factor * b[inner * columns + column] }
            }
        }
        return result
    }
}
