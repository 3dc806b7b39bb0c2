extension Tensor {
    /// The places `range` of `axis`; shares storage if all axes before it have size 1.
    ///
    /// - Precondition: `range` lies within the axis.
    public func sliced(axis: Int, _ range: Range<Int>) -> Tensor {
        let axis = shape.normalized(axis)
        let size = shape.dimensions[axis]
        precondition(range.lowerBound >= 0 && range.upperBound <= size, "sliced: \(range) of axis \(axis) of \(shape)")
        if range.count == size { return self }
        let resultShape = shape.replacing(axis, with: range.count)
        var result: Tensor
        if shape.count(of: 0..<axis) == 1 {
            let start = offset + range.lowerBound * shape.count(of: axis + 1..<rank)
            result = Tensor(storage: storage, offset: start, shape: resultShape, dtype: dtype)
        } else {
            result = Tensor(uninitialized: resultShape, dtype)
            Tensor.copyBlock(
                from: self, start: range.lowerBound, to: result, start: 0, axis: axis, size: range.count)
        }
        return result.recorded(from: self) { step in
            [step.gradient.padded(axis: axis, before: range.lowerBound, after: size - range.upperBound)]
        }
    }

    /// This tensor with zeros before and after it along `axis`.
    public func padded(axis: Int, before: Int, after: Int) -> Tensor {
        let axis = shape.normalized(axis)
        precondition(before >= 0 && after >= 0, "padded: by \(before) and \(after) along axis \(axis) of \(shape)")
        let size = shape.dimensions[axis]
        let result = Tensor.zeros(shape.replacing(axis, with: before + size + after), dtype)
        Tensor.copyBlock(from: self, start: 0, to: result, start: before, axis: axis, size: size)
        return result.recorded(from: self) { step in [step.gradient.sliced(axis: axis, before..<before + size)] }
    }
}
