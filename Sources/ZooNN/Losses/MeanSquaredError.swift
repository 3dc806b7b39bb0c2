import ZooTensor

/// The mean of the squared differences.
///
/// - Shapes: predictions and targets of one shape -> []
public func meanSquaredError(_ predictions: Tensor, _ targets: Tensor) -> Tensor {
    checkShapes("meanSquaredError", predictions, targets)
    let difference = predictions - targets
    return (difference * difference).mean()
}

/// Broadcasting would turn [n] against [n, 1] into n squared differences without a word.
func checkShapes(_ name: String, _ predictions: Tensor, _ targets: Tensor) {
    precondition(
        predictions.shape == targets.shape, "\(name): shapes differ: \(predictions.shape) and \(targets.shape)")
}
