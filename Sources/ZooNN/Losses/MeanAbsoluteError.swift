import ZooTensor

/// The mean of the absolute differences (L1); its gradient is 0 where they agree.
///
/// - Shapes: predictions and targets of one shape -> []
public func meanAbsoluteError(_ predictions: Tensor, _ targets: Tensor) -> Tensor {
    checkShapes("meanAbsoluteError", predictions, targets)
    return (predictions - targets).abs().mean()
}
