import ZooKernels

extension Tensor {
    /// exp(x) / sum(exp(x)) along `axis`.
    public func softmax(axis: Int = -1) -> Tensor { normalized(.plain, axis: axis) }

    /// log(softmax(x)) along `axis`, without the rounding of the two steps.
    public func logSoftmax(axis: Int = -1) -> Tensor { normalized(.logarithmic, axis: axis) }

    private func normalized(_ kind: SoftmaxKind, axis: Int) -> Tensor {
        let axis = shape.normalized(axis)
        guard axis == rank - 1 else {
            var order = Array(0..<rank)
            order.swapAt(axis, rank - 1)
            return transposed(order).normalized(kind, axis: -1).transposed(order)
        }
        return rowwise(self, nil, kind).recorded(from: self, saving: .output) { step in
            let (gradient, output) = (step.gradient, step.output)
            if !step.createGraph { return [rowwise(gradient, output, kind)] }
            switch kind {
            case .plain:
                return [output * (gradient - (gradient * output).sum(axes: [-1], keepDimensions: true))]
            case .logarithmic:
                return [gradient - output.exp() * gradient.sum(axes: [-1], keepDimensions: true)]
            }
        }
    }
}

/// The forward of `x`, or the gradient if there is an output. Not recorded.
private func rowwise(_ x: Tensor, _ output: Tensor?, _ kind: SoftmaxKind) -> Tensor {
    let result = Tensor(uninitialized: x.shape, x.dtype)
    let n = x.shape[-1]
    let rows = n == 0 ? 0 : x.count / n
    switch (x.dtype, output) {
    case (.float32, nil): softmax(kind, x.float32, result.float32, rows: rows, n: n)
    case (.float64, nil): softmax(kind, x.float64, result.float64, rows: rows, n: n)
    case (.float32, let y?): softmaxGradient(kind, x.float32, output: y.float32, result.float32, rows: rows, n: n)
    case (.float64, let y?): softmaxGradient(kind, x.float64, output: y.float64, result.float64, rows: rows, n: n)
    case (.int32, _): preconditionFailure("softmax needs real elements: convert int32 first")
    }
    return result
}
