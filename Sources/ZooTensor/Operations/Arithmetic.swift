extension Tensor {
    /// The element-wise sum; shapes broadcast as NumPy's do, here and in every operation of two tensors.
    ///
    /// - Precondition: equal element types, shapes that broadcast.
    public static func + (a: Tensor, b: Tensor) -> Tensor {
        a.applying(.add, b, name: "+").recorded(from: a, b) { step in
            [
                step.needs(0) ? step.gradient.reduced(to: step.input(0).shape) : nil,
                step.needs(1) ? step.gradient.reduced(to: step.input(1).shape) : nil,
            ]
        }
    }

    /// The element-wise difference.
    public static func - (a: Tensor, b: Tensor) -> Tensor {
        a.applying(.subtract, b, name: "-").recorded(from: a, b) { step in
            [
                step.needs(0) ? step.gradient.reduced(to: step.input(0).shape) : nil,
                step.needs(1) ? -step.gradient.reduced(to: step.input(1).shape) : nil,
            ]
        }
    }

    /// The element-wise product.
    public static func * (a: Tensor, b: Tensor) -> Tensor {
        a.applying(.multiply, b, name: "*").recorded(from: a, b, saving: .inputs) { step in
            let (a, b) = (step.input(0), step.input(1))
            return [
                step.needs(0) ? (step.gradient * b).reduced(to: a.shape) : nil,
                step.needs(1) ? (step.gradient * a).reduced(to: b.shape) : nil,
            ]
        }
    }

    /// The element-wise quotient.
    ///
    /// - Precondition: real element types.
    public static func / (a: Tensor, b: Tensor) -> Tensor {
        a.applying(.divide, b, name: "/").recorded(from: a, b, saving: .inputs) { step in
            let (a, b) = (step.input(0), step.input(1))
            let scaled = step.gradient / b
            return [
                step.needs(0) ? scaled.reduced(to: a.shape) : nil,
                step.needs(1) ? -(scaled * (a / b)).reduced(to: b.shape) : nil,
            ]
        }
    }

    /// The element-wise sum with a number.
    public static func + (a: Tensor, b: Double) -> Tensor {
        a.applying(.add, b).recorded(from: a) { step in [step.gradient] }
    }

    /// The element-wise sum with a number.
    public static func + (a: Double, b: Tensor) -> Tensor { b + a }

    /// The element-wise difference with a number.
    public static func - (a: Tensor, b: Double) -> Tensor { a + -b }

    /// The element-wise difference with a number.
    public static func - (a: Double, b: Tensor) -> Tensor {
        b.applying(.subtract, to: a).recorded(from: b) { step in [-step.gradient] }
    }

    /// The element-wise product with a number.
    public static func * (a: Tensor, b: Double) -> Tensor {
        a.applying(.multiply, b).recorded(from: a) { step in [step.gradient * b] }
    }

    /// The element-wise product with a number.
    public static func * (a: Double, b: Tensor) -> Tensor { b * a }

    /// The element-wise quotient with a number.
    public static func / (a: Tensor, b: Double) -> Tensor {
        a.applying(.divide, b).recorded(from: a) { step in [step.gradient / b] }
    }

    /// The element-wise quotient of a number.
    public static func / (a: Double, b: Tensor) -> Tensor {
        b.applying(.divide, to: a).recorded(from: b, saving: .inputs) { step in
            let b = step.input(0)
            return [step.gradient * (-a / (b * b))]
        }
    }

    /// The opposite of each element.
    public static prefix func - (a: Tensor) -> Tensor { a * -1 }

    /// Adds in place of the old value.
    public static func += (a: inout Tensor, b: Tensor) { a = a + b }
    /// Subtracts in place of the old value.
    public static func -= (a: inout Tensor, b: Tensor) { a = a - b }
    /// Multiplies in place of the old value.
    public static func *= (a: inout Tensor, b: Tensor) { a = a * b }
}
