import CZooSIMD

/// The ratings of one side of a factorisation, row by row.
package struct RatedSide: Sendable {
    /// Each row's ratings; the columns are rows of the other side.
    private let matrix: SparseMatrix
    /// Where each rating is in the arrays of all ratings; nil where the order is the same.
    private let places: [Int32]?

    /// Names the ratings of rows.
    ///
    /// - Parameter places: a permutation of the ratings
    /// - Precondition: there is a place for each rating
    package init(_ matrix: SparseMatrix, places: [Int32]? = nil) {
        precondition(
            places?.count ?? matrix.columns.count == matrix.columns.count, "rated side: places of other ratings")
        (self.matrix, self.places) = (matrix, places)
    }

    /// How many rows there are.
    package var count: Int { matrix.count }
    /// How many ratings there are.
    package var ratings: Int { matrix.columns.count }
    /// How many ratings a row has.
    package func ratings(of row: Int) -> Int { matrix.bounds[row + 1] - matrix.bounds[row] }

    /// Takes `rows[r] * columns[c]` away from the residual of every rating; columns that are nil are ones.
    package func subtractProducts(_ rows: [Float], _ columns: UnsafePointer<Float>?, from residuals: inout [Float]) {
        check(rows: rows.count, ratings: residuals.count)
        withC { zoo_subtract_products($0, rows, columns, &residuals) }
    }

    /// `rows[r] * columns[c]` for every rating, [ratings].
    package func pairProducts(_ rows: [Float], _ columns: [Float]) -> [Float] {
        check(rows: rows.count, ratings: ratings)
        var results = [Float](repeating: 0, count: ratings)
        withC { zoo_rating_products($0, rows, columns, &results) }
        return results
    }

    /// The sum over each row's ratings of `columns[c] * residual^2`, [rows].
    package func squareSums(_ columns: [Float], _ residuals: [Float]) -> [Double] {
        check(rows: count, ratings: residuals.count)
        var sums = [Double](repeating: 0, count: count)
        withC { zoo_row_square_sums($0, columns, residuals, &sums) }
        return sums
    }

    /// For every row the sums of `weight * c^2` and of `weight * c * residual`, where c is the value of a rating's column;
    /// columns that are nil are ones.
    ///
    /// - Shapes: residuals [ratings], weights [ratings] -> squares [rows], products [rows]
    package func collect(
        _ columns: UnsafePointer<Float>?, residuals: [Float], weights: [Float], squares: inout [Float],
        products: inout [Float]
    ) {
        check(rows: squares.count, ratings: residuals.count)
        check(rows: products.count, ratings: weights.count)
        withC { zoo_collect_rows($0, columns, residuals, weights, &squares, &products) }
    }

    private func check(rows: Int, ratings: Int) {
        precondition(
            rows == count && ratings == self.ratings,
            "rated side: [\(rows)] rows, [\(ratings)] ratings, not [\(count)], [\(self.ratings)]")
    }

    private func withC(_ body: (UnsafePointer<zoo_rated_side>) -> Void) {
        matrix.bounds.withUnsafeBytes { bounds in
            matrix.columns.withUnsafeBufferPointer { columns in
                func run(_ places: UnsafePointer<Int32>?) {
                    var side = zoo_rated_side(
                        rows: count, bounds: bounds.baseAddress?.assumingMemoryBound(to: Int64.self),
                        columns: columns.baseAddress, places: places)
                    body(&side)
                }
                if let places { places.withUnsafeBufferPointer { run($0.baseAddress) } } else { run(nil) }
            }
        }
    }
}

/// A normal prior of coefficients.
package struct NormalPrior: Sendable, Hashable {
    /// The mean.
    package var mean: Double
    /// The inverse of the variance.
    package var precision: Double

    /// Creates a prior.
    package init(mean: Double, precision: Double) { (self.mean, self.precision) = (mean, precision) }
}

/// Draws the coefficient of one feature after the other from its normal distribution, given the data and all others.
///
/// - Parameters:
///   - features: a row of entries for each feature, whose columns are rows of the side
///   - precision: of the noise of a rating of weight 1
///   - normals: a standard normal number for each feature
///   - squares: `RatedSide.collect`'s, [rows]
///   - products: `RatedSide.collect`'s, [rows]; follow the coefficients
///   - coefficients: [features], replaced
///   - rowValues: for each row the sum of its features' coefficients times their values, [rows]; follow the coefficients
/// - Source: Rendle 2012, "Factorization Machines with libFM", section 5.3, over blocks as in Rendle 2013, "Scaling
///   Factorization Machines to Relational Data"
package func drawCoefficients(
    of features: SparseMatrix, precision: Double, prior: NormalPrior, normals: [Float], squares: [Float],
    products: inout [Float], coefficients: UnsafeMutableBufferPointer<Float>,
    rowValues: UnsafeMutableBufferPointer<Float>
) {
    precondition(
        features.count == normals.count && features.count == coefficients.count && squares.count == products.count
            && squares.count == rowValues.count && features.codes == nil,
        "gibbs: \(features.count) features, \(normals.count) normals, \(squares.count) rows do not fit")
    features.bounds.withUnsafeBytes { bounds in
        zoo_draw_coefficients(
            features.count, bounds.baseAddress?.assumingMemoryBound(to: Int64.self), features.columns,
            features.values, precision, prior.precision, prior.mean, normals, squares, &products,
            coefficients.baseAddress, rowValues.baseAddress)
    }
}
