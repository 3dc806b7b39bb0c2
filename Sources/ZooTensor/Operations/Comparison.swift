import ZooKernels

// Comparisons are 1 where true and 0 where false, of the operands' element type. They have no gradient.
extension Tensor {
    /// 1 where the left element is greater.
    public static func > (a: Tensor, b: Tensor) -> Tensor { a.applying(.greater, b, name: ">") }
    /// 1 where the left element is less.
    public static func < (a: Tensor, b: Tensor) -> Tensor { a.applying(.less, b, name: "<") }
    /// 1 where the left element is greater or equal.
    public static func >= (a: Tensor, b: Tensor) -> Tensor { a.applying(.greaterOrEqual, b, name: ">=") }
    /// 1 where the left element is less or equal.
    public static func <= (a: Tensor, b: Tensor) -> Tensor { a.applying(.lessOrEqual, b, name: "<=") }
    /// 1 where the elements are equal.
    public static func == (a: Tensor, b: Tensor) -> Tensor { a.applying(.equal, b, name: "==") }
    /// 1 where the elements differ.
    public static func != (a: Tensor, b: Tensor) -> Tensor { a.applying(.notEqual, b, name: "!=") }
    /// 1 where the element is greater.
    public static func > (a: Tensor, b: Double) -> Tensor { a.applying(.greater, b) }
    /// 1 where the element is less.
    public static func < (a: Tensor, b: Double) -> Tensor { a.applying(.less, b) }
    /// 1 where the element is greater or equal.
    public static func >= (a: Tensor, b: Double) -> Tensor { a.applying(.greaterOrEqual, b) }
    /// 1 where the element is less or equal.
    public static func <= (a: Tensor, b: Double) -> Tensor { a.applying(.lessOrEqual, b) }
    /// 1 where the element is equal.
    public static func == (a: Tensor, b: Double) -> Tensor { a.applying(.equal, b) }
    /// 1 where the element differs.
    public static func != (a: Tensor, b: Double) -> Tensor { a.applying(.notEqual, b) }

    /// The elements of `a` where `condition` is not 0, else those of `b`; all three broadcast.
    ///
    /// - Precondition: equal real element types, shapes that broadcast.
    public static func `where`(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
        precondition(
            condition.dtype == a.dtype && a.dtype == b.dtype && a.dtype.isReal,
            "where: element types \(condition.dtype), \(a.dtype), \(b.dtype) must be real and equal")
        let both = BroadcastPlan(a.shape, b.shape, name: "where").shape
        let shape = BroadcastPlan(condition.shape, both, name: "where").shape
        let mask = condition.detached().expanded(shape)
        let (left, right) = (a.detached().expanded(shape), b.detached().expanded(shape))
        let result = Tensor(uninitialized: shape, a.dtype)
        switch a.dtype {
        case .float32: select(mask.float32, left.float32, right.float32, result.float32, count: shape.count)
        case .float64: select(mask.float64, left.float64, right.float64, result.float64, count: shape.count)
        case .int32: preconditionFailure("where: int32")
        }
        return result.recorded(from: a, b) { step in
            let zero = Tensor.zeros([], step.gradient.dtype)
            return [
                step.needs(0) ? Tensor.where(mask, step.gradient, zero).reduced(to: step.input(0).shape) : nil,
                step.needs(1) ? Tensor.where(mask, zero, step.gradient).reduced(to: step.input(1).shape) : nil,
            ]
        }
    }
}
