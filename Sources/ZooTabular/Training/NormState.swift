import ZooKernels

/// What batch norm keeps of a batch: sums by parts of the batch, and what follows from them.
final class NormState {
    let size: Int
    /// Running statistics.
    var mean: FloatBuffer
    var variance: FloatBuffer
    /// Of the batch: `x * scale + shift` is the norm.
    let batchMean: FloatBuffer
    let inverse: FloatBuffer
    /// `x * inverse + centring` is the norm without its weight and bias.
    let centring: FloatBuffer
    let scale: FloatBuffer
    let shift: FloatBuffer
    /// The gradient through the norm: `a * gradient + b * x + c`.
    let a: FloatBuffer
    let b: FloatBuffer
    let c: FloatBuffer
    private let sums: FloatBuffer
    private let squares: FloatBuffer

    init(_ size: Int, parts: Int) {
        self.size = size
        mean = FloatBuffer(size)
        variance = FloatBuffer(size)
        batchMean = FloatBuffer(size)
        inverse = FloatBuffer(size)
        centring = FloatBuffer(size)
        scale = FloatBuffer(size)
        shift = FloatBuffer(size)
        a = FloatBuffer(size)
        b = FloatBuffer(size)
        c = FloatBuffer(size)
        sums = FloatBuffer(size * parts)
        squares = FloatBuffer(size * parts)
    }

    /// Where a part of the batch adds its sums; zero at first.
    func cleared(part: Int) -> (sums: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>) {
        let place = (sums.address + part * size, squares.address + part * size)
        place.0.update(repeating: 0, count: size)
        place.1.update(repeating: 0, count: size)
        return place
    }

    private func total(_ buffer: FloatBuffer, _ column: Int, _ parts: Int) -> Float {
        (0..<parts).reduce(0) { $0 + buffer.address[$1 * size + column] }
    }

    /// The batch's norm out of its sums; running statistics move towards it.
    func finishForward(
        rows: Int, parts: Int, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>, momentum: Float
    ) {
        let count = Float(rows)
        let unbiased = rows > 1 ? count / (count - 1) : 1
        for j in 0..<size {
            let average = total(sums, j, parts) / count
            let spread = max(0, total(squares, j, parts) / count - average * average)
            batchMean.address[j] = average
            inverse.address[j] = 1 / (spread + FusedTabular.epsilon).squareRoot()
            centring.address[j] = -average * inverse.address[j]
            scale.address[j] = weight[j] * inverse.address[j]
            shift.address[j] = bias[j] - average * scale.address[j]
            mean.address[j] += momentum * (average - mean.address[j])
            variance.address[j] += momentum * (spread * unbiased - variance.address[j])
        }
    }

    /// The gradients of the norm's weight and bias out of the sums, and the way back to its input.
    func finishBackward(
        rows: Int, parts: Int, weight: UnsafePointer<Float>, weightGradient: UnsafeMutablePointer<Float>,
        biasGradient: UnsafeMutablePointer<Float>
    ) {
        for j in 0..<size {
            let sum = total(sums, j, parts)
            let product = total(squares, j, parts)
            biasGradient[j] = sum
            weightGradient[j] = product
            let slope = weight[j] * inverse.address[j]
            a.address[j] = slope
            b.address[j] = -slope * product / Float(rows) * inverse.address[j]
            c.address[j] = -slope * sum / Float(rows) - b.address[j] * batchMean.address[j]
        }
    }
}
