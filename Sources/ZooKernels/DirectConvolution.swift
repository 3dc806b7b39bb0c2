import CZooSIMD

/// What a sweep reads: images [images, height, width, channels].
struct ConvolutionSource {
    let base: UnsafePointer<Float>
    let images, height, width, channels: Int
}

/// Where a sweep writes: [images, height, width, channels], with what is fused into the store.
struct ConvolutionTarget {
    let base: UnsafeMutablePointer<Float>
    let height, width, channels: Int
    var bias: UnsafePointer<Float>?
    var residual: UnsafePointer<Float>?
    var activation = FusedActivation.none
}

// Floats of source that one block of rows may read: half of a second-level cache of 512 KiB.
private let blockFloats = 1 << 16
// Pixels a multiple of so many floats apart fall on the same sets of the first-level cache; they are copied further apart.
private let collidingStep = 1024

/// Runs a sweep, shared between threads by blocks of rows and, where these are few, by panels.
func sweep(
    _ pass: ConvolutionPass, from source: ConvolutionSource, weights: PackedWeights, groups: Int,
    to target: ConvolutionTarget, threads: ThreadCount
) {
    guard pass.rows > 0, pass.columns > 0, source.images > 0 else { return }
    let isFlat =
        pass.taps.count == 1 && pass.taps[0].offset == 0 && pass.sourceStep == 1 && pass.outStep == 1
        && pass.rows == source.height && pass.columns == source.width
    // A 1x1 window sees rows of pixels only: all images are one.
    let images = isFlat ? 1 : source.images
    let columns = isFlat ? min(448, max(56, blockFloats / source.channels / 56 * 56)) : pass.columns
    let rows = isFlat ? (source.images * source.height * source.width + columns - 1) / columns : pass.rows
    let floatsOfRow = columns * pass.sourceStep.x * source.channels * pass.sourceStep.y
    let blockRows = isFlat ? 1 : max(1, min(rows, blockFloats / max(floatsOfRow, 1)))
    let blocks = (rows + blockRows - 1) / blockRows
    let wanted = 4 * threads.count
    let shares =
        threads.count == 1 ? 1 : min(weights.panels, max(1, (wanted + images * blocks - 1) / (images * blocks)))
    parallel(images * groups * blocks * shares, threads: threads) { unit in
        let (share, block) = (unit % shares, unit / shares % blocks)
        let (group, image) = (unit / shares / blocks % groups, unit / shares / blocks / groups)
        let sweepBlock = SweepBlock(
            pass: pass, source: source, weights: weights, target: target, group: group, image: image,
            rows: block * blockRows..<min(rows, (block + 1) * blockRows),
            panels: share * weights.panels / shares..<(share + 1) * weights.panels / shares)
        if isFlat {
            sweepBlock.runFlat(columns, pixels: source.images * source.height * source.width)
        } else {
            sweepBlock.run()
        }
    }
}

/// Some rows of one image by some panels of one group: the work of one thread.
private struct SweepBlock {
    let pass: ConvolutionPass
    let source: ConvolutionSource
    let weights: PackedWeights
    let target: ConvolutionTarget
    let group, image: Int
    let rows: Range<Int>
    let panels: Range<Int>

    func runFlat(_ columns: Int, pixels: Int) {
        let first = rows.lowerBound * columns
        let count = min(columns, pixels - first)
        let from = source.base + first * source.channels + group * weights.depth
        let step = source.channels
        guard step % collidingStep == 0 else {
            return convolve(
                x: from, row: 0, step: step, rows: 1, pixels: count, at: first * target.channels, outRow: 0,
                outStep: target.channels)
        }
        let pitch = weights.depth + 16
        withPooledFloats(count * pitch) { copy in
            for i in 0..<count { (copy + i * pitch).update(from: from + i * step, count: weights.depth) }
            convolve(
                x: copy, row: 0, step: pitch, rows: 1, pixels: count, at: first * target.channels, outRow: 0,
                outStep: target.channels)
        }
    }

