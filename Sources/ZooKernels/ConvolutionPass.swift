/// One sweep of products over pixels: what the forward pass and the input gradient have in common.
///
/// Pixel (i, j) of the sweep is pixel (start + i * outStep) of the result and reads the source at (i * sourceStep + tap)
/// for each tap; what lies outside of the source is zero. The forward pass is one sweep over all outputs. The input
/// gradient takes stride.y * stride.x sweeps: pixels that are as far from the window's last step see the same taps.
struct ConvolutionPass: Sendable {
    /// Offsets of the taps in the source, and their numbers among the weights, by rows.
    let taps: [(offset: PixelPair, number: Int)]
    let sourceStep: PixelPair
    /// Taps that lie side by side: their depths are one run in memory.
    let runLength: Int
    let start: PixelPair
    let outStep: PixelPair
    let rows: Int
    let columns: Int

    private init(
        taps: [(offset: PixelPair, number: Int)], sourceStep: PixelPair, start: PixelPair, outStep: PixelPair,
        rows: Int, columns: Int
    ) {
        (self.taps, self.sourceStep, self.start) = (taps, sourceStep, start)
        (self.outStep, self.rows, self.columns) = (outStep, rows, columns)
        let rowLength = taps.prefix { $0.offset.y == taps.first?.offset.y }.count
        let isRun = taps.indices.dropFirst().allSatisfy {
            $0 % rowLength == 0 || taps[$0].offset.x == taps[$0 - 1].offset.x + 1
        }
        runLength = isRun ? max(rowLength, 1) : 1
    }

    static func forward(_ shape: ConvolutionShape) -> ConvolutionPass {
        let geometry = shape.geometry
        let taps = (0..<shape.taps).map { tap in
            let (v, u) = (tap / shape.kernel.x, tap % shape.kernel.x)
            let offset = PixelPair(
                y: v * geometry.dilation.y - geometry.padding.y, x: u * geometry.dilation.x - geometry.padding.x)
            return (offset: offset, number: tap)
        }
        return ConvolutionPass(
            taps: taps, sourceStep: geometry.stride, start: 0, outStep: 1, rows: shape.outputHeight,
            columns: shape.outputWidth)
    }

    /// The sweeps of the input gradient; those without taps leave zeros.
    static func inputGradient(_ shape: ConvolutionShape) -> [ConvolutionPass] {
        let stride = shape.geometry.stride
        return (0..<stride.y * stride.x).map { phase in
            let start = PixelPair(y: phase / stride.x, x: phase % stride.x)
            let vertical = offsets(start.y, shape, \.y)
            let horizontal = offsets(start.x, shape, \.x)
            let taps = vertical.flatMap { v in
                horizontal.map { u in
                    (offset: PixelPair(y: v.offset, x: u.offset), number: v.tap * shape.kernel.x + u.tap)
                }
            }
            return ConvolutionPass(
                taps: taps, sourceStep: 1, start: start, outStep: stride,
                rows: (shape.height - start.y + stride.y - 1) / stride.y,
                columns: (shape.width - start.x + stride.x - 1) / stride.x)
        }
    }

    /// Taps along one axis that reach input pixels `start + stride * i`, and the output they come from minus i; rising.
    private static func offsets(
        _ start: Int, _ shape: ConvolutionShape, _ axis: KeyPath<PixelPair, Int>
    ) -> [(offset: Int, tap: Int)] {
        let geometry = shape.geometry
        return (0..<shape.kernel[keyPath: axis]).compactMap { tap in
            let distance = start + geometry.padding[keyPath: axis] - tap * geometry.dilation[keyPath: axis]
            let stride = geometry.stride[keyPath: axis]
            return distance % stride == 0 ? (distance / stride, tap) : nil
        }.sorted { $0.offset < $1.offset }
    }
}
