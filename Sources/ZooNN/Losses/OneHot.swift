import ZooTensor

/// 1 at each target's class and 0 elsewhere.
///
/// - Shapes: targets int32 [...] -> [..., classes]
/// - Precondition: every target is in 0 ..< classes.
func oneHot(_ targets: Tensor, classes: Int, dtype: DType) -> Tensor {
    var result = Tensor.zeros(Shape(targets.shape.dimensions + [classes]), dtype)
    targets.withUnsafeInt32s { targets in
        for target in targets {
            precondition(target >= 0 && target < classes, "target \(target) is out of range for \(classes) classes")
        }
        if dtype == .float64 {
            result.withUnsafeMutableDoubles { mark(targets, in: $0, classes) }
        } else {
            result.withUnsafeMutableFloats { mark(targets, in: $0, classes) }
        }
    }
    return result
}

private func mark<Scalar: BinaryFloatingPoint>(
    _ targets: UnsafeBufferPointer<Int32>, in rows: UnsafeMutableBufferPointer<Scalar>, _ classes: Int
) {
    for (row, target) in targets.enumerated() { rows[row * classes + Int(target)] = 1 }
}
