import ZooTensor

/// The mean over rows of `-sum(target log softmax(logits))`, for targets that spread over several classes, as those of label
/// smoothing and mixup do.
///
/// - Shapes: logits and targets [rows, classes] -> []
public func softCrossEntropy(_ logits: Tensor, _ targets: Tensor) -> Tensor {
    checkShapes("softCrossEntropy", logits, targets)
    let scale = 1 / Double(max(logits.shape[0], 1))
    let targets = targets.detached()
    let loss = (logits.detached().logSoftmax(axis: -1) * targets).sum() * -scale
    return loss.recorded(from: logits, saving: .inputs) { step in
        let masses = targets.sum(axes: [-1], keepDimensions: true)
        return [(step.input(0).softmax(axis: -1) * masses - targets) * step.gradient * scale]
    }
}
