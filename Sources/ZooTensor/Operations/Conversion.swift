extension Tensor {
    /// The same numbers as another element type; reals lose their fraction on the way to int32.
    ///
    /// - Precondition: a real that becomes an int32 is within its range.
    public func converted(to dtype: DType) -> Tensor {
        if dtype == self.dtype { return self }
        let result = Tensor(uninitialized: shape, dtype)
        switch (self.dtype, dtype) {
        case (.float32, .float64): convert(float32, result.float64, count) { Double($0) }
        case (.float64, .float32): convert(float64, result.float32, count) { Float($0) }
        case (.int32, .float32): convert(int32, result.float32, count) { Float($0) }
        case (.int32, .float64): convert(int32, result.float64, count) { Double($0) }
        case (.float32, .int32): convert(float32, result.int32, count) { Int32($0) }
        case (.float64, .int32): convert(float64, result.int32, count) { Int32($0) }
        default: break
        }
        guard dtype.isReal else { return result }
        return result.recorded(from: self) { step in [step.gradient.converted(to: step.input(0).dtype)] }
    }
}

private func convert<From, To>(
    _ from: UnsafePointer<From>, _ to: UnsafeMutablePointer<To>, _ count: Int, _ each: (From) -> To
) {
    for i in 0..<count { to[i] = each(from[i]) }
}
