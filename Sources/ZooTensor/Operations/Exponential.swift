import ZooKernels

extension Tensor {
    /// Applies an element-wise operation. Not recorded.
    func applying(_ operation: UnaryOperation) -> Tensor {
        let result = Tensor(uninitialized: shape, dtype)
        switch dtype {
        case .float32: unary(operation, float32, result.float32, count: count)
        case .float64: unary(operation, float64, result.float64, count: count)
        case .int32: preconditionFailure("\(operation) needs real elements: convert int32 first")
        }
        return result
    }

    /// e to the power of each element.
    public func exp() -> Tensor {
        applying(.exp).recorded(from: self, saving: .output) { step in [step.gradient * step.output] }
    }

    /// The natural logarithm of each element.
    public func log() -> Tensor {
        applying(.log).recorded(from: self, saving: .inputs) { step in [step.gradient / step.input(0)] }
    }

    /// The square root of each element.
    public func sqrt() -> Tensor {
        applying(.sqrt).recorded(from: self, saving: .output) { step in [step.gradient * 0.5 / step.output] }
    }

    /// Each element to the power of `exponent`.
    public func pow(_ exponent: Double) -> Tensor {
        let result =
            switch exponent {
            case 2: applying(.multiply, self, name: "pow")
            case 0.5: applying(.sqrt)
            default: applying(.power, exponent)
            }
        return result.recorded(from: self, saving: .inputs) { step in
            let input = step.input(0)
            return switch exponent {
            case 0: [.zeros(input.shape, input.dtype)]
            case 1: [step.gradient]
            case 2: [step.gradient * input * 2]
            default: [step.gradient * input.pow(exponent - 1) * exponent]
            }
        }
    }

    /// Each element to the power of the exponent beside it.
    ///
    /// The gradient of an exponent whose base is 0 is taken as 0, and so is that of a base with exponent 0.
    public func pow(_ exponent: Tensor) -> Tensor {
        applying(.power, exponent, name: "pow").recorded(from: self, exponent, saving: [.inputs, .output]) { step in
            let (base, exponent, gradient) = (step.input(0), step.input(1), step.gradient)
            var (forBase, forExponent): (Tensor?, Tensor?)
            if step.needs(0) {
                // 0 to the power of -1 would make NaN of the gradient of a constant, and of higher derivatives.
                let hole = (base == 0) * (exponent == 0)
                forBase = (gradient * exponent * base.pow(exponent - 1 + hole)).reduced(to: base.shape)
            }
            if step.needs(1) {
                // The base is made 1 where it is 0: log 0 would turn the second derivative into NaN, too.
                let slope = gradient * step.output * (base + (base == 0)).log()
                forExponent = slope.reduced(to: exponent.shape)
            }
            return [forBase, forExponent]
        }
    }
}