    func run() {
        let vertical = pass.taps.map(\.offset.y)
        let horizontal = pass.taps.map(\.offset.x)
        // The part of the source that the block reads, what sticks out included.
        let top = rows.lowerBound * pass.sourceStep.y + (vertical.min() ?? 0)
        let bottom = (rows.upperBound - 1) * pass.sourceStep.y + (vertical.max() ?? 0) + 1
        let left = horizontal.min() ?? 0
        let right = (pass.columns - 1) * pass.sourceStep.x + (horizontal.max() ?? 0) + 1
        let outRow = pass.outStep.y * target.width * target.channels
        let outStep = pass.outStep.x * target.channels
        let outStart = pass.start.y + rows.lowerBound * pass.outStep.y
        let at = ((image * target.height + outStart) * target.width + pass.start.x) * target.channels
        let channels = source.channels
        let imageBase = source.base + image * source.height * source.width * channels + group * weights.depth
        let isInside = top >= 0 && left >= 0 && bottom <= source.height && right <= source.width
        if isInside, pass.runLength == 1 || weights.depth == channels, channels * pass.sourceStep.x % collidingStep != 0
        {
            let row = source.width * channels
            convolve(
                x: imageBase + rows.lowerBound * pass.sourceStep.y * row, row: pass.sourceStep.y * row,
                step: pass.sourceStep.x * channels, rows: rows.count, pixels: pass.columns, at: at, outRow: outRow,
                outStep: outStep, sourceRow: row, pixel: channels)
            return
        }
        let depth = weights.depth
        // Taps side by side make one run only where pixels are, too.
        let pitch = pass.runLength == 1 && depth * pass.sourceStep.x % collidingStep == 0 ? depth + 16 : depth
        let width = right - left
        withPooledFloats((bottom - top) * width * pitch) { copy in
            for y in top..<bottom {
                copyRow(y, from: imageBase, to: copy + (y - top) * width * pitch, columns: left..<right, pitch: pitch)
            }
            let origin = copy + ((rows.lowerBound * pass.sourceStep.y - top) * width - left) * pitch
            convolve(
                x: origin, row: pass.sourceStep.y * width * pitch, step: pass.sourceStep.x * pitch, rows: rows.count,
                pixels: pass.columns, at: at, outRow: outRow, outStep: outStep, sourceRow: width * pitch, pixel: pitch)
        }
    }

    /// Copies one row of the group's channels, with zeros for what lies outside.
    private func copyRow(
        _ y: Int, from image: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, columns: Range<Int>, pitch: Int
    ) {
        let depth = weights.depth
        guard y >= 0, y < source.height else { return to.update(repeating: 0, count: columns.count * pitch) }
        let row = image + y * source.width * source.channels
        let first = min(max(columns.lowerBound, 0), columns.upperBound)
        let last = max(first, min(columns.upperBound, source.width))
        to.update(repeating: 0, count: (first - columns.lowerBound) * pitch)
        if pitch == depth, depth == source.channels {
            (to + (first - columns.lowerBound) * pitch).update(from: row + first * depth, count: (last - first) * depth)
        } else {
            for x in first..<last {
                (to + (x - columns.lowerBound) * pitch).update(from: row + x * source.channels, count: depth)
            }
        }
        (to + (last - columns.lowerBound) * pitch).update(repeating: 0, count: (columns.upperBound - last) * pitch)
    }

    private func convolve(
        x: UnsafePointer<Float>, row: Int, step: Int, rows: Int, pixels: Int, at: Int, outRow: Int, outStep: Int,
        sourceRow: Int = 0, pixel: Int = 0
    ) {
        let firstColumn = group * weights.columns
        let offsets = stride(from: 0, to: pass.taps.count, by: pass.runLength).map {
            pass.taps[$0].offset.y * sourceRow + pass.taps[$0].offset.x * pixel
        }
        offsets.withUnsafeBufferPointer { offsets in
            var block = zoo_convolution_block(
                x: x, x_row: row, x_step: step, offsets: offsets.baseAddress, taps: offsets.count,
                depth: weights.depth * pass.runLength, panels: weights.address(group: group),
                bias: target.bias.map { $0 + firstColumn }, residual: target.residual.map { $0 + at + firstColumn },
                out: target.base + at + firstColumn, out_row: outRow, out_step: outStep, rows: rows, pixels: pixels,
                columns: weights.columns, activation: target.activation.code)
            zoo_convolve(&block, panels.lowerBound, panels.upperBound)
        }
    }
}
