import ZooKernels
import ZooTensor

/// What bounds gradients before a step.
public enum GradientClipping: Sendable, Hashable, Codable {
    /// Scales all gradients together when the root of the sum of all their squares is above the bound.
    ///
    /// - Source: Pascanu et al. 2013, Algorithm 1
    case globalNorm(Double)
    /// Cuts every element to -bound ... bound.
    case value(Double)

    /// The bounded gradients; sparse ones stay sparse.
    ///
    /// - Parameter norm: `norm(of: gradients)`, where it is known already
    public func clipped(_ gradients: [Gradient?], norm: Double? = nil) -> [Gradient?] {
        switch self {
        case .globalNorm(let bound):
            let norm = norm ?? Self.norm(of: gradients)
            return norm > bound ? gradients.map { $0?.mapped { $0 * (bound / norm) } } : gradients
        case .value(let bound): return gradients.map { $0?.mapped { $0.cut(to: bound) } }
        }
    }

    /// The root of the sum of all squares.
    public static func norm(of gradients: [Gradient?]) -> Double {
        gradients.reduce(0) { $0 + ($1?.values.sumOfSquares ?? 0) }.squareRoot()
    }
}

extension Gradient {
    fileprivate var values: Tensor {
        switch self {
        case .dense(let tensor): tensor
        case .sparse(let rows): rows.rows
        }
    }

    fileprivate func mapped(_ change: (Tensor) -> Tensor) -> Gradient {
        switch self {
        case .dense(let tensor): .dense(change(tensor))
        case .sparse(let rows):
            .sparse(SparseRows(summing: change(rows.rows), at: rows.indices, shape: rows.shape))
        }
    }
}

extension Tensor {
    /// Added up in Float64: a sum of millions of Float32 squares loses digits.
    fileprivate var sumOfSquares: Double {
        guard dtype == .float64 else { return withUnsafeFloats { ZooKernels.sumOfSquares($0) } }
        return withUnsafeDoubles { $0.reduce(0) { $0 + $1 * $1 } }
    }

    fileprivate func cut(to bound: Double) -> Tensor {
        var copy = detached()
        if dtype == .float64 {
            copy.withUnsafeMutableDoubles { cutElements($0, to: bound) }
        } else {
            copy.withUnsafeMutableFloats { cutElements($0, to: Float(bound)) }
        }
        return copy
    }
}

private func cutElements<Scalar: BinaryFloatingPoint>(_ values: UnsafeMutableBufferPointer<Scalar>, to bound: Scalar) {
    for index in values.indices { values[index] = min(max(values[index], -bound), bound) }
}
