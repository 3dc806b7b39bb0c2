import Testing
import ZooKernels

/// Six ratings of three rows and four columns, by row and by column.
private let byRow = SparseMatrix(bounds: [0, 2, 3, 6], columns: [0, 2, 1, 0, 1, 3])
private let byColumn = SparseMatrix(bounds: [0, 2, 4, 5, 6], columns: [0, 2, 1, 2, 0, 2])
/// Where the ratings by column are in the order by row.
private let places: [Int32] = [0, 3, 2, 4, 1, 5]
/// Three features of the rows, which overlap.
private let features = SparseMatrix(bounds: [0, 2, 3, 6], columns: [0, 1, 2, 0, 1, 2], values: [1, 1, 1, 0.5, 2, -1])

private let columnValues: [Float] = [0.5, -1, 2, 1.5]
private let targets: [Float] = [1, -2, 0.5, 3, 0.25, -1]
private let weights: [Float] = [1, 2, 0.5, 1.5, 1, 0.25]

/// Draws all coefficients `times` times with the same normal number, from zero.
private func drawn(_ times: Int, normal: Float, side: RatedSide) -> (
    coefficients: [Float], rows: [Float], residuals: [Float]
) {
    var (coefficients, rows, residuals) = ([Float](repeating: 0, count: 3), [Float](repeating: 0, count: 3), targets)
    var (squares, products) = (rows, rows)
    for _ in 0..<times {
        let before = rows
        side.collect(columnValues, residuals: residuals, weights: weights, squares: &squares, products: &products)
        coefficients.withUnsafeMutableBufferPointer { coefficients in
            rows.withUnsafeMutableBufferPointer { rows in
                drawCoefficients(
                    of: features, precision: 2, prior: NormalPrior(mean: 0.3, precision: 0.7),
                    normals: [normal, normal, normal], squares: squares, products: &products,
                    coefficients: coefficients, rowValues: rows)
            }
        }
        side.subtractProducts(zip(rows, before).map { $0 - $1 }, columnValues, from: &residuals)
    }
    return (coefficients, rows, residuals)
}

/// numpy 2.4.6 in Float64: the mean of the joint distribution, `inverse of (0.7 I + 2 D'WD) . (0.7 * 0.3 + 2 D'Wy)` with the
/// design D[t, j] = x[row of t, j] * value of t's column.
@Test func coefficientsWithoutNoiseComeToTheRidgeSolution() {
    let (coefficients, rows, residuals) = drawn(200, normal: 0, side: RatedSide(byRow))
    let wanted: [Float] = [-0.840377, 0.756686, 0.000474]
    #expect(zip(coefficients, wanted).allSatisfy { abs($0 - $1) < 1e-5 }, "\(coefficients)")
    let (a, b, c) = (coefficients[0], coefficients[1], coefficients[2])
    #expect(zip(rows, [a + 0.5 * c, a + 2 * c, b - c]).allSatisfy { abs($0 - $1) < 1e-5 })
    let pairs = RatedSide(byRow).pairProducts(rows, columnValues)
    for rating in 0..<6 { #expect(abs(targets[rating] - pairs[rating] - residuals[rating]) < 1e-5) }
}

/// The first coefficient from zero: precision P = 0.7 + 2 (1 * 0.25 + 2 * 4 + 0.5 * 1), mean (0.7 * 0.3 + 2 (0.5 - 8 - 0.25)) / P.
@Test func aCoefficientIsItsMeanPlusItsDeviationTimesTheNormalNumber() {
    let precision: Float = 0.7 + 2 * 8.75
    let mean = (0.21 + 2 * (0.5 - 8 - 0.25)) / precision
    for normal in [-1.5, 0, 2] as [Float] {
        let first = drawn(1, normal: normal, side: RatedSide(byRow)).coefficients[0]
        #expect(abs(first - mean - normal / precision.squareRoot()) < 1e-5)
    }
}

@Test func ratingsByColumnAreFoundInTheirPlaces() {
    let side = RatedSide(byColumn, places: places)
    let rowValues: [Float] = [2, -1, 0.5]
    #expect(side.pairProducts(columnValues, rowValues) == RatedSide(byRow).pairProducts(rowValues, columnValues))
    var (squares, products) = ([Float](repeating: 0, count: 4), [Float](repeating: 0, count: 4))
    side.collect(rowValues, residuals: targets, weights: weights, squares: &squares, products: &products)
    // Column 0 has the ratings 0 (row 0) and 3 (row 2).
    #expect(squares[0] == 1 * 4 + 1.5 * 0.25 && products[0] == 1 * 2 * 1 + 1.5 * 0.5 * 3)
    #expect(side.squareSums(rowValues, targets) == [2 + 4.5, -0.25 + 0.03125, 8, 0.5])
    var residuals = targets
    side.subtractProducts([1, 2, 3, 4], nil, from: &residuals)
    #expect(residuals == [0, -5, -1.5, 2, -1.75, -5])
}
