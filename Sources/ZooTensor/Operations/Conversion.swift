extension Tensor {
    /// The same numbers as another element type; reals lose their fraction on the way to int32.
    ///
    /// - Precondition: a real that becomes an int32 is within its range.
    public func converted(to dtype: DType) -> Tensor {
        if dtype == self.dtype { return self }
        let result = Tensor(uninitialized: shape, dtype)
        switch (self.dtype, dtype) {
        case (.float32, .float64): for i in 0..<count { result.float64[i] = Double(float32[i]) }
        case (.float64, .float32): for i in 0..<count { result.float32[i] = Float(float64[i]) }
        case (.int32, .float32): for i in 0..<count { result.float32[i] = Float(int32[i]) }
        case (.int32, .float64): for i in 0..<count { result.float64[i] = Double(int32[i]) }
        case (.float32, .int32): for i in 0..<count { result.int32[i] = Int32(float32[i]) }
        case (.float64, .int32): for i in 0..<count { result.int32[i] = Int32(float64[i]) }
        default: break
        }
        guard dtype.isReal else { return result }
        return result.recorded(from: self) { step in [step.gradient.converted(to: step.input(0).dtype)] }
    }
}
