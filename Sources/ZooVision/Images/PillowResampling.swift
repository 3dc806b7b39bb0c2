import ZooKernels

/// A part of an image resized as Pillow resizes it: one direction after the other, each rounded to 8 bits.
///
/// - Source: Pillow 13.0.0, src/libImaging/Resample.c; the order of the directions is as it was observed
struct PillowResampling: Hashable {
    /// The size of the whole resized image.
    let height: Int
    let width: Int
    /// The part of it that is wanted.
    let rows: Range<Int>
    let columns: Range<Int>

    /// Writes the part into bytes [rows, columns, 3].
    func render(_ image: Image, _ filter: ResizeFilter, into result: UnsafeMutablePointer<UInt8>) {
        let down = ByteWeights(filter.pillowWeights(length: image.height, resized: height, rows))
        let across = ByteWeights(filter.pillowWeights(length: image.width, resized: width, columns))
        let stride = 3 * image.width
        image.pixels.withUnsafeBufferPointer { pixels in
            guard let source = pixels.baseAddress else { return }
            let first = source + (down.inputs.lowerBound * stride + 3 * across.inputs.lowerBound)
            if isDownFirst(image) {
                let samples = 3 * across.inputs.count
                withUnsafeTemporaryAllocation(of: UInt8.self, capacity: rows.count * samples) { between in
                    guard let between = between.baseAddress else { return }
                    down.resampleDown(first, stride: stride, samples: samples, into: between)
                    across.resampleAcross(between, stride: samples, rows: rows.count, into: result)
                }
            } else {
                let samples = 3 * columns.count
                withUnsafeTemporaryAllocation(of: UInt8.self, capacity: down.inputs.count * samples) { between in
                    guard let between = between.baseAddress else { return }
                    across.resampleAcross(first, stride: stride, rows: down.inputs.count, into: between)
                    down.resampleDown(between, stride: samples, samples: samples, into: result)
                }
            }
        }
    }

    /// Whether Pillow 13.0.0 resizes the columns first, which shows in the last bit: where the height loses more than twice as
    /// many pixels as the width. Earlier versions never do.
    private func isDownFirst(_ image: Image) -> Bool {
        height < image.height && image.height - height > 2 * (image.width - width)
    }
}

extension ResizeFilter {
    /// The weights of the pixels `0 ..< length` for each of the wanted samples of `resized`.
    ///
    /// A direction that keeps its length has the weight 1 for each pixel, which changes nothing.
    fileprivate func pillowWeights(
        length: Int, resized: Int, _ wanted: Range<Int>
    ) -> [(first: Int, weights: [Double])] {
        let scale = Double(length) / Double(resized)
        let stretch = max(1, scale)
        let (reach, factor) = (support * stretch, 1 / stretch)
        return wanted.map { index in
            let center = (Double(index) + 0.5) * scale
            let first = max(0, Int(center - reach + 0.5))
            let end = min(length, Int(center + reach + 0.5))
            let values = (first..<end).map { self((Double($0) - center + 0.5) * factor) }
            let sum = values.reduce(0, +)
            return (first, values.map { $0 / sum })
        }
    }
}
