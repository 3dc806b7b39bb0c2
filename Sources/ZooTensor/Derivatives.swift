/// The value of `function` at `point`, and the product of `cotangent` with its Jacobian there.
///
/// - Shapes: point [x...], cotangent [y...] -> ([y...], [x...])
public func vjp(_ function: (Tensor) -> Tensor, at point: Tensor, cotangent: Tensor) -> (
    value: Tensor, gradient: Tensor
) {
    let x = point.detached().trackingGradients()
    let y = function(x)
    return (y.detached(), pulledBack(y, to: x, cotangent: cotangent))
}

/// The value of `function` at `point`, and the product of its Jacobian there with `tangent`.
///
/// - Shapes: point and tangent [x...] -> ([y...], [y...])
public func jvp(_ function: (Tensor) -> Tensor, at point: Tensor, tangent: Tensor) -> (value: Tensor, tangent: Tensor) {
    precondition(tangent.shape == point.shape, "jvp: tangent \(tangent.shape) at a point \(point.shape)")
    let x = point.detached().trackingGradients()
    let y = function(x)
    // u'J is linear in u: its gradient along the tangent is J times the tangent, for whatever u.
    let u = Tensor.zeros(y.shape, y.dtype).trackingGradients()
    let pulled = pulledBack(y, to: x, cotangent: u, createGraph: true)
    return (y.detached(), pulledBack(pulled, to: u, cotangent: tangent))
}

/// The derivatives of every element of `function` by every element of `point`.
///
/// - Shapes: point [x...] -> [y..., x...]
public func jacobian(_ function: (Tensor) -> Tensor, at point: Tensor) -> Tensor {
    let x = point.detached().trackingGradients()
    return jacobian(of: function(x), at: x)
}

/// The second derivatives of a function with one value.
///
/// - Shapes: point [x...] -> [x..., x...]
/// - Precondition: `function` gives one element.
public func hessian(_ function: (Tensor) -> Tensor, at point: Tensor) -> Tensor {
    let x = point.detached().trackingGradients()
    return jacobian(of: gradient(of: function(x), at: x), at: x)
}

/// The product of the second derivatives of a function with one value with `vector`, without forming them.
///
/// - Shapes: point and vector [x...] -> [x...]
/// - Precondition: `function` gives one element.
public func hvp(_ function: (Tensor) -> Tensor, at point: Tensor, vector: Tensor) -> Tensor {
    precondition(vector.shape == point.shape, "hvp: vector \(vector.shape) at a point \(point.shape)")
    let x = point.detached().trackingGradients()
    return pulledBack(gradient(of: function(x), at: x), to: x, cotangent: vector)
}

private func gradient(of y: Tensor, at x: Tensor) -> Tensor {
    precondition(y.count == 1, "hessian: the function gives \(y.shape), not one element")
    return pulledBack(y, to: x, cotangent: .ones(y.shape, y.dtype), createGraph: true)
}

private func jacobian(of y: Tensor, at x: Tensor) -> Tensor {
    let rows = (0..<y.count).map { index in
        var unit = Tensor.zeros([y.count], y.dtype)
        unit.setElement(index, to: 1)
        return pulledBack(y, to: x, cotangent: unit.reshaped(y.shape)).reshaped([1, x.count])
    }
    let shape = Shape(y.shape.dimensions + x.shape.dimensions)
    return rows.isEmpty ? .zeros(shape, x.dtype) : Tensor.concatenated(rows).reshaped(shape)
}

/// The gradient at x of y times a cotangent; zeros if y does not depend on x.
private func pulledBack(_ y: Tensor, to x: Tensor, cotangent: Tensor, createGraph: Bool = false) -> Tensor {
    let found = gradients(of: y, withRespectTo: [x], cotangent: cotangent, createGraph: createGraph)
    return found[0]?.dense ?? .zeros(x.shape, x.dtype)
}

extension Tensor {
    fileprivate mutating func setElement(_ index: Int, to value: Double) {
        switch dtype {
        case .float32: withUnsafeMutableFloats { $0[index] = Float(value) }
        case .float64: withUnsafeMutableDoubles { $0[index] = value }
        case .int32: withUnsafeMutableInt32s { $0[index] = Int32(value) }
        }
    }
}
