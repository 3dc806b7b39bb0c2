import CZooSIMD

/// Rows [rows, channels] that are normalised channel by channel: the pixels of a batch of images.
package struct ChannelRows: Sendable, Hashable {
    /// Pixels of all images.
    package let rows: Int
    /// Channels.
    package let channels: Int

    /// Names the sizes.
    package init(rows: Int, channels: Int) { (self.rows, self.channels) = (rows, channels) }

    /// Parts that are measured by themselves: the same whatever the thread count, so that sums come out the same.
    fileprivate var parts: Int { max(1, min(32, rows / 256)) }

    fileprivate func part(_ index: Int) -> Range<Int> { index * rows / parts..<(index + 1) * rows / parts }
}

/// Mean and sum of squared distances from it of every channel.
package func channelMoments(
    _ size: ChannelRows, _ x: UnsafePointer<Float>, threads: ThreadCount = .all
) -> (means: [Double], squares: [Double]) {
    let channels = size.channels
    var found = [Double](repeating: 0, count: size.parts * 2 * channels)
    found.withUnsafeMutableBufferPointer { found in
        guard let base = found.baseAddress else { return }
        parallel(size.parts, threads: threads) { index in
            let rows = size.part(index)
            let mean = base + index * 2 * channels
            withPooledFloats(2 * channels) { scratch in
                zoo_channel_moments(
                    x + rows.lowerBound * channels, rows.count, channels, mean, mean + channels, scratch)
            }
        }
    }
    var means = [Double](repeating: 0, count: channels)
    var squares = means
    var done = 0
    for index in 0..<size.parts {
        let count = size.part(index).count
        guard count > 0 else { continue }
        // Chan, Golub & LeVeque 1979: the moments of two sets give those of both.
        let share = Double(count) / Double(done + count)
        for channel in 0..<channels {
            let step = found[index * 2 * channels + channel] - means[channel]
            means[channel] += step * share
            squares[channel] += found[(index * 2 + 1) * channels + channel] + step * step * share * Double(done)
        }
        done += count
    }
    return (means, squares)
}

/// `result = activation(x * scale + shift + residual)` by channel; scale and shift [channels].
package func scaleChannels(
    _ size: ChannelRows, _ x: UnsafePointer<Float>, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>,
    residual: UnsafePointer<Float>?, activation: FusedActivation, into result: UnsafeMutablePointer<Float>,
    threads: ThreadCount = .all
) {
    parallel(size.parts, threads: threads) { index in
        let rows = size.part(index)
        let at = rows.lowerBound * size.channels
        zoo_scale_channels(
            x + at, rows.count, size.channels, scale, shift, residual.map { $0 + at }, activation.code, result + at)
    }
}

/// What came out of an activation: the gradient passes where it lies between 0 and the ceiling.
package struct ActivatedOutput {
    /// The elements.
    package let base: UnsafePointer<Float>
    /// Infinity for max(x, 0), 6 for its cut-off form.
    package let ceiling: Float

    /// Names an output.
    package init(_ base: UnsafePointer<Float>, ceiling: Float) { (self.base, self.ceiling) = (base, ceiling) }
}

/// By channel, over all rows: the sum of g, and of g * (x - mean); g is the gradient where `output` is between 0 and
/// its ceiling, everywhere if it is nil.
package func channelGradientSums(
    _ size: ChannelRows, _ x: UnsafePointer<Float>, output: ActivatedOutput?, gradient: UnsafePointer<Float>,
    mean: UnsafePointer<Float>, threads: ThreadCount = .all
) -> (sums: [Double], products: [Double]) {
    let channels = size.channels
    var found = [Double](repeating: 0, count: size.parts * 2 * channels)
    found.withUnsafeMutableBufferPointer { found in
        guard let base = found.baseAddress else { return }
        parallel(size.parts, threads: threads) { index in
            let rows = size.part(index)
            let at = rows.lowerBound * channels
            let sums = base + index * 2 * channels
            withPooledFloats(2 * channels) { scratch in
                zoo_channel_gradient_sums(
                    x + at, output.map { $0.base + at }, output?.ceiling ?? 0, gradient + at, rows.count, channels,
                    mean, sums, sums + channels,
                    scratch)
            }
        }
    }
    var sums = [Double](repeating: 0, count: channels)
    var products = sums
    for index in 0..<size.parts {
        for channel in 0..<channels {
            sums[channel] += found[index * 2 * channels + channel]
            products[channel] += found[(index * 2 + 1) * channels + channel]
        }
    }
    return (sums, products)
}

/// `result = a * g + b * x + c` by channel, with g as in
/// ``channelGradientSums(_:_:output:gradient:mean:threads:)``; g itself goes to `residualGradient`.
package func channelGradient(
    _ size: ChannelRows, _ x: UnsafePointer<Float>, output: ActivatedOutput?, gradient: UnsafePointer<Float>,
    a: UnsafePointer<Float>, b: UnsafePointer<Float>, c: UnsafePointer<Float>,
    into result: UnsafeMutablePointer<Float>, residualGradient: UnsafeMutablePointer<Float>?,
    threads: ThreadCount = .all
) {
    parallel(size.parts, threads: threads) { index in
        let rows = size.part(index)
        let at = rows.lowerBound * size.channels
        zoo_channel_gradient(
            x + at, output.map { $0.base + at }, output?.ceiling ?? 0, gradient + at, rows.count, size.channels, a, b,
            c, result + at,
            residualGradient.map { $0 + at })
    }
}
