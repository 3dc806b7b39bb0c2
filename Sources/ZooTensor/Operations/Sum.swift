import ZooKernels

extension Tensor {
    /// Adds up along `axes`, all of them by default.
    ///
    /// - Shapes: [...] -> without the axes, or with size 1 there if `keepDimensions`.
    public func sum(axes: [Int]? = nil, keepDimensions: Bool = false) -> Tensor {
        let axes = shape.normalized(axes)
        if axes.isEmpty { return self }
        let kept = shape.keeping(axes)
        let result = reduced(.sum, axes: axes, kept: kept).recorded(from: self) { step in
            let input = step.input(0).shape
            return [step.gradient.reshaped(input.keeping(axes)).expanded(input)]
        }
        return keepDimensions ? result : result.reshaped(shape.removing(axes))
    }

    /// The mean along `axes`, all of them by default; NaN of nothing.
    public func mean(axes: [Int]? = nil, keepDimensions: Bool = false) -> Tensor {
        let count = axes.map { $0.reduce(1) { $0 * shape[$1] } } ?? shape.count
        return sum(axes: axes, keepDimensions: keepDimensions) / Double(count)
    }

    /// Combines elements along `axes` (normalised), keeping them with size 1. Not recorded.
    func reduced(_ reduction: Reduction, axes: [Int], kept: Shape) -> Tensor {
        precondition(dtype.isReal, "reductions need real elements: convert \(dtype) first")
        if kept.count == 1 && axes.count == rank {
            return reduced(reduction, outer: 1, n: count, inner: 1, kept)
        }
        var current = self
        var end = axes.count
        // One run of neighbouring axes after the other, the innermost first.
        while end > 0 {
            var start = end - 1
            while start > 0 && axes[start - 1] == axes[start] - 1 { start -= 1 }
            current = current.reduced(reduction, run: axes[start]..<axes[end - 1] + 1)
            end = start
        }
        return Tensor(storage: current.storage, offset: current.offset, shape: kept, dtype: dtype)
    }

    private func reduced(_ reduction: Reduction, run: Range<Int>) -> Tensor {
        let outer = shape.count(of: 0..<run.lowerBound)
        let n = shape.count(of: run)
        let inner = shape.count(of: run.upperBound..<rank)
        return reduced(reduction, outer: outer, n: n, inner: inner, shape.keeping(run))
    }

    private func reduced(_ reduction: Reduction, outer: Int, n: Int, inner: Int, _ kept: Shape) -> Tensor {
        let result = Tensor(uninitialized: kept, dtype)
        switch dtype {
        case .float32: reduce(reduction, float32, result.float32, outer: outer, n: n, inner: inner)
        case .float64: reduce(reduction, float64, result.float64, outer: outer, n: n, inner: inner)
        case .int32: preconditionFailure("reductions need real elements")
        }
        return result
    }
}

extension Shape {
    /// This shape with size 1 at `axes`.
    func keeping(_ axes: some Sequence<Int>) -> Shape {
        var sizes = dimensions
        for axis in axes { sizes[axis] = 1 }
        return Shape(sizes)
    }

    /// This shape without `axes`.
    func removing(_ axes: [Int]) -> Shape {
        if axes.count == rank { return [] }
        return Shape(dimensions.indices.filter { !axes.contains($0) }.map { dimensions[$0] })
    }
}
