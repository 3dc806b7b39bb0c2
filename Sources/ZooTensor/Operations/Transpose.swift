import ZooKernels

extension Tensor {
    /// The axes in another order, copied; the reverse order by default.
    ///
    /// - Parameter axes: which axis of this tensor comes at each place
    /// - Precondition: each axis once.
    public func transposed(_ axes: [Int]? = nil) -> Tensor {
        let order = axes.map { $0.map { shape.normalized($0) } } ?? (0..<rank).reversed()
        precondition(order.sorted() == Array(0..<rank), "transposed: \(order) is not an order of the axes of \(shape)")
        if order == Array(0..<rank) { return self }
        var strides = [Int](repeating: 1, count: rank)
        for axis in (0..<rank - 1).reversed() { strides[axis] = strides[axis + 1] * shape.dimensions[axis + 1] }
        let sizes = order.map { shape.dimensions[$0] }
        let result = Tensor(uninitialized: Shape(sizes), dtype)
        let resultStrides = order.map { strides[$0] }
        if dtype.byteCount == 4 {
            transpose(
                bytes.assumingMemoryBound(to: UInt32.self), result.bytes.assumingMemoryBound(to: UInt32.self),
                sizes: sizes, strides: resultStrides)
        } else {
            transpose(
                bytes.assumingMemoryBound(to: UInt64.self), result.bytes.assumingMemoryBound(to: UInt64.self),
                sizes: sizes, strides: resultStrides)
        }
        return result.recorded(from: self) { step in
            var inverse = order
            for (place, axis) in order.enumerated() { inverse[axis] = place }
            return [step.gradient.transposed(inverse)]
        }
    }
}
