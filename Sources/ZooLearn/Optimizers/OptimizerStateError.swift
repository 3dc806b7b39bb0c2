import ZooTensor

/// Why a saved optimiser state does not fit.
package enum OptimizerStateError: Error, Hashable, CustomStringConvertible {
    /// The state lacks a tensor.
    case missing(String)
    /// The state has a tensor that no parameter or slot goes by.
    case unexpected(String)
    /// A tensor has another shape than it should.
    case misshapen(String, found: Shape, expected: Shape)
    /// A tensor has another element type than it should.
    case otherType(String, found: DType)
    /// A tensor has values that cannot be.
    case outOfRange(String)

    /// What is wrong, in one line.
    package var description: String {
        switch self {
        case .missing(let name): "optimiser state lacks \(name)"
        case .unexpected(let name): "optimiser state has \(name), which nothing here goes by"
        case .misshapen(let name, let found, let expected):
            "optimiser state \(name) has shape \(found), not \(expected)"
        case .otherType(let name, let found): "optimiser state \(name) cannot be \(found)"
        case .outOfRange(let name): "optimiser state \(name) has values out of range"
        }
    }
}
