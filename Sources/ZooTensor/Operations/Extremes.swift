import ZooKernels

extension Tensor {
    /// The greatest element along `axes`, all of them by default; equals share the gradient. -inf of nothing.
    public func max(axes: [Int]? = nil, keepDimensions: Bool = false) -> Tensor {
        extreme(.max, axes: axes, keepDimensions: keepDimensions)
    }

    /// The least element along `axes`, all of them by default; equals share the gradient. inf of nothing.
    public func min(axes: [Int]? = nil, keepDimensions: Bool = false) -> Tensor {
        extreme(.min, axes: axes, keepDimensions: keepDimensions)
    }

    private func extreme(_ reduction: Reduction, axes: [Int]?, keepDimensions: Bool) -> Tensor {
        let axes = shape.normalized(axes)
        if axes.isEmpty { return self }
        let kept = shape.keeping(axes)
        let result = reduced(reduction, axes: axes, kept: kept)
        return (keepDimensions ? result : result.reshaped(shape.removing(axes)))
            .recorded(from: self, saving: [.inputs, .output]) { step in
                let hits = step.input(0).detached() == step.output.detached().reshaped(kept)
                let share = step.gradient.reshaped(kept) / hits.sum(axes: axes, keepDimensions: true)
                return [share * hits]
            }
    }

    /// The greater of each two elements; equals share the gradient.
    public func maximum(_ other: Tensor) -> Tensor {
        applying(.maximum, other, name: "maximum").recorded(from: self, other, saving: .inputs) { step in
            let (a, b) = (step.input(0).detached(), step.input(1).detached())
            let share = (a > b) + (a == b) * 0.5
            return [
                step.needs(0) ? (step.gradient * share).reduced(to: a.shape) : nil,
                step.needs(1) ? (step.gradient * (1 - share)).reduced(to: b.shape) : nil,
            ]
        }
    }

    /// The lesser of each two elements; equals share the gradient.
    public func minimum(_ other: Tensor) -> Tensor { -(-self).maximum(-other) }

    /// The place of the greatest element along `axis`, the first of equals, int32.
    ///
    /// - Shapes: [..., axis, ...] -> [..., ...]
    /// - Precondition: the axis is not empty.
    public func argmax(axis: Int = -1) -> Tensor {
        let axis = shape.normalized(axis)
        let (n, inner) = (shape.dimensions[axis], shape.count(of: axis + 1..<rank))
        precondition(n > 0, "argmax: axis \(axis) of \(shape) is empty")
        let result = Tensor(uninitialized: shape.removing([axis]), .int32)
        let places = result.int32
        for outer in 0..<shape.count(of: 0..<axis) {
            for column in 0..<inner {
                let start = outer * n * inner + column
                places[outer * inner + column] =
                    switch dtype {
                    case .float32: firstGreatest(float32 + start, n, inner)
                    case .float64: firstGreatest(float64 + start, n, inner)
                    case .int32: firstGreatest(int32 + start, n, inner)
                    }
            }
        }
        return result
    }
}

/// What is not a number counts as the greatest, as in PyTorch.
private func firstGreatest<T: Comparable>(_ x: UnsafePointer<T>, _ n: Int, _ step: Int) -> Int32 {
    var best = 0
    for i in 1..<Swift.max(n, 1) where !(x[i * step] <= x[best * step]) && x[best * step] == x[best * step] { best = i }
    return Int32(truncatingIfNeeded: best)
}
