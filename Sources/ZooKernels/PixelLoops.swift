import CZooSIMD

/// The weights of the input samples that make each output sample along one axis of an image.
package struct AxisWeights: Sendable, Hashable {
    /// The first input sample that any output needs.
    package let firstInput: Int
    /// Input samples from there that the outputs need.
    package let inputCount: Int
    /// Output samples.
    package var outputCount: Int { first.count }

    private let weights: [Float]
    private let first: [Int32]
    private let count: [Int32]
    private let taps: Int

    /// Puts the weights of all outputs together.
    ///
    /// - Parameter rows: for each output the first input sample and the weights from there on
    /// - Precondition: at least one output, and at least one weight for each.
    package init(_ rows: [(first: Int, weights: [Float])]) {
        precondition(!rows.isEmpty && rows.allSatisfy { !$0.weights.isEmpty }, "AxisWeights: an output without weights")
        let begin = rows.reduce(Int.max) { min($0, $1.first) }
        let end = rows.reduce(0) { max($0, $1.first + $1.weights.count) }
        let taps = rows.reduce(0) { max($0, $1.weights.count) }
        (firstInput, inputCount, self.taps) = (begin, end - begin, taps)
        first = rows.map { Int32($0.first - begin) }
        count = rows.map { Int32($0.weights.count) }
        weights = rows.flatMap { $0.weights + Array(repeating: 0, count: taps - $0.weights.count) }
    }

    fileprivate func withFilter<R>(_ body: (UnsafePointer<zoo_filter>) -> R) -> R {
        weights.withUnsafeBufferPointer { weights in
            first.withUnsafeBufferPointer { first in
                count.withUnsafeBufferPointer { count in
                    var filter = zoo_filter(
                        weights: weights.baseAddress, first: first.baseAddress, count: count.baseAddress, taps: taps,
                        outputs: outputCount)
                    return withUnsafePointer(to: &filter, body)
                }
            }
        }
    }
}

/// Resamples an image of RGB bytes along both axes; sums are Float32, results are rounded and clamped.
///
/// - Shapes: source [rows, stride / 3, 3], of which the axes name rows and columns ->
///   result [vertical outputs, horizontal outputs, 3]
/// - Parameter stride: bytes from a row to the next
package func resampleRGB(
    _ source: UnsafePointer<UInt8>, stride: Int, vertical: AxisWeights, horizontal: AxisWeights,
    into result: UnsafeMutablePointer<UInt8>
) {
    let first = source + (vertical.firstInput * stride + 3 * horizontal.firstInput)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * horizontal.inputCount + 1) { row in
        vertical.withFilter { vertical in
            horizontal.withFilter { across in
                zoo_resample_rgb(
                    first, stride, horizontal.inputCount, vertical, across, row.baseAddress, result)
            }
        }
    }
}

/// An affine map from places in a result to places in its source, in pixels whose centres are at n + 1/2.
package struct AffineMap: Sendable, Hashable {
    private var xColumn: Float, xRow: Float, xConstant: Float
    private var yColumn: Float, yRow: Float, yConstant: Float
    private var horizontalBounds: ClosedRange<Float>
    private var verticalBounds: ClosedRange<Float>

    /// Puts a map together.
    ///
    /// - Parameter x: factors of the result's column and row, and a constant, that add up to the source's x; y likewise
    /// - Parameter horizontally: where the image begins and ends: beyond lies its mirror image; vertically likewise
    /// - Precondition: the bounds are not empty.
    package init(
        x: (column: Double, row: Double, constant: Double), y: (column: Double, row: Double, constant: Double),
        horizontally: ClosedRange<Double>, vertically: ClosedRange<Double>
    ) {
        precondition(
            horizontally.lowerBound < horizontally.upperBound && vertically.lowerBound < vertically.upperBound,
            "AffineMap: an empty image")
        (xColumn, xRow, xConstant) = (Float(x.column), Float(x.row), Float(x.constant))
        (yColumn, yRow, yConstant) = (Float(y.column), Float(y.row), Float(y.constant))
        horizontalBounds = Float(horizontally.lowerBound)...Float(horizontally.upperBound)
        verticalBounds = Float(vertically.lowerBound)...Float(vertically.upperBound)
    }

    fileprivate var kernel: zoo_affine {
        zoo_affine(
            xx: xColumn, xy: xRow, x0: xConstant, yx: yColumn, yy: yRow, y0: yConstant,
            left: horizontalBounds.lowerBound, right: horizontalBounds.upperBound, top: verticalBounds.lowerBound,
            bottom: verticalBounds.upperBound)
    }
}

/// Samples an image of RGB bytes bilinearly.
///
/// - Shapes: source [height, width, 3] with a byte to spare at its end -> result [rows, columns, 3]
package func warpRGB(
    _ source: UnsafePointer<UInt8>, height: Int, width: Int, map: AffineMap, rows: Int, columns: Int,
    into result: UnsafeMutablePointer<UInt8>
) {
    var kernel = map.kernel
    zoo_warp_rgb(source, height, width, &kernel, rows, columns, result)
}
