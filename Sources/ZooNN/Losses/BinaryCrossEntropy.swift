import ZooTensor

/// The mean of `-t log p - (1 - t) log(1 - p)`, p = sigmoid(logit), without overflow at any logit.
///
/// - Shapes: logits and targets (in 0 ... 1) of one shape -> []
public func binaryCrossEntropyWithLogits(_ logits: Tensor, _ targets: Tensor) -> Tensor {
    checkShapes("binaryCrossEntropyWithLogits", logits, targets)
    let x = logits.detached()
    let t = targets.detached()
    // max(x, 0) - xt + log(1 + exp(-|x|)); composed for gradients too it would be wrong by half where x is 0.
    let loss = (x.relu() - x * t + ((x.abs() * -1).exp() + 1).log()).mean()
    let scale = 1 / Double(max(logits.count, 1))
    return loss.recorded(from: logits, saving: .inputs) { step in
        [(step.input(0).sigmoid() - t) * step.gradient * scale]
    }
}
