import ZooTensor

/// The mean of `-log softmax(logits)[target]`.
///
/// - Shapes: logits [..., classes], targets int32 [...] -> []
/// - Precondition: every target is in 0 ..< classes.
public func crossEntropy(_ logits: Tensor, _ targets: Tensor) -> Tensor {
    let classes = logits.shape[-1]
    precondition(
        Array(logits.shape.dimensions.dropLast()) == targets.shape.dimensions,
        "crossEntropy: logits \(logits.shape), targets \(targets.shape)")
    let scale = 1 / Double(max(targets.count, 1))
    let logProbabilities = logits.detached().logSoftmax(axis: -1)
    let loss = Tensor.scalar(-scale * sum(logProbabilities, at: targets, classes), logits.dtype)
    return loss.recorded(from: logits, saving: .inputs) { step in
        let probabilities = step.input(0).softmax(axis: -1)
        if step.createGraph {
            return [(probabilities - oneHot(targets, classes: classes, dtype: logits.dtype)) * step.gradient * scale]
        }
        return [gradient(probabilities, targets, classes, scale: step.gradient.item * scale)]
    }
}

/// The sum of each row's element that its target names, in Float64.
private func sum(_ rows: Tensor, at targets: Tensor, _ classes: Int) -> Double {
    targets.withUnsafeInt32s { targets in
        for target in targets {
            precondition(target >= 0 && target < classes, "target \(target) is out of range for \(classes) classes")
        }
        func total<Scalar: BinaryFloatingPoint>(_ rows: UnsafeBufferPointer<Scalar>) -> Double {
            targets.indices.reduce(0) { $0 + Double(rows[$1 * classes + Int(targets[$1])]) }
        }
        return rows.dtype == .float64 ? rows.withUnsafeDoubles(total) : rows.withUnsafeFloats(total)
    }
}

/// `(probabilities - one-hot targets) * scale`, in the memory of the probabilities.
private func gradient(_ probabilities: consuming Tensor, _ targets: Tensor, _ classes: Int, scale: Double) -> Tensor {
    var result = probabilities
    targets.withUnsafeInt32s { targets in
        func change<Scalar: BinaryFloatingPoint>(_ rows: UnsafeMutableBufferPointer<Scalar>) {
            for (row, target) in targets.enumerated() { rows[row * classes + Int(target)] -= 1 }
            let scale = Scalar(scale)
            for index in rows.indices { rows[index] *= scale }
        }
        if result.dtype == .float64 {
            result.withUnsafeMutableDoubles(change)
        } else {
            result.withUnsafeMutableFloats(change)
        }
    }
    return result
}
