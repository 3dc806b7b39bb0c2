extension Tensor {
    /// Joins tensors along `axis`.
    ///
    /// - Precondition: at least one tensor; equal element types; shapes that differ along `axis` only.
    public static func concatenated(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        guard let first = tensors.first else { preconditionFailure("concatenated: no tensors") }
        let axis = first.shape.normalized(axis)
        for tensor in tensors {
            precondition(
                tensor.rank == first.rank && tensor.dtype == first.dtype
                    && tensor.shape.replacing(axis, with: 0) == first.shape.replacing(axis, with: 0),
                "concatenated: \(tensor.dtype) \(tensor.shape) to \(first.dtype) \(first.shape) along axis \(axis)")
        }
        let size = tensors.reduce(0) { $0 + $1.shape.dimensions[axis] }
        let result = Tensor(uninitialized: first.shape.replacing(axis, with: size), first.dtype)
        var start = 0
        for tensor in tensors {
            copyBlock(from: tensor, start: 0, to: result, start: start, axis: axis, size: tensor.shape.dimensions[axis])
            start += tensor.shape.dimensions[axis]
        }
        return result.recorded(from: tensors, ifAny: tensors.contains(where: \.requiresGradient), saving: []) { step in
            var start = 0
            return (0..<step.inputCount).map { index in
                let size = step.input(index).shape.dimensions[axis]
                defer { start += size }
                return step.needs(index) ? step.gradient.sliced(axis: axis, start..<start + size) : nil
            }
        }
    }

    /// Copies `size` places along `axis`.
    static func copyBlock(
        from source: Tensor, start sourceStart: Int, to target: Tensor, start targetStart: Int, axis: Int, size: Int
    ) {
        let inner = source.shape.count(of: axis + 1..<source.rank) * source.dtype.byteCount
        let sourceRow = source.shape.dimensions[axis] * inner
        let targetRow = target.shape.dimensions[axis] * inner
        guard size * inner > 0 else { return }
        for outer in 0..<source.shape.count(of: 0..<axis) {
            (target.bytes + outer * targetRow + targetStart * inner)
                .copyMemory(from: source.bytes + outer * sourceRow + sourceStart * inner, byteCount: size * inner)
        }
    }
}
