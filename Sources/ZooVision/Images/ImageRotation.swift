import Foundation
import ZooKernels

extension ImageView {
    /// Writes the view, turned about its middle, into bytes [size, size, 3].
    ///
    /// The part of the image that it touches is first resampled to the view's scale, so that nothing aliases; bilinear
    /// samples of that are then taken at about a pixel's distance.
    func resampleTurned(_ image: Image, _ preprocessing: Preprocessing, into result: UnsafeMutablePointer<UInt8>) {
        let size = Double(preprocessing.size)
        let reach = (abs(cos(angle)) + abs(sin(angle))) * size / 2 + 1
        let down = Self.part(of: rows, length: image.height, reach: reach)
        let across = Self.part(of: columns, length: image.width, reach: reach)
        let map = AffineMap(
            x: turned((cos(angle), -sin(angle)), about: across.middle, size),
            y: turned((sin(angle), cos(angle)), about: down.middle, size), horizontally: across.bounds,
            vertically: down.bounds)
        let (height, width) = (down.axis.count, across.axis.count)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 3 * height * width + 1) { scaled in
            guard let base = scaled.baseAddress else { return }
            scaled[3 * height * width] = 0
            resample(image, vertical: down.axis, horizontal: across.axis, preprocessing.filter, into: base)
            warpRGB(
                base, height: height, width: width, map: map, rows: preprocessing.size, columns: preprocessing.size,
                into: result)
        }
    }

    /// The factors of the view's column and row, measured from its middle, and the constant.
    private func turned(
        _ factors: (column: Double, row: Double), about middle: Double, _ size: Double
    ) -> (column: Double, row: Double, constant: Double) {
        (factors.column, factors.row, middle - (factors.column + factors.row) * size / 2)
    }

    /// The samples along an axis that are at most `reach` from the middle of the view or from that of its mirror images.
    ///
    /// - Returns: them, where the middle of the view is among them, and where the image begins and ends
    private static func part(
        of axis: SampledAxis, length: Int, reach: Double
    ) -> (axis: SampledAxis, middle: Double, bounds: ClosedRange<Double>) {
        let end = Double(length) / axis.step  // in samples, as what follows
        let middle = axis.start / axis.step + Double(axis.count) / 2
        var (low, high) = (middle - reach, middle + reach)
        if low < 0 { high = max(high, -low) }
        if high > end { low = min(low, 2 * end - high) }
        let count = max(1, Int((end - 0.5).rounded(.up)))
        let first = min(count - 1, max(0, Int(low.rounded(.down))))
        let last = max(first, min(count - 1, Int(high.rounded(.up))))
        let begin = Double(first)
        return (
            SampledAxis(start: begin * axis.step, step: axis.step, count: last - first + 1), middle - begin,
            -begin...(end - begin)
        )
    }
}
