import Foundation
import ZooKernels

/// What of an image a network sees: a part of it, perhaps turned, mirrored, shifted and lit differently.
struct ImageView {
    /// The part of the image that the view shows, before it is turned.
    var rows: SampledAxis
    var columns: SampledAxis
    /// By how much the view is turned, in radians, clockwise.
    var angle = 0.0
    /// Pixels of the view by which it is shifted, reflecting at its borders.
    var shift = (rows: 0, columns: 0)
    var symmetry = ImageSymmetry.identity
    /// The change of brightness, as a share of white.
    var brightness = 0.0
    /// The factor of distances from the mean.
    var contrast = 1.0
    /// Rows and columns that are covered.
    var cutout: (rows: Range<Int>, columns: Range<Int>)?
    /// How Pillow makes the same view, where its rules count; rows and columns are then as near as can be.
    var pillow: PillowResampling?

    /// The middle of an image, as it is looked at without chance.
    init(middleOf image: Image, _ preprocessing: Preprocessing) {
        let (rules, size) = (preprocessing.rules, preprocessing.size)
        let short = preprocessing.shortSide
        let long = max(size, rules.longSide(of: image, shortSide: short))
        let (height, width) = image.height < image.width ? (short, long) : (long, short)
        func middle(_ length: Int, _ resized: Int) -> (axis: SampledAxis, part: Range<Int>) {
            let step = Double(length) / Double(resized)
            let first = rules.cropStart(resized, size)
            return (SampledAxis(start: Double(first) * step, step: step, count: size), first..<first + size)
        }
        let (down, across) = (middle(image.height, height), middle(image.width, width))
        (rows, columns) = (down.axis, across.axis)
        let isResized = height != image.height || width != image.width
        if rules != .zoo, isResized {
            pillow = PillowResampling(height: height, width: width, rows: down.part, columns: across.part)
        }
    }

    /// Writes what the network sees of an image.
    ///
    /// - Shapes: result [size, size, 3]
    func render(_ image: Image, _ preprocessing: Preprocessing, into result: UnsafeMutablePointer<Float>) {
        let size = preprocessing.size
        if pillow == nil && angle == 0 && rows.isPlain && columns.isPlain {
            image.pixels.withUnsafeBufferPointer { pixels in
                guard let source = pixels.baseAddress else { return }
                let first = 3 * (Int(rows.start) * image.width + Int(columns.start))
                finish(source + first, stride: 3 * image.width, preprocessing, into: result)
            }
        } else {
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size * size * 3) { square in
                guard let to = square.baseAddress else { return }
                if let pillow {
                    pillow.render(image, preprocessing.filter, into: to)
                } else if angle == 0 {
                    resample(image, vertical: rows, horizontal: columns, preprocessing.filter, into: to)
                } else {
                    resampleTurned(image, preprocessing, into: to)
                }
                finish(to, stride: 3 * size, preprocessing, into: result)
            }
        }
    }

    /// Makes numbers of the bytes of the view, which has been cut out and turned.
    private func finish(
        _ source: UnsafePointer<UInt8>, stride: Int, _ preprocessing: Preprocessing,
        into result: UnsafeMutablePointer<Float>
    ) {
        let size = preprocessing.size
        var gain = 1.0
        var offset = 255 * brightness
        if contrast != 1 {
            let sum = (0..<size).reduce(0) { $0 + byteSum(source + $1 * stride, count: 3 * size) }
            gain = contrast
            offset += Double(sum) / Double(3 * size * size) * (1 - contrast)
        }
        let levels = preprocessing.normalization.levels(gain: Float(gain), offset: Float(offset))
        floatsOfRGB(source, places(size: size, stride: stride), levels: levels, into: result)
        guard let cutout else { return }
        for row in cutout.rows {
            let start = result + 3 * (row * size + cutout.columns.lowerBound)
            start.update(repeating: 0, count: 3 * cutout.columns.count)
        }
    }

    private func places(size: Int, stride: Int) -> PixelPlaces {
        func offsets(_ isFlipped: Bool, _ shift: Int, _ unit: Int) -> [Int32] {
            (0..<size).map { Int32(reflected((isFlipped ? size - 1 - $0 : $0) + shift, size) * unit) }
        }
        let down = offsets(symmetry.flipsRows, shift.rows, stride)
        let across = offsets(symmetry.flipsColumns, shift.columns, 3)
        return symmetry.isTransposed
            ? PixelPlaces(rows: across, columns: down) : PixelPlaces(rows: down, columns: across)
    }
}

/// The place in `0 ..< size` that `place` has in a row of mirror images of it.
func reflected(_ place: Int, _ size: Int) -> Int {
    if place >= 0 && place < size { return place }
    let turn = 2 * size
    let rest = ((place % turn) + turn) % turn
    return rest < size ? rest : turn - 1 - rest
}
