extension Tensor {
    /// The same elements in another shape; shares storage.
    ///
    /// - Parameter shape: one size may be -1, which is then worked out.
    /// - Precondition: the same number of elements.
    public func reshaped(_ sizes: [Int]) -> Tensor {
        guard let unknown = sizes.firstIndex(of: -1) else { return reshaped(Shape(sizes)) }
        var sizes = sizes
        sizes[unknown] = 1
        let known = Shape(sizes).count
        precondition(known > 0 && count % known == 0, "reshaped: \(shape) does not divide into \(sizes)")
        sizes[unknown] = count / known
        return reshaped(Shape(sizes))
    }

    /// The same elements in another shape; shares storage.
    ///
    /// - Precondition: the same number of elements.
    public func reshaped(_ shape: Shape) -> Tensor {
        if self.shape == shape { return self }
        precondition(shape.count == count, "reshaped: \(self.shape) has other elements than \(shape)")
        return Tensor(storage: storage, offset: offset, shape: shape, dtype: dtype).recorded(from: self) { step in
            [step.gradient.reshaped(step.input(0).shape)]
        }
    }
}
