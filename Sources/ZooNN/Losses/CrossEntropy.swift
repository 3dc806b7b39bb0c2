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
    let wanted = oneHot(targets, classes: classes, dtype: logits.dtype)
    let scale = 1 / Double(max(targets.count, 1))
    let logProbabilities = logits.detached().logSoftmax(axis: -1)
    let loss = (logProbabilities * wanted).sum() * -scale
    return loss.recorded(from: logits, saving: .inputs) { step in
        [(step.input(0).softmax(axis: -1) - wanted) * step.gradient * scale]
    }
}
