import CZooSIMD

/// The weights of the input samples that make each output sample along one axis of an image, in units of 2^-22: what
/// Pillow resizes bytes with.
package struct ByteWeights: Sendable, Hashable {
    /// The input samples that the outputs need.
    package let inputs: Range<Int>
    /// Output samples.
    package var outputCount: Int { first.count }

    private let weights: [Int32]
    private let first: [Int32]
    private let count: [Int32]
    private let taps: Int

    /// Rounds weights, of which those of an output add up to 1.
    ///
    /// - Parameter rows: for each output the first input sample and the weights from there on
    /// - Precondition: at least one output, and at least one weight for each.
    package init(_ rows: [(first: Int, weights: [Double])]) {
        precondition(!rows.isEmpty && rows.allSatisfy { !$0.weights.isEmpty }, "ByteWeights: an output without weights")
        let begin = rows.reduce(Int.max) { min($0, $1.first) }
        let end = rows.reduce(0) { max($0, $1.first + $1.weights.count) }
        let taps = rows.reduce(0) { max($0, $1.weights.count) }
        (inputs, self.taps) = (begin..<end, taps)
        first = rows.map { Int32($0.first - begin) }
        count = rows.map { Int32($0.weights.count) }
        weights = rows.flatMap { row in
            row.weights.map { Int32(($0 * Double(1 << 22)).rounded(.toNearestOrAwayFromZero)) }
                + Array(repeating: 0, count: taps - row.weights.count)
        }
    }

    private func withFilter<R>(_ body: (UnsafePointer<zoo_byte_filter>) -> R) -> R {
        weights.withUnsafeBufferPointer { weights in
            first.withUnsafeBufferPointer { first in
                count.withUnsafeBufferPointer { count in
                    var filter = zoo_byte_filter(
                        weights: weights.baseAddress, first: first.baseAddress, count: count.baseAddress, taps: taps,
                        outputs: outputCount)
                    return withUnsafePointer(to: &filter, body)
                }
            }
        }
    }

    /// Resamples rows of RGB bytes, of which `source` points to the first needed column.
    ///
    /// - Shapes: source [rows, stride / 3, 3] -> result [rows, outputCount, 3]
    package func resampleAcross(
        _ source: UnsafePointer<UInt8>, stride: Int, rows: Int, into result: UnsafeMutablePointer<UInt8>
    ) {
        withFilter { zoo_resample_across(source, stride, rows, $0, result) }
    }

    /// Resamples columns of bytes, of which `source` points to the first needed row.
    ///
    /// - Shapes: source [inputs, stride], of which `samples` bytes a row count -> result [outputCount, samples]
    package func resampleDown(
        _ source: UnsafePointer<UInt8>, stride: Int, samples: Int, into result: UnsafeMutablePointer<UInt8>
    ) {
        withFilter { zoo_resample_down(source, stride, samples, $0, result) }
    }
}
