import ZooKernels

extension Tensor {
    /// Zeroes elements by chance and scales the others by 1 / (1 - probability), so that the mean stays.
    ///
    /// - Precondition: probability is in 0 ..< 1.
    /// - Source: Srivastava et al. 2014, with the scaling in training.
    public func dropout(probability: Float, using generator: inout RandomGenerator) -> Tensor {
        precondition(probability >= 0 && probability < 1, "dropout: probability \(probability) is not in 0 ..< 1")
        let mask = Tensor(uninitialized: shape, dtype)
        // 32 random bits an element, two elements a draw.
        let threshold = UInt64(Double(probability) * 0x1p32)
        switch dtype {
        case .float32: fill(mask.float32, count, 1 / (1 - probability), threshold, &generator)
        case .float64: fill(mask.float64, count, 1 / (1 - Double(probability)), threshold, &generator)
        case .int32: preconditionFailure("dropout needs real elements")
        }
        return self * mask
    }
}

private func fill<T: BinaryFloatingPoint>(
    _ mask: UnsafeMutablePointer<T>, _ count: Int, _ scale: T, _ threshold: UInt64, _ generator: inout RandomGenerator
) {
    var i = 0
    while i < count {
        let bits = generator.next()
        mask[i] = bits >> 32 < threshold ? 0 : scale
        if i + 1 < count { mask[i + 1] = bits & 0xffff_ffff < threshold ? 0 : scale }
        i += 2
    }
}
