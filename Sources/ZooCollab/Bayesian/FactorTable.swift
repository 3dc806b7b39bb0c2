/// Vectors and biases of rows.
///
/// - Shapes: vectors [rows, width], row-major; biases [rows]
struct FactorTable: Sendable {
    let vectors: [Float]
    let biases: [Float]
    /// Length of the vectors.
    let width: Int

    /// - Precondition: there are as many vectors as biases
    init(vectors: [Float], biases: [Float], width: Int) {
        precondition(
            vectors.count == biases.count * width, "\(vectors.count) numbers, \(biases.count) biases, width \(width)")
        (self.vectors, self.biases, self.width) = (vectors, biases, width)
    }

    /// How many rows there are.
    var count: Int { biases.count }

    /// A row's vector and, behind it, bias, [width + 1].
    subscript(row: Int) -> [Double] {
        var result = [Double](repeating: Double(biases[row]), count: width + 1)
        for f in 0..<width { result[f] = Double(vectors[row * width + f]) }
        return result
    }

    /// The mean of all rows, [width + 1]; zeros without any.
    var average: [Double] {
        var sums = [Double](repeating: 0, count: width + 1)
        for row in 0..<count {
            for f in 0..<width { sums[f] += Double(vectors[row * width + f]) }
            sums[width] += Double(biases[row])
        }
        return sums.map { $0 / Double(max(1, count)) }
    }
}

/// The sum of the products.
func dot(_ a: some Sequence<Double>, _ b: some Sequence<Double>) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}
